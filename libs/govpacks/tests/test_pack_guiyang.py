"""Guiyang: streets that whistle, departments that report, in a pack of its own."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.events.routing import Facts
from govcore.packs import Pack, check_pack, joint_rules_of, load_pack

YUAN = "520103034"


@pytest.fixture(scope="module")
def guiyang() -> Pack:
    return load_pack("guiyang")


def test_nothing_is_wrong_with_it() -> None:
    """The checker finds nothing."""
    assert [str(finding) for finding in check_pack("guiyang")] == []


def test_its_streets_may_whistle_and_nobody_else(guiyang: Pack) -> None:
    """All 17 streets of the district; the town, the counties and the communities may not."""
    streets = joint_rules_of(guiyang).streets
    assert streets[YUAN] == "52.01.03.034" and guiyang.divisions[YUAN].name == "渔安街道"
    assert len(streets) == 17 and {guiyang.divisions[code].kind for code in streets} == {"street"}


def test_its_divisions_are_the_district_s(guiyang: Pack, shared: Callable[[str], Path]) -> None:
    """Every street, town, community and village of 520103, under its name."""
    with gzip.open(shared("divisions/villages_2023.csv.gz"), "rt", encoding="utf-8", newline="") as handle:
        villages = {row["code"]: row["name"] for row in csv.DictReader(handle) if row["areaCode"] == "520103"}
    assert {one.code: one.name for one in guiyang.villages if len(one.code) == 12} == villages
    assert Counter(one.kind for one in guiyang.divisions.values())["county"] == 10


def test_who_waits_for_whom(guiyang: Pack) -> None:
    """The fire brigade checks a lane once it is cleared; what stood illegally is struck off once it is gone."""
    lane = guiyang.routing.decide(Facts("020101"))
    assert (lane.lead, dict(lane.after)) == ("chengguan", {"xiaofang": ("chengguan",)})
    building = guiyang.routing.decide(Facts("010103"))
    assert building.assists == ("gongan", "ziran") and dict(building.after) == {"ziran": ("chengguan",)}
    assert building.join == "quorum:2" and dict(building.terms) == {}


def test_an_accusation_never_goes_to_whom_it_accuses(guiyang: Pack) -> None:
    """Words of accusation reach the petition office alone."""
    decided = guiyang.routing.decide(Facts("010101", text="执法人员吃拿卡要"))
    assert (decided.lead, decided.assists) == ("xinfang", ())
