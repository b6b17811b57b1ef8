"""The words of the pages: each in both languages, every state and finding known."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

import gov_console
from gov_console.listing import LISTS, STATES
from gov_console.render import MENU, Renderer
from gov_console.words import Pair, Words, own, span
from govcore.claims.lifecycle import CLAIM, PROJECT, STEWARDSHIP
from govcore.events.lifecycle import EVENT, HANDOFF
from govcore.events.visit import VISIT
from govcore.i18n import label
from govcore.joint.table import OPERATION, PART
from govcore.orders.lifecycle import LIFECYCLE as ORDER
from govcore.packs import Pack, load_pack
from govcore.testing import AT

HOME = Path(gov_console.__file__).parent
SAID = re.compile(r'\b(?:t|cell|fact|own)\("([a-z_.]+)"|\bt\("(\w+)" if .*? else "(\w+)"\)|head\(\[([^\]]*)\]')


FAMILIES = {
    "board": ("month", "quarter", "year"),
    "period": ("day", "week", "month"),
    "to": ("holder", "leader", "supervisor", "duty"),
    "term": ("uh", "wh", "wd", "d"),
    "join": ("all", "lead", "quorum"),
}


def words_used() -> set[str]:
    """Every word that templates and code ask for by name."""
    found: set[str] = set()
    for file in [*HOME.rglob("*.html"), *HOME.rglob("*.py")]:
        for one in SAID.findall(file.read_text(encoding="utf-8")):
            *names, listed = one
            found |= {*filter(None, names), *re.findall(r'"(\w+)"', listed)}
    return found


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_word_has_a_text(language: str) -> None:
    """Whatever a page asks for by name stands in the catalogues."""
    used = {f"console.{word}" for word in words_used() if not word.endswith(".")}
    used |= {f"console.{name}" for name in LISTS} | {f"console.menu.{name}" for name in MENU}
    used |= {f"console.{family}.{one}" for family, members in FAMILIES.items() for one in members}
    assert len(used) > 80
    assert [word for word in sorted(used) if label(word, language) == word] == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_state_has_a_name(language: str) -> None:
    """States of events and hand-offs, actions of both tables, and findings are words of the catalogues."""
    words = {f"event.{state}" for state in EVENT.states} | {f"handoff.{state}" for state in HANDOFF.states}
    for table in (OPERATION, PART, ORDER, VISIT, CLAIM, PROJECT, STEWARDSHIP):
        words |= {f"{table.name}.{state}" for state in table.states}
    pack = load_pack("tongcheng")
    named = Words(pack)
    for choice in (one for listing in LISTS.values() for one in listing.choices):
        assert [code for code in choice.options(pack) if choice.say(named, code).zh in ("", code)] == []
    words |= {f"action.{line.action}" for table in (EVENT, HANDOFF) for line in table.transitions}
    kinds = ("event.unlocated", "event.untriaged", "event.unverified", "handoff.unaccepted", "handoff.late")
    words |= {f"stalled.{kind}" for kind in (*kinds, "handoff.undelivered", "mesh.parked", "mesh.retry", "mesh.unsent")}
    assert [word for word in sorted(words) if label(word, language) == word] == []


def test_every_state_of_an_event_is_listed() -> None:
    """The first page knows all states of the table of transitions."""
    assert set(STATES) == EVENT.states


def test_a_pair_is_shown_in_both_languages() -> None:
    """Each language is marked and escaped; a word that is the same in both stands once."""
    assert Pair("案卷", "event").__html__() == (
        '<span lang="zh-CN">案卷</span> <span class="en" lang="en">event</span>'
    )
    assert Pair("<b>", "<b>").__html__() == "&lt;b&gt;"
    assert "<b>" not in Pair("<b>甲", "<i>a").__html__()
    assert own("inside", service="grid").en == "inside the mesh (grid)"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(0), "0秒", "0s"),
        (timedelta(seconds=-5), "0秒", "0s"),
        (timedelta(seconds=59.9), "59秒", "59s"),
        (timedelta(minutes=61), "1小时1分", "1h 1m"),
        (timedelta(days=400, hours=2, minutes=3), "400天2小时", "400d 2h"),
        (timedelta(days=2, seconds=4), "2天4秒", "2d 4s"),
    ],
)
def test_a_length_of_time_in_its_largest_units(length: timedelta, zh: str, en: str) -> None:
    """Two units at most, the largest; never below nothing."""
    assert span(length) == Pair(zh, en)


@pytest.mark.parametrize("name", ["tongcheng", "boston"])
def test_names_are_those_of_the_pack(name: str) -> None:
    """Departments, desks, classes, places and channels by name; what the pack does not know by its code."""
    pack: Pack = load_pack(name)
    words = Words(pack)
    code, dept = next(iter(pack.departments.items()))
    assert words.holder(f"dept:{code}") == Pair(dept.name.zh, dept.name.en)
    assert words.holder("desk:triage").zh == "分拨台" and words.holder(None).zh == "—"
    assert words.holder("dept:mars").zh == "mars" and words.holder("mesh:grid").en == "inside the mesh (grid)"
    assert words.holder("post:post-1").zh == "岗位 post-1" and words.holder("partner:92X").en == "partner 92X"
    assert "13" not in words.holder("volunteer:13").plain
    division = list(pack.divisions.values())[-1]
    assert division.name in words.place(division.place) and words.place("99.99") == "99.99"
    channel = next(iter(pack.channels.values()))
    assert words.actor(f"channel:{channel.code}").zh == channel.name.zh
    assert words.actor("/dispatch").en == words.actor("service:dispatch").en == "service dispatch"
    reason = pack.header.handoff.return_reasons[0]
    assert words.why(reason.code) == Pair(reason.label.zh, reason.label.en)
    assert words.why("电话13800138000") == Pair("电话***", "电话***") and words.why(None) is None


def test_a_template_that_asks_for_what_is_not_there_fails(tongcheng: Any) -> None:
    """A missing value is an error, never an empty place on the page."""
    with pytest.raises(UndefinedError):
        Renderer(Words(tongcheng)).html("stalled.html", {}, AT)
