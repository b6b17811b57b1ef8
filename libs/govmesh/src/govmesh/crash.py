"""For fault tests: kill this process at a named point, as a power cut would."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable

from govmesh.items import Item


def maybe(wanted: str | None, service: str, point: str, items: Iterable[Item]) -> None:
    """Kill -9 where ``wanted`` is ``service:point:type`` (``*`` for any) and a message of that type is in hand."""
    if not wanted:
        return
    at_service, at_point, at_type = wanted.split(":", 2)
    if at_service in ("*", service) and at_point == point and (at_type == "*" or any(i.type == at_type for i in items)):
        os.kill(os.getpid(), signal.SIGKILL)
