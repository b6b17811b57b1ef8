"""The resident's five grades (满意度五级), and what a bad one brings: never anything for the resident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from govcore.errors import Refusal
from govcore.events._moves import move, note, together, told
from govcore.events.event import Grading
from govcore.events.rectify import asked_again, rectify
from govcore.events.saying import closing
from govcore.messages.closing import EventRated
from govcore.workflow import roles_of

if TYPE_CHECKING:
    from govcore.events.decision import Changed
    from govcore.events.event import Event
    from govcore.events.handoff import HandOff
    from govcore.events.way import Way

GRADES: Mapping[int, str] = {5: "grade.5", 4: "grade.4", 3: "grade.3", 2: "grade.2", 1: "grade.1"}
"""Grade to the word shown for it, a key of the ``labels`` catalogue: 5 very satisfied … 1 very dissatisfied."""


def check_grade(grade: int) -> None:
    """Raises ``EVENT_BAD_GRADE`` for what is none of the five."""
    if isinstance(grade, bool) or grade not in GRADES:
        raise Refusal("EVENT_BAD_GRADE", field="grade", value=grade)


def rate(
    event: Event, handoffs: Sequence[HandOff], *, grade: int, at: datetime, way: Way, by: str = "reporter"
) -> Changed:
    """The resident's grade, 5 (very satisfied) to 1 (very dissatisfied), once, within the pack's time to rate.

    A grade that the pack calls bad opens a rectification (整改) for the lead; when that is done, or at once where no
    lead is known, a return call (回访) is due.  ``handoffs``: all tasks of the event.

    Raises ``EVENT_BAD_GRADE``, ``EVENT_ALREADY_RATED``, ``EVENT_NOT_ALLOWED`` (not closed), ``LIFECYCLE_NOT_YOURS``
    (not the reporter), ``EVENT_RATE_TOO_LATE``.
    """
    check_grade(grade)
    table = way.workflows.event(event)
    if table.entered_by(event.state, "rate"):
        raise Refusal("EVENT_ALREADY_RATED", field="grade", value=grade)
    table.guard(event.state, "rate", by=by, roles=roles_of(by, desk="triage"))
    rules = way.rules
    if rules.rating is not None and event.closed_at is not None and at > event.closed_at + rules.rating:
        raise Refusal("EVENT_RATE_TOO_LATE", field="event_id", value=event.id)
    given = (*event.grades, Grading(grade=grade, at=at, closing=event.reopens + 1, how="rating"))
    after = move(
        event, "rate", at=at, workflows=way.workflows, grade=grade, final_grade=grade, grades=given, rated_at=at
    )
    said = told(event.state, "rate", after, EventRated, way.workflows, grade=grade, rated_at=at, **closing(after))
    notes = [note(after, "rate", event.state, "reporter", str(grade))]
    if grade not in rules.bad_grades:
        return together(after, said=[said], notes=notes)
    after, steps = rectify(after, handoffs, reason="EVENT_RATED_BAD", by="rule", at=at, way=way)
    changed = together(after, steps, said=[said], notes=notes, event_first=True, workflows=way.workflows)
    return changed if steps else asked_again(changed, after, at=at, way=way)
