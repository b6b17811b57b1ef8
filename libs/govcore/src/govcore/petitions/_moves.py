"""What the decisions about a petition share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from govcore.calendar import Calendars, WorkCalendar
from govcore.errors import Refusal
from govcore.events.decision import Note, Promise, Said
from govcore.petitions.clock import end_of, first
from govcore.petitions.lifecycle import PETITION
from govcore.petitions.petition import Petition
from govcore.petitions.statute import REGULATIONS, Statute


@dataclass(frozen=True, slots=True)
class Law:
    """What the clock runs by: the statute, and the calendar of the place, or all calendars that it may learn a notice
    for."""

    days: WorkCalendar | Calendars
    statute: Statute = REGULATIONS

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar as it is known now."""
        return self.days.default if isinstance(self.days, Calendars) else self.days


class Changed(NamedTuple):
    """All that a decision changes; ``petition`` None: nothing."""

    petition: Petition | None = None
    said: tuple[Said, ...] = ()
    notes: tuple[Note, ...] = ()
    promises: tuple[Promise, ...] = ()

    def __bool__(self) -> bool:
        return self.petition is not None


def move(petition: Petition, action: str, at: datetime, **changes: Any) -> Petition:
    state = PETITION.step(petition.state, action)
    not_before(petition, at)
    return petition.model_copy(update={"state": state, "version": petition.version + 1, **changes})


def changed(
    before: Petition,
    after: Petition,
    kind: str,
    by: str,
    reason: str = "",
    said: tuple[Said, ...] = (),
    promised: list[Promise] | None = None,
) -> Changed:
    note = Note(after.id, kind, before.state, after.state, after.holder, by, reason, after.event_id or "")
    return Changed(after, said, (note,), tuple(promised or ()))


def promises(petition: Petition, law: Law, clause: str) -> list[Promise]:
    """The promise to look again when the clause's term has passed; none where it does not run."""
    rule = law.statute.clause(clause)
    started = first(petition, rule.starts) if rule and rule.holds_for(petition.path) else None
    if rule is None or started is None:
        return []
    end = end_of(petition, rule, started, law.calendar, law.statute)
    return [Promise(clause, petition.id, end.at, petition.event_id or "")]


def in_time(petition: Petition, clause: str, at: datetime, law: Law, code: str) -> None:
    rule = law.statute.clause(clause)
    started = first(petition, rule.starts) if rule else None
    if rule is None or started is None:
        return
    end = end_of(petition, rule, started, law.calendar, law.statute)
    if end.passed(at):
        article = f"{law.statute.name} {rule.article}"
        raise Refusal(code, field=clause, value=at.isoformat(), due=end.at.isoformat(), article=article)


def answered_in_time(petition: Petition, law: Law) -> bool | None:
    for clause in ("handle", "tell", "register"):
        rule = law.statute.clause(clause)
        started = first(petition, rule.starts) if rule and rule.holds_for(petition.path) else None
        if rule and started and petition.answered_at:
            return not end_of(petition, rule, started, law.calendar, law.statute).passed(petition.answered_at)
    return None


def not_before(petition: Petition, at: datetime) -> None:
    if at < petition.received_at:
        raise Refusal("PETITION_TIME_BACKWARDS", field="at", value=at.isoformat())


def reasoned(reason: str) -> str:
    if not reason.strip():
        raise Refusal("PETITION_NO_REASON", field="reason")
    return reason
