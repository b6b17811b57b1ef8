"""What a message earns, what it takes back, and why."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govcore.points
from govcore.errors import Refusal
from govcore.messages import (
    CATALOGUE,
    EventClosed,
    EventRated,
    EventReopened,
    EventReworked,
    Message,
    Payload,
    PointsPosted,
)
from govcore.points import Account, Entry, MemoryLedger, Posting, Rulebook

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
LATER = NOON + timedelta(days=30)
POST = Account("post", "post-340881103004001")
DEPT = Account("department", "chengguan")
TITLE = {"zh": "规则", "en": "a rule"}
RULES: list[dict[str, Any]] = [
    {
        "id": "closed-on-time",
        "version": 3,
        "title": TITLE,
        "on": "event.closed.v1",
        "when": {"on_time": True, "class_code": "104*"},
        "points": 2,
        "account": "post",
        "field": "duty_post",
        "cap": {"day": 5, "month": 9},
        "basis": "积分细则 §3",
    },
    {
        "id": "well-rated",
        "title": TITLE,
        "on": "event.rated.v1",
        "when": {"grade": {"at_least": 4}},
        "points": 3,
        "account": "department",
        "field": "lead",
        "basis": "积分细则 §4",
    },
    {
        "id": "reworked",
        "title": TITLE,
        "on": "event.reworked.v1",
        "points": -1,
        "account": "department",
        "field": "lead",
        "basis": "积分细则 §5",
    },
]


def rulebook(*rules: dict[str, Any], **more: Any) -> Rulebook:
    """A rulebook of Tongcheng."""
    data = {"currency": {"zh": "积分", "en": "points"}, "published": "2026-01-01", "rules": rules or RULES, **more}
    return Rulebook.load(data, "tongcheng", ZONE)


def message(
    kind: type[Payload], id: str, at: datetime = NOON, event: str = "E-000001", **more: Any
) -> Message[Payload]:
    """A message about an event, made from its type's own example."""
    example: Any = kind.model_config["json_schema_extra"]
    data = kind.model_validate({**example["example"], "event_id": event, **more})
    return Message(
        id=id, source="dispatch", subject=event, version=5, place="34.08.81.103.004", time=at, trace="", data=data
    )


def test_a_message_earns_what_the_rule_says_and_says_why() -> None:
    """One balanced entry, with rule, version, the fields that met it and the basis, in both languages."""
    book = MemoryLedger()
    (entry,) = rulebook().settle(message(EventClosed, "M-1"), book, LATER)
    assert entry.holder == POST and entry.points == 2
    assert sum(posting.points for posting in entry.postings) == 0
    assert entry.why.as_dict()["met"] == {"on_time": True, "class_code": "10401"}
    assert "closed-on-time" in entry.why.text("en") and "第 3 版" in entry.why.text("zh_CN")
    assert (entry.posted_at, entry.fact_at, entry.event_id) == (LATER, NOON, "E-000001")
    said = entry.said(book.balance(POST))
    assert isinstance(said, PointsPosted) and said.account == "post:post-340881103004001" and said.balance == 2


@pytest.mark.parametrize("wrong", [{"on_time": False}, {"on_time": None}, {"class_code": "20401"}, {"duty_post": None}])
def test_a_message_that_does_not_meet_the_rule_earns_nothing(wrong: dict[str, Any]) -> None:
    """A condition not met, a field empty, or nobody to give the points to."""
    assert rulebook().settle(message(EventClosed, "M-1", **wrong), MemoryLedger(), LATER) == []


def test_the_same_message_twice_earns_once() -> None:
    """Repeats, and a second telling of the same closing under another id, change nothing."""
    book, rules = MemoryLedger(), rulebook()
    assert len(rules.settle(message(EventClosed, "M-1"), book, LATER)) == 1
    assert rules.settle(message(EventClosed, "M-1"), book, LATER) == []
    assert rules.settle(message(EventClosed, "M-2"), book, LATER) == []
    assert rules.settle(message(EventClosed, "M-3", closing=2), book, LATER) != []
    assert book.balance(POST) == 4


def test_a_second_rating_of_one_closing_earns_nothing() -> None:
    """Points are for the closing that was rated, not for each rating."""
    book, rules = MemoryLedger(), rulebook()
    rules.settle(message(EventRated, "M-1", grade=4), book, LATER)
    assert rules.settle(message(EventRated, "M-2", grade=5), book, LATER) == []


def test_a_cap_cuts_what_goes_over_it_and_the_entry_says_so() -> None:
    """5 a day: the third closing of the day gives what is left, the fourth nothing; 9 a month holds across days."""
    book, rules = MemoryLedger(), rulebook()
    given_out = []
    for number in range(8):
        at = NOON + timedelta(days=number // 4)
        given_out.append(rules.settle(message(EventClosed, f"M-{number}", at, f"E-{number}"), book, LATER))
    assert [entries[0].points if entries else 0 for entries in given_out] == [2, 2, 1, 0, 2, 2, 0, 0]
    assert given_out[2][0].why.cap == ("day", 5, 4)
    assert "at most 5 a day, 4 used before" in given_out[2][0].why.text("en")
    assert rules.settle(message(EventClosed, "M-9", NOON + timedelta(days=31), "E-9"), book, LATER)[0].points == 2


def test_the_day_of_a_cap_is_the_places_day() -> None:
    """16:30 UTC is already the next day in Tongcheng."""
    at = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    (entry,) = rulebook().settle(message(EventClosed, "M-1", at), MemoryLedger(), LATER)
    assert entry.day.isoformat() == "2026-03-02"


def test_nothing_counts_before_the_rules_were_made_public() -> None:
    """A rule does not reach back behind its publication."""
    rules = rulebook(published="2026-03-03")
    assert rules.settle(message(EventClosed, "M-1"), MemoryLedger(), LATER) == []


@pytest.mark.parametrize("kind", [EventReworked, EventReopened])
def test_an_event_that_comes_back_gives_back_what_it_earned(kind: type[Payload]) -> None:
    """By reversing entries, once; the cap is free again, and the next closing earns anew."""
    book, rules = MemoryLedger(), rulebook()
    rules.settle(message(EventClosed, "M-1"), book, LATER)
    rules.settle(message(EventRated, "M-2", NOON + timedelta(hours=1)), book, LATER)
    back = rules.settle(message(kind, "M-3", NOON + timedelta(hours=2)), book, LATER)
    back = [each for each in back if each.reverses]
    assert {each.points for each in back} == {-2, -3}
    assert rules.settle(message(kind, "M-3", NOON + timedelta(hours=2)), book, LATER) == []
    assert book.balance(POST) == 0 and book.balance(DEPT) == (-1 if kind is EventReworked else 0)
    rules.settle(message(EventClosed, "M-4", NOON + timedelta(hours=3), closing=2), book, LATER)
    assert book.balance(POST) == 2
    assert len(book.entries(POST)) == 3


def test_a_loss_is_not_given_back() -> None:
    """Reworked once, then reopened: the department's loss for the rework stays."""
    book = MemoryLedger()
    rules = rulebook()
    rules.settle(message(EventReworked, "M-1"), book, LATER)
    rules.settle(message(EventReopened, "M-2", NOON + timedelta(hours=1)), book, LATER)
    assert book.balance(DEPT) == -1


STORY = [
    message(EventClosed, "M-1", NOON),
    message(EventRated, "M-2", NOON + timedelta(hours=1)),
    message(EventReopened, "M-3", NOON + timedelta(hours=2)),
    message(EventClosed, "M-4", NOON + timedelta(hours=3), closing=2),
    message(EventReworked, "M-5", NOON + timedelta(hours=4)),
    message(EventClosed, "M-6", NOON + timedelta(hours=5), closing=3),
    message(EventClosed, "M-7", NOON + timedelta(hours=6), event="E-000002"),
]


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(STORY), max_size=12), st.permutations(STORY))
def test_the_books_sums_do_not_depend_on_the_order_messages_come_in(
    repeats: list[Message[Payload]], order: list[Message[Payload]]
) -> None:
    """In any order and with any repeats: the same balances, and what is held is what was issued."""
    book, rules = MemoryLedger(), rulebook({**RULES[0], "cap": {}}, RULES[1])
    for one in [*order, *repeats]:
        rules.settle(one, book, LATER)
    assert (book.balance(POST), book.balance(DEPT)) == (4, 0)
    assert book.balance(rules.authority) == -4


def test_a_rule_about_what_no_message_has_is_found() -> None:
    """Against the catalogue: the type, the condition's field and the account's field must exist."""
    wrong = [
        {**RULES[0], "id": "a", "on": "event.vanished.v1"},
        {**RULES[0], "id": "b", "when": {"colour": "red"}, "field": "owner"},
    ]
    found = rulebook(*wrong).check(CATALOGUE)
    assert [(each.code, each.value) for each in found] == [
        ("POINTS_UNKNOWN_TYPE", "event.vanished.v1"),
        ("POINTS_UNKNOWN_FIELD", "colour"),
        ("POINTS_UNKNOWN_FIELD", "owner"),
    ]
    assert rulebook().check(CATALOGUE) == []
    assert rulebook().types == {"event.closed.v1", "event.rated.v1", "event.reworked.v1", "event.reopened.v1"} | {
        "event.voided.v1"
    }


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"points": "many"}, "POINTS_BAD_RULE", "rules.0.points"),
        ({"cap": {"day": 0}}, "POINTS_BAD_RULE", "rules.0.cap.day"),
        ({"surprise": 1}, "POINTS_BAD_RULE", "rules.0.surprise"),
        ({"on": "event.closed"}, "POINTS_BAD_RULE", "rules.0.on"),
        ({"id": "well-rated"}, "POINTS_RULE_TWICE", "rules[1].id"),
    ],
)
def test_a_broken_rulebook_says_where(change: dict[str, Any], code: str, field: str) -> None:
    """The key, the value and the reason, in both languages."""
    with pytest.raises(Refusal) as no:
        rulebook({**RULES[0], **change}, RULES[1])
    assert (no.value.code, no.value.field) == (code, field)
    assert no.value.code not in no.value.text("zh_CN") + no.value.text("en")


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    """Nor one with a time that names no zone, nor an account that is none."""
    (good,) = rulebook().settle(message(EventClosed, "M-1"), MemoryLedger(), LATER)
    fields = {name: getattr(good, name) for name in Entry.__slots__}
    with pytest.raises(Refusal, match="POINTS_UNBALANCED"):
        Entry(**{**fields, "postings": (Posting(POST, 2), Posting(DEPT, -1))})
    with pytest.raises(Refusal, match="POINTS_NAIVE_TIME"):
        Entry(**{**fields, "posted_at": datetime(2026, 3, 2)})
    with pytest.raises(Refusal, match="POINTS_BAD_ACCOUNT"):
        Account.parse("nobody")
    assert Account.parse(str(POST)) == POST


def test_the_packages_own_example_runs() -> None:
    """The docstring of the package says what happens."""
    assert doctest.testmod(govcore.points).failed == 0
