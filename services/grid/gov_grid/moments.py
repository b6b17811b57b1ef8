"""When a question is about: ``?at=`` a day or a moment, now where absent."""

from __future__ import annotations

from datetime import date, datetime, time

from govcore.errors import Refusal
from govmesh.http import Request
from govmesh.mesh import Mesh

NOON = time(12)


def moment(mesh: Mesh, request: Request, name: str = "at") -> datetime:
    """``2026-03-02`` (noon of that day at the place) or ``2026-03-02T09:00:00+08:00``.  Raises ``HTTP_BAD_REQUEST``."""
    said = request.args.get(name)
    if not said:
        return mesh.clock.now()
    try:
        if len(said) == len("2026-03-02"):
            return datetime.combine(date.fromisoformat(said), NOON, tzinfo=mesh.pack.zone)
        found = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError as error:
        raise Refusal("HTTP_BAD_REQUEST", field=name, value=said[:40]) from error
    return found if found.tzinfo else found.replace(tzinfo=mesh.pack.zone)
