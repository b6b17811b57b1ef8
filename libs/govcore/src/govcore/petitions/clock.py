"""The petition's clock: every term that runs or ran, when it ends, and how that was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from govcore.calendar import Due, Span, Term, Unit, WorkCalendar, due
from govcore.i18n import label, reason
from govcore.petitions.petition import Petition
from govcore.petitions.statute import REGULATIONS, Clause, Statute

State = Literal["running", "paused", "met", "overdue", "late", "open", "used", "used_late", "lapsed"]
"""Of a duty: running, paused (a hearing goes on), met, overdue (passed and still not done), late (done after it had
passed).  Of a right: open, used, used_late, lapsed."""

_DUTY: Mapping[tuple[bool, bool], State] = {
    (False, False): "running",
    (False, True): "overdue",
    (True, False): "met",
    (True, True): "late",
}
_RIGHT: Mapping[tuple[bool, bool], State] = {
    (False, False): "open",
    (False, True): "lapsed",
    (True, False): "used",
    (True, True): "used_late",
}


@dataclass(frozen=True, slots=True)
class End:
    """When a term ends: ``at``, and for whole days the last day, before 24:00 of which it must be done.

    ``nominal_day``: the last day as counted, before a holiday or rest day moved it.  ``reckoned`` has every span.
    """

    at: datetime
    last_day: date | None
    nominal_day: date | None
    provisional: bool
    reckoned: Due | None = None

    def passed(self, moment: datetime) -> bool:
        """Whether it is too late at ``moment``; 24:00 itself is too late."""
        return moment >= self.at if self.last_day else moment > self.at

    @property
    def why(self) -> tuple[Span, ...]:
        """The spans counted and left out, where the calendar has told them."""
        return self.reckoned.why if self.reckoned else ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """One term of one petition: since when, until when (``end`` None while a hearing goes on), what became of it."""

    clause: Clause
    term: Term
    statute: Statute
    started: datetime
    end: End | None
    ended: datetime | None
    state: State

    @property
    def article(self) -> str:
        """``信访工作条例 34``."""
        return f"{self.statute.name} {self.clause.article}"

    @property
    def due(self) -> datetime | None:
        return self.end.at if self.end else None

    def counted(self, lang: str) -> str:
        """How the end was counted, in ``zh_CN`` or ``en``."""
        if self.end is None:
            return label("PETITION_COUNTED_PAUSED", lang)
        working = self.term.stages[-1].unit is Unit.WORKING_DAYS
        code = "WORKING" if working else self.statute.counting.upper().replace("-", "_")
        said = reason(
            f"PETITION_COUNTED_{code}",
            lang,
            started=f"{self.started:%Y-%m-%d}" if self.end.last_day else f"{self.started:%Y-%m-%d %H:%M}",
            term=str(self.term),
            nominal=self.end.nominal_day,
            at=f"{self.end.at:%Y-%m-%d %H:%M}",
            articles=self.statute.counting_articles,
        )
        if self.end.last_day != self.end.nominal_day:
            said += reason("PETITION_COUNTED_MOVED", lang, last=self.end.last_day)
        return said + (label("PETITION_COUNTED_PROVISIONAL", lang) if self.end.provisional else "")

    def as_dict(self) -> dict[str, Any]:
        """The deadline as JSON, with ISO times and both texts."""
        end = self.end
        return {
            "clause": self.clause.id,
            "article": self.article,
            "zh": self.clause.zh,
            "en": self.clause.en,
            "kind": self.clause.kind,
            "who": self.clause.who,
            "state": self.state,
            "term": str(self.term),
            "started": self.started.isoformat(),
            "due": end.at.isoformat() if end else None,
            "last_day": end.last_day.isoformat() if end and end.last_day else None,
            "ended": self.ended.isoformat() if self.ended else None,
            "provisional": bool(end and end.provisional),
            "counting": self.statute.counting,
            "counted_zh": self.counted("zh_CN"),
            "counted_en": self.counted("en"),
            "why": [span.as_dict() for span in end.why] if end else [],
        }


def clock(petition: Petition, calendar: WorkCalendar, now: datetime, statute: Statute = REGULATIONS) -> list[Deadline]:
    """Every term of ``petition`` that has begun, in the statute's order, as it stands at ``now``."""
    found: list[Deadline] = []
    for clause in statute.clauses:
        started = first(petition, clause.starts)
        if started is not None and clause.holds_for(petition.path):
            found.append(_deadline(petition, clause, started, calendar, now, statute))
    return found


def first(petition: Petition, moments: tuple[str, ...]) -> datetime | None:
    """The first of these moments that is known."""
    for name in moments:
        if (at := getattr(petition, name)) is not None:
            return at  # type: ignore[no-any-return]
    return None


def term_of(petition: Petition, clause: Clause) -> Term:
    """The clause's term, with its extension if the petition has been given one."""
    return clause.term.extended(clause.more) if clause.more and petition.extended_at else clause.term


def end_of(petition: Petition, clause: Clause, started: datetime, calendar: WorkCalendar, statute: Statute) -> End:
    """When a clause that started then ends for this petition.  Raises what :func:`govcore.calendar.due` raises."""
    term = term_of(petition, clause)
    if [stage.unit for stage in term.stages] == [Unit.WORKING_DAYS]:
        return _working_days(int(term.stages[0].amount), started, calendar)
    reckoned = due(started, term, calendar, statute.counting, petition.hearings if clause.hearings else ())
    last = reckoned.stages[-1]
    return End(reckoned.at, last.last_day, last.nominal_day, reckoned.provisional, reckoned)


def _deadline(
    petition: Petition, clause: Clause, started: datetime, calendar: WorkCalendar, now: datetime, statute: Statute
) -> Deadline:
    started = calendar.local(started)
    ended = first(petition, clause.ends)
    term = term_of(petition, clause)
    if clause.hearings and petition.hearing_since is not None and ended is None:
        return Deadline(clause, term, statute, started, None, None, "paused")
    end = end_of(petition, clause, started, calendar, statute)
    states = _DUTY if clause.kind == "duty" else _RIGHT
    state = states[ended is not None, end.passed(ended or now)]
    return Deadline(clause, term, statute, started, end, calendar.local(ended) if ended else None, state)


def _working_days(days: int, started: datetime, calendar: WorkCalendar) -> End:
    """Whole working days (Civil Code 201–203): the day of the event is not counted, 24:00 of the last one ends it."""
    begin = calendar.local(started).date()
    last = begin
    while days:
        last += timedelta(days=1)
        days -= calendar.is_working(last)
    return End(calendar.midnight(last.toordinal() + 1), last, last, not calendar.settled(begin, last))
