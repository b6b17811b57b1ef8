"""The list of divisions through the API: what a code means on a date, what lies below, names, imports."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gov_grid import store
from gov_grid.contracts import ChangeDivision
from gov_grid.importing import in_own_process
from govcore.errors import Refusal
from govcore.grids import Listed, resolve
from govcore.grids.divisions_change import Change
from govcore.grids.divisions_read import is_changes, read_changes, table
from govmesh.http import Request, Route, page
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Everything about divisions."""
    api = _Divisions(mesh)
    return (
        Route("GET", "/api/v1/divisions", api.search),
        Route("POST", "/api/v1/divisions", api.take),
        Route("GET", "/api/v1/divisions/<code>", api.resolved),
        Route("GET", "/api/v1/divisions/<code>/children", api.children),
    )


class _Divisions:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._profile = mesh, mesh.pack.header.code

    def search(self, request: Request) -> dict[str, Any]:
        """``?q=`` a name or a part of one, ``within=`` a code, ``at=`` a date; without ``q`` what lies at the top."""
        limit, _ = page(request)
        at, text = self._at(request), request.args.get("q", "").strip()
        with self._mesh.database.read() as conn:
            book = store.Book(conn, self._profile)
            if not text:
                return {"at": at, "divisions": [_shown(one) for one in book.children("", at)]}
            found = book.search(text, at, within=request.args.get("within"), limit=limit)
        kept = ("code", "name", "full_name", "fit")
        return {"at": at, "divisions": [{name: getattr(one, name) for name in kept} for one in found]}

    def resolved(self, request: Request, code: str) -> dict[str, Any]:
        """What a code meant on the date ``at``, the divisions above, and what it has become by today."""
        at = self._at(request)
        with self._mesh.database.read() as conn:
            book = store.Book(conn, self._profile)
            found = resolve(code, at, book.versions, self._profile, today=max(at, self._today()))
        return {
            "at": at,
            "division": _shown(found.division),
            "in_force": found.in_force,
            "chain": [_shown(one) for one in found.chain],
            "successors": [_shown(one) for one in found.successors],
        }

    def children(self, request: Request, code: str) -> dict[str, Any]:
        """The divisions directly below on the date ``at``."""
        at = self._at(request)
        with self._mesh.database.read() as conn:
            return {"at": at, "divisions": [_shown(one) for one in store.Book(conn, self._profile).children(code, at)]}

    def take(self, request: Request) -> dict[str, Any]:
        """A file, a list or changes, as the body; ``?file=`` its name, ``as_of=`` the date a list is of."""
        name, as_of = request.args.get("file", "body")[:120], _day(request, "as_of")
        raw = request.get_data(cache=False)
        head, rows = table(raw, name)
        if is_changes(head):
            changes, refused = read_changes(head, rows, name, self._profile)
            return self._changed(changes, name, len(changes) + len(refused), [no.as_dict() for no in refused])
        with tempfile.NamedTemporaryFile(prefix="divisions-") as kept:
            kept.write(raw)
            kept.flush()
            found = in_own_process(self._mesh.database, Path(kept.name), name, self._profile, as_of)
        renamed = [
            (int(one["row"]), Change(on=as_of, kind="renamed", code=one["code"], name=one["name"]))
            for one in found.pop("renamed")
            if as_of
        ]
        said = self._changed(renamed, name, 0, [])
        rejects = [*found.pop("rejects"), *said["rejects"]]
        found["rejected"] += said["rejected"]
        return {"file": name, "kind": "list", **found, "changed": said["changed"], "rejects": rejects}

    def _changed(
        self, changes: Sequence[tuple[int, Change]], name: str, read: int, rejects: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Make them one after the other: each stands on what those before it did."""
        changed = known = 0
        for row, change in changes:
            try:
                steps = self._mesh.obey(ChangeDivision(change=change))
            except Refusal as no:
                no.file, no.row = name, row
                rejects.append(no.as_dict())
                continue
            changed += steps
            known += not steps
        counts = {"read": read, "new": 0, "known": known, "rejected": len(rejects), "changed": changed}
        return {"file": name, "kind": "changes", **counts, "rejects": rejects}

    def _at(self, request: Request) -> date:
        return _day(request, "at") or self._today()

    def _today(self) -> date:
        return self._mesh.clock.now().astimezone(self._mesh.pack.zone).date()


def _day(request: Request, name: str) -> date | None:
    said = request.args.get(name)
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise Refusal("HTTP_BAD_REQUEST", field=name, value=said) from error


def _shown(one: Listed) -> dict[str, Any]:
    return one.model_dump(mode="json", exclude={"id"})
