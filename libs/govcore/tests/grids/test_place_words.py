"""Place words in free text: every way of writing a name, the right one of several, nothing where nothing is said."""

from __future__ import annotations

import pytest

from govcore.errors import Refusal
from govcore.grids import Division, Grid, PlaceWords, Registry

NAMES = {
    "34": "安徽省",
    "3408": "安庆市",
    "340881": "桐城市",
    "340881001": "龙腾街道",
    "340881001001": "桃元居委会",
    "340881001002": "龙腾社区居委会",
    "340881001003": "和平社区居委会",
    "340881101": "路口镇",
    "340881101201": "长安村委会",
    "340881101202": "和平村委会",
    "340881102": "孔城镇",
    "340881102201": "古华山村委会",
    "340881102202": "长安村委会",
}
GRID = Grid("340881001001001", "桃元社区第01网格", "340881001001")


@pytest.fixture(scope="module")
def words() -> PlaceWords:
    registry = Registry([Division(code, name) for code, name in NAMES.items()], [GRID])
    named = {"盛唐小区": GRID.code, "孔城人民政府": "340881102", "六尺巷": "340881001"}
    return PlaceWords(registry, named, ["340881"])


@pytest.mark.parametrize(
    ("text", "code", "least"),
    [
        ("桃元居委会门口", "340881001001", 0.9),
        ("龙腾街道桃元社区垃圾成堆", "340881001001", 0.9),
        ("桐城市 孔城镇 古华山 村", "340881102201", 0.9),
        ("盛唐小区3栋", GRID.code, 0.9),
        ("家住孔城，村里路灯不亮", "340881102", 0.6),
        ("孔城镇古华出村", "340881102201", 0.7),
        ("孔城镇长安村", "340881102202", 0.9),
        ("龙腾派出所旁", "340881001", 0.6),
        ("路口镇和平村、路口镇长安村都停水", "340881101", 0.9),
        ("六尺巷人多", "340881001", 0.9),
    ],
)
def test_a_place_is_found_however_it_is_written(words: PlaceWords, text: str, code: str, least: float) -> None:
    """With another ending, without one, with a letter wrong, by an estate; the town decides between namesakes."""
    found = words.best(text)
    assert found is not None and (found.code, found.score >= least) == (code, True), words.guesses(text)
    assert found.words


@pytest.mark.parametrize(
    "text", ["", "停车费太贵", "希望世界和平", "桐城市的公交", "十字路口红绿灯坏了", "长安村的路", "龙腾路修了三年"]
)
def test_nothing_is_guessed_where_nothing_is_said(words: PlaceWords, text: str) -> None:
    """Ordinary words, the locality itself, a name of two villages, a road called after a place: none is sure."""
    found = words.best(text)
    assert found is None or found.score < 0.75, found


def test_another_place_named_takes_sureness_away(words: PlaceWords) -> None:
    """A village of one town said to be in another is no longer sure."""
    (sure, *_), (doubted, *_) = words.guesses("桃元社区"), words.guesses("孔城镇的桃元社区")[1:]
    assert sure.code == doubted.code == "340881001001" and doubted.score < 0.75 < sure.score


def test_words_of_unknown_areas_are_refused() -> None:
    """A word of nowhere is a mistake of the pack."""
    with pytest.raises(Refusal) as no:
        PlaceWords(Registry([Division("34", "安徽省")]), {"某小区": "340881"})
    assert no.value.code == "GRID_UNKNOWN_CODE"
