"""A matter finds its departments: located, routed, or laid on the triage desk (分拨台), or it is nobody's.

Every decision answers a :class:`govcore.events.decision.Changed`; ``at`` is when the mesh decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from govcore.errors import Refusal
from govcore.events._moves import change, due_of, move, note, offer_all, reasoned, together, told
from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise
from govcore.events.event import INTAKE, TRIAGE, Event
from govcore.events.handoff import HandOff
from govcore.events.join import check_join
from govcore.events.offers import withdraw
from govcore.events.plan import After, check_order, circle_in
from govcore.events.saying import about_event
from govcore.events.way import Way
from govcore.messages.event import (
    EventCorrected,
    EventFiled,
    EventLocated,
    EventTriaged,
    EventVoided,
)
from govcore.workflow import ONLY_SHIPPED, Workflows, roles_of


def located(event: Event, where: EventLocated, *, at: datetime, way: Way, handoffs: Sequence[HandOff] = ()) -> Changed:
    """The grid service's answer.  The first one sends the matter on; a late one only corrects the place.

    ``handoffs``: the event's tasks, needed for a late answer (open ones learn the place too).
    """
    found = {
        "place": where.place,
        "division": where.division,
        "grid": where.grid,
        "duty_post": where.duty_post,
        "duty_person": where.duty_person,
        "located": True,
        "located_at": where.located_at,
    }
    if event.phase == "intake":
        here = event.model_copy(update={**found, **way.workflows.event(event).after(event.state, "locate")})
        return _route(here, note(here, "locate", event.state, "service:grid", where.how), at=at, way=way)
    if event.located:
        return NOTHING_CHANGED
    after = change(event, **found)
    depts = tuple(dict.fromkeys(one.dept for one in handoffs if one.open))
    said = about_event(after, EventCorrected, to=depts, was_place=event.place, was_grid=event.grid, corrected_at=at)
    tasks = tuple(_moved(one, after) for one in handoffs if one.open)
    return Changed(after, tasks, (said,), (note(after, "correct", event.state, "service:grid", where.how),))


def go_on(event: Event, *, at: datetime, way: Way, reason: str) -> Changed:
    """No location in time, or none to be had: the matter goes on with the division that came with it, and says so.

    ``reason`` is a code: ``EVENT_LOCATE_LATE``, ``EVENT_NO_GRID_SERVICE`` or the grid service's own.
    """
    if event.phase != "intake":
        return NOTHING_CHANGED
    here = event.model_copy(update=way.workflows.event(event).after(event.state, "go_on"))
    return _route(here, note(here, "go_on", event.state, "clock", reason), at=at, way=way, unlocated=reason)


def triage(
    event: Event,
    *,
    lead: str,
    assists: Sequence[str] = (),
    reason: str,
    by: str,
    at: datetime,
    way: Way,
    term: str | None = None,
    severity: str | None = None,
    terms: Mapping[str, str] = MappingProxyType({}),
    after: After = MappingProxyType({}),
    join: str | None = None,
) -> Changed:
    """The triage desk names the departments: each with a term of its own where ``terms`` has one, asked at once or
    when those in ``after`` are done; ``join``: when they are done together, None: as the pack says.

    Raises ``HANDOFF_UNKNOWN_DEPARTMENT``, ``EVENT_NOT_ALLOWED``, ``LIFECYCLE_NOT_YOURS``, ``EVENT_NO_REASON``,
    ``EVENT_PLAN_UNKNOWN``, ``EVENT_PLAN_LEAD``, ``EVENT_PLAN_CIRCLE``, ``EVENT_BAD_JOIN``, ``CALENDAR_BAD_TERM``.
    """
    way.workflows.event(event).guard(event.state, "assign", by=by, roles=roles_of(by, desk="triage"))
    way.known(lead, field="lead")
    for dept in assists:
        way.known(dept, field="assists")
    reasoned(reason)
    assists = tuple(dict.fromkeys(dept for dept in assists if dept != lead))
    for dept in terms:
        if dept not in (lead, *assists):
            raise Refusal("EVENT_PLAN_UNKNOWN", field="terms", value=dept[:80])
    check_order(lead, assists, after)
    check_join(join or event.join)
    changed = event.model_copy(
        update={"severity": severity or event.severity, "lead": lead, "join": join or event.join}
    )
    steps, plans = offer_all(
        changed,
        lead=lead,
        assists=assists,
        term=term or way.rules.handle,
        terms=terms,
        after=after,
        offerer=TRIAGE,
        actor=by,
        reason=reason,
        at=at,
        way=way,
    )
    assigned = move(
        changed,
        "assign",
        at=at,
        workflows=way.workflows,
        **({} if event.due_at else due_of(steps[0].handoff)),
        handoffs_open=event.handoffs_open + len(steps),
        handoffs_total=event.handoffs_total + len(steps),
        plans=plans,
    )
    said = told(
        event.state,
        "assign",
        assigned,
        EventTriaged,
        way.workflows,
        assists=assists,
        planned=tuple(plan.dept for plan in plans) or None,
        reason=reason,
        triaged_at=at,
    )
    notes = [note(assigned, "assign", event.state, by, reason)]
    return together(assigned, steps, said=[said], notes=notes, event_first=True, workflows=way.workflows)


def void(
    event: Event,
    handoffs: Sequence[HandOff],
    *,
    by: str,
    at: datetime,
    reason: str,
    workflows: Workflows = ONLY_SHIPPED,
) -> Changed:
    """Nobody's matter: it ends, and its open tasks are withdrawn, each told.

    Raises ``EVENT_NOT_ALLOWED``, ``LIFECYCLE_NOT_YOURS``, ``EVENT_NO_REASON``.
    """
    workflows.event(event).guard(event.state, "void", by=by, roles=roles_of(by, desk="triage"))
    reasoned(reason)
    steps = [
        withdraw(one, by=by, at=at, reason=reason, workflows=workflows, lead=event.lead) for one in handoffs if one.open
    ]
    left = event.handoffs_open - len(steps)
    after = move(event, "void", at=at, workflows=workflows, closed_at=at, outcome="void", handoffs_open=left, plans=())
    said = told(event.state, "void", after, EventVoided, workflows, reason=reason, voided_at=at)
    return together(after, steps, said=[said], notes=[note(after, "void", event.state, by, reason)])


def _route(here: Event, first: Note, *, at: datetime, way: Way, unlocated: str | None = None) -> Changed:
    """From located to assigned, or to the triage desk where no rule names a department the pack has."""
    decision = way.route(here)
    lead = decision.lead
    unknown = [dept for dept in filter(None, (lead, *decision.assists)) if dept not in way.rules.departments]
    severity = decision.severity or here.severity
    here = here.model_copy(update={"severity": severity, "matched": decision.matched})
    circle = circle_in(dict(decision.after))
    if lead is None or unknown or circle:
        reason = "HANDOFF_UNKNOWN_DEPARTMENT" if unknown else "EVENT_PLAN_CIRCLE" if circle else "EVENT_NO_RULE"
        after = move(here, "no_rule", at=at, workflows=way.workflows, holder=TRIAGE)
        said = told(
            here.state,
            "no_rule",
            after,
            EventFiled,
            way.workflows,
            matched=decision.matched,
            located=here.located,
            reason=unlocated or reason,
            filed_at=at,
        )
        late = Promise("triage", after.id, way.due(at, way.rules.triage, after.place), after.id)
        notes = [first, note(after, "no_rule", here.state, "rule", reason)]
        return together(after, said=[said], notes=notes, promises=[late], workflows=way.workflows)
    here = here.model_copy(update={"lead": lead, "join": decision.join or here.join})
    steps, plans = offer_all(
        here,
        lead=lead,
        assists=decision.assists,
        term=decision.term or way.rules.handle,
        terms=dict(decision.terms),
        after=dict(decision.after),
        offerer=INTAKE,
        actor="rule",
        reason="",
        at=at,
        way=way,
    )
    after = move(
        here,
        "route",
        at=at,
        workflows=way.workflows,
        **due_of(steps[0].handoff),
        handoffs_open=here.handoffs_open + len(steps),
        handoffs_total=here.handoffs_total + len(steps),
        plans=plans,
    )
    said = told(
        here.state,
        "route",
        after,
        EventFiled,
        way.workflows,
        assists=decision.assists,
        planned=tuple(plan.dept for plan in plans) or None,
        matched=decision.matched,
        located=here.located,
        reason=unlocated,
        filed_at=at,
    )
    routed = note(after, "route", here.state, "rule", ",".join(decision.matched))
    return together(after, steps, said=[said], notes=[first, routed], event_first=True, workflows=way.workflows)


def _moved(task: HandOff, event: Event) -> HandOff:
    return task.model_copy(
        update={
            "place": event.place,
            "grid": event.grid,
            "duty_post": event.duty_post,
            "version": task.version + 1,
        }
    )
