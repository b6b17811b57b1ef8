"""Tasks that wait for others (任务先后): planned with the matter, offered when the ones before them have ended.

A plan has no holder, for nobody has been asked yet; the join rule counts it.  The clock of its task starts with the
offer.  Pure decisions over values; who is asked first, and when the next ones are, says :func:`ready`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.events.handoff import HandOff


class Plan(BaseModel):
    """A task of an assisting department that is not offered yet.

    ``id`` is the one its hand-off will have, ``after`` the ids of the tasks it waits for, ``term`` its own (None: no
    due), ``offerer`` who holds it from the offer on until the department accepts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    dept: str
    after: tuple[str, ...]
    term: str | None = None
    offerer: str


After = Mapping[str, Collection[str]]
"""Department → the departments that must be done before it is asked."""


def check_order(lead: str, assists: Collection[str], after: After) -> None:
    """Raises ``EVENT_PLAN_UNKNOWN`` where somebody waits, or is waited for, who is not asked at all,
    ``EVENT_PLAN_LEAD`` where the lead waits: it answers for the whole from the start, and ``EVENT_PLAN_CIRCLE``."""
    asked = {lead, *assists}
    for dept, before in after.items():
        for one in (dept, *before):
            if one not in asked:
                raise Refusal("EVENT_PLAN_UNKNOWN", field="after", value=one[:80])
    if after.get(lead):
        raise Refusal("EVENT_PLAN_LEAD", field="after", value=lead)
    if circle := circle_in(after):
        raise Refusal("EVENT_PLAN_CIRCLE", field="after", value=" → ".join(circle))


def circle_in(after: After) -> tuple[str, ...]:
    """Departments of which each waits for the next and the last for the first; empty where there are none."""
    over: set[str] = set()

    def walk(dept: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if dept in way:
            return (*way[way.index(dept) :], dept)
        if dept in over:
            return ()
        for one in after.get(dept, ()):
            if circle := walk(one, (*way, dept)):
                return circle
        over.add(dept)
        return ()

    return next((circle for dept in after if (circle := walk(dept, ()))), ())


def ready(plans: Sequence[Plan], handoffs: Iterable[HandOff]) -> tuple[list[Plan], tuple[Plan, ...]]:
    """The plans whose time has come, and the rest: every task before them is done, or no longer asked for."""
    ended = {one.id for one in handoffs if not one.open}
    now = [plan for plan in plans if ended.issuperset(plan.after)]
    return now, tuple(plan for plan in plans if plan not in now)
