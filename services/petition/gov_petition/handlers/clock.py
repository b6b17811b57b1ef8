"""A statutory term has run out.  It asks the domain again; what has been done in time changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_petition.apply import apply
from gov_petition.store import PETITIONS
from govcore.messages import Message
from govcore.petitions import Law, woken
from govmesh.handlers import On, TimerFired
from govmesh.work import Need, Work


class Clock:
    """One durable promise for each term that runs (articles 22, 23, 34, 35, 36)."""

    def __init__(self, law: Law) -> None:
        self._law = law

    def handlers(self) -> Sequence[On]:
        return (On(TimerFired, self.fired, self.needs),)

    def needs(self, message: Message[TimerFired], _found: Any) -> Iterable[Need]:
        yield PETITIONS, "id", message.data.subject

    def fired(self, message: Message[TimerFired], work: Work) -> None:
        stored = work.get(PETITIONS, message.data.subject)
        if stored is not None:
            changed = woken(stored.petition, clause=message.data.kind, at=work.now, law=self._law)
            apply(work, stored, changed, self._law)
