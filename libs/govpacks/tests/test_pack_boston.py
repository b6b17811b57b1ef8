"""Boston: another country, other codes, other hours, and every request of a year finds its class and department."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from govcore.calendar import due
from govcore.events.routing import Facts
from govcore.packs import Pack, check_pack, known_packs

Shared = Callable[[str], Path]


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def test_nothing_is_wrong_with_it() -> None:
    """The checker finds nothing, and both packs are known by name."""
    assert [str(finding) for finding in check_pack("boston")] == []
    assert {"boston", "tongcheng"} <= set(known_packs())


def test_places_are_paths_of_words(boston: Pack) -> None:
    """The engine knows no country: codes part at a full stop."""
    assert boston.divisions["us.ma.bos.roxbury"].place == "us.ma.bos.roxbury"
    assert boston.code_of("division", "Allston / Brighton") == "us.ma.bos.allston_brighton"
    assert boston.code_of("division", "Boston") == "us.ma.bos"
    assert boston.calendar.data.zone == "America/New_York"
    assert boston.header.system == "" and boston.grids == {} and boston.points is None


@pytest.mark.slow
def test_every_row_of_the_file_is_known(boston: Pack, shared: Shared) -> None:
    """All 121,143 resolve to class, department, place and channel; 113,600 go where most of their type went."""
    rows = known = lead = queue = 0
    for row in _rows(shared("requests311/boston_311_2015.csv.gz")):
        rows += 1
        kind, department = boston.code_of("class", row["TYPE"]), boston.code_of("department", row["Department"])
        assert kind is not None and department in boston.departments, row["CASE_ENQUIRY_ID"]
        known += (
            boston.code_of("division", row["neighborhood"]) is not None
            and boston.code_of("channel", row["Source"]) is not None
            and boston.code_of("queue", row["QUEUE"]) == department
        )
        decided = boston.routing.decide(Facts(class_code=kind)).lead
        assert decided is not None
        lead += decided == department
        desk = boston.code_of("class", row["QUEUE"] or "No queue")
        queue += boston.routing.decide(Facts(class_code=desk)).lead == department
    assert (rows, known, lead, queue) == (121_143, 121_143, 113_600, 121_143)


def test_types_and_queues_are_classes(boston: Pack) -> None:
    """159 types (one nameless) and 151 queues, with codes of plain letters."""
    items = Counter(code[:2] for code, item in boston.classes.items() if item.level == 3)
    assert items == {"t_": 159, "q_": 151}
    assert all(code.replace("_", "").isalnum() and code.isascii() and len(code) <= 64 for code in boston.classes)
    assert boston.code_of("class", "Pothole Repair (Internal)") == "t_pothole_repair_internal"


@pytest.mark.slow
def test_terms_give_the_file_s_own_target_dates(boston: Pack, shared: Shared) -> None:
    """For the ten types with most targets, the fitted term gives the target's date as often as its source says."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in _rows(shared("requests311/boston_311_2015.csv.gz")):
        if row["TARGET_DT"]:
            opened, target = (
                boston.calendar.here(datetime.strptime(row[column], "%m/%d/%Y %I:%M:%S %p"))
                for column in ("OPEN_DT", "TARGET_DT")
            )
            spans.setdefault(row["TYPE"], []).append((opened, target))
    busiest = sorted(spans, key=lambda kind: -len(spans[kind]))[:10]
    shares, said = {}, {}
    for kind in busiest:
        line = boston.terms.handling(boston.code_of("class", kind))
        said[kind] = float(line.source.split("%")[0].split()[-1]) / 100
        found = [(due(opened, line.term, boston.calendar), target) for opened, target in spans[kind][::7]]
        same = sum((one.stages[-1].nominal_day or one.at.date()) == target.date() for one, target in found)
        shares[kind] = same / len(found)
    assert all(abs(shares[kind] - said[kind]) < 0.04 for kind in busiest), (shares, said)
    assert sum(share > 0.95 for share in shares.values()) >= 6, shares


def test_holidays_do_not_count(boston: Pack) -> None:
    """One working day from the Friday before Patriots' Day ends on Tuesday."""
    friday = datetime(2015, 4, 17, 10, 0, tzinfo=boston.zone)
    assert due(friday, "1wd", boston.calendar).at == datetime(2015, 4, 21, 10, 0, tzinfo=boston.zone)


def test_danger_is_an_emergency(boston: Pack) -> None:
    """By type or by words."""
    assert boston.routing.decide(Facts("t_downed_wire")).severity == "emergency"
    assert boston.routing.decide(Facts("t_zoning", text="I smell a gas leak")).severity == "emergency"
    assert boston.routing.decide(Facts("t_zoning", text="a question")).severity is None


def test_a_demo_day_in_english(boston: Pack) -> None:
    """Requests are drawn with the file's counts."""
    draw = boston.demo_draw
    assert draw is not None and sum(count.n for count in boston.demo_counts) == 121_143
    chance = Random(3)
    reports = [draw.report(chance) for _ in range(500)]
    assert len({report.text for report in reports}) > 480
    assert all("{" not in report.title + report.text for report in reports)
