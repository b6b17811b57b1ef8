"""From what a pack says about working time to calendars that count: the pack's, and those of its divisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govcore.calendar.days import WorkCalendar
from govcore.calendar.model import CalendarData
from govcore.calendar.notices import Notice
from govcore.calendar.overrides import Calendars
from govcore.packs.schema import Header


def calendars_of(header: Header, notices: Sequence[Notice], local: Mapping[str, Sequence[Notice]]) -> Calendars:
    """A division keeps what the one above it says, save what it says itself; its own days off add to those above.

    ``local``: by division.  Raises ``CALENDAR_BAD_DATA``.
    """
    spec, place = header.calendar, header.code.place
    default = CalendarData(
        name=header.id,
        zone=header.time_zone,
        sessions=spec.sessions,
        weekend=spec.weekend,
        base=spec.base,
        notices=tuple(notices),
        complete=spec.complete,
        year_end_days=spec.year_end_days,
        source=spec.source,
    )
    found = Calendars(WorkCalendar(default))
    for own in sorted(spec.divisions, key=lambda each: header.code.level(each.division)):
        above = found.of(place(own.division)).data
        changes: dict[str, Any] = {"name": f"{header.id} {own.division}", "source": own.source}
        if own.sessions is not None:
            changes["sessions"] = own.sessions
        if own.weekend is not None:
            changes["weekend"] = own.weekend
        changes["local"] = (*above.local, *local.get(own.division, ()))
        found = found.but(place(own.division), WorkCalendar(above.model_copy(update=changes)))
    return found
