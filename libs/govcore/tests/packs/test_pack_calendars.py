"""A division may work by its own time: shifts, rest days, days off, days worked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from govcore.calendar import due
from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.memory import SequentialIds
from govcore.packs import Pack, load_pack, way_of
from govcore.testing.builders import an_event

PackMaker = Callable[[dict[str, str]], Path]

HEAD = """\
calendar:
  base: china
  sessions: "08:00-12:00,14:00-18:00"
  year_end_days: 3
  source: test
  divisions:
    - {division: "340881001001", sessions: "00:00-24:00", weekend: [], source: night shifts of the market}
    - {division: "340881001", file: fair.csv, source: notice of the subdistrict}
"""
FAIR = """\
# Days of the subdistrict
year,name,holidays,makeup
2026,庙会,0306,0307
*,建街日,0609,
2027,庙会,0305,
"""


@pytest.fixture
def own(make_pack: PackMaker, sound: dict[str, str]) -> Pack:
    line = 'calendar: {base: china, sessions: "08:00-12:00,14:00-18:00", source: test}\n'
    assert line in sound["pack.yaml"]
    return load_pack(make_pack({"pack.yaml": sound["pack.yaml"].replace(line, HEAD), "fair.csv": FAIR}))


def test_days_off_of_a_subdistrict_hold_there_only(own: Pack) -> None:
    """A day off and the Saturday worked for it hold in the subdistrict, not in the county; a rule says in which."""
    fair, county = own.calendar_in("340881001"), own.calendar_in("340881")
    assert not fair.is_working(date(2026, 3, 6)) and fair.day(date(2026, 3, 7)).kind == "makeup"
    assert county.is_working(date(2026, 3, 6)) and not county.is_working(date(2026, 3, 7))
    start = fair.read("2026-03-05T09:00")
    assert due(start, "1wd", fair).at.date() == date(2026, 3, 7)
    assert due(start, "1wd", county).at.date() == date(2026, 3, 6)
    assert due(start, "1wd", fair).why[0].name == "庙会"


def test_a_village_keeps_what_the_subdistrict_says(own: Pack) -> None:
    """What a division names replaces the time above it; days off above it stand, and the file's order is no matter."""
    market = own.calendar_in("340881001001")
    assert market.data.sessions == "00:00-24:00" and market.is_working(date(2026, 3, 8))
    assert market.day(date(2026, 3, 6)).kind == "holiday" and market.data.source == "night shifts of the market"


def test_local_days_settle_no_year(own: Pack) -> None:
    """A local day of 2027 is known, the rest of it waits for the country's notice; a yearly day comes each year."""
    fair = own.calendar_in("340881001")
    assert fair.day(date(2027, 3, 5)).kind == "holiday"
    assert fair.day(date(2027, 3, 5)).provisional and fair.day(date(2027, 3, 8)).provisional
    assert fair.day(date(2026, 6, 9)).name == fair.day(date(2028, 6, 9)).name == "建街日"
    assert fair.day(date(2027, 10, 1)).name == "National Day"


def test_the_way_counts_by_the_matters_own_place(own: Pack) -> None:
    """A matter's terms run by the calendar of its place, and routing asks the same one whether people are at work."""
    way = way_of(own, SequentialIds())
    start = own.calendar.read("2026-03-05T17:00")
    ends = {place: way.due(start, "1wd", place).date() for place in ("34.08.81", "34.08.81.001.002", "")}
    assert ends == {"34.08.81": date(2026, 3, 6), "34.08.81.001.002": date(2026, 3, 7), "": date(2026, 3, 6)}


@pytest.mark.parametrize(("place", "working"), [("34.08.81", True), ("34.08.81.001.002", False)])
def test_routing_knows_who_is_at_work(own: Pack, place: str, working: bool) -> None:
    """On the subdistrict's day off nobody is at work there, in the county everybody is."""
    from govcore.packs import facts_of

    event: Event = an_event(opened_at=own.calendar.read("2026-03-06T09:00"), place=place)
    assert facts_of(own, event).working is working


@pytest.mark.parametrize("code", ["340881001", "340881001000", "龙腾街道"])
def test_a_division_is_known_by_code_and_name(own: Pack, code: str) -> None:
    """Short code, full code and name lead to the same calendar."""
    assert own.calendar_in(code).data.name == "small 340881001"


@pytest.mark.parametrize("code", ["340102", "x", "", "３４０８８１"])
def test_an_unknown_division_is_refused(own: Pack, code: str) -> None:
    """A code that the pack has not, or that is none, is refused in both languages."""
    with pytest.raises(Refusal) as no:
        own.calendar_in(code)
    assert (no.value.code, no.value.field) == ("CALENDAR_UNKNOWN_DIVISION", "division")
    assert "small" in no.value.text("zh_CN") and "small" in no.value.text("en")
