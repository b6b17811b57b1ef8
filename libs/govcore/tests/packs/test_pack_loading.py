"""A sound pack becomes typed values; names and folders find it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from govcore.errors import Refusal
from govcore.events.routing import Facts
from govcore.packs import check_pack, find_pack, load_pack
from govcore.packs._yaml import read_yaml

PackMaker = Callable[[dict[str, str]], Path]


def test_the_small_pack_is_sound(make_pack: PackMaker) -> None:
    """Nothing is found in it, and everything it says is there."""
    folder = make_pack({})
    assert check_pack(folder) == []
    pack = load_pack(folder)
    assert (pack.id, pack.header.title.said("en"), str(pack.zone)) == ("small", "Small town", "Asia/Shanghai")
    assert list(pack.departments) == ["chengguan", "gongan"]
    assert pack.divisions["340881001001"].place == "34.08.81.001.001"
    assert pack.place_of("340881001") == "34.08.81.001" and pack.place_of("999") == ""
    assert [division.code for division in pack.villages] == ["340881001001", "340881001002"]
    assert [item.name for item in pack.ancestry("010101")] == ["市容", "环卫", "暴露垃圾"]
    assert [grid.code for grid in pack.grids_by_village["340881001001"]] == ["340881001001001"]
    assert [post.id for post in pack.posts_by_grid["340881001001001"]] == ["post-1", "post-2"]
    assert pack.calendar.day_length == 8 * 3_600_000_000
    assert pack.boundary is not None and pack.boundary["features"][0]["properties"]["code"] == "340881"


def test_a_pack_needs_only_the_files_of_its_work(make_pack: PackMaker, sound: dict[str, str]) -> None:
    """Grids, posts, points, words, aliases, demo and boundary may be absent."""
    absent = dict.fromkeys(
        ["grids.csv", "posts.csv", "points.yaml", "words.yaml", "aliases.csv", "demo.yaml", "boundary.geojson"], ""
    )
    pack = load_pack(make_pack(absent))
    assert (pack.grids, pack.posts, pack.points, pack.classifier, pack.demo_draw, pack.boundary) == (
        {}, {}, None, None, None, None,
    )  # fmt: skip
    assert pack.mappings == ()


def test_names_of_outside_data_are_known(make_pack: PackMaker) -> None:
    """An alias, the code itself, and a name that only one has, lead to the code; others to nothing."""
    pack = load_pack(make_pack({}))
    asked = [
        ("class", "Litter", "010101"),
        ("class", "暴露垃圾", "010101"),
        ("class", "Trading", "010102"),
        ("class", "010102", "010102"),
        ("class", "市容", None),
        ("department", "CG", "chengguan"),
        ("department", "公安局", "gongan"),
        ("queue", "CG_Street", "chengguan"),
        ("division", "钱庄社区", "340881001001"),
        ("division", "龙腾街道", "340881001"),
        ("channel", "Phone", "hotline"),
        ("channel", "网格员", "grid"),
        ("channel", "pigeon", None),
        ("nonsense", "x", None),
    ]
    assert [pack.code_of(kind, name) for kind, name, _ in asked] == [code for _, _, code in asked]


def test_terms_are_the_first_line_that_holds(make_pack: PackMaker) -> None:
    """By severity, then by class, then the rest; without a severity the pack's default counts."""
    terms = load_pack(make_pack({})).terms
    assert terms.handling("010101", "critical").term == "2uh"
    assert terms.handling("010101").term == "3uh+8uh+5wd"
    assert terms.handling(None, "general").term == "15d"


def test_places_in_rules_are_paths(make_pack: PackMaker) -> None:
    """A rule names a division by its code; it holds for everything below it and for nothing beside it."""
    pack = load_pack(make_pack({}))
    at = pack.calendar.midnight(738_000).replace(hour=9)
    for place, lead in (("34.08.81.001.002", "chengguan"), ("34.08.81.001", "chengguan"), ("34.08.81.0012", "gongan")):
        facts = Facts(class_code="010102", place=place, channel="hotline", at=at)
        assert pack.routing.decide(facts).lead == lead


def test_the_words_of_a_class_are_told_apart(make_pack: PackMaker) -> None:
    """One text of several words is several words, a list is taken as it stands."""
    classifier = load_pack(make_pack({})).classifier
    assert classifier is not None
    guess = classifier.classify("门口脏乱，垃圾没人清")
    assert guess is not None and (guess.class_code, guess.why) == ("010101", ("脏乱", "垃圾"))


def test_demo_reports_are_the_same_for_the_same_chance(make_pack: PackMaker) -> None:
    """Drawn in proportion to the counts; one word has one meaning in title and text."""
    draw = load_pack(make_pack({})).demo_draw
    assert draw is not None
    one, other = ([draw.report(chance) for _ in range(400)] for chance in (Random(7), Random(7)))
    assert one == other
    share = sum(report.class_code == "010101" for report in one) / len(one)
    assert 0.68 < share < 0.82
    assert {report.hour for report in one} == {8, 9, 10, 11, 14, 15, 16, 17}
    for report in one:
        assert "{" not in report.title + report.text
        assert report.title in report.text
        assert report.place.village in report.text
    assert {report.place.village for report in one} == {"钱庄社区", "兴元居委会"}
    assert {"暴露垃圾", "占道经营"} == {report.text.rpartition("，")[2] for report in one}


def test_an_unknown_name_says_which_are_known(tmp_path: Path) -> None:
    """No pack of that name: the answer lists those that there are."""
    with pytest.raises(Refusal) as raised:
        load_pack("atlantis")
    assert raised.value.code == "PACK_UNKNOWN"
    assert [one.code for one in check_pack("atlantis")] == ["PACK_UNKNOWN"]
    with pytest.raises(Refusal) as raised:
        find_pack(tmp_path)
    assert raised.value.code == "PACK_FILE_MISSING"


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    """``on``, ``no``, times and codes that begin with a nought are texts, as in YAML 1.2."""
    file = tmp_path / "x.yaml"
    file.write_text("on: no\nat: 12:30\ncode: 010101\ncount: 12\nshare: 0.5\nyes: true\nnothing: ~\n", encoding="utf-8")
    findings: list[Refusal] = []
    document = read_yaml(file, findings)
    assert document is not None and findings == []
    assert document.value == {
        "on": "no", "at": "12:30", "code": "010101", "count": 12, "share": 0.5, "yes": True, "nothing": None,
    }  # fmt: skip
    assert document.line(("code",)) == 3 and document.line(("code", "deeper")) == 3


def test_a_spread_stays_within_its_ends() -> None:
    """The minutes a department takes lie between least and most, half the time on either side of about the usual."""
    from govcore.packs.schema import Spread

    spread = Spread(least=2, usual=10, most=100)
    drawn = [spread.minutes(n / 1000) for n in range(1000)]
    assert drawn[0] == 2 and 95 < drawn[-1] <= 100 and drawn == sorted(drawn)
    assert Spread(least=5, usual=5, most=5).minutes(0.7) == 5
