"""Routing rules decide: first lead wins, assists add up, conditions hold together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events.routing import Decision, Facts, RoutingTable
from govcore.events.routing_rules import Rule

CHINA = timezone(timedelta(hours=8))


def table(*rules: dict[str, Any]) -> RoutingTable:
    return RoutingTable([Rule.model_validate({"id": f"r{number}", **rule}) for number, rule in enumerate(rules)])


def test_the_first_lead_wins_and_assists_add_up() -> None:
    """Of several that match, lead, severity and term are the first ones said; the lead is no assistant of itself."""
    decision = table(
        {"assist": ["gongan"], "severity": "urgent"},
        {"when": {"class": "06*"}, "lead": "chengguan", "assist": ["shengtai", "gongan"]},
        {
            "when": {"class": "0601*"},
            "lead": "gongan",
            "assist": ["chengguan", "yingji"],
            "severity": "general",
            "term": "4wh",
        },
    ).decide(Facts(class_code="060101"))
    assert decision == Decision("chengguan", ("gongan", "shengtai", "yingji"), "urgent", "4wh", ("r0", "r1", "r2"))


def test_an_assistant_works_to_its_own_rules_term() -> None:
    """The first term is the matter's; an assisting department keeps the term of the rule that named it first."""
    decision = table(
        {"assist": "gongan", "term": "2uh"},
        {"lead": "chengguan", "assist": ["yingji", "gongan"], "term": "5wd"},
        {"assist": "shuili"},
    ).decide(Facts())
    assert (decision.term, decision.terms) == ("2uh", (("yingji", "5wd"),))


def test_no_match_leaves_it_to_triage() -> None:
    """Nothing matched, or nothing that leads: no lead."""
    rules = table({"when": {"class": "01*"}, "lead": "a"}, {"when": {"words": {"any": "火"}}, "assist": "b"})
    assert rules.decide(Facts(class_code="02")) == Decision(None, (), None, None, ())
    assert rules.decide(Facts(text="着火了")) == Decision(None, ("b",), None, None, ("r1",))
    assert table().decide(Facts(class_code="01", text="火")) == Decision(None, (), None, None, ())


def test_stop_ends_the_reading() -> None:
    """After a rule with stop nothing more is read, not even assists."""
    rules = table({"when": {"channel": "petition"}, "lead": "xinfang", "stop": True}, {"lead": "a", "assist": "b"})
    assert rules.decide(Facts(channel="petition")).assists == ()
    assert rules.decide(Facts(channel="app")).lead == "a"


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ({"class": "0601"}, [Facts("0601")], [Facts("060101"), Facts("06"), Facts()]),
        (
            {"class": ["0601*", "07"]},
            [Facts("060101"), Facts("0601"), Facts("07")],
            [Facts("0602"), Facts("0701"), Facts()],
        ),
        ({"unclassed": True}, [Facts()], [Facts("01")]),
        ({"unclassed": False}, [Facts("01")], [Facts()]),
        (
            {"place": "34.08"},
            [Facts(place="34.08"), Facts(place="34.08.81.103")],
            [Facts(place="34"), Facts(place="34.088"), Facts()],
        ),
        ({"channel": ["app", "hotline"]}, [Facts(channel="app")], [Facts(channel="web"), Facts()]),
        ({"source": "12345"}, [Facts(source="12345")], [Facts(source="1234"), Facts()]),
        ({"severity": "urgent"}, [Facts(severity="urgent")], [Facts(severity="general"), Facts()]),
        ({"working": False}, [Facts(working=False)], [Facts(working=True), Facts()]),
        ({"words": {"any": ["噪音", "噪声"]}}, [Facts(text="楼下噪声大")], [Facts(text="楼下很吵"), Facts()]),
        ({"words": {"all": ["学校", "噪音"]}}, [Facts(text="学校旁噪音")], [Facts(text="学校旁"), Facts(text="噪音")]),
        ({"words": {"any": "火", "none": "火车"}}, [Facts(text="起火")], [Facts(text="火车站起火")]),
        ({"words": {"none": "咨询"}}, [Facts(text="投诉"), Facts()], [Facts(text="咨询一下")]),
        ({"words": {"any": "Gas Leak"}}, [Facts(text="a GAS LEAK here")], [Facts(text="gas leakage")]),
        (
            {"class": "01", "channel": "app", "words": {"any": "火"}},
            [Facts("01", channel="app", text="火")],
            [Facts("01", channel="app"), Facts("01", text="火"), Facts(channel="app", text="火")],
        ),
    ],
)
def test_conditions(when: dict[str, Any], yes: list[Facts], no: list[Facts]) -> None:
    """Each condition alone, and that all of a rule must hold."""
    rules = table({"when": when, "lead": "x"})
    assert [rules.decide(facts).lead for facts in yes] == ["x"] * len(yes)
    assert [rules.decide(facts).lead for facts in no] == [None] * len(no)


@pytest.mark.parametrize(
    ("span", "hour", "minute", "holds"),
    [
        ("08:00-12:00", 8, 0, True),
        ("08:00-12:00", 11, 59, True),
        ("08:00-12:00", 12, 0, False),
        ("22:00-06:00", 23, 30, True),
        ("22:00-06:00", 5, 59, True),
        ("22:00-06:00", 6, 0, False),
        ("18:00-24:00", 23, 59, True),
        ("00:00-24:00", 0, 0, True),
    ],
)
def test_hours_of_the_day(span: str, hour: int, minute: int, holds: bool) -> None:
    """A span holds from its start to just before its end, over midnight too."""
    rules = table({"when": {"hours": span}, "lead": "x"})
    at = datetime(2026, 3, 2, hour, minute, tzinfo=CHINA)
    assert (rules.decide(Facts(at=at)).lead == "x") is holds
    assert rules.decide(Facts()).lead is None


def test_a_time_without_zone_is_refused() -> None:
    """Whose hour of the day would it be?"""
    rules = table({"when": {"hours": "08:00-12:00"}, "lead": "x"})
    with pytest.raises(Refusal, match="ROUTING_NAIVE_TIME"):
        rules.decide(Facts(at=datetime(2026, 3, 2, 9)))
    assert rules.decide(Facts(at=datetime(2026, 3, 2, 9, tzinfo=UTC))).lead == "x"


@pytest.mark.parametrize("span", ["8-12", "08:00", "08:00-25:00", "08:00-12:00-14:00", "-", ""])
def test_bad_hours_are_refused_at_the_start(span: str) -> None:
    """A span that cannot be read fails when the table is made, not at the thousandth report."""
    with pytest.raises(Refusal, match="ROUTING_BAD_HOURS"):
        table({"when": {"hours": span}, "lead": "x"})
