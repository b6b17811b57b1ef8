"""What a loaded pack answers: names, places with who is on duty, and the report as the domain keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.events.report_in import Point as PointIn
from govcore.events.report_in import codes_of, read_report
from govcore.grids import Point
from govcore.memory import SequentialIds
from govcore.packs import Known, Pack, Places, check_pack, load_pack, report_of, way_of
from govcore.persons import Post

PackMaker = Callable[[dict[str, str]], Path]
VILLAGE, STREET, GRID = "340881001001", "340881001", "340881001001001"


@pytest.fixture
def pack(make_pack: PackMaker) -> Pack:
    return load_pack(make_pack({}))


@pytest.fixture
def noon(pack: Pack) -> datetime:
    return datetime(2026, 3, 2, 12, tzinfo=pack.zone)


def test_the_pack_knows_its_names_and_its_ground(pack: Pack) -> None:
    """Classes, divisions, departments and channels by code or name; a point by the boundary, in any system."""
    known = Known(pack)
    assert known.knows_class("暴露垃圾") == known.knows_class("010101") == "010101"
    assert known.knows_class("市容") == "01" and known.knows_class("飞碟") is None
    assert known.knows_division(VILLAGE) and known.knows_division("340881") and not known.knows_division("99")
    assert known.division_named("钱庄社区") == VILLAGE
    assert (known.department("公安局"), known.channel("Phone"), known.channel("pigeon")) == ("gongan", "hotline", None)
    inside = Point(*pack.boundary["features"][0]["geometry"]["coordinates"][0][0])  # type: ignore[index]
    shifted = inside.to("gcj02")
    assert known.contains(PointIn(lon=inside.lon, lat=inside.lat))
    assert known.contains(PointIn(lon=shifted.lon, lat=shifted.lat, crs="GCJ-02"))
    assert not known.contains(PointIn(lon=0, lat=0))


def test_without_a_boundary_every_point_lies_inside(make_pack: PackMaker) -> None:
    """What is not known is not held against a report."""
    assert Known(load_pack(make_pack({"boundary.geojson": ""}))).contains(PointIn(lon=0, lat=0))


def test_a_report_is_kept_in_the_packs_codes(pack: Pack, noon: datetime) -> None:
    """Names become codes, a missing class is read from the words, a missing place is the pack's first area."""
    said = read_report(
        {"source": "s", "text": "门口脏乱，垃圾没人清", "reporter": {"name": "张三"}, "point": {"lon": 117, "lat": 31}}
    )
    report = report_of(pack, said, codes_of(said, Known(pack)), id="R-1", event_id="E-1", now=noon)
    assert (report.class_code, report.class_name, report.channel) == ("010101", "暴露垃圾", "unknown")
    assert (report.division, report.place, report.point) == ("340881", "34.08.81", (117, 31))
    assert (report.title, report.reported_at) == (said.text, noon)
    assert "张三" not in report.model_dump_json()


def test_who_is_on_duty_where(pack: Pack, noon: datetime) -> None:
    """A grid's first post answers; of a village its only grid; where no grid is known, nobody."""
    places = Places(pack)
    for found in (places.find(grid=GRID, at=noon), places.find(division=VILLAGE, at=noon)):
        assert found.facts() == {
            "place": "34.08.81.001.001",
            "division": VILLAGE,
            "grid": GRID,
            "grid_name": pack.grids[GRID].name,
            "duty_post": "post-1",
            "duty_person": None,
            "how": found.located.how,
        }
    nobody = places.find(division=STREET, at=noon).facts()
    assert (nobody["division"], nobody["grid"], nobody["duty_post"]) == (STREET, None, None)
    with pytest.raises(Refusal, match="GRID_UNKNOWN_CODE"):
        places.find(division="340881001009", at=noon)


def test_a_code_is_of_a_grid_or_of_a_division(pack: Pack, noon: datetime) -> None:
    """Whoever has only a code need not know what it is of; one made up as a grid's is refused as a grid's."""
    places = Places(pack)
    assert (places.find(code=GRID, at=noon).located.how, places.find(code=VILLAGE, at=noon).located.how) == (
        "grid_code",
        "division",
    )
    for code, said in ((VILLAGE + "999", "GRID_UNKNOWN_GRID"), ("340881999", "GRID_UNKNOWN_CODE")):
        with pytest.raises(Refusal) as no:
            places.find(code=code, at=noon)
        assert no.value.code == said


def test_the_grids_of_a_village_take_turns(make_pack: PackMaker, sound: dict[str, str], noon: datetime) -> None:
    """Where only the village is known the post of another grid answers each day, by the pack's rota."""
    folder = make_pack(
        {
            "pack.yaml": sound["pack.yaml"] + 'duty: {order: [worker], turns: [worker], start: "2026-03-02"}\n',
            "grids.csv": "code,name,village,kind,origin\n"
            + "".join(f"{VILLAGE}00{n},第{n}网格,{VILLAGE},building,composed\n" for n in (1, 2)),
            "posts.csv": "id,grid,kind,time\n"
            + "".join(f"p{n}-{w},{VILLAGE}00{n},worker,full\n" for n in (1, 2) for w in (1, 2)),
        }
    )
    assert check_pack(folder) == []
    places = Places(load_pack(folder))
    asked = [places.find(division=VILLAGE, at=noon + timedelta(days=day)) for day in range(4)]
    assert [one.duty and one.duty.post.id for one in asked] == ["p1-1", "p2-2", "p1-1", "p2-2"]
    assert all(one.located.grid is None and len(one.located.candidates) == 2 for one in asked)
    assert [places.find(grid=f"{VILLAGE}001", at=noon + timedelta(days=day)).duty.post.id for day in (0, 1)] == [  # type: ignore[union-attr]
        "p1-1",
        "p1-2",
    ]


def test_posts_that_have_changed_since(pack: Pack, noon: datetime) -> None:
    """A service's own posts stand in for the pack's; one that is not held today does not answer."""
    posts = [
        Post(id="old", kind="chief", area=GRID, until=date(2026, 1, 1)),
        Post(id="new", kind="worker", area=GRID, person="W-1"),
    ]
    found = Places(pack, posts=posts).find(grid=GRID, at=noon).facts()
    assert (found["duty_post"], found["duty_person"]) == ("new", "W-1")


@pytest.mark.parametrize(
    ("duty", "code"),
    [("{order: worker}", "PACK_TYPE"), ("{hours: 8-12}", "PERSON_BAD_HOURS"), ("{turn: [worker]}", "PACK_KEY_UNKNOWN")],
)
def test_a_broken_rota_is_named_with_its_line(
    make_pack: PackMaker, sound: dict[str, str], duty: str, code: str
) -> None:
    """A wrong value, hours nobody can read and an unknown key of ``duty`` are found in pack.yaml."""
    text = sound["pack.yaml"] + f"duty: {duty}\n"
    (found,) = check_pack(make_pack({"pack.yaml": text}))
    assert (found.code, found.line) == (code, text.count("\n"))
    assert (found.file or "").endswith("pack.yaml") and (found.field or "").startswith("duty.")


def test_the_way_is_the_packs(pack: Pack, noon: datetime) -> None:
    """Numbers and terms come from the pack's files, and so does who gets a matter."""
    way = way_of(pack, SequentialIds())
    assert way.rules.departments == {"chengguan", "gongan"} and way.rules.accept == "2wh"
    assert way.due(noon, "2wh", "34.08.81") == noon.replace(hour=16)
