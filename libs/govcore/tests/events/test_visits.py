"""Visits on agreed days: kept or not, missed, late, taken back; and the clock that nothing moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.visit import VISIT, VISITOR
from govcore.testing import AT
from govcore.testing.ended import DAY, VISITING, Ended, closed, kinds, refused
from govcore.workflow import ROLES, check


def test_the_table_of_visits_is_sound() -> None:
    """No state nobody comes to or leaves, a reason beside each line, a role somebody holds."""
    assert check(VISIT, {*ROLES, VISITOR}) == []


def test_a_visit_on_its_day_finds_it_kept() -> None:
    """Agreed, waiting, opened on its day, due by the calendar, made by whom it names, once."""
    case = closed()
    days = [date(2026, 6, 2), date(2026, 9, 2)]
    agreed = case.agree(*days, holder="dept:zhujian")
    assert kinds(agreed) == ["visit.agreed.v1"] * 2 and all(said.to == ("zhujian",) for said in agreed.said)
    first, second = case.visits.values()
    assert [one.at for one in agreed.promises] == [first.opens_at, second.opens_at]
    assert not case.woken("revisit", first)
    refused("VISIT_NOT_ALLOWED", case.make, first, "dept:zhujian", kept=True)
    case.now = datetime(2026, 6, 2, tzinfo=AT.tzinfo)
    case.woken("revisit", first)
    assert case.visits[first.id].due_at == case.now + 2 * DAY
    assert not case.woken("revisit", first)
    refused("LIFECYCLE_NOT_YOURS", case.make, first, "desk:visit", kept=True)
    (done,) = case.make(first, "dept:zhujian", kept=True).said
    assert (done.payload.type, case.visits[first.id].outcome) == ("visit.done.v1", "kept")
    refused("VISIT_NOT_ALLOWED", case.make, first, "dept:zhujian", kept=True)
    assert not case.woken("revisit_late", first) and case.visits[second.id].state == "planned"


def test_what_is_not_kept_opens_the_matter_again() -> None:
    """Whatever the reporter's window; what was agreed for later is dropped on its day."""
    case = closed()
    case.agree(date(2026, 9, 2))
    later = case.one()
    visit = case.opened()
    case.now += timedelta(days=30)
    changed = case.make(visit, kept=False, found="又开始倾倒")
    assert (case.event.state, case.event.reopens) == ("assigned", 1)
    assert {"visit.done.v1", "event.reopened.v1", "handoff.offered.v1"} <= set(kinds(changed))
    case.now = later.opens_at
    assert kinds(case.woken("revisit", later)) == ["visit.dropped.v1"]
    assert case.visits[later.id].state == "dropped"


def test_what_is_not_kept_is_put_right_where_the_pack_says_so() -> None:
    """A rectification and then a call; so too where the matter's own table lets no rule open it again."""
    case = closed(visits=replace(VISITING, not_kept="rectify"))
    visit = case.opened()
    case.make(visit, kept=False, found="又开始倾倒")
    assert (case.event.state, case.event.rectifying) == ("closed", case.tasks["chengguan"].id)
    assert case.tasks["chengguan"].reason == "VISIT_NOT_KEPT"
    case.work()
    assert [one.kind for one in case.visits.values() if one.state == "open"] == ["call"]


def test_nobody_there_is_tried_again_and_then_said() -> None:
    """As often as the pack says; a repeat of an earlier try is stale."""
    case = closed()
    visit = case.opened()
    assert kinds(case.make(visit, reached=False, attempt=1)) == ["visit.missed.v1"]
    assert refused("VISIT_STALE", case.make, visit, reached=False, attempt=1).params["attempt"] == 2
    case.make(visit, reached=False, attempt=2)
    assert (case.one().state, case.one().outcome, case.one().tries) == ("done", "not_reached", 2)


def test_a_late_visit_climbs_the_ladder() -> None:
    """An order to its holder, the next rung promised; nothing while its term runs, nor when it is done."""
    case = closed()
    visit = case.opened()
    due = case.one().due_at
    assert due is not None
    case.now = due - DAY
    assert [one.at for one in case.woken("revisit_late", visit).promises] == [due]
    case.now = due
    late = case.woken("revisit_late", visit)
    assert kinds(late) == ["order.issued.v1"] and [one.kind for one in late.promises] == ["revisit_late"]
    assert late.said[0].payload.reason == "VISIT_LATE" and case.one().orders == 1  # type: ignore[attr-defined]
    assert case.woken("revisit_late", visit).promises == ()
    case.make(visit, kept=True)
    assert not case.woken("revisit_late", visit)


def test_a_day_can_be_taken_back() -> None:
    """By a desk, with a reason, before it has come."""
    case = closed()
    case.agree(date(2026, 6, 2))
    said: dict[str, Any] = {"by": "desk:verify", "reason": "诉求人要求改期", "at": case.now}
    refused("EVENT_NO_REASON", matter.cancel, case.one(), **{**said, "reason": " "})
    refused("LIFECYCLE_NOT_YOURS", matter.cancel, case.one(), **{**said, "by": "dept:chengguan"})
    case.keep(matter.cancel(case.one(), **said))
    assert case.one().state == "dropped"
    refused("VISIT_NOT_ALLOWED", matter.cancel, case.one(), **said)


TODAY = AT.date()
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("VISIT_NO_DAY", {"days": ()}),
    ("VISIT_DAY_PAST", {"days": (TODAY,)}),
    ("VISIT_TOO_FAR", {"days": (TODAY + timedelta(days=401),)}),
    ("VISIT_ALREADY_AGREED", {"days": (TODAY + DAY, TODAY + DAY)}),
    ("VISIT_TOO_MANY", {"days": tuple(TODAY + DAY * n for n in range(1, 5))}),
    ("VISIT_NO_PURPOSE", {"what": " "}),
    ("HANDOFF_UNKNOWN_DEPARTMENT", {"holder": "dept:feidieju"}),
    ("LIFECYCLE_NOT_YOURS", {"by": "dept:chengguan"}),
    ("LIFECYCLE_NOT_YOURS", {"by": "reporter"}),
]


@pytest.mark.parametrize(("code", "said"), WRONG)
def test_days_that_cannot_be_are_refused(code: str, said: dict[str, Any]) -> None:
    """Each with its reason, and nothing is agreed."""
    case = closed()
    refused(code, case.agree, *said.pop("days", (TODAY + DAY,)), **said)
    assert not case.visits


def test_days_are_agreed_where_there_are_visits_and_once_it_has_ended() -> None:
    """Not while it is open; not in a pack without them."""
    refused("VISIT_NOT_CLOSED", Ended().agree, TODAY + DAY)
    refused("VISIT_NONE_HERE", closed(visits=None).agree, TODAY + DAY)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("VISIT_NOT_TOLD_IF_KEPT", {}),
        ("VISIT_NO_FINDING", {"kept": False}),
        ("VISIT_NO_GRADE", {"kept": True, "grade": 5}),
    ],
)
def test_a_visit_says_what_it_found(code: str, said: dict[str, Any]) -> None:
    """Kept or not, what was found where not, and no grade."""
    case = closed()
    refused(code, case.make, case.opened(), **said)


@pytest.mark.parametrize(("code", "said"), [("VISIT_NO_AGREEMENT", {"kept": True}), ("EVENT_BAD_GRADE", {"grade": 6})])
def test_a_call_asks_for_a_grade(code: str, said: dict[str, Any]) -> None:
    """One of the five or none; nothing about an agreement."""
    case = closed()
    case.rate(1)
    case.work()
    refused(code, case.make, case.one(), **said)
    case.make(case.one(), found="诉求人不愿评价")
    assert (case.one().outcome, case.event.final_grade) == ("reached", 1)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(("rate", "agree", "wake", "make", "miss", "work", "renew", "receipt")),
        st.integers(0, 5),
        st.integers(0, 60),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(MOVES, st.integers(-2, 2))
def test_nothing_moves_the_clock_of_an_objection(moves: list[tuple[str, int, int]], seconds: int) -> None:
    """Grades, rectifications, days agreed, visits, calls, notices, receipts: the window is the closing's alone."""
    case = closed(visits=replace(VISITING, not_kept="rectify"))
    at = case.event.closed_at
    assert at is not None
    for what, number, hours in moves:
        case.now = min(case.now + timedelta(hours=hours), at + case.way.rules.reopen - timedelta(seconds=3))
        visit = list(case.visits.values())[number % len(case.visits)] if case.visits else None
        try:
            match what:
                case "rate":
                    case.rate(1 + number % 5)
                case "agree":
                    case.agree((case.now + DAY * (1 + number)).date())
                case "work":
                    case.work()
                case "renew":
                    case.keep(matter.renew(case.event, case.every, at=case.now, way=case.way))
                case "receipt":
                    task = case.tasks["chengguan"]
                    case.keep(matter.receipt(task, generation=task.generation, at=case.now))
                case _ if visit is not None and what == "wake":
                    case.woken("revisit" if visit.state == "planned" else "revisit_late", visit)
                case _ if visit is not None:
                    said = {"grade": 1 + number % 5} if visit.kind == "call" else {"kept": number > 1, "found": "x"}
                    case.make(visit, **(said if what == "make" else {"reached": False}))
        except Refusal:
            pass
        assert case.event.closed_at == at
    case.now = at + case.way.rules.reopen + timedelta(seconds=seconds)
    if seconds <= 0:
        case.reopen()
        assert case.event.reopens == 1
    else:
        refused("EVENT_REOPEN_TOO_LATE", case.reopen)
