"""The escalation ladder and the leaders of a pack, sound and broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from govcore.packs import check_pack, load_pack
from govcore.packs.leaders import leader_of

Files = dict[str, str]
LADDER = """ladder:
  - {order: reminder, at: 1.0, source: test}
  - {order: supervision, at: 2.0, source: test}
"""
LEADERS = """id,area,department,title,title_en,origin
lead-1,340881001,,值班领导,leader on duty,composed
lead-2,340881001,,值班领导,leader on duty,composed
lead-3,340881,,值班领导,leader on duty,composed
lead-4,340881,gongan,局长,head,composed
"""
FULL = """ladder:
  - {order: reminder, at: 0.5, source: test}
  - {order: task, at: 1.0, answer: 4wh, source: test}
  - {order: directive, at: 1.5, to: leader, answer: 2wh, source: test}
  - {order: supervision, at: 2.0, to: duty, level: street, source: test}
"""


def _pack(make_pack: Callable[[Files], Path], ladder: str, leaders: str = LEADERS) -> Path:
    folder = make_pack({"leaders.csv": leaders})
    terms = folder / "terms.yaml"
    text = terms.read_text(encoding="utf-8")
    assert LADDER in text
    terms.write_text(text.replace(LADDER, ladder), encoding="utf-8")
    return folder


def test_a_whole_ladder_is_taken(make_pack: Callable[[Files], Path]) -> None:
    """Shares before and after the due, answers asked for or not, three kinds of addressee."""
    assert check_pack(_pack(make_pack, FULL)) == []


@pytest.mark.parametrize(
    ("good", "bad", "code", "field"),
    [
        ("at: 1.5", "at: 0.9", "PACK_LADDER_ORDER", "ladder[2].at"),
        ("at: 0.5", "at: 1.0", "PACK_LADDER_ORDER", "ladder[1].at"),
        ("at: 1.0", "at: 1.2", "PACK_LADDER_DUE", "ladder[1].at"),
        ("at: 2.0, ", "", "PACK_KEY_MISSING", "ladder[3].at"),
        ("answer: 4wh", "wait: 4wh", "PACK_KEY_UNKNOWN", "ladder[1].wait"),
        ("order: directive", "order: shout", "PACK_NOT_ONE_OF", "ladder[2].order"),
        ("to: duty", "to: mayor", "PACK_NOT_ONE_OF", "ladder[3].to"),
        ("level: street", "level: nation", "PACK_LADDER_LEVEL", "ladder[3].level"),
        ("to: leader", "to: holder, level: street", "PACK_LADDER_LEVEL", "ladder[2].level"),
        ("answer: 2wh", "answer: soon", "CALENDAR_BAD_TERM", "ladder[2].answer"),
        ("at: 1.5", "at: -1", "PACK_RANGE", "ladder[2].at"),
        ("gongan", "police", "PACK_DEPARTMENT_UNKNOWN", "department"),
        ("lead-1,340881001", "lead-1,340881777", "PACK_DIVISION_UNKNOWN", "area"),
        ("lead-2", "lead-1", "PACK_CODE_TWICE", "id"),
        ("局长", "", "PACK_CELL_EMPTY", "title"),
        ("lead-3", "post-1", "PACK_CODE_TWICE", "id"),
        ("head,composed", "head,heard", "PACK_NOT_ONE_OF", "origin"),
    ],
)
def test_a_broken_one_is_refused_with_file_and_line(
    make_pack: Callable[[Files], Path], good: str, bad: str, code: str, field: str
) -> None:
    """Not ascending, at no time or at two, to nobody, of an unknown kind, level or unit."""
    assert good in FULL + LEADERS
    found = check_pack(_pack(make_pack, FULL.replace(good, bad, 1), LEADERS.replace(good, bad, 1)))
    assert (code, field) in [(one.code, one.field) for one in found], found
    assert all(one.file and one.line for one in found)
    assert all(one.text("zh_CN") and "{" not in one.text("en") for one in found)


def test_only_warnings_or_nobody_to_go_to_are_refused(make_pack: Callable[[Files], Path]) -> None:
    """A ladder has a rung for lateness; leaders it names are in leaders.csv."""
    only = "ladder:\n  - {order: reminder, at: 0.5, source: test}\n"
    assert [one.code for one in check_pack(_pack(make_pack, only))] == ["PACK_LADDER_DUE"]
    nobody = check_pack(_pack(make_pack, FULL, LEADERS.splitlines()[0] + "\n"))
    assert [one.code for one in nobody] == ["PACK_LADDER_NOBODY", "PACK_LADDER_NOBODY"]


def test_the_leader_on_duty_is_the_nearest_named_and_they_take_turns(make_pack: Callable[[Files], Path]) -> None:
    """From the village upward; a level that is asked for; a day each; the head of a department, or nobody."""
    pack = load_pack(_pack(make_pack, FULL))
    monday = datetime(2026, 3, 2, 9, tzinfo=pack.zone)
    place = pack.place_of("340881001001")
    days = [leader_of(pack, None, place, None, monday + timedelta(days=day)) for day in range(4)]
    assert set(days) == {"lead-1", "lead-2"} and days[:2] == days[2:] and days[0] != days[1]
    assert leader_of(pack, None, place, "county", monday) == "lead-3"
    assert leader_of(pack, None, place, "nation", monday) in ("lead-1", "lead-2")
    assert leader_of(pack, None, "", None, monday) is None
    assert leader_of(pack, "gongan", place, None, monday) == "lead-4"
    assert leader_of(pack, "chengguan", place, None, monday) is None
