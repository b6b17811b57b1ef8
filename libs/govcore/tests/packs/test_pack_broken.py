"""Every way to break a pack is refused with file, line, key and reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from govcore.errors import Refusal
from govcore.packs import check_pack, load_pack

PackMaker = Callable[[dict[str, str]], Path]


class Broken(NamedTuple):
    """A text of a file, what it is replaced by, and the one finding that must come of it."""

    file: str
    old: str
    new: str
    code: str
    key: str
    line: int | None = None
    """Where the finding points, if not at the line of the change."""


WAYS = [
    Broken("routing.yaml", "lead: gongan", "lead: police", "PACK_DEPARTMENT_UNKNOWN", "rules[3].lead"),
    Broken("routing.yaml", "assist: [gongan]\n    term", "assist: [x]\n    term", "PACK_DEPARTMENT_UNKNOWN", "rules[2].assist[0]"),
    Broken("routing.yaml", 'class: "010101"', 'class: "019999"', "PACK_CLASS_UNKNOWN", "rules[1].when.class[0]"),
    Broken("routing.yaml", 'class: "01*"', 'class: "07*"', "PACK_CLASS_UNKNOWN", "rules[3].when.class[0]"),
    Broken("routing.yaml", '["340881001"]', '["340881777"]', "PACK_DIVISION_UNKNOWN", "rules[2].when.place[0]"),
    Broken("routing.yaml", "channel: hotline", "channel: pigeon", "PACK_CHANNEL_UNKNOWN", "rules[2].when.channel[0]"),
    Broken("routing.yaml", "08:00-20:00", "8 to 20", "ROUTING_BAD_HOURS", "rules[2].when.hours[0]"),
    Broken("routing.yaml", "severity: critical", "severity: huge", "PACK_SEVERITY_UNKNOWN", "rules[0].severity"),
    Broken("routing.yaml", "term: 4wh", "term: four hours", "CALENDAR_BAD_TERM", "rules[2].term"),
    Broken("routing.yaml", "id: trading", "id: rubbish", "PACK_CODE_TWICE", "rules[2].id"),
    Broken("routing.yaml", "assist: [gongan]\n    term", "assist: [chengguan]\n    term", "PACK_LEAD_ASSISTS", "rules[2].assist[0]"),
    Broken("routing.yaml", "    lead: gongan\n", "", "PACK_RULE_EMPTY", "rules[3].id", 14),
    Broken("routing.yaml", 'class: "010101"}\n', 'class: "0101*"}\n    stop: true\n', "PACK_RULE_UNREACHABLE", "rules[2].id", 10),
    Broken("routing.yaml", 'class: "010101"', 'class: "01*"', "PACK_RULE_SHADOWED", "rules[2].lead", 11),
    Broken("routing.yaml", "lead: gongan", "leed: gongan", "PACK_KEY_UNKNOWN", "rules[3].leed"),
    Broken("routing.yaml", "id: danger", "id: danger\n    id: fire", "PACK_KEY_TWICE", "rules[0].id", 3),
    Broken("routing.yaml", "any: [触电, 着火]}}", "any: [触电, 着火]", "PACK_YAML", "routing.yaml", 4),
    Broken("terms.yaml", "accept: {term: 2wh,", "accept: {term: 2 hours,", "CALENDAR_BAD_TERM", "accept.term"),
    Broken("terms.yaml", "3uh+8uh+5wd", "3uh+8xx", "CALENDAR_BAD_TERM", "handle[1].term"),
    Broken("terms.yaml", 'class: "0101*", term', 'class: "9*", term', "PACK_CLASS_UNKNOWN", "handle[1].class[0]"),
    Broken("terms.yaml", "{term: 15d, source: test}", '{class: "01*", term: 15d, source: test}', "PACK_TERM_NO_LAST", "handle[2]"),
    Broken("terms.yaml", "triage: {term: 4wh, source: test}\n", "", "PACK_KEY_MISSING", "triage", 1),
    Broken("terms.yaml", "minutes: 10, source: test", "minutes: 10", "PACK_KEY_MISSING", "locate.source"),
    Broken("terms.yaml", "default_severity: general", "default_severity: mild", "PACK_SEVERITY_UNKNOWN", "default_severity"),
    Broken("divisions.csv", "340881001002,兴元居委会,340881001", "340881001002,兴元居委会,340881002", "PACK_PARENT_MISSING", "parent"),
    Broken("divisions.csv", "340881001002,兴元居委会,340881001", "340881001002,兴元居委会,340881", "PACK_PARENT_WRONG", "parent"),
    Broken("divisions.csv", "340881001,龙腾街道,340881,street\n", "340881001,龙腾街道,340881,street\n" * 2, "PACK_CODE_TWICE", "code", 4),
    Broken("divisions.csv", "340881001002,兴元居委会,340881001,community", "3408810010,兴元,340881001,community", "GRID_BAD_CODE", "code"),
    Broken("departments.yaml", "code: gongan", "code: 公安", "PACK_DEPARTMENT_CODE", "departments[1].code"),
    Broken("departments.yaml", "code: gongan", "code: chengguan", "PACK_CODE_TWICE", "departments[1].code"),
    Broken("departments.yaml", "transfer_to: [gongan]", "transfer_to: [nobody]", "PACK_DEPARTMENT_UNKNOWN", "departments[0].behaviour.transfer_to[0]"),
    Broken("departments.yaml", "accept: 0.9", "accept: 0.5", "PACK_CHANCES", "departments[0].behaviour", 14),
    Broken("departments.yaml", "least: 1, usual: 5", "least: 9, usual: 5", "PACK_SPREAD", "departments[0].behaviour.accept_after", 3),
    Broken("departments.yaml", "[not_ours]", "[lazy]", "PACK_REASON_UNKNOWN", "departments[0].behaviour.return_reasons[0]", 8),
    Broken("classes.csv", "010102,3,占道经营,Trading,0101", "010102,3,占道经营,Trading,0199", "PACK_PARENT_MISSING", "parent"),
    Broken("classes.csv", "010102,3,占道经营,Trading,0101", "010102,3,占道经营,Trading,01", "PACK_PARENT_WRONG", "parent"),
    Broken("classes.csv", "Trading,0101,composed", "Trading,0101,guessed", "PACK_NOT_ONE_OF", "origin"),
    Broken("classes.csv", "code,level,name,name_en,parent,origin,gb_code", "code,level,name,name_en,parent,gb_code,gb_code", "PACK_COLUMN_MISSING", "origin"),
    Broken("classes.csv", "010101,3,暴露垃圾,Rubbish,0101,composed,matter:06010", "010101,3,暴露垃圾", "PACK_ROW_LENGTH", ""),
    Broken("grids.csv", "340881001002001,兴元第1网格,340881001002", "340881001002001,兴元第1网格,340881009009", "PACK_GRID_OUTSIDE", "village"),
    Broken("grids.csv", "340881001002001,兴元第1网格,340881001002", "340881001002001,兴元第1网格,340881001001", "PACK_GRID_ELSEWHERE", "village"),
    Broken("posts.csv", "post-3,340881001002001", "post-3,340881001002009", "PACK_GRID_UNKNOWN", "grid"),
    Broken("posts.csv", "post-2,340881001001001,worker", "post-2,340881001001001,chief", "PACK_TWO_CHIEFS", "grid"),
    Broken("points.yaml", "points: 2", "points: two", "PACK_TYPE", "rules[0].points"),
    Broken("points.yaml", "on: event.closed.v1", "on: event.dreamt.v1", "POINTS_UNKNOWN_TYPE", "rules[0].on"),
    Broken("points.yaml", "field: duty_post", "field: friend", "POINTS_UNKNOWN_FIELD", "rules[0].field"),
    Broken("points.yaml", "day: 10, month: 100", "day: 100, month: 10", "PACK_CAPS_ORDER", "rules[0].cap"),
    Broken("points.yaml", "basis: test", "", "PACK_KEY_MISSING", "rules[0].basis", 4),
    Broken("channels.yaml", "code: grid", "code: hotline", "PACK_CODE_TWICE", "channels[1].code"),
    Broken("words.yaml", '"010102"', '"019999"', "PACK_CLASS_UNKNOWN", "classes.019999"),
    Broken("aliases.csv", "class,Litter,010101", "class,Litter,019999", "PACK_ALIAS_UNKNOWN", "code"),
    Broken("aliases.csv", "queue,CG_Street", "line,CG_Street", "PACK_NOT_ONE_OF", "kind"),
    Broken("demo.yaml", "{spot}旁", "{spto}旁", "PACK_WORD_UNKNOWN", "words.where"),
    Broken("demo.yaml", "[桥头, 村口, 学校]", '["{where}桥头"]', "PACK_WORD_CIRCLE", "words.where", 8),
    Broken("counts.csv", "010102,gongan,10", "010102,gongan,many", "PACK_RANGE", "n"),
    Broken("pack.yaml", "time_zone: Asia/Shanghai", "time_zone: Asia/Tongcheng", "PACK_TIME_ZONE", "time_zone"),
    Broken("pack.yaml", "08:00-12:00,14:00", "08:00-15:00,14:00", "CALENDAR_BAD_SESSIONS", "calendar.sessions"),
    Broken("pack.yaml", "{grade: 2,", "{grade: 3,", "PACK_GRADES", "rating", 10),
    Broken("pack.yaml", '["340881"]', '["340999"]', "PACK_DIVISION_UNKNOWN", "areas[0]"),
    Broken("pack.yaml", "base: china", "base: china, file: none.csv", "PACK_FILE_MISSING", "calendar.file"),
    Broken("pack.yaml", "{widths: [2, 2, 2, 3, 3]}", '{widths: [2, 2, 2, 3, 3], separator: "."}', "GRID_BAD_PROFILE", "code"),
    Broken("boundary.geojson", "[116.8, 30.9]]]", "[116.9, 30.9]]]", "PACK_GEOJSON", "geometry", 1),
    Broken("boundary.geojson", '"features": [', '"features": ', "PACK_GEOJSON", "boundary.geojson", 4),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.file}-{way.code}-{way.key}")
def test_each_fault_is_found_where_it_is(way: Broken, make_pack: PackMaker, sound: dict[str, str]) -> None:
    """The finding names the file, the line of the change (or where it shows), the key, and says why in two languages."""
    text = sound[way.file]
    assert text.count(way.old) >= 1, "the small pack has changed"
    at = text.index(way.old)
    folder = make_pack({way.file: text[:at] + way.new + text[at + len(way.old) :]})
    findings = [one for one in check_pack(folder) if one.code == way.code and one.field == way.key]
    assert findings, [str(one) for one in check_pack(folder)]
    found = findings[0]
    assert Path(found.file or "").name == way.file
    assert found.line == (way.line or text[:at].count("\n") + 1)
    for lang in ("zh_CN", "en"):
        said = found.text(lang)
        assert said != way.code and not re.search(r"\{\w+\}", said.replace("{where}", "")), said
    assert re.search("[一-鿿]", found.text("zh_CN"))


def test_a_fault_brings_no_other(make_pack: PackMaker, sound: dict[str, str]) -> None:
    """A department that is wrong in itself does not make every rule that names it wrong too."""
    broken = sound["departments.yaml"].replace("kind: bureau", "kindness: bureau", 1)
    found = [(one.code, one.field) for one in check_pack(make_pack({"departments.yaml": broken}))]
    assert found == [("PACK_KEY_MISSING", "departments[0].kind"), ("PACK_KEY_UNKNOWN", "departments[0].kindness")]


def test_all_faults_are_listed(make_pack: PackMaker, sound: dict[str, str]) -> None:
    """Faults in several files come together, ordered by file and line, and loading raises the first of them."""
    folder = make_pack(
        {
            "routing.yaml": sound["routing.yaml"].replace("chengguan", "nobody"),
            "terms.yaml": sound["terms.yaml"].replace("2wh", "2hours"),
            "channels.yaml": "",
        }
    )
    found = check_pack(folder)
    assert [Path(one.file or "").name for one in found] == [
        "channels.yaml", "routing.yaml", "routing.yaml", "terms.yaml",
    ]  # fmt: skip
    assert [one.code for one in found] == ["PACK_FILE_MISSING", *["PACK_DEPARTMENT_UNKNOWN"] * 2, "CALENDAR_BAD_TERM"]
    with pytest.raises(Refusal) as raised:
        load_pack(folder)
    assert (raised.value.code, raised.value.params["more"]) == ("PACK_FILE_MISSING", 3)


@pytest.mark.parametrize(
    "rule",
    [
        "on: petition.registered.v1\n    points: -5\n    account: village\n    field: division",
        "on: event.reported.v1\n    points: -1\n    account: grid\n    field: grid",
        "on: event.closed.v1\n    when: {channel: petition}\n    points: -2\n    account: household\n    field: grid",
        "on: event.closed.v1\n    when: {complaints: {at_least: 3}}\n    points: -2\n    account: person\n    field: grid",
    ],
)
def test_nobody_pays_for_speaking_up(rule: str, make_pack: PackMaker, sound: dict[str, str]) -> None:
    """A points rule that takes points for a petition, report or complaint is refused with articles 18 and 46."""
    entry = f"""\
  - id: punish
    title: {{zh: 扣分, en: minus}}
    {rule}
    basis: village compact
"""
    found = [
        one for one in check_pack(make_pack({"points.yaml": sound["points.yaml"] + entry})) if "POINTS" in one.code
    ]
    assert [one.code for one in found] == ["POINTS_RIGHTS"]
    assert (found[0].field or "").startswith("rules[1].")
    assert found[0].line and found[0].line >= 15
    assert "18" in found[0].text("zh_CN") and "46" in found[0].text("en")


@pytest.mark.parametrize("name", ["pack.yaml", "divisions.csv", "routing.yaml"])
def test_a_file_that_is_not_utf8(name: str, make_pack: PackMaker, sound: dict[str, str]) -> None:
    """Another encoding is named as such, not as nonsense in the file."""
    folder = make_pack({})
    (folder / name).write_bytes(
        sound[name].replace("small", "城").encode("gb18030", errors="replace") + "桐城".encode("gb18030")
    )
    assert "PACK_ENCODING" in [one.code for one in check_pack(folder)]


@pytest.mark.parametrize("content", ["", "just a text", "- 1\n- 2\n", "null", "{}", "rules: 7", "rules: [7, null]"])
@pytest.mark.parametrize(
    "name", ["pack.yaml", "departments.yaml", "routing.yaml", "terms.yaml", "points.yaml", "demo.yaml"]
)
def test_odd_contents_are_refused_not_crashed_on(name: str, content: str, make_pack: PackMaker) -> None:
    """A file of the wrong shape is a finding in that file."""
    folder = make_pack({})
    (folder / name).write_text(content, encoding="utf-8")
    assert any(Path(one.file or "").name == name for one in check_pack(folder))
