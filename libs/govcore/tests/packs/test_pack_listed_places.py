"""Codes that the pack does not know: of another form, of before, of elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.grids import CHINA_CODES, Gazetteer, listed
from govcore.grids.divisions import Ended
from govcore.packs import ListedPlaces, Pack, Places, load_pack

PackMaker = Callable[[dict[str, str]], Path]
VILLAGE = "340881001001"
AWAY = [("34", "安徽省"), ("3408", "安庆市"), ("340822", "怀宁县"), ("340822100", "高河镇"), (VILLAGE, "某社区")]


def gone(code: str, how: Ended, *to: str) -> object:
    return listed(code, f"旧{code}", CHINA_CODES).model_copy(update={"until": date(2026, 1, 1), "ended": how, "to": to})


@pytest.fixture(scope="module")
def noon() -> datetime:
    return datetime.fromisoformat("2026-03-02T12:00:00+08:00")


@pytest.fixture
def places(make_pack: PackMaker) -> ListedPlaces:
    pack: Pack = load_pack(make_pack({}))
    versions = [
        gone("340881105", "merged", VILLAGE),
        gone("340881106", "split", "340822100", VILLAGE),
        gone("340881107", "split", "340822", "340822100"),
        gone("340881108", "abolished"),
        gone("340881109", "merged", "340822100"),
    ]
    return ListedPlaces(Places(pack), Gazetteer(AWAY, versions).versions)


@pytest.mark.parametrize("digits", [14, 15, 16, 20])
def test_an_unknown_grid_is_in_the_division_its_code_begins_with(
    places: ListedPlaces, noon: datetime, digits: int
) -> None:
    """Whatever the length of the code, unsure and with the reason."""
    found = places.find(code=VILLAGE.ljust(digits, "9"), at=noon).located
    assert (found.place, found.sure) == ("34.08.81.001.001", "unsure")
    assert found.doubts[-1].code == "GRID_UNKNOWN_GRID_HERE"


@pytest.mark.parametrize("code", ["340881105", "340881106"])
def test_a_code_of_before_is_where_its_successor_here_is(places: ListedPlaces, noon: datetime, code: str) -> None:
    """With the date and the successors among the doubts."""
    found = places.find(code=code, at=noon).located
    assert found.place == "34.08.81.001.001" and found.doubts[-1].code == "GRID_OUTDATED_CODE"
    assert VILLAGE in found.doubts[-1].text("en") and "2026-01-01" in found.doubts[-1].text("zh_CN")


@pytest.mark.parametrize(
    ("code", "says", "anywhere"),
    [
        ("340881107", "GRID_OUTDATED_CODE", "GRID_OUTDATED_CODE"),
        ("340881108", "GRID_OUTDATED_CODE", "GRID_OUTDATED_CODE"),
        ("340881109", "GRID_OUTDATED_CODE", "高河镇"),
        ("340822100", "GRID_NOT_OURS", "高河镇"),
        ("340881999", "GRID_UNKNOWN_CODE", "GRID_UNKNOWN_CODE"),
        ("999999999999001", "GRID_UNKNOWN_CODE", "GRID_UNKNOWN_CODE"),
        ("34088", "GRID_BAD_CODE", "GRID_BAD_CODE"),
    ],
)
def test_what_is_not_here_is_refused_or_told(
    places: ListedPlaces, noon: datetime, code: str, says: str, anywhere: str
) -> None:
    """A matter needs a place here; a person who asks is told of places elsewhere too."""
    with pytest.raises(Refusal) as no:
        places.find(code=code, at=noon)
    assert no.value.code == says
    try:
        told = places.find(code=code, at=noon, anywhere=True).located
    except Refusal as again:
        assert again.code == anywhere
    else:
        assert told.division.name == anywhere and told.doubts and told.chain[-1].name == "安徽省"
