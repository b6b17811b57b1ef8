"""A visit is made, or tried: what was found, the second grade beside the first, and what follows for the matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from govcore.errors import Refusal
from govcore.events._moves import change, together
from govcore.events.again import again
from govcore.events.decision import Changed
from govcore.events.event import Event, Grading
from govcore.events.handoff import HandOff
from govcore.events.rating import check_grade
from govcore.events.rectify import rectify
from govcore.events.redact import without_identity
from govcore.events.visit import VISIT, Visit
from govcore.events.visits import makes, noted, said
from govcore.events.way import Way
from govcore.messages.visit import VisitDone, VisitMissed


def make(
    event: Event,
    handoffs: Sequence[HandOff],
    visit: Visit,
    *,
    by: str,
    at: datetime,
    way: Way,
    reached: bool = True,
    kept: bool | None = None,
    grade: int | None = None,
    found: str = "",
    attempt: int | None = None,
) -> Changed:
    """Whoever a visit names says what was found.

    A visit says whether what was agreed is ``kept``; what is not opens the matter again, or has it put right, as the
    pack says.  A call may bring a ``grade``: it stands beside the first, which nothing overwrites; where it is bad
    again the supervising department is told.  Not ``reached``: tried again, until the pack's number of tries is spent.
    ``attempt``: the how-manieth it is, for who would know a late repeat.  ``handoffs``: all tasks of the event.

    Raises ``VISIT_NOT_ALLOWED`` (not open), ``LIFECYCLE_NOT_YOURS``, ``VISIT_STALE``, ``VISIT_NOT_TOLD_IF_KEPT``,
    ``VISIT_NO_FINDING``, ``VISIT_NO_GRADE``, ``EVENT_BAD_GRADE``.
    """
    VISIT.guard(visit.state, "finish", by=by, roles=makes(by, visit.holder))
    if attempt is not None and attempt != visit.tries + 1:
        raise Refusal("VISIT_STALE", field="attempt", value=attempt, attempt=visit.tries + 1)
    if not reached:
        return _missed(visit, by, found, at, way)
    outcome = _outcome(visit, kept, grade, found, way)
    after = _ended(visit, by, found, at, tries=visit.tries + 1, outcome=outcome, grade=grade)
    supervisor = (way.rules.supervisor,) if outcome == "dissatisfied" else ()
    told = said(after, VisitDone, to=supervisor, **_told(after))
    changed = Changed(visits=(after,), said=(told,), notes=(noted(after, "finish", visit.state, by, outcome),))
    present = not event.open and visit.closing == event.reopens + 1
    if grade is not None and present:
        given = Grading(grade=grade, at=at, closing=visit.closing, how="call")
        return changed._replace(event=change(event, final_grade=grade, grades=(*event.grades, given)))
    if outcome != "not_kept" or not present:
        return changed
    follows = _not_kept(event, handoffs, after, at, way)
    return follows._replace(
        visits=changed.visits + follows.visits,
        said=changed.said + follows.said,
        notes=changed.notes + follows.notes,
    )


def _not_kept(event: Event, handoffs: Sequence[HandOff], visit: Visit, at: datetime, way: Way) -> Changed:
    """Opened again where the pack says so and the matter's table lets a rule do it; else put right by the lead."""
    table, rules = way.workflows.event(event), way.rules
    reopens = rules.visits is not None and rules.visits.not_kept == "reopen"
    if reopens and table.allows(event.state, "reopen") and "rule" in table.line(event.state, "reopen").roles:
        return again(event, handoffs, action="reopen", by="rule", at=at, reason=visit.found, way=way)
    after, steps = rectify(event, handoffs, reason="VISIT_NOT_KEPT", by="rule", at=at, way=way)
    return together(after if steps else None, steps, workflows=way.workflows)


def _outcome(visit: Visit, kept: bool | None, grade: int | None, found: str, way: Way) -> str:
    if visit.kind == "visit":
        if kept is None:
            raise Refusal("VISIT_NOT_TOLD_IF_KEPT", field="kept")
        if grade is not None:
            raise Refusal("VISIT_NO_GRADE", field="grade", value=grade)
        if not kept and not found.strip():
            raise Refusal("VISIT_NO_FINDING", field="found")
        return "kept" if kept else "not_kept"
    if kept is not None:
        raise Refusal("VISIT_NO_AGREEMENT", field="kept", value=kept)
    if grade is None:
        return "reached"
    check_grade(grade)
    return "dissatisfied" if grade in way.rules.bad_grades else "satisfied"


def _missed(visit: Visit, by: str, found: str, at: datetime, way: Way) -> Changed:
    """One try more; after the last it is done, with nobody reached."""
    tries = visit.tries + 1
    rules = way.rules.call if visit.kind == "call" else way.rules.visits
    if rules is None or tries >= rules.tries:
        after = _ended(visit, by, found, at, tries=tries, outcome="not_reached", grade=None)
        told = said(after, VisitDone, **_told(after))
        return Changed(visits=(after,), said=(told,), notes=(noted(after, "finish", visit.state, by, "not_reached"),))
    after = visit.model_copy(update={"tries": tries, "version": visit.version + 1})
    told = said(after, VisitMissed, tries=tries, missed_at=at)
    return Changed(visits=(after,), said=(told,), notes=(noted(after, "miss", visit.state, by),))


def _ended(visit: Visit, by: str, found: str, at: datetime, **more: Any) -> Visit:
    state, words = VISIT.step(visit.state, "finish"), without_identity(found)
    kept = {"state": state, "version": visit.version + 1, "done_by": by, "done_at": at, "found": words}
    return visit.model_copy(update={**kept, **more})


def _told(visit: Visit) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in ("outcome", "grade", "found", "tries", "done_at")}
