"""dispatch's API for notices: what went out, what did not, and one more try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch.notice_commands import RetryNotice
from gov_dispatch.store import notices as store
from govmesh.http import Request, Route
from govmesh.mesh import Mesh
from govmesh.paging import asked


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about notices."""
    api = _Notices(mesh)
    return [
        Route("GET", "/api/v1/notices", api.listed),
        Route("POST", "/api/v1/notices/<path:notice_id>/retry", api.retry),
    ]


class _Notices:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def listed(self, request: Request) -> dict[str, Any]:
        """The latest first, of one ``state`` if asked; never whom they are for."""
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            found = store.list_notices(conn, request.args.get("state"), limit, cursor)
        return found.told("notices", lambda one: one.model_dump(mode="json", exclude={"trace"}))

    def retry(self, request: Request, notice_id: str) -> Any:
        """A failed one is tried again at once."""
        return self._mesh.obey(RetryNotice(notice_id=notice_id))
