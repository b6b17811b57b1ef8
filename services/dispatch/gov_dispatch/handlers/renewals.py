"""A year's notice has come out: the times of one matter and its tasks, reckoned again."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.apply import apply
from gov_dispatch.contracts import RenewTimes
from gov_dispatch.handlers.needs import event, tasks, the_matter
from govcore.events import matter
from govcore.events.way import Way
from govcore.messages import Message
from govmesh.handlers import On
from govmesh.work import Work


class Renewals:
    """Answers with the tasks as they were and as they are."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def handlers(self) -> Sequence[On]:
        return (On(RenewTimes, self.renew, the_matter),)

    def renew(self, message: Message[RenewTimes], work: Work) -> None:
        found = event(work, message.data.event_id)
        handoffs = tasks(work, found)
        moved = matter.moved(found, handoffs, way=self._way)
        apply(work, found, matter.renew(found, handoffs, at=work.now, way=self._way))
        work.result = moved
