"""The grid service answers: where it is, or that it cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.apply import apply
from gov_dispatch.handlers.needs import event, tasks, the_event, the_matter
from govcore.events import matter
from govcore.events.way import Way
from govcore.messages import EventLocated, EventUnlocated, Message
from govmesh.handlers import On
from govmesh.work import Work


class Places:
    """Sends a matter on once its place is known, or known to be unknown."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def handlers(self) -> Sequence[On]:
        return (On(EventLocated, self.located, the_matter), On(EventUnlocated, self.unlocated, the_event))

    def located(self, message: Message[EventLocated], work: Work) -> None:
        """The first answer sends the matter on, a late one corrects the place."""
        found = event(work, message.data.event_id)
        handoffs = tasks(work, found)
        apply(work, found, matter.located(found, message.data, at=work.now, way=self._way, handoffs=handoffs))

    def unlocated(self, message: Message[EventUnlocated], work: Work) -> None:
        """It goes on with the division that came with the report, and says so."""
        found = event(work, message.data.event_id)
        apply(work, found, matter.go_on(found, at=work.now, way=self._way, reason=message.data.reason))
