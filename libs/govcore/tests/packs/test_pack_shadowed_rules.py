"""A rule that an earlier one leaves nothing to say is refused, whatever conditions the two have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcore.events.routing import Facts, RoutingTable
from govcore.events.routing_rules import Rule, When
from govcore.packs._covers import covers, impossible
from govcore.packs._shadow import dead_parts

pytestmark = pytest.mark.slow


def dead(*rules: dict[str, Any]) -> list[tuple[int, str, str]]:
    """What is dead among rules that all lead, unless they say otherwise."""
    return list(
        dead_parts([Rule.model_validate({"id": f"r{at}", "lead": f"d{at}", **rule}) for at, rule in enumerate(rules)])
    )


@pytest.mark.parametrize(
    ("wide", "narrow", "free"),
    [
        ({"class": "01*"}, {"class": ["0101", "0102*"]}, {"class": ["0101", "02"]}),
        ({"class": "*"}, {"class": "07"}, {}),
        ({"place": "34.08.81"}, {"place": ["34.08.81", "34.08.81.001"]}, {"place": "34.08.811"}),
        ({"channel": ["app", "web"]}, {"channel": "web"}, {"channel": ["web", "hotline"]}),
        ({"source": "12345"}, {"source": "12345", "class": "01"}, {"source": "1234"}),
        ({"severity": ["urgent", "critical"]}, {"severity": "urgent"}, {"severity": "general"}),
        ({"hours": "22:00-06:00"}, {"hours": ["23:00-24:00", "01:30-05:00"]}, {"hours": "21:59-23:00"}),
        ({"hours": ["08:00-12:00", "12:00-18:00"]}, {"hours": "11:00-13:00"}, {"hours": "11:00-18:01"}),
        ({"working": False}, {"working": False, "class": "01"}, {"working": True}),
        ({"unclassed": True}, {"unclassed": True, "channel": "app"}, {"unclassed": False}),
        ({"unclassed": False}, {"class": "01"}, {"channel": "app"}),
        (
            {"words": {"any": ["泄漏", "火"]}},
            {"words": {"any": ["燃气泄漏", "火灾"]}},
            {"words": {"any": ["火", "水"]}},
        ),
        ({"words": {"any": "泄漏"}}, {"words": {"all": ["天然气泄漏", "楼道"]}}, {"words": {"none": "泄漏"}}),
        (
            {"words": {"all": ["学校"]}},
            {"words": {"any": ["小学校", "学校门口"]}},
            {"words": {"any": ["学校", "幼儿园"]}},
        ),
        ({"words": {"none": "咨询电话"}}, {"words": {"none": "咨询"}}, {"words": {"none": "电话号码"}}),
        ({"words": {"any": "gas"}}, {"words": {"any": "Gas leak"}}, {"words": {"any": "gasoline"}}),
        ({}, {"class": "01", "words": {"any": "火"}}, None),
    ],
)
def test_each_kind_of_condition_is_compared(wide: Any, narrow: Any, free: Any) -> None:
    """The narrower rule's lead never counts, and with a stop before it it is never read; one just outside is free."""
    assert dead({"when": wide}, {"when": narrow}) == [(1, "lead", "r0")]
    assert dead({"when": wide, "stop": True}, {"when": narrow}) == [(1, "id", "r0")]
    if free is not None:
        assert dead({"when": wide}, {"when": free}) == []


def test_several_rules_together_leave_nothing() -> None:
    """Each listed class is led by some earlier rule, none by all: the finding names them both."""
    before = [{"when": {"class": "01*"}}, {"when": {"class": "02", "channel": ["app", "web"]}}]
    assert dead(*before, {"when": {"class": ["0101", "02"], "channel": "web"}}) == [(2, "lead", "r0, r1")]
    assert dead(*before, {"when": {"class": ["0101", "02"], "channel": ["web", "hotline"]}}) == []


def test_only_the_answer_that_was_given_is_dead() -> None:
    """An earlier severity takes a later severity, not its lead or term; assists add up and are never dead."""
    rules = [
        {"lead": None, "severity": "urgent"},
        {"when": {"class": "01"}, "severity": "general", "term": "5wd", "assist": "x"},
        {"when": {"class": "01"}, "lead": None, "assist": "x"},
    ]
    assert dead(*rules) == [(1, "severity", "r0")]


@pytest.mark.parametrize(
    ("when", "key"),
    [
        ({"class": "01", "unclassed": True}, "unclassed"),
        ({"hours": ["08:00-08:00"]}, "hours"),
        ({"words": {"all": ["火车站"], "none": ["火车"]}}, "words"),
        ({"words": {"any": ["触电", "漏电"], "none": ["电"]}}, "words"),
        ({"words": {"any": [""]}}, "words"),
        ({"words": {"any": ["触电", "水"], "none": ["电"]}, "hours": ["08:00-08:00", "09:00-10:00"]}, None),
        ({}, None),
    ],
)
def test_a_condition_that_can_never_hold_is_named(when: dict[str, Any], key: str | None) -> None:
    """Conditions that exclude each other, an empty span, words that exclude themselves."""
    assert impossible(When.model_validate(when)) == key


def some(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


WORDS = some("火", "火灾", "大火灾", "gas", "gas leak", "水")
WHENS = st.fixed_dictionaries(
    {},
    optional={
        "class": some("01", "01*", "0101", "0101*", "02", "*"),
        "place": some("34", "34.08", "34.081"),
        "channel": some("app", "web"),
        "source": some("a", "b"),
        "severity": some("urgent", "general"),
        "hours": some("08:00-12:00", "22:00-06:00", "23:00-01:00", "12:00-24:00"),
        "working": st.booleans(),
        "unclassed": st.booleans(),
        "words": st.fixed_dictionaries({}, optional={"any": WORDS, "all": WORDS, "none": WORDS}),
    },
)
FACTS = st.builds(
    Facts,
    class_code=st.sampled_from([None, "01", "0101", "010101", "02"]),
    place=st.sampled_from(["", "34", "34.08", "34.081.1"]),
    channel=st.sampled_from([None, "app", "web"]),
    source=st.sampled_from(["a", "b"]),
    severity=st.sampled_from([None, "urgent", "general"]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3), timezones=st.just(UTC)),
    working=st.booleans(),
    text=st.lists(st.sampled_from(["火", "火灾", "大", "gas", " leak", "oline", "水", " "]), max_size=5).map("".join),
)
ANSWER = st.fixed_dictionaries(
    {},
    optional={
        "lead": st.sampled_from("ab"),
        "severity": st.sampled_from(["urgent", "general"]),
        "term": st.sampled_from(["1wd", "2wd"]),
        "stop": st.just(True),
    },
)


@settings(max_examples=300, deadline=None)
@given(WHENS, WHENS, FACTS)
def test_what_is_covered_holds(wide: dict[str, Any], narrow: dict[str, Any], asked: Facts) -> None:
    """Wherever a covered rule holds the covering one does; one that can never hold never does."""

    def holds(when: dict[str, Any]) -> bool:
        return bool(RoutingTable([Rule.model_validate({"id": "r", "when": when})]).decide(asked).matched)

    one, other = When.model_validate(wide), When.model_validate(narrow)
    assert not (covers(one, other) and holds(narrow)) or holds(wide)
    assert impossible(one) or covers(one, one)
    assert impossible(other) is None or not holds(narrow)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(WHENS, ANSWER), max_size=6), FACTS)
def test_what_is_dead_changes_no_decision(written: list[tuple[dict[str, Any], dict[str, Any]]], asked: Facts) -> None:
    """Without the answers found dead every decision is what it was."""
    rules = [Rule.model_validate({"id": f"r{at}", "when": when, **answer}) for at, (when, answer) in enumerate(written)]
    left: list[Rule | None] = list(rules)
    for at, key, _ in dead_parts(rules):
        was = left[at]
        left[at] = None if key == "id" or was is None else was.model_copy(update={key: None})
    before = RoutingTable(rules).decide(asked)
    after = RoutingTable([rule for rule in left if rule is not None]).decide(asked)
    assert (after.lead, after.severity, after.term) == (before.lead, before.severity, before.term)
