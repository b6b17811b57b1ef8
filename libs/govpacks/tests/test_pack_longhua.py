"""S12 Longhua: its figures, the real classes of its orders, and who is told of a surge."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.events.routing import Facts
from govcore.packs import Pack, check_pack

Shared = Callable[[str], Path]
COMPOSED = {"业主委员会", "短租住房", "联动处置", "诉求研判", "许可核查", "服务窗口"}
FIVE = {"grid", "digital_city", "governance", "emergency", "hotline"}


def test_nothing_is_wrong_with_it() -> None:
    """The checker finds nothing."""
    assert [str(finding) for finding in check_pack("longhua")] == []


def test_the_figures_of_the_source(longhua: Pack) -> None:
    """Five platforms behind one front office; two levels that take hand-offs; the divisions of 2023."""
    assert {*FIVE, "front"} <= set(longhua.channels)
    kinds = Counter(division.kind for division in longhua.divisions.values())
    assert (kinds["street"], kinds["town"], len(longhua.villages)) == (6, 5, 129)
    levels = Counter("town" if one.kind == "town" else "district" for one in longhua.departments.values())
    assert levels == {"district": 27, "town": 11}
    assert list(longhua.stories) == ["s12"]


def test_class_names_are_the_orders_own_and_what_is_composed_says_so(longhua: Pack, shared: Shared) -> None:
    """Every class marked named stands in the counts of the orders at its level; six are composed."""
    with shared("categories/haikou12345_4level_counts.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    paths = {
        tuple(row[f"行业分类{level}级"] for level in range(1, wanted + 1)) for row in rows for wanted in (1, 2, 3, 4)
    }
    paths |= {(*path[:2], path[3]) for path in paths if len(path) == 4}
    for item in longhua.classes.values():
        path = tuple(one.name for one in longhua.ancestry(item.code))
        assert (path in paths) == (item.origin == "named"), path
    assert {item.name for item in longhua.classes.values() if item.origin == "composed"} == COMPOSED


def test_most_real_orders_have_a_class_and_a_lead(longhua: Pack, shared: Shared) -> None:
    """Of 15,856 orders over 80 % name a class the pack knows by its path, and each of those has a lead."""
    with shared("messages/haikou_orders_no_text.csv").open(encoding="utf-8-sig", newline="") as handle:
        paths = Counter("/".join(row[f"cat{level}"] for level in range(1, 5)) for row in csv.DictReader(handle))
    known = {path: code for path in paths if (code := longhua.code_of("class", path)) is not None}
    assert sum(paths.values()) == 15_856
    assert 0.80 < sum(paths[path] for path in known) / 15_856 < 0.90
    assert all(longhua.routing.decide(Facts(code)).lead for code in known.values())


def test_the_divisions_are_the_real_ones(longhua: Pack, shared: Shared) -> None:
    """Codes and names of all eleven streets and towns are those of the data."""
    with shared("divisions/streets_2023.csv").open(encoding="utf-8", newline="") as handle:
        real = {row["code"]: row["name"] for row in csv.DictReader(handle) if row["areaCode"] == "460106"}
    assert real == {code: one.name for code, one in longhua.divisions.items() if len(code) == 9}


def test_every_item_has_a_lead_and_every_unit_leads(longhua: Pack) -> None:
    """By class alone; the streets and towns lead the disputes that arise in them."""
    items = [item.code for item in longhua.classes.values() if item.level == 3]
    by_class = {longhua.routing.decide(Facts(code)).lead for code in items}
    streets = [division.place for division in longhua.divisions.values() if len(division.code) == 9]
    by_place = {longhua.routing.decide(Facts("010301", place)).lead for place in streets}
    assert None not in by_class | by_place and len(by_place) == 11
    assert by_class | by_place == set(longhua.departments)


@pytest.mark.parametrize(
    ("facts", "lead", "assists", "severity"),
    [
        (Facts("070101"), "shenpi", ("weijian", "zhujian", "shichang", "gongan", "xiaofang"), "urgent"),
        (Facts("070102"), "shenpi", ("zhujian",), None),
        (Facts("050109"), "zhujian", ("weijian", "shichang", "gongan", "xiaofang"), None),
        (Facts("050108"), "zhujian", (), None),
        (Facts("010301", "46.01.06.001.004"), "zhongshan", ("zhengfa",), None),
        (Facts("010301"), "zhengfa", (), None),
        (Facts("030205"), "shizheng", ("shuiwu",), "urgent"),
        (Facts("020501", channel="emergency"), "chengguan", ("yingji", "jiaojing"), None),
        (Facts(text="楼里有人把房子做短租，天天吵闹"), "zhujian", ("weijian", "shichang", "gongan", "xiaofang"), None),
        (Facts(text="举报某局领导受贿，短租房无人查处"), "xinfang", (), "complex"),
        (Facts(text="这件事请帮忙看看"), None, (), None),
    ],
)
def test_who_gets_it(
    facts: Facts, lead: str | None, assists: tuple[str, ...], severity: str | None, longhua: Pack
) -> None:
    """Lead, assisting units and urgency of some matters."""
    decision = longhua.routing.decide(facts)
    assert (decision.lead, decision.assists, decision.severity) == (lead, assists, severity)


@pytest.mark.parametrize(
    ("class_code", "told"),
    [
        ("050109", ("shenpi", "weijian", "zhujian", "zhongxin")),
        ("050101", ("shenpi", "weijian", "zhujian", "zhongxin")),
        ("050108", ("shenpi", "zhujian", "zhongxin")),
        ("020501", ("zhongxin",)),
    ],
)
def test_who_is_told_of_a_surge(class_code: str, told: tuple[str, ...], longhua: Pack) -> None:
    """Housing goes back to licensing, everything to the joint centre; each line says where that is from."""
    assert longhua.header.surge.told(class_code) == told
    assert all(line.source for line in longhua.header.surge.tell)


def test_the_three_rates_weigh_a_hundred(longhua: Pack) -> None:
    """30/35/35, another place's, and said to be so."""
    rates = longhua.header.three_rates
    assert rates is not None and "composed" in rates.source
    assert (rates.response, rates.solution, rates.satisfaction) == (30, 35, 35)
