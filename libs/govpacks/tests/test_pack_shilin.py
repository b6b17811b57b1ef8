"""S02 Shilin Banqiao: the counts of its five levels of duty, its ladder, and that everything hangs together."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from govcore.packs import Pack, check_pack, find_pack, load_pack
from govcore.packs.leaders import duty_chain, leader_of

TOOL = Path(__file__).parents[1] / "tools" / "compose_shilin.py"
TABLES = ("divisions.csv", "grids.csv", "posts.csv", "leaders.csv")


@pytest.fixture(scope="module")
def shilin() -> Pack:
    return load_pack("shilin")


def test_nothing_is_wrong_with_shilin() -> None:
    """The checker finds nothing."""
    assert [str(finding) for finding in check_pack("shilin")] == []


def test_the_counts_of_five_levels(shilin: Pack) -> None:
    """4 county, 56 street, 12 village, 78 group heads, 605 heads of ten households; nobody is named."""
    kinds = Counter(shilin.divisions[one.area].kind for one in shilin.leaders.values() if not one.department)
    assert kinds == {"county": 4, "street": 56, "village": 12}
    assert Counter(post.kind for post in shilin.posts.values()) == {
        "chief": 78,
        "worker": 605,
        "police": 13,
        "security": 12,
        "mediator": 12,
        "adviser": 14,
        "deputy_county": 25,
        "deputy_city": 3,
    }
    assert (len(shilin.villages), len(shilin.grids)) == (12, 78)
    assert {one.origin for one in shilin.leaders.values()} == {"composed"}
    assert {one.department for one in shilin.leaders.values()} - {""} == set(shilin.departments)


def test_the_ladder_has_all_four_kinds_and_ends_at_the_county(shilin: Pack) -> None:
    """提示函, 任务单, 指令单, 督办单, each with its source; the last two to the leaders on duty."""
    ladder = shilin.terms.ladder
    assert [one.order for one in ladder] == ["reminder", "task", "directive", "supervision", "supervision"]
    assert [one.level for one in ladder[3:]] == ["street", "county"]
    assert all("S02" in one.source and "composed" in one.source for one in ladder)


def test_the_duty_chain_goes_up_from_every_village(shilin: Pack) -> None:
    """Village, street, county; over 56 days each of the street's posts has one."""
    monday = datetime(2024, 5, 6, 9, tzinfo=shilin.zone)
    for village in shilin.villages:
        assert [kind for kind, _ in duty_chain(shilin, village.place)] == ["village", "street", "county"]
    place = shilin.villages[0].place
    days = Counter(leader_of(shilin, None, place, "street", monday + timedelta(days=day)) for day in range(56))
    assert len(days) == 56 and set(days.values()) == {1}


def test_the_tables_of_shilin_are_made_by_the_tool(shared: Callable[[str], Path], tmp_path: Path) -> None:
    """Run again on the shared data, it makes the same bytes."""
    made = tmp_path / "src" / "govpacks" / "shilin"
    made.mkdir(parents=True)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / TOOL.name).write_bytes(TOOL.read_bytes())
    subprocess.run([sys.executable, str(tmp_path / "tools" / TOOL.name), str(shared(""))], check=True)
    for name in TABLES:
        assert (made / name).read_bytes() == (find_pack("shilin") / name).read_bytes(), name
