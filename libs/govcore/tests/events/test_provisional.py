"""Dues that need a year whose notice is not out: marked wherever they are said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from govcore.calendar import Pause, WorkCalendar, due
from govcore.events import matter
from govcore.events.way import End, Way
from govcore.testing import a_matter, a_way

CN = WorkCalendar.china()


def the_way(term: str | None = "1wd", **changes: Any) -> Way:
    """The builders' way by the calendar of China."""

    def reckon(start: datetime, term: str, _place: str, pauses: Sequence[tuple[datetime, datetime]] = ()) -> End:
        found = due(start, term, CN, pauses=[Pause(*one) for one in pauses])
        return End(found.at, found.provisional)

    return replace(a_way(term=term, **changes), reckon=reckon)


def filed(at: str, way: Way) -> Any:
    """A matter located and routed at that moment."""
    event = a_matter(a_way(), opened_at=CN.read(at)).event
    assert event is not None
    reported = event.model_copy(update={"state": "reported", "holder": "desk:intake", "due_at": None, "due_term": None})
    return matter.go_on(reported, at=CN.read(at), way=way, reason="EVENT_LOCATE_LATE")


@pytest.mark.parametrize(
    ("at", "term", "wanted"),
    [
        ("2026-12-25T09:00", "1wd", False),
        ("2026-12-28T09:00", "1wd", True),
        ("2026-12-31T09:00", "1wd", True),
        ("2026-12-31T09:00", "48uh", False),
        ("2026-03-02T09:00", None, False),
    ],
)
def test_a_due_says_whether_a_notice_settles_it(at: str, term: str | None, wanted: bool) -> None:
    """Task, matter and message say it where a working term runs into a year, or days, that no notice settles."""
    way = replace(the_way(term), rules=replace(the_way().rules, accept="1uh", handle=None))
    found = filed(at, way)
    (task,) = found.handoffs
    assert (task.provisional, found.event.provisional) == (wanted, wanted)
    for said in found.said:
        assert said.payload.provisional is (True if wanted else None)
    assert (task.due_term, task.due_from) == (term, CN.read(at))
    assert (found.event.due_term, found.event.due_from, found.event.due_at) == (term, CN.read(at), task.due_at)


def test_a_time_to_accept_may_be_provisional_alone() -> None:
    """A task without a term, to be accepted in the new year, is provisional; once a day is settled it is not."""
    (task,) = filed("2026-12-31T17:30", replace(the_way(None), rules=replace(the_way().rules, handle=None))).handoffs
    assert task.due_at is None and task.provisional and task.accept_due_at == CN.read("2027-01-04T08:30")


def test_silence_does_not_move_what_was_reckoned() -> None:
    """Asked again after silence, the term runs on from when it began; passed on by hand, it stays as it is."""
    way = the_way("5wd")
    found = filed("2026-12-25T09:00", way)
    (task,) = found.handoffs
    late = matter.woken("accept", found.event, task, generation=1, at=CN.read("2026-12-25T10:00"), way=way)
    again = late.handoffs[0]
    assert (again.generation, again.due_at, again.due_from) == (2, task.due_at, task.due_from)
    held = matter.accept(found.event, task, by="chengguan", generation=1, at=CN.read("2026-12-25T09:10"))
    assert held.event is not None
    said: dict[str, Any] = {"by": "chengguan", "generation": 1, "to": "gongan", "reason": "非本辖区"}
    passed = matter.transfer(held.event, held.handoffs[0], **said, at=CN.read("2026-12-31T17:50"), way=way)
    assert passed.handoffs[0].due_at == task.due_at and passed.handoffs[0].provisional


def test_a_rework_runs_by_its_own_term() -> None:
    """What is reckoned for putting it right is the rework term from that day on."""
    way = replace(the_way("5wd"), rules=replace(the_way().rules, verify_share=1.0, rework="2wd"))
    found = filed("2026-12-21T09:00", way)
    event, (task,) = found.event, found.handoffs
    held = matter.accept(event, task, by="chengguan", generation=1, at=CN.read("2026-12-21T09:10"))
    at = CN.read("2026-12-22T09:00")
    done = matter.finish(
        held.event, held.handoffs, handoff_id=task.id, by="chengguan", generation=1, result="已修", at=at, way=way
    )
    again = matter.verify(
        done.event, done.handoffs, ok=False, by="desk:verify", at=CN.read("2026-12-28T09:00"), way=way, reason="未修好"
    )
    (task,) = again.handoffs
    assert (task.due_term, task.due_from, task.provisional) == ("2wd", CN.read("2026-12-28T09:00"), True)
    assert again.event is not None and not again.event.provisional and again.event.due_at == event.due_at
