"""A year's notice is loaded: what dispatch had reckoned without it is reckoned again, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from govcore.calendar import Notice
from govcore.packs import Pack

pytestmark = pytest.mark.slow

_numbers = count(1)
PATH = "/api/v1/calendar/renewals"
NOTICE = Notice(year=2027, name="Spring Festival", holidays="0206-0226")
"""Three weeks, so that every term of the pack that runs into them moves."""


@pytest.fixture
def pair(make: Callable[..., Any], database_url: str, tongcheng: Pack) -> tuple[Any, Any]:
    """The service as it ran in February 2027 without a notice, and as it is started again with one."""
    prefix = f"renewed{next(_numbers)}_"
    before = make(database_url, prefix)
    start = tongcheng.calendar.read("2027-02-04T08:00")
    before.clock.forward(start - before.clock.now())

    def again() -> Any:
        after = make(database_url, prefix, tongcheng.with_notices([NOTICE]))
        after.clock.forward(before.clock.now() - after.clock.now())
        return after

    return before, again


def promised(dispatch: Any, handoff: str) -> datetime:
    ((due,),) = dispatch.rows(f"SELECT due_at FROM timers WHERE id = 'finish:{handoff}:1'")
    return datetime.fromisoformat(str(due))


def test_what_a_notice_moves_is_told_and_done_once(pair: Any) -> None:
    """Asking changes nothing; doing moves task, matter and promise and tells the department; twice is once."""
    before, again = pair
    event, task = before.assigned()
    assert task["provisional"] is True and before.get(f"/api/v1/events/{event}")["provisional"] is True
    assert before.post(PATH)["renewed"] == []
    after = again()
    seen = after.get(PATH)
    (one,) = seen["renewed"]
    assert (one["id"], one["was_due_at"], one["due_term"]) == (task["id"], task["due_at"], task["due_term"])
    assert (seen["looked"], seen["next"]) == (1, None)
    assert after.get(f"/api/v1/handoffs/{task['id']}")["due_at"] == task["due_at"]
    assert after.post(PATH)["renewed"] == [one]
    now, matter = after.get(f"/api/v1/handoffs/{task['id']}"), after.get(f"/api/v1/events/{event}")
    assert (now["due_at"], now["provisional"], now["generation"]) == (one["due_at"], False, 1)
    assert datetime.fromisoformat(now["due_at"]) > datetime.fromisoformat(task["due_at"]) + timedelta(days=7)
    assert (matter["due_at"], matter["provisional"]) == (one["due_at"], False)
    assert promised(after, task["id"]) == datetime.fromisoformat(one["due_at"])
    said = "SELECT routing_key FROM outbox WHERE type = 'handoff.renewed.v1' AND exchange = ''"
    assert [tuple(row) for row in after.rows(said)] == [("dept.chengguan",)]
    assert after.post(PATH)["renewed"] == [] and len(after.rows(said)) == 1


def test_the_old_time_passes_without_an_order(pair: Any) -> None:
    """Once reckoned again, nobody is late at the old time, and somebody is at the new one."""
    before, again = pair
    _, task = before.assigned()
    path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/accept"
    assert before.post(path, {"dept": "chengguan", "generation": 1})["status"] == 200
    after = again()
    (one,) = after.post(PATH)["renewed"]
    for due, orders in ((task["due_at"], 0), (one["due_at"], 1)):
        after.clock.forward(datetime.fromisoformat(due) - after.clock.now() + timedelta(seconds=1))
        after.mesh.tick()
        assert after.get(f"/api/v1/handoffs/{task['id']}")["orders"] == orders


def test_a_notice_is_loaded_while_it_runs(make: Callable[..., Any], database_url: str) -> None:
    """It is said once, counted by in every process of the service and after a start; the pack's is as it was."""
    prefix = f"loaded{next(_numbers)}_"
    first, other = make(database_url, prefix), make(database_url, prefix)
    start = first.mesh.pack.calendar.read("2027-02-04T08:00")
    for one in (first, other):
        one.clock.set(start)
    _, task = first.assigned()
    body = {"notices": [NOTICE.model_dump()]}
    assert first.post("/ops/calendar", body)["changed"] == [2027]
    assert first.post("/ops/calendar", body)["changed"] == []
    said = "SELECT exchange FROM outbox WHERE type = 'calendar.noticed.v1'"
    assert [tuple(row) for row in first.rows(said)] == [("dispatch.events",)]
    other.mesh.years._look_at = 0.0
    other.mesh.tick()
    third = make(database_url, prefix)
    for one in (first, other, third):
        assert one.get("/ops/calendar")["years"] == [2027] and one.mesh.years.revision > 0
        (moved,) = one.get(PATH)["renewed"]
        assert moved["id"] == task["id"]
    assert make(database_url).mesh.pack.calendar.is_working(start.date() + timedelta(days=4))


def test_pages_follow_each_other(pair: Any) -> None:
    """Every open matter is looked at once, whatever the page's size; ended ones are not."""
    before, again = pair
    tasks = [before.assigned()[1] for _ in range(3)]
    gone = before.assigned()[0]
    assert before.post(f"/api/v1/events/{gone}/void", {"reason": "误报"})["status"] == 200
    after = again()
    found, looked, page = [], 0, ""
    while page is not None:
        answer = after.post(f"{PATH}?limit=2&after={page}")
        looked, page = looked + answer["looked"], answer["next"]
        found += [one["id"] for one in answer["renewed"]]
    assert (sorted(found), looked) == (sorted(task["id"] for task in tasks), 3)
