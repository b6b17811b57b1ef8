"""A report was filed: say where it is and who is on duty there."""

from __future__ import annotations

from collections.abc import Sequence

from gov_grid.lookup import Lookup
from govcore.errors import Refusal
from govcore.messages import EventLocated, EventReported, EventUnlocated, Message
from govmesh.handlers import On
from govmesh.work import Work


class Places:
    """Answers every ``event.reported`` once, with a place or with the reason why there is none."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def handlers(self) -> Sequence[On]:
        return (On(EventReported, self.reported),)

    def reported(self, message: Message[EventReported], work: Work) -> None:
        said = message.data
        try:
            found = self._lookup.on(said.opened_at).find(
                grid=said.grid,
                point=said.point,
                division=said.division,
                texts=(said.address, said.title),
                at=said.opened_at,
            )
        except Refusal as no:
            work.say(
                EventUnlocated(event_id=said.event_id, reason=no.code, division=said.division),
                subject=said.event_id,
                version=message.version,
                place=said.place,
            )
            work.note(said.event_id, "unlocated", place=said.place, reason=no.code)
            return
        where = EventLocated(event_id=said.event_id, located_at=work.now, **found.facts())
        work.say(where, subject=said.event_id, version=message.version, place=where.place)
        work.note(said.event_id, "located", place=where.place, holder=where.duty_post, reason=where.how)
