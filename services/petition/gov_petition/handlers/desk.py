"""What the petition desk, an organ by hand and the petitioner do through the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gov_petition.apply import apply
from gov_petition.contracts import ReadPetition, RenewPetition, StepPetition
from gov_petition.store import PETITIONS, StoredPetition
from govcore import petitions as p
from govcore.errors import Refusal
from govcore.events.redact import without_identity
from govcore.messages import Message
from govcore.petitions import Changed, Law, Petition
from govmesh.handlers import On
from govmesh.work import Need, Work

Step = Callable[[Petition, StepPetition, datetime, Law], Changed]

STEPS: Mapping[str, Step] = {
    "refer": lambda one, said, at, law: p.refer(one, by=said.by, at=at, law=law, to=said.to),
    "accept": lambda one, said, at, law: p.accept(one, by=said.by, at=at, law=law, lead=_organ(said.by)),
    "tell": lambda one, said, at, law: p.tell(one, by=said.by, at=at),
    "object": lambda one, said, at, law: p.object_jurisdiction(one, by=said.by, at=at, reason=said.reason, law=law),
    "extend": lambda one, said, at, law: p.extend(
        one, by=said.by, at=at, reason=said.reason, approved_by=said.approved_by, law=law
    ),
    "answer": lambda one, said, at, law: p.answer(
        one, by=said.by, at=at, outcome=said.outcome or "", law=law, result=said.result
    ),
    "close": lambda one, said, at, law: p.close(one, by=said.by, at=at, reason=said.reason),
    "ask_review": lambda one, said, at, law: p.ask_review(one, by=said.by, at=at, law=law),
    "review": lambda one, said, at, law: p.review(
        one, by=said.by, at=at, outcome=said.outcome or "", result=said.result
    ),
    "ask_rereview": lambda one, said, at, law: p.ask_rereview(one, by=said.by, at=at, law=law),
    "rereview": lambda one, said, at, law: p.rereview(
        one, by=said.by, at=at, outcome=said.outcome or "", result=said.result
    ),
    "begin_hearing": lambda one, said, at, law: p.begin_hearing(one, by=said.by, at=at),
    "end_hearing": lambda one, said, at, law: p.end_hearing(one, by=said.by, at=at, law=law),
}
"""The verbs of the API, each one decision of :mod:`govcore.petitions`."""


class Desk:
    """Local commands; each answers with the petition as it is after."""

    def __init__(self, law: Law) -> None:
        self._law = law

    def handlers(self) -> Sequence[On]:
        return (
            On(StepPetition, self.step, _the_petition),
            On(ReadPetition, self.read, _the_petition),
            On(RenewPetition, self.renew, _the_petition),
        )

    def step(self, message: Message[StepPetition], work: Work) -> None:
        said, stored = message.data, known(work, message.data.petition_id)
        clean = {"reason": without_identity(said.reason), "result": without_identity(said.result)}
        changed = STEPS[said.verb](stored.petition, said.model_copy(update=clean), work.now, self._law)
        apply(work, stored, changed, self._law)
        work.result = work.get(PETITIONS, stored.id)

    def renew(self, message: Message[RenewPetition], work: Work) -> None:
        """Answers with the petition before and after."""
        stored = known(work, message.data.petition_id)
        apply(work, stored, p.renew(stored.petition, at=work.now, law=self._law), self._law)
        work.result = (stored, work.get(PETITIONS, stored.id))

    def read(self, message: Message[ReadPetition], work: Work) -> None:
        """Its words, once the reading stands in the history."""
        said, one = message.data, known(work, message.data.petition_id).petition
        work.note(one.id, "unmasked", place=one.place, actor=said.by, reason=said.purpose, trace=one.trace)
        work.result = one


def _organ(by: str) -> str | None:
    """The department's code in a holder string."""
    return by.removeprefix("dept:") if by.startswith("dept:") else None


def known(work: Work, key: str) -> StoredPetition:
    """Raises ``PETITION_UNKNOWN``."""
    found = work.get(PETITIONS, key)
    if found is None:
        raise Refusal("PETITION_UNKNOWN", field="petition_id", value=key[:80])
    return found


def _the_petition(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield PETITIONS, "id", message.data.petition_id
