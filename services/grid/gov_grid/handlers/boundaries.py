"""Boundaries are imported, or an import is taken back; each area that changed is said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_grid.boundary_commands import ImportBoundaries, UndoBoundaries
from gov_grid.lookup import lookup_of
from gov_grid.store.boundaries import BATCH, LIFE
from govcore.errors import Refusal
from govcore.grids.bounds import Batch, BoundaryLife, imported, undone
from govcore.messages import BoundaryChanged, Message
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Boundaries:
    """Loads the lives of the areas named, asks :mod:`govcore.grids.bounds`, saves and says what it answers."""

    def __init__(self, mesh: Mesh) -> None:
        self._zone, self._lookup = mesh.pack.zone, lookup_of(mesh)

    def handlers(self) -> Sequence[On]:
        return (
            On(ImportBoundaries, self.imported, self._areas),
            On(UndoBoundaries, self.undone, lambda message, _: [(BATCH, "id", message.data.batch)]),
        )

    def imported(self, message: Message[ImportBoundaries], work: Work) -> None:
        said = message.data
        since = said.on or work.now.astimezone(self._zone).date()
        for earlier in work.find(BATCH, "digest", said.digest):
            if earlier.since == since and earlier.undone_at is None:
                work.result = earlier
                return
        batch = Batch(
            id=work.new_id("B"), file=said.file, digest=said.digest, since=since, by=said.by, at=work.now, codes=()
        )
        known = {one.id: one for each in said.boundaries if (one := work.get(LIFE, each.code)) is not None}
        places = {each.code: self._lookup.places().place_of(each.code) for each in said.boundaries}
        changed = imported(said.boundaries, known, places, batch)
        self._keep(batch.model_copy(update={"codes": tuple(one.id for one in changed)}), changed, work)

    def undone(self, message: Message[UndoBoundaries], work: Work) -> None:
        batch = work.get(BATCH, message.data.batch)
        if batch is None:
            raise Refusal("GRID_UNKNOWN_BATCH", field="batch", value=message.data.batch)
        known = {code: one for code in batch.codes if (one := work.get(LIFE, code)) is not None}
        changed = undone(batch, known, work.now)
        self._keep(batch.model_copy(update={"undone_at": work.now}), changed, work)

    def _keep(self, batch: Batch, changed: Iterable[BoundaryLife], work: Work) -> None:
        work.put(BATCH, batch)
        work.result = batch
        for life in changed:
            last, drawn = life.versions[-1], life.versions[-1].drawn
            work.put(LIFE, life)
            work.say(
                BoundaryChanged(
                    code=life.id,
                    division=self._lookup.places().division_of(life.id),
                    place=life.place,
                    boundary=life.version,
                    how=last.how,
                    since=last.since,
                    crs=drawn.crs if drawn else None,
                    digest=drawn.digest if drawn else None,
                    area_m2=drawn.area_m2 if drawn else None,
                    batch=batch.id,
                    changed_at=work.now,
                ),
                subject=life.id,
                version=life.version,
                place=life.place,
            )
            work.note(life.id, f"boundary {last.how}", place=life.place, actor=batch.by, reason=batch.id)

    @staticmethod
    def _areas(message: Message[ImportBoundaries], _: Any) -> Iterable[Need]:
        return [
            (BATCH, "digest", message.data.digest),
            *((LIFE, "id", each.code) for each in message.data.boundaries),
        ]
