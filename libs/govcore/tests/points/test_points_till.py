"""The till against a model of five numbers: nothing is lost, nothing is made, and nobody owes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from govcore.errors import Refusal
from govcore.points import (
    AUTHORITY,
    EXPIRED,
    HELD,
    SPENT,
    Account,
    Entry,
    Hold,
    MemoryLedger,
    Posting,
    Till,
    Why,
    prove,
)
from govcore.points.entries import entry_id
from govcore.testing import AT

OWNS = [Account(kind, "t") for kind in (AUTHORITY, SPENT, EXPIRED, HELD)]
PEOPLE = [Account("household", code) for code in "abc"]
WHO = st.sampled_from(PEOPLE)
SOME = st.integers(1, 30)
NUMBER = st.integers(0, 9)


def earned(account: Account, points: int, cause: str, at: datetime) -> Entry:
    """What a rule gives."""
    why = Why("r", 1, "event.closed.v1", (), "-", points, points)
    legs = (Posting(account, points), Posting(OWNS[0], -points))
    return Entry(entry_id(cause, "r"), cause, "r", legs, why, at, at.date(), at)


class Book(RuleBasedStateMachine):
    """A book, and what it must say."""

    def __init__(self) -> None:
        super().__init__()
        self.book, self.till, self.now = MemoryLedger(), Till("t", UTC), AT
        self.holds: dict[str, Hold] = {}
        self.model = dict.fromkeys(PEOPLE, 0)
        self.issued = self.spent = self.expired = 0
        self.posted: list[Entry] = []

    def _post(self, *entries: Entry) -> None:
        assert list(self.book.post(entries)) == list(entries)
        self.posted += entries

    @rule(who=WHO, points=SOME, minutes=st.integers(0, 90))
    def earn(self, who: Account, points: int, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._post(earned(who, points, f"c{len(self.posted)}", self.now))
        self.model[who] += points
        self.issued += points

    @rule(who=WHO, points=st.integers(-1, 60))
    def hold(self, who: Account, points: int) -> None:
        asked = Hold(f"h{len(self.holds)}", who, points, "米", self.now + timedelta(days=7), "")
        try:
            moved = self.till.hold(asked, None, self.book.balance(who), at=self.now)
        except Refusal as no:
            assert no.code == ("POINTS_NOT_POSITIVE" if points <= 0 else "POINTS_NOT_ENOUGH")
            assert points <= 0 or points > self.model[who]
            return
        self._post(*moved.entries)
        self.holds[asked.id] = moved.hold
        self.model[who] -= points

    @precondition(lambda self: self.holds)
    @rule(number=NUMBER, verb=st.sampled_from(("spend", "release", "lapse", "refund", "again")))
    def step(self, number: int, verb: str) -> None:
        hold = list(self.holds.values())[number % len(self.holds)]
        ends: dict[str, Any] = {
            "spend": lambda: self.till.spend(hold, at=self.now),
            "release": lambda: self.till.release(hold, at=self.now),
            "lapse": lambda: self.till.release(hold, at=self.now, lapsed=True),
            "refund": lambda: self.till.refund(hold, at=self.now, reason="坏了"),
            "again": lambda: self.till.hold(hold, hold, 0, at=self.now),
        }
        try:
            moved = ends[verb]()
        except Refusal as no:
            assert no.code == "POINTS_HOLD_ENDED"
            return
        self._post(*moved.entries)
        self.holds[hold.id] = moved.hold
        if moved.entries:
            was, now = hold.state, moved.hold.state
            self.spent += hold.points * ((now == "spent") - (was == "spent"))
            self.model[hold.account] += hold.points if now in ("released", "lapsed") else 0

    @rule(who=WHO)
    def year_ends(self, who: Account) -> None:
        self.now += timedelta(days=366)
        entry = self.till.expire(who, self.book.balance(who), year=self.now.year, at=self.now, place="")
        assert (entry is None) == (self.model[who] == 0)
        if entry is not None:
            self._post(entry)
            self.expired += self.model[who]
            self.model[who] = 0

    @rule(number=NUMBER)
    def heard_again(self, number: int) -> None:
        if self.posted:
            assert self.book.post([self.posted[-1 - number % len(self.posted)]]) == []

    @invariant()
    def every_point_is_somewhere_once(self) -> None:
        assert {who: self.book.balance(who) for who in PEOPLE} == self.model
        assert min(self.model.values()) >= 0
        lines = [(own.kind, *_sides(self.posted, own)) for own in OWNS]
        proof = prove(lines, sum(self.model.values()))
        assert proof.balanced and (proof.issued, proof.spent, proof.expired) == (self.issued, self.spent, self.expired)
        assert all(-self.book.balance(own) == gave - took for own, (_, gave, took) in zip(OWNS, lines, strict=True))


def _sides(entries: list[Entry], own: Account) -> tuple[int, int]:
    """What an account gave holders, and what it took from them."""
    points = [entry.points for entry in entries if entry.contra == own]
    return sum(one for one in points if one > 0), -sum(one for one in points if one < 0)


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Book, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True)
    )


def test_the_sums_always_agree() -> None:
    """A sample of the long run."""
    _run(20, 20)


@pytest.mark.slow
def test_the_sums_agree_for_five_thousand_steps() -> None:
    """Earned, held, spent, given back, lapsed, expired, repeated, in any order."""
    _run(100, 50)


def test_a_step_is_taken_once() -> None:
    """The same again is answered and posts nothing; another wish under the same id is refused."""
    till, household = Till("t", UTC), PEOPLE[0]
    asked = Hold("h", household, 5, "米", AT + timedelta(days=7), "")
    first = till.hold(asked, None, 5, at=AT)
    assert till.hold(asked, first.hold, 0, at=AT).entries == ()
    with pytest.raises(Refusal, match="POINTS_HOLD_OTHER"):
        till.hold(Hold("h", household, 4, "米", AT, ""), first.hold, 9, at=AT)
    spent = till.spend(first.hold, at=AT)
    assert [entry.points for entry in spent.entries] == [5, -5]
    assert till.spend(spent.hold, at=AT).entries == ()
    assert till.refund(spent.hold, at=AT, reason="坏了").entries[0].reverses == spent.entries[1].id


def test_a_floor_is_kept_when_spending() -> None:
    """A kind whose accounts keep something keeps it."""
    till = Till("t", UTC, {"household": 10})
    with pytest.raises(Refusal) as refused:
        till.hold(Hold("h", PEOPLE[0], 6, "米", AT, ""), None, 15, at=AT)
    assert (refused.value.code, refused.value.params["free"]) == ("POINTS_NOT_ENOUGH", 5)
    assert till.expire(PEOPLE[0], 0, year=2026, at=AT, place="") is None
    assert date(2026, 1, 1) < AT.date()
