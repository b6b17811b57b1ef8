"""Why a rule did or did not speak; explaining and deciding agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcore.events.routing import Facts, RoutingTable, RuleTrace
from govcore.events.routing_rules import CONDITIONS, Rule, Words

pytestmark = pytest.mark.slow

WORDS = ["噪音", "噪", "音乐", "乐", "fire", "fire truck", "垃圾站", "垃圾"]
CODES = ["01", "0101", "010101", "0102", "02", "0201"]
PLACES = ["34", "34.08", "34.08.81", "34.09"]


def test_each_rule_says_which_condition_failed() -> None:
    """The first that failed, what it wanted and what it got; what a stop hid is said too."""
    rules = RoutingTable(
        [
            Rule.model_validate({"id": name, "when": when, "lead": lead, "stop": stop})
            for name, when, lead, stop in (
                ("class", {"class": "02*"}, "a", False),
                ("place", {"place": "34.09"}, "a", False),
                ("night", {"hours": "22:00-06:00"}, "a", False),
                ("words", {"words": {"any": ["火"], "none": ["垃圾"]}}, "a", False),
                ("working", {"working": False}, "a", False),
                ("yes", {"class": "01*"}, "b", True),
                ("after", {}, "c", False),
            )
        ]
    )
    facts = Facts("0101", "34.08", at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC), working=True, text="垃圾站着火")
    explained = rules.explain(facts)
    assert explained.decision == rules.decide(facts)
    assert explained.decision.lead == "b"
    assert explained.rules == (
        RuleTrace("class", False, "class", ("02*",), "0101"),
        RuleTrace("place", False, "place", ("34.09",), "34.08"),
        RuleTrace("night", False, "hours", ("22:00-06:00",), "09:05"),
        RuleTrace("words", False, "words", Words(any=("火",), none=("垃圾",)), ("垃圾", "火")),
        RuleTrace("working", False, "working", False, True),
        RuleTrace("yes", True),
        RuleTrace("after", False, "stop", None, "yes"),
    )


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


rules = st.builds(
    lambda when, words, answer: {"when": {**when, "words": words}, **answer},
    st.fixed_dictionaries(
        {},
        optional={
            "class": _some([*CODES, *(code + "*" for code in CODES)]),
            "place": _some(PLACES),
            "channel": _some(["app", "web"]),
            "unclassed": st.booleans(),
            "working": st.booleans(),
            "hours": _some(["08:00-12:00", "22:00-06:00"]),
        },
    ),
    st.fixed_dictionaries({}, optional={key: _some(WORDS) for key in ("any", "all", "none")}),
    st.fixed_dictionaries(
        {},
        optional={
            "lead": st.sampled_from("abc"),
            "assist": _some(["a", "b", "c", "d"]),
            "severity": st.sampled_from(["urgent", "general"]),
            "stop": st.booleans(),
        },
    ),
)
facts = st.builds(
    Facts,
    class_code=st.sampled_from([None, *CODES]),
    place=st.sampled_from(["", *PLACES, "34.08.81.103"]),
    channel=st.sampled_from([None, "app"]),
    at=st.one_of(st.none(), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))),
    working=st.sampled_from([None, True, False]),
    text=st.lists(st.sampled_from([*WORDS, "x", " ", "FIRE", "站"]), max_size=5).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(rules, max_size=8), facts)
def test_the_index_changes_nothing(written: list[dict[str, Any]], asked: Facts) -> None:
    """Deciding through the index and reading every rule in order give the same, whatever the rules and facts."""
    table = RoutingTable([Rule.model_validate({"id": f"r{number}", **rule}) for number, rule in enumerate(written)])
    explained = table.explain(asked)
    assert table.decide(asked) == explained.decision
    assert tuple(trace.rule for trace in explained.rules if trace.matched) == explained.decision.matched
    assert all(trace.matched or trace.failed in {*CONDITIONS, "stop"} for trace in explained.rules)
