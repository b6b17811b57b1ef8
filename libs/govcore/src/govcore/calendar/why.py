"""Why a due falls where it falls: the spans counted and the spans left out, as data and as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from govcore.calendar.days import WorkCalendar
from govcore.calendar.reckon import Due, StageDue
from govcore.calendar.rulers import HOUR, Continuous, ruler
from govcore.calendar.terms import Unit
from govcore.i18n import label, reason

SpanKind = Literal["counted", "skipped", "paused", "waits", "moved"]
"""``counted`` and ``skipped`` need no word; ``paused`` lies in a suspension; ``waits`` goes from a start outside
working hours to the next working moment; ``moved`` carries a last day on to a working day."""

_KINDS: dict[SpanKind, str] = {
    "counted": "CALENDAR_SPAN_COUNTED",
    "skipped": "CALENDAR_SPAN_SKIPPED",
    "paused": "CALENDAR_SPAN_PAUSED",
    "waits": "CALENDAR_SPAN_WAITS",
    "moved": "CALENDAR_SPAN_MOVED",
}
_UNITS = {
    Unit.URGENT_HOURS: "CALENDAR_UNIT_UH",
    Unit.WORKING_HOURS: "CALENDAR_UNIT_WH",
    Unit.WORKING_DAYS: "CALENDAR_UNIT_WD",
    Unit.CALENDAR_DAYS: "CALENDAR_UNIT_D",
}
_BECAUSE = {
    "workday": "CALENDAR_DAY_WORKDAY",
    "makeup": "CALENDAR_DAY_MAKEUP",
    "weekend": "CALENDAR_DAY_WEEKEND",
    "holiday": "CALENDAR_DAY_HOLIDAY",
    "closed": "CALENDAR_DAY_CLOSED",
    "pause": "CALENDAR_DAY_PAUSE",
    "always": "CALENDAR_DAY_ALWAYS",
}


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of the way from start to due.

    ``amount`` is in ``unit`` (0 when nothing counts); ``because`` is workday, makeup, weekend, holiday, closed,
    pause or always, ``name`` the holiday's, ``provisional`` whether a year without a notice was needed to say so.
    """

    kind: SpanKind
    stage: int
    since: datetime
    until: datetime
    amount: float
    unit: Unit
    because: str
    name: str = ""
    provisional: bool = False

    def text(self, lang: str) -> str:
        """The span in ``zh_CN`` or ``en``."""
        whole = self.since.time() == self.until.time() == datetime.min.time()
        if whole:
            first, last = self.since.date(), self.until.date() - timedelta(days=1)
            when = f"{first}" if first == last else f"{first} – {last}"
        else:
            when = f"{self.since:%Y-%m-%d %H:%M} – {self.until:%Y-%m-%d %H:%M}"
        because = label(_BECAUSE[self.because], lang)
        if self.name:
            because += f", {label(self.name, lang)}" if lang == "en" else f"·{label(self.name, lang)}"
        said = reason(
            _KINDS[self.kind],
            lang,
            when=when,
            because=because,
            amount=f"{self.amount:.6g}",
            unit=label(_UNITS[self.unit], lang),
        )
        return said + (label("CALENDAR_PROVISIONAL", lang) if self.provisional else "")

    def as_dict(self) -> dict[str, Any]:
        """The span as JSON, with both texts."""
        return {
            "kind": self.kind,
            "stage": self.stage,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "amount": round(self.amount, 6),
            "unit": self.unit.value,
            "because": self.because,
            "name": self.name,
            "provisional": self.provisional,
            "zh": self.text("zh_CN"),
            "en": self.text("en"),
        }


def explain(due: Due) -> tuple[Span, ...]:
    """Every span from the start to the due, in order of their beginning, stage by stage."""
    spans: list[Span] = []
    for number, stage in enumerate(due.stages):
        unit = stage.stage.unit
        if unit is Unit.CALENDAR_DAYS and stage.last_day is not None:
            found = [*_whole_days(number, stage, due.calendar), *_pauses(number, stage, due)]
        elif unit is Unit.WORKING_DAYS:
            found = [*_working_days(number, stage, due.calendar), *_pauses(number, stage, due)]
        elif unit is Unit.WORKING_HOURS:
            found = [*_working_hours(number, stage, due), *_pauses(number, stage, due)]
        else:
            found = [*_continuous(number, stage, due), *_pauses(number, stage, due)]
        spans += sorted(found, key=lambda span: (span.since, span.until))
    return tuple(spans)


def _working_days(number: int, stage: StageDue, calendar: WorkCalendar) -> Iterator[Span]:
    begin = calendar.when_worked(calendar.worked_until(stage.started), opening=True)
    if begin != stage.started:
        day = calendar.day(stage.started.date())
        because = "closed" if day.working else day.kind
        yield Span("waits", number, stage.started, begin, 0, Unit.WORKING_DAYS, because, day.name, day.provisional)
    first = begin.toordinal() + 1
    yield from _runs(number, first, stage.at.toordinal(), Unit.WORKING_DAYS, calendar)


def _working_hours(number: int, stage: StageDue, due: Due) -> Iterator[Span]:
    calendar = due.calendar
    skipped = _runs(number, stage.started.toordinal(), stage.at.toordinal(), Unit.WORKING_HOURS, calendar)
    yield from (span for span in skipped if span.kind == "skipped")
    for ordinal in range(stage.started.toordinal(), stage.at.toordinal() + 1):
        day = calendar.day(date.fromordinal(ordinal))
        if not day.working:
            continue
        midnight = calendar.midnight(ordinal)
        for session in calendar.sessions:
            since = max(stage.started, midnight + timedelta(microseconds=session.opens))
            until = min(stage.at, midnight + timedelta(microseconds=session.closes))
            for free in _without_pauses(since, until, due):
                hours = (free[1] - free[0]) / timedelta(hours=1)
                counted = Span("counted", number, *free, hours, Unit.WORKING_HOURS, day.kind, day.name)
                yield replace(counted, provisional=day.provisional)


def _continuous(number: int, stage: StageDue, due: Due) -> Iterator[Span]:
    length = timedelta(hours=24 if stage.stage.unit is Unit.CALENDAR_DAYS else 1)
    for since, until in _without_pauses(stage.started, stage.at, due):
        yield Span("counted", number, since, until, (until - since) / length, stage.stage.unit, "always")


def _whole_days(number: int, stage: StageDue, calendar: WorkCalendar) -> Iterator[Span]:
    assert stage.last_day is not None and stage.nominal_day is not None
    # The day of the event is not counted; a stage that follows one ended at 24:00 starts on the next day anyway.
    first = min(stage.started.toordinal() + 1, stage.nominal_day.toordinal() - int(stage.stage.amount) + 1)
    end = calendar.midnight(stage.nominal_day.toordinal() + 1)
    days = stage.nominal_day.toordinal() + 1 - first
    yield Span("counted", number, calendar.midnight(first), end, days, Unit.CALENDAR_DAYS, "always")
    if stage.last_day != stage.nominal_day:
        for span in _runs(
            number, stage.nominal_day.toordinal(), stage.last_day.toordinal(), Unit.CALENDAR_DAYS, calendar
        ):
            if span.kind == "skipped":
                yield replace(span, kind="moved")


def _pauses(number: int, stage: StageDue, due: Due) -> Iterator[Span]:
    unit = stage.stage.unit
    scale = ruler(due.calendar, unit, due.counting) or Continuous(due.calendar, 24 * HOUR)
    for pause in due.pauses:
        since, until = (
            due.calendar.local(max(pause.since, stage.started)),
            due.calendar.local(min(pause.until, stage.at)),
        )
        if since < until:
            days = until.toordinal() - since.toordinal()
            left_out = days if stage.last_day is not None else (scale.pos(until) - scale.pos(since)) / scale.unit
            yield Span("paused", number, since, until, left_out, unit, "pause")


def _without_pauses(since: datetime, until: datetime, due: Due) -> Iterator[tuple[datetime, datetime]]:
    for pause in due.pauses:
        if pause.until > since and pause.since < until:
            if pause.since > since:
                yield since, due.calendar.local(pause.since)
            since = due.calendar.local(pause.until)
    if since < until:
        yield since, until


def _runs(number: int, first: int, last: int, unit: Unit, calendar: WorkCalendar) -> Iterator[Span]:
    """Whole days from ``first`` to ``last``, neighbours of one kind and name put together."""
    run: Span | None = None
    for ordinal in range(first, last + 1):
        day = calendar.day(date.fromordinal(ordinal))
        since, until = calendar.midnight(ordinal), calendar.midnight(ordinal + 1)
        kind: SpanKind = "counted" if day.working else "skipped"
        if run and (run.because, run.name, run.provisional) == (day.kind, day.name, day.provisional):
            run = replace(run, until=until, amount=run.amount + day.working)
            continue
        if run:
            yield run
        run = Span(kind, number, since, until, int(day.working), unit, day.kind, day.name, day.provisional)
    if run:
        yield run
