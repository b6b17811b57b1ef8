"""Inspections by lot: the seed is sealed until the draw, and everything to check the draw by is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from gov_grid import element_commands as say
from gov_grid.handlers.elements import found, place_of
from gov_grid.handlers.persons import opened
from gov_grid.store.elements import INSPECTIONS, Inspection
from gov_grid.store.persons import KEYS, SubjectKey
from govcore.elements import lot
from govcore.errors import Refusal
from govcore.messages import Message
from govcore.persons.said import words
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

SEED_BYTES = 32


class Inspections:
    """Local commands; each answers with the inspection, the seed only once it is drawn."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._vault = mesh.pack, mesh.vault

    def handlers(self) -> Sequence[On]:
        return (
            On(say.CommitInspection, self.commit),
            On(say.DrawInspection, self.draw, _inspection),
            On(say.RecordInspection, self.record, _inspection),
        )

    def commit(self, message: Message[say.CommitInspection], work: Work) -> None:
        said, ident, seed = message.data, work.new_id("I"), secrets.token_hex(SEED_BYTES)
        place, wrapped = place_of(self._pack, said.division), self._vault.new_key(ident)
        new = Inspection(
            id=ident,
            title=words(said.title, "title"),
            division=said.division,
            place=place,
            terms=said.terms,
            committed=lot.commit(said.terms, seed),
            by=said.by,
            at=work.now,
            sealed=self._vault.seal(wrapped, ident, {"seed": seed}),
        )
        work.put(KEYS, SubjectKey(id=ident, place=place, wrapped=wrapped))
        self._save(work, new, "committed", said.by, new.committed)

    def draw(self, message: Message[say.DrawInspection], work: Work) -> None:
        """Once: a second draw is refused, whatever the beacon says then."""
        said, of = message.data, found(work, INSPECTIONS, message.data.inspection_id)
        if of.state != "committed":
            raise Refusal("LOT_ALREADY_DRAWN", field="inspection_id", value=of.id)
        seed = opened(work, self._vault, of.id, of.sealed)["seed"]
        chosen = lot.draw(of.terms, seed, said.beacon).chosen
        update = {"state": "drawn", "seed": seed, "sealed": None, "beacon": said.beacon, "drawn_at": work.now}
        self._save(work, of.model_copy(update={**update, "chosen": dict(chosen)}), "drawn", said.by, said.beacon)

    def record(self, message: Message[say.RecordInspection], work: Work) -> None:
        said, of = message.data, found(work, INSPECTIONS, message.data.inspection_id)
        if said.by not in of.chosen.get(said.subject, ()):
            raise Refusal("LOT_NOT_YOURS", field="subject", value=said.subject)
        results = {**of.results, said.subject: words(said.result, "result")}
        self._save(work, of.model_copy(update={"results": results}), "inspected", said.by, said.subject)

    def _save(self, work: Work, after: Inspection, what: str, by: str, reason: str) -> None:
        work.put(INSPECTIONS, after)
        work.note(after.id, what, place=after.place, to_state=after.state, actor=by, reason=reason)
        work.result = after


def _inspection(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield INSPECTIONS, "id", message.data.inspection_id
