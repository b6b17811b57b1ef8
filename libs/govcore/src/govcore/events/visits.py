"""Visits are agreed, opened on their day, made; what was not kept opens the matter again or has it put right.

Nothing here moves the clock of a closing: the reporter's time to object runs from ``closed_at`` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from govcore.errors import Refusal
from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise, Said
from govcore.events.event import Event
from govcore.events.handoff import dept_of
from govcore.events.redact import without_identity
from govcore.events.rungs import Clock, issued, standing
from govcore.events.rungs import after as coming
from govcore.events.visit import TIMERS, VISIT, VISITOR, Calling, Visit, Visiting
from govcore.events.way import Way
from govcore.messages.visit import VisitAgreed, VisitDropped, VisitFacts, VisitOpened
from govcore.workflow import roles_of

DAY, LATE = TIMERS


def agree(
    event: Event,
    visits: Sequence[Visit],
    *,
    days: Sequence[date],
    what: str,
    by: str,
    at: datetime,
    way: Way,
    holder: str | None = None,
) -> Changed:
    """A desk agrees days on which ``holder`` (None: whom the pack names) looks whether ``what`` was agreed is kept.

    ``visits``: all of the matter.  Raises ``VISIT_NONE_HERE``, ``LIFECYCLE_NOT_YOURS``, ``VISIT_NOT_CLOSED``,
    ``VISIT_NO_PURPOSE``, ``VISIT_NO_DAY``, ``VISIT_DAY_PAST``, ``VISIT_TOO_FAR``, ``VISIT_ALREADY_AGREED``,
    ``VISIT_TOO_MANY``, ``HANDOFF_UNKNOWN_DEPARTMENT``.
    """
    rules = way.rules.visits
    if rules is None:
        raise Refusal("VISIT_NONE_HERE", field="event_id", value=event.id)
    VISIT.guard("", "agree", by=by, roles=roles_of(by, desk="verify"))
    if event.open or event.closed_at is None or event.part_of is not None or event.outcome == "void":
        raise Refusal("VISIT_NOT_CLOSED", field="event_id", value=event.id, state=event.state)
    if not what.strip():
        raise Refusal("VISIT_NO_PURPOSE", field="what")
    if (dept := dept_of(holder)) is not None:
        way.known(dept, field="holder")
    taken = [one.opens_at for one in visits if one.state == "planned" and one.kind == "visit"]
    made = [_agreed(event, day, what, holder or rules.by, by, at, rules, way) for day in _days(days, taken, at, rules)]
    if len(taken) + len(made) > rules.most:
        raise Refusal("VISIT_TOO_MANY", field="days", value=len(taken) + len(made), most=rules.most)
    return Changed(
        visits=tuple(made),
        said=tuple(said(one, VisitAgreed, agreed_at=at) for one in made),
        notes=tuple(noted(one, "agree", "", by) for one in made),
        promises=tuple(Promise(DAY, one.id, one.opens_at, event.id) for one in made),
    )


def cancel(visit: Visit, *, by: str, reason: str, at: datetime) -> Changed:
    """A desk takes a day back before it has come.  Raises ``VISIT_NOT_ALLOWED``, ``LIFECYCLE_NOT_YOURS``,
    ``EVENT_NO_REASON``."""
    VISIT.guard(visit.state, "cancel", by=by, roles=roles_of(by, desk="verify"))
    if not reason.strip():
        raise Refusal("EVENT_NO_REASON", field="reason")
    return _dropped(visit, "cancel", by, reason, at)


def call(event: Event, rules: Calling, *, at: datetime, way: Way) -> Changed:
    """A return call to whoever reported it, open from now on."""
    end = way.reckon(at, rules.term, event.place)
    made = _visit(event, "call", rules.by, "rule", at, rules, way).model_copy(
        update={"state": "open", "opened_at": at, "due_at": end.at, "provisional": end.provisional}
    )
    return _opened(made, "call", "", "rule", at)


def woken(kind: str, event: Event, visit: Visit, *, at: datetime, way: Way) -> Changed:
    """The promise ``kind`` of a visit is due: its day has come, or its term is over; nothing where it has moved on."""
    if kind == DAY and visit.state == "planned" and at >= visit.opens_at:
        if event.open or event.reopens + 1 != visit.closing:
            return _dropped(visit, "drop", "clock", "VISIT_MATTER_OPEN", at)
        return _opened(_open(visit, at, way), "open", visit.state, "clock", at)
    return _late(visit, at, way) if kind == LATE and visit.state == "open" else NOTHING_CHANGED


def makes(by: str, holder: str) -> frozenset[str]:
    """The roles in which ``by`` acts on a visit of ``holder``: who is named makes it, at a desk a person of it."""
    if by == holder:
        return frozenset({VISITOR})
    return roles_of(by, desk=VISITOR) if holder.startswith("desk:") and ":" not in by else frozenset()


def said(visit: Visit, payload: type[VisitFacts], *, to: tuple[str, ...] = (), **more: Any) -> Said:
    """A message about ``visit`` as it is now; to its department's own queue too, where a department makes it."""
    fields = ("event_id", "kind", "state", "holder", "what", "closing", "opens_at", "due_at", "place", "class_code")
    facts = {name: getattr(visit, name) for name in (*fields, "lead")}
    about = payload(visit_id=visit.id, provisional=visit.provisional or None, **facts, **more)
    own = dept_of(visit.holder)
    return Said(about, visit.id, visit.version, visit.place, own, tuple(dict.fromkeys((*filter(None, [own]), *to))))


def noted(visit: Visit, kind: str, before: str, actor: str, reason: str = "") -> Note:
    """A line of the visit's own history."""
    return Note(
        visit.id, kind, before, visit.state, visit.holder if visit.open else None, actor, reason, visit.event_id
    )


def _days(days: Sequence[date], taken: Sequence[datetime], at: datetime, rules: Visiting) -> list[datetime]:
    """The beginning of each day in the pack's zone; the first that cannot be is refused with its row."""
    if not days:
        raise Refusal("VISIT_NO_DAY", field="days")
    found: list[datetime] = []
    for row, day in enumerate(days):
        begins = datetime.combine(day, time(), tzinfo=rules.zone)
        wrong = (
            ("VISIT_DAY_PAST", begins <= at),
            ("VISIT_TOO_FAR", (day - at.astimezone(rules.zone).date()).days > rules.days),
            ("VISIT_ALREADY_AGREED", begins in taken or begins in found),
        )
        for code, is_so in wrong:
            if is_so:
                raise Refusal(code, field="days", row=row, value=day.isoformat(), most=rules.days)
        found.append(begins)
    return found


def _agreed(
    event: Event, begins: datetime, what: str, holder: str, by: str, at: datetime, rules: Visiting, way: Way
) -> Visit:
    made = _visit(event, "visit", holder, by, at, rules, way)
    return made.model_copy(update={"opens_at": begins, "what": without_identity(what)})


def _visit(event: Event, kind: Any, holder: str, by: str, at: datetime, rules: Calling, way: Way) -> Visit:
    return Visit(
        id=way.ids.new("V"),
        event_id=event.id,
        kind=kind,
        state="planned",
        holder=holder,
        agreed_by=by,
        closing=event.reopens + 1,
        term=rules.term,
        opens_at=at,
        place=event.place,
        class_code=event.class_code,
        lead=event.lead,
    )


def _open(visit: Visit, at: datetime, way: Way) -> Visit:
    """It is due a term after its day began, by the calendar of today: a notice that has come out since counts."""
    end = way.reckon(visit.opens_at, visit.term, visit.place)
    due = {"due_at": end.at, "provisional": end.provisional, "opened_at": at, "version": visit.version + 1}
    return visit.model_copy(update={"state": VISIT.step(visit.state, "open"), **due})


def _opened(visit: Visit, action: str, before: str, actor: str, at: datetime) -> Changed:
    assert visit.due_at is not None
    return Changed(
        visits=(visit,),
        said=(said(visit, VisitOpened, opened_at=at),),
        notes=(noted(visit, action, before, actor),),
        promises=(Promise(LATE, visit.id, visit.due_at, visit.event_id),),
    )


def _dropped(visit: Visit, action: str, by: str, reason: str, at: datetime) -> Changed:
    state = VISIT.step(visit.state, action)
    after = visit.model_copy(update={"state": state, "version": visit.version + 1, "done_by": by, "done_at": at})
    masked = without_identity(reason)
    told = said(after, VisitDropped, reason=masked, dropped_at=at)
    return Changed(visits=(after,), said=(told,), notes=(noted(after, action, visit.state, by, masked),))


def _late(visit: Visit, at: datetime, way: Way) -> Changed:
    """An order (三单一函) to whoever makes it, and the next rung's promise; by the calendar of today."""
    end = way.reckon(visit.opens_at, visit.term, visit.place)
    if end.at > at:
        after = visit.model_copy(
            update={"due_at": end.at, "provisional": end.provisional, "version": visit.version + 1}
        )
        return Changed(visits=(after,), promises=(Promise(LATE, visit.id, end.at, visit.event_id),))
    rung = standing(way, visit.orders)
    after = visit.model_copy(update={"orders": visit.orders + 1, "version": visit.version + 1})
    told = issued(
        rung,
        to=visit.holder,
        place=visit.place,
        at=at,
        way=way,
        number=after.orders,
        event_id=visit.event_id,
        reason="VISIT_LATE",
        class_code=visit.class_code,
        late_since=end.at,
    )
    following = coming(rung, Clock(visit.opens_at, visit.term, visit.place), at, way)
    again = () if following is None else (Promise(LATE, visit.id, following, visit.event_id),)
    line = noted(after, "order", visit.state, "clock", "VISIT_LATE")
    return Changed(visits=(after,), said=(told,), notes=(line,), promises=again)
