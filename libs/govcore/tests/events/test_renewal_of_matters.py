"""A year's notice comes out while tasks are open: their times move, and whoever has them is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from govcore.calendar import Notice, Pause, WorkCalendar, due
from govcore.events import Changed, Event, HandOff, matter
from govcore.events.decision import Promise
from govcore.events.way import End, Rules, Way
from govcore.testing import a_matter, a_way, rules

CN = WorkCalendar.china()
OUT = CN.with_notices(
    [
        Notice(year=2027, name="New Year's Day", holidays="0101-0103", makeup="0102"),
        Notice(year=2027, name="Spring Festival", holidays="0206-0212"),
    ]
)


def by(calendar: WorkCalendar, term: str | None = "5wd", **changes: object) -> Way:
    """The builders' way by a calendar."""

    def reckon(start: datetime, term: str, _place: str, pauses: Sequence[tuple[datetime, datetime]] = ()) -> End:
        found = due(start, term, calendar, pauses=[Pause(*one) for one in pauses])
        return End(found.at, found.provisional)

    numbers: Rules = replace(rules(), handle=None, **changes)  # type: ignore[arg-type]
    return replace(a_way(term=term), reckon=reckon, rules=numbers)


def filed(at: str, way: Way) -> tuple[Event, tuple[HandOff, ...], Changed]:
    event = a_matter(a_way()).event
    assert event is not None
    reported = event.model_copy(update={"state": "reported", "holder": "desk:intake", "due_at": None, "due_term": None})
    changed = matter.go_on(reported, at=CN.read(at), way=way, reason="EVENT_LOCATE_LATE")
    assert changed.event is not None
    return changed.event, changed.handoffs, changed


def test_an_accepted_task_gets_its_new_time() -> None:
    """Over Spring Festival the due moves on; task, matter, promise and a message to the department say so, once."""
    event, (task,), _ = filed("2027-02-04T09:00", by(CN))
    held = matter.accept(event, task, by="chengguan", generation=1, at=CN.read("2027-02-04T09:30"))
    assert held.event is not None
    at = CN.read("2027-02-05T08:00")
    changed = matter.renew(held.event, held.handoffs, at=at, way=by(OUT))
    (after,) = changed.handoffs
    assert (task.due_at, after.due_at) == (CN.read("2027-02-11T09:00"), CN.read("2027-02-18T09:00"))
    assert not after.provisional and after.version == held.handoffs[0].version + 1 and after.generation == 1
    assert changed.event is not None
    assert (changed.event.due_at, changed.event.provisional) == (after.due_at, False)
    (said,) = changed.said
    assert (said.payload.type, said.to, said.payload.was_due_at) == ("handoff.renewed.v1", ("chengguan",), task.due_at)  # type: ignore[attr-defined]
    assert said.payload.provisional is None  # type: ignore[attr-defined]
    assert changed.promises == (Promise("finish", task.id, CN.read("2027-02-18T09:00"), event.id, 1),)
    assert {note.kind for note in changed.notes} == {"renew"}
    assert not matter.renew(changed.event, changed.handoffs, at=at, way=by(OUT))


def test_an_offer_gets_both_its_times() -> None:
    """A make-up day brings the time to accept and the due forward."""
    event, (task,), _ = filed("2026-12-31T17:30", by(CN, "1wd"))
    changed = matter.renew(event, (task,), at=CN.read("2026-12-31T17:40"), way=by(OUT, "1wd"))
    (after,) = changed.handoffs
    assert (task.accept_due_at, after.accept_due_at) == (CN.read("2027-01-04T08:30"), CN.read("2027-01-02T08:30"))
    assert (task.due_at, after.due_at) == (CN.read("2027-01-04T17:30"), CN.read("2027-01-02T17:30"))
    assert {(one.kind, one.at) for one in changed.promises} == {
        ("accept", CN.read("2027-01-02T08:30")),
        ("finish", CN.read("2027-01-02T17:30")),
    }


def test_what_only_is_settled_is_told_too() -> None:
    """A due that stays where it was is no longer provisional, and the department hears it."""
    event, (task,), _ = filed("2027-03-02T09:00", by(CN))
    changed = matter.renew(event, (task,), at=CN.read("2027-03-02T10:30"), way=by(OUT))
    (after,) = changed.handoffs
    assert after.due_at == task.due_at and task.provisional and not after.provisional
    assert [said.payload.type for said in changed.said] == ["handoff.renewed.v1"]


@pytest.mark.parametrize("at", ["2026-03-02T09:00", "2027-03-02T09:00"])
def test_nothing_changes_without_a_notice(at: str) -> None:
    """By the same calendar there is nothing to reckon again, provisional or not."""
    event, tasks, _ = filed(at, by(CN))
    assert not matter.renew(event, tasks, at=CN.read(at), way=by(CN))


def test_a_settled_task_is_left_alone() -> None:
    """What no notice was needed for keeps its time, whatever calendar is asked now."""
    event, tasks, _ = filed("2026-03-02T09:00", by(CN))
    other = WorkCalendar({"zone": "Asia/Shanghai", "sessions": "09:00-10:00", "complete": True})
    assert not matter.renew(event, tasks, at=CN.read("2026-03-02T09:00"), way=by(other))


def test_lateness_is_judged_by_the_new_time() -> None:
    """Late by the old time and not by the new one: promised anew.  Late by both: the ladder's promise stands."""
    event, (task,), _ = filed("2027-02-04T09:00", by(CN))
    held = matter.accept(event, task, by="chengguan", generation=1, at=CN.read("2027-02-04T09:30"))
    assert held.event is not None
    late = matter.woken(
        "finish", held.event, held.handoffs[0], generation=1, at=CN.read("2027-02-11T09:00"), way=by(CN)
    )
    assert late.handoffs[0].orders == 1
    soon = matter.renew(held.event, late.handoffs, at=CN.read("2027-02-11T10:00"), way=by(OUT))
    assert [one.at for one in soon.promises] == [CN.read("2027-02-18T09:00")] and soon.handoffs[0].orders == 1
    after = matter.renew(held.event, late.handoffs, at=CN.read("2027-02-20T10:00"), way=by(OUT))
    assert after.promises == () and after.handoffs[0].due_at == CN.read("2027-02-18T09:00")


def test_ended_tasks_keep_what_was_said_of_them() -> None:
    """A task that is done was judged by the time it had."""
    event, (task,), _ = filed("2027-02-04T09:00", by(CN))
    held = matter.accept(event, task, by="chengguan", generation=1, at=CN.read("2027-02-04T09:30"))
    assert held.event is not None
    said = {"handoff_id": task.id, "by": "chengguan", "generation": 1, "result": "已修"}
    done = matter.finish(held.event, held.handoffs, **said, at=CN.read("2027-02-12T09:00"), way=by(CN))  # type: ignore[arg-type]
    assert done.event is not None and done.handoffs[0].on_time is False
    assert not matter.renew(done.event, done.handoffs, at=CN.read("2027-02-13T09:00"), way=by(OUT))


def test_a_desk_looks_again_in_time() -> None:
    """The triage desk's promise moves with the calendar; what is promised never comes before its term is over."""
    nobody = replace(by(CN), route=a_way(None).route)
    event, (), _ = filed("2026-12-31T17:30", nobody)
    assert event.holder == "desk:triage"
    (promise,) = matter.renew(event, (), at=CN.read("2026-12-31T17:40"), way=by(OUT)).promises
    assert (promise.kind, promise.at) == ("triage", CN.read("2027-01-02T09:30"))
