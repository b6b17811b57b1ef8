"""For fault tests: kill this process at a named point, as a power cut would."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable

from govmesh.items import Item


def maybe(wanted: str | None, service: str, point: str, items: Iterable[Item]) -> None:
    """Kill -9 at the first of ``wanted`` that is reached, with a line on standard error that says at which.

    ``wanted``: one or more ``service:point:type``, comma-separated, ``*`` for any service or type; a type is reached
    when a message of it is in hand, seen for the first time.
    """
    if not wanted:
        return
    types = {item.type for item in items if not item.repeat}
    met = [one for one in wanted.split(",") if _is_met(one, service, point, types)]
    if met:
        os.write(2, f"crash: {','.join(met)}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def _is_met(one: str, service: str, point: str, types: set[str | None]) -> bool:
    at_service, at_point, at_type = one.split(":", 2)
    return at_service in ("*", service) and at_point == point and (at_type == "*" or at_type in types)
