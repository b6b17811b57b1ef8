"""Renewals through the API, a page of open petitions at a time, as dispatch does it with its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_petition import contracts, store
from gov_petition.apply import late_of
from gov_petition.store import StoredPetition
from govcore.petitions import Law, renew
from govmesh.http import Request, Route, page
from govmesh.many import obey_all
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """What a notice moves, asked (GET) and done (POST); each answers with where the next page begins."""
    api = _Renewals(mesh)
    return (
        Route("GET", "/api/v1/petitions/renewals", api.look),
        Route("POST", "/api/v1/petitions/renewals", api.renew),
    )


class _Renewals:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._law = mesh, Law(mesh.pack.calendars)

    def look(self, request: Request) -> dict[str, Any]:
        """What would change; nothing does."""
        found, after = self._page(request)
        return _answer(len(found), after, [(one, self._renewed(one)) for one in found])

    def renew(self, request: Request) -> dict[str, Any]:
        """Reckon the page's petitions again; doing it twice changes nothing more."""
        found, after = self._page(request)
        done = list(obey_all(self._mesh, [contracts.RenewPetition(petition_id=one.id) for one in found]))
        return _answer(len(found), after, done)

    def _page(self, request: Request) -> tuple[list[StoredPetition], str | None]:
        limit, _ = page(request)
        with self._mesh.database.read() as conn:
            found = store.open_petitions(conn, request.args.get("after", ""), limit)
        return found, found[-1].id if len(found) == limit else None

    def _renewed(self, stored: StoredPetition) -> StoredPetition:
        now = self._mesh.clock.now()
        return late_of(
            renew(stored.petition, at=now, law=self._law).petition or stored.petition, stored.key, self._law, now
        )


def _answer(looked: int, after: str | None, pairs: Sequence[tuple[StoredPetition, StoredPetition]]) -> dict[str, Any]:
    """Those whose own due, or the term that runs out first, has moved."""
    moved = [(was, now) for was, now in pairs if _times(was) != _times(now)]
    return {"looked": looked, "next": after, "renewed": [_shown(was, now) for was, now in moved]}


def _times(stored: StoredPetition) -> tuple[Any, Any]:
    return stored.petition.due_at, stored.late_at


def _shown(was: StoredPetition, now: StoredPetition) -> dict[str, Any]:
    """Never what it is about."""
    return {
        "id": now.id,
        "state": now.petition.state,
        "was_due_at": was.petition.due_at,
        "due_at": now.petition.due_at,
        "was_late_at": was.late_at,
        "late_at": now.late_at,
    }
