"""Which notices go out when something has happened to an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from govcore.events.routing_rules import read_hours
from govcore.messages.event import EventFacts
from govcore.notices.notice import Notice

if TYPE_CHECKING:
    from govcore.packs.notices import NoticeRules, Template

Fill = Callable[[EventFacts, str], dict[str, str]]
"""The values of a template's fields in ``zh_CN`` or ``en``."""


def planned(
    said: EventFacts,
    message_id: str,
    *,
    rules: NoticeRules,
    reporters: Callable[[str], Iterable[str]],
    fill: Fill,
    at: datetime,
    zone: ZoneInfo,
) -> list[Notice]:
    """The notices of one message about an event.

    ``reporters(channel)``: the reports of the event whose reporters that channel can reach.
    """
    found = []
    for template in rules.on(said.type):
        if not template.when.holds(said.class_code, said.severity):
            continue
        for whom in _whom(template, said, reporters):
            notice = Notice(
                id=f"{message_id}|{template.id}|{whom}",
                event_id=said.event_id,
                template=template.id,
                channel=template.channel,
                to=template.to,
                person=whom if template.to == "reporter" else None,
                dept=whom if template.to == "department" else None,
                division=said.division,
                place=said.place,
                zh=template.text.zh.format_map(fill(said, "zh_CN")),
                en=template.text.en.format_map(fill(said, "en")),
                made_at=at,
                due_at=rules.opens(template.channel, template.id, at, zone),
            )
            found.append(notice)
    return found


def _whom(template: Template, said: EventFacts, reporters: Callable[[str], Iterable[str]]) -> Sequence[str]:
    if template.to == "reporter":
        return sorted(reporters(template.channel))
    found = said.lead if template.to == "department" else said.place
    return (found,) if found else ()


def opens(at: datetime, quiet: str | None, zone: ZoneInfo) -> datetime:
    """The first moment from ``at`` on that is not ``quiet``: hours of the day in ``zone``, over midnight too."""
    if quiet is None:
        return at
    start, end = read_hours(quiet)
    here = at.astimezone(zone)
    now = here.time().replace(tzinfo=None)
    inside = start <= now < end if start < end else now >= start or now < end
    if not inside:
        return at
    day = here.date() if now < end else here.date() + timedelta(days=1)
    return datetime.combine(day, end, zone)
