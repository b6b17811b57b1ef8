"""S01 Tongcheng: its figures, and that every class, department and place hangs together."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from govcore.events.routing import Facts
from govcore.grids import read_boundaries
from govcore.packs import Pack, check_pack, find_pack
from govcore.points import Rulebook

DEPARTMENTS = """
公安局 城市管理综合执法局 市场监督管理局 住房和城乡建设局 政法委(综治中心) 信访局 司法局 民政局 人力资源和社会保障局
自然资源和规划局 生态环境局 交通运输局 水利局 农业农村局 文化旅游局 卫生健康委 应急管理局 消防救援大队 教育局
医疗保障局 退役军人事务局 数据资源管理局(12345) 林业局
""".split()  # noqa: SIM905 - one department a word reads better than twenty-three quoted ones
NAMED = {"市政设施", "生产经营", "安全防控", "道路维护", "电路安全", "工地管理", "门前三包", "诚信经营", "施工占道"}


def test_nothing_is_wrong_with_it() -> None:
    """The checker finds nothing."""
    assert [str(finding) for finding in check_pack("tongcheng")] == []


def test_the_figures_of_the_source(tongcheng: Pack) -> None:
    """23 departments; 9 major, 32 minor, 90 items; 17 towns and streets, 228 villages; 1,599 chiefs, 7,258 workers."""
    assert [one.name.zh for one in sorted(tongcheng.departments.values(), key=_listed)] == DEPARTMENTS
    assert Counter(item.level for item in tongcheng.classes.values()) == {1: 9, 2: 32, 3: 90}
    kinds = Counter(division.kind for division in tongcheng.divisions.values())
    assert (kinds["street"], kinds["town"], kinds["zone"]) == (3, 12, 2)
    assert len(tongcheng.villages) == kinds["community"] + kinds["village"] + kinds["virtual"] == 228
    assert len(tongcheng.grids) == 1_599
    assert Counter(post.kind for post in tongcheng.posts.values()) == {"chief": 1_599, "worker": 7_258}
    assert {post.time for post in tongcheng.posts.values()} == {"full", "part"}


def _listed(one: object) -> int:
    return DEPARTMENTS.index(one.name.zh)  # type: ignore[attr-defined]


def test_what_the_source_names_is_marked_named_and_the_rest_composed(tongcheng: Pack) -> None:
    """Nine class names and four departments stand in the source, the rest is ours and says so."""
    named = {item.name for item in tongcheng.classes.values() if item.origin == "named"}
    assert named == NAMED
    assert Counter(item.origin for item in tongcheng.classes.values()) == {"named": 9, "composed": 122}
    known = {one.name.zh for one in tongcheng.departments.values() if one.origin == "named"}
    assert known == set(DEPARTMENTS[:4])
    assert {grid.origin for grid in tongcheng.grids.values()} == {"composed"}


def test_every_village_has_its_grids_and_every_grid_its_people(tongcheng: Pack) -> None:
    """Full cover: at least one grid a village, one chief and four or five workers a grid, codes of 15 digits."""
    assert set(tongcheng.grids_by_village) == {division.code for division in tongcheng.villages}
    for code, grid in tongcheng.grids.items():
        assert len(code) == 15 and code.startswith(grid.village)
        posts = tongcheng.posts_by_grid[code]
        assert [post.kind for post in posts][:1] == ["chief"]
        assert len(posts) in (5, 6)


def test_every_item_has_a_lead_and_every_department_leads(tongcheng: Pack) -> None:
    """All 90 items are routed by their class alone; between them all 23 departments lead something."""
    leads = {
        item.code: tongcheng.routing.decide(Facts(class_code=item.code)).lead
        for item in tongcheng.classes.values()
        if item.level == 3
    }
    assert None not in leads.values()
    assert set(leads.values()) == set(tongcheng.departments)


@pytest.mark.parametrize(
    ("facts", "lead", "assists", "severity"),
    [
        (Facts("020102"), "chengguan", ("shichang", "gongan"), None),
        (Facts("010203"), "zhujian", ("chengguan", "gongan"), "urgent"),
        (Facts("010201", text="小区停水三天"), "zhujian", ("shuili",), "urgent"),
        (Facts("010201", text="自来水发黄"), "zhujian", ("shuili",), None),
        (Facts("030203", text="楼道着火了，有人被困"), "xiaofang", ("yingji",), "critical"),
        (Facts("080201", text="工地拖欠农民工工资"), "renshe", ("zhujian",), None),
        (Facts("090202", channel="petition"), "sifa", ("xinfang",), None),
        (Facts("060203", "34.08.81.400.498"), "shengtai", ("yingji",), None),
        (Facts("060203", "34.08.81.103.004"), "shengtai", (), None),
        (Facts(text="消防通道长期被占"), "xiaofang", ("chengguan",), None),
        (Facts(text="这件事请帮忙看看"), None, (), None),
    ],
)
def test_who_gets_it(
    facts: Facts, lead: str | None, assists: tuple[str, ...], severity: str | None, tongcheng: Pack
) -> None:
    """Lead, assisting departments and urgency of some matters."""
    decision = tongcheng.routing.decide(facts)
    assert (decision.lead, decision.assists, decision.severity) == (lead, assists, severity)


def test_noise_at_night_is_urgent(tongcheng: Pack) -> None:
    """The same noise by day is not."""
    night, day = (datetime(2026, 3, 2, hour, 30, tzinfo=tongcheng.zone) for hour in (23, 15))
    assert tongcheng.routing.decide(Facts("060101", at=night)).severity == "urgent"
    assert tongcheng.routing.decide(Facts("060101", at=day)).severity is None


@pytest.mark.parametrize("class_code", [None, "080201", "030302"])
def test_an_accusation_never_goes_to_whom_it_accuses(class_code: str | None, tongcheng: Pack) -> None:
    """Whatever its class, it goes to the petition office alone, with the articles beside the rule."""
    decision = tongcheng.routing.decide(Facts(class_code, text="举报某局领导受贿，工资被克扣，聚众赌博"))
    assert (decision.lead, decision.assists) == ("xinfang", ())
    rule = next(rule for rule in tongcheng.rules if rule.id == decision.matched[0])
    assert "art 22" in rule.basis and "art 30" in rule.basis


@pytest.mark.parametrize(
    ("class_code", "severity", "term"),
    [
        ("060101", "critical", "2uh"),
        ("010302", "urgent", "24uh"),
        ("010201", None, "3uh+8uh+5wd"),
        ("040101", None, "3uh"),
        ("050101", None, "4wh"),
        ("090203", None, "5wd"),
        ("080101", None, "7d"),
        ("080101", "complex", "15d"),
        (None, None, "7d"),
    ],
)
def test_terms(class_code: str | None, severity: str | None, term: str, tongcheng: Pack) -> None:
    """By severity and class, each with its source; no term is a bare number."""
    found = tongcheng.terms.handling(class_code, severity)
    assert found.term == term and found.source


def test_points_are_only_given(tongcheng: Pack) -> None:
    """The rulebook is accepted by the points rules, takes from nobody, counts for posts and volunteers who claim."""
    assert tongcheng.points is not None
    book = Rulebook.load(tongcheng.points, tongcheng.id, tongcheng.zone)
    assert {"event.closed.v1", "event.rated.v1"} <= book.types
    assert all(rule.points > 0 and rule.basis for rule in tongcheng.points.rules)
    assert {(rule.account, rule.on) for rule in tongcheng.points.rules if rule.account != "post"} == {
        ("person", "claim.fulfilled.v1")
    }


def test_the_boundary_has_both_parts(tongcheng: Pack) -> None:
    """Two polygons of the county, sound ones."""
    assert tongcheng.boundary is not None
    (area,) = read_boundaries(tongcheng.boundary).strict()
    assert area.code == "340881"
    assert len(tongcheng.boundary["features"][0]["geometry"]["coordinates"]) == 2


def test_short_names_of_villages_are_known(tongcheng: Pack) -> None:
    """石河村 is 石河村委会; a name that two towns have needs the town."""
    assert tongcheng.code_of("division", "石河村") == tongcheng.code_of("division", "石河村委会")
    assert tongcheng.code_of("division", "文昌街道办事处") == "340881002"
    for name, code in tongcheng.aliases["division"].items():
        assert tongcheng.divisions[code].code == code, name


def test_a_demo_day_hardly_repeats_itself(tongcheng: Pack) -> None:
    """Of 2,000 reports nearly all texts differ, in classes and hours as the counts say, in all 23 departments' work."""
    draw = tongcheng.demo_draw
    assert draw is not None and sum(count.n for count in tongcheng.demo_counts) == 15_847
    chance = Random(1)
    reports = [draw.report(chance) for _ in range(2_000)]
    assert len({report.text for report in reports}) > 1_980
    assert len({report.class_code for report in reports}) > 60
    leads = {
        tongcheng.routing.decide(Facts(report.class_code, text=f"{report.title}\n{report.text}")).lead
        for report in reports
    }
    assert len(leads) >= 21 and None not in leads
    assert all(tongcheng.classes[report.class_code].level == 3 for report in reports)


def test_composed_classes_name_a_real_class_of_the_standard(tongcheng: Pack, shared: Callable[[str], Path]) -> None:
    """Each gb_code is a (kind, code) of the transcription of GB/T 47678.5."""
    with shared("categories/gbt47678_5_classes.tsv").open(encoding="utf-8", newline="") as handle:
        known = {f"{row['kind']}:{row['code5']}" for row in csv.DictReader(handle, delimiter="\t")}
    used = [item.gb_code for item in tongcheng.classes.values() if item.gb_code]
    assert set(used) <= known
    assert len(used) == len(set(used)) and len(used) >= 40


def test_the_divisions_are_the_real_ones(tongcheng: Pack, shared: Callable[[str], Path]) -> None:
    """Codes and names of all 17 towns and 228 villages are those of the data."""
    for file, level in (("five_counties_streets.csv", 9), ("five_counties_villages.csv", 12)):
        with shared(f"divisions/{file}").open(encoding="utf-8", newline="") as handle:
            real = {row["code"]: row["name"] for row in csv.DictReader(handle) if row["areaCode"] == "340881"}
        assert real == {code: one.name for code, one in tongcheng.divisions.items() if len(code) == level}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tongcheng", "boston", "longhua", "yanliang"])
def test_the_generated_files_are_what_the_tool_makes(name: str, shared: Callable[[str], Path], tmp_path: Path) -> None:
    """Run on a copy, the tool writes the same bytes."""
    import shutil

    data = shared("")
    project = Path(__file__).parents[1]
    shutil.copytree(project / "tools", tmp_path / "tools")
    shutil.copytree(project / "src", tmp_path / "src")
    tool = tmp_path / "tools" / f"compose_{name}.py"
    subprocess.run([sys.executable, str(tool), str(data)], check=True, timeout=300)
    made = tmp_path / "src" / "govpacks" / name
    for file in sorted(find_pack(name).rglob("*.*")):
        assert (made / file.relative_to(find_pack(name))).read_bytes() == file.read_bytes(), file.name
