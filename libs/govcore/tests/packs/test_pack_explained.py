"""A pack says why a matter goes where it goes, in words for an official."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from govcore.embed import Embedded
from govcore.events.routing import Facts, RoutingTable
from govcore.events.routing_rules import Rule
from govcore.messages import EventFiled
from govcore.packs import lacked, recalled, told

NOON = "2026-03-02T12:30:00+08:00"


@pytest.fixture
def town(make_pack: Callable[[dict[str, str]], Path]) -> Embedded:
    """The small pack."""
    return Embedded(make_pack({}))


def asked(town: Embedded, **said: Any) -> dict[str, Any]:
    """What is told of a report made at noon, after a way through JSON."""
    routed = town.explain({"source": "me", **said}, at=datetime.fromisoformat(NOON))
    return dict(json.loads(json.dumps(told(town.pack, routed))))


def test_who_said_what(town: Embedded) -> None:
    """Lead, assists, severity and term each name the rule they come of; the facts have their names."""
    found = asked(town, text="钱庄有人摆摊，还有人触电", channel="hotline", division="340881001001")
    facts, decision = found["facts"], found["decision"]
    assert facts["class"] == {"code": "010102", "name": {"zh": "占道经营", "en": "Trading"}, "words": ["摆摊"]}
    assert facts["place"] == {"code": "34.08.81.001.001", "name": "钱庄居委会"}
    assert (facts["channel"]["name"]["zh"], facts["at"], facts["working"]) == ("热线", NOON, False)
    assert (decision["lead"]["dept"], decision["lead"]["rule"], decision["triage"]) == ("chengguan", "trading", False)
    assert [(one["dept"], one["rule"], one["term"]) for one in decision["assists"]] == [("gongan", "danger", "4wh")]
    assert (decision["severity"]["code"], decision["severity"]["by"]) == ("critical", "danger")
    assert (decision["term"]["text"], decision["term"]["by"]) == ("4wh", "trading")
    assert decision["matched"] == ["danger", "trading", "rest"]


def test_what_no_rule_said(town: Embedded) -> None:
    """Without a lead it is the triage desk's; severity and term are the report's or the pack's, with their source."""
    found = asked(town, text="不知所云")["decision"]
    assert (found["triage"], found["lead"], found["assists"], found["matched"]) == (True, None, [], [])
    assert (found["severity"]["code"], found["severity"]["by"]) == ("general", "default")
    assert (found["term"]["text"], found["term"]["by"], found["term"]["source"]) == ("4wh", "triage", "test")
    found = asked(town, text="有垃圾")["decision"]
    assert (found["term"]["text"], found["term"]["by"]) == ("3uh+8uh+5wd", "pack")
    assert asked(town, text="不知所云", severity="critical")["decision"]["severity"]["by"] == "report"


def test_without_a_grid_the_place_is_the_reports_own(town: Embedded) -> None:
    """A place nobody can find in the grid does not keep the rules from speaking."""
    assert asked(town, text="有垃圾", division="340881")["facts"]["place"]["code"] == "34.08.81"


@pytest.mark.parametrize(
    ("when", "code", "says"),
    [
        ({"unclassed": True}, "ROUTING_LACKS_UNCLASSED", ""),
        ({"unclassed": False}, "ROUTING_LACKS_CLASSED", ""),
        ({"class": ["01*", "02"]}, "ROUTING_LACKS_CLASS", "01*, 02"),
        ({"place": "34.09"}, "ROUTING_LACKS_PLACE", "34.08"),
        ({"channel": "app"}, "ROUTING_LACKS_CHANNEL", "app"),
        ({"source": "a"}, "ROUTING_LACKS_SOURCE", "b"),
        ({"severity": "urgent"}, "ROUTING_LACKS_SEVERITY", "—"),
        ({"hours": "22:00-06:00"}, "ROUTING_LACKS_HOURS", "12:30"),
        ({"working": True}, "ROUTING_LACKS_WORKING", ""),
        ({"working": False}, "ROUTING_LACKS_OFF", ""),
        ({"words": {"any": [f"词{n}" for n in range(9)]}}, "ROUTING_LACKS_ANY", "词7 … (9)"),
        ({"words": {"any": "火", "all": ["楼", "井"]}}, "ROUTING_LACKS_ALL", "井"),
        ({"words": {"any": "火", "none": ["Gas", "咨询"]}}, "ROUTING_LACKS_NONE", "Gas"),
    ],
)
def test_each_lack_has_its_words(when: dict[str, Any], code: str, says: str) -> None:
    """Every condition, failed alone: a code, Chinese and English, with what was wanted and what was seen."""
    table = RoutingTable([Rule.model_validate({"id": "r", "when": when, "lead": "x"})])
    asked = Facts(
        class_code=None if when.get("unclassed") is False else "03",
        place="34.08",
        channel="web",
        source="b",
        at=datetime.fromisoformat(NOON),
        working="working" in when and not when["working"],
        text="楼里着火，gas",
    )
    (trace,) = table.explain(asked).rules
    assert not trace.matched
    no = lacked(str(trace.failed), trace.wanted, trace.got)
    assert no.code == code
    for lang in ("zh_CN", "en"):
        text = no.text(lang)
        assert text != code and says in text and not re.search(r"\{\w+\}", text), text
    assert re.search("[一-鿿]", no.text("zh_CN"))


def test_what_a_stop_hid_is_said() -> None:
    """The rules after it name the one that stopped."""
    rules = [Rule(id="first", lead="a", stop=True), Rule(id="second", lead="b")]
    _, hidden = RoutingTable(rules).explain(Facts()).rules
    assert "first" in lacked(str(hidden.failed), hidden.wanted, hidden.got).text("en")


def test_rules_that_changed_since_are_named(town: Embedded) -> None:
    """What was decided then stands beside what today's rules say of the same facts."""
    matter = town.take({"source": "me", "text": "有垃圾"}, at=datetime.fromisoformat(NOON))
    (filed,) = [one.data for one in matter.messages if isinstance(one.data, EventFiled)]
    first = matter.reports[0]
    same = recalled(town.pack, matter.event, first, filed)
    assert (same["differs"], same["filed"]["matched"]) == ([], ["rubbish", "rest"])
    older = filed.model_copy(update={"matched": ("gone", "rest"), "lead": "gongan"})
    found = recalled(town.pack, matter.event, first, older)
    assert (found["differs"], found["filed"]["lead"]) == (["gone", "rubbish"], "gongan")
    assert found["decision"]["lead"]["dept"] == "chengguan"
    assert recalled(town.pack, matter.event, first, None)["filed"] is None
