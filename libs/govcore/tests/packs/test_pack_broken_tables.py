"""What a locality has, broken: head, departments, divisions, classes, grids, posts are refused with file, line, key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ShowFault = Callable[..., None]

_OWN, _AT = "source: test, divisions: [{", "calendar.divisions[0].division"

WAYS: list[tuple[Any, ...]] = [
    (
        "divisions.csv",
        "340881001002,兴元居委会,340881001",
        "340881001002,兴元居委会,340881002",
        "PACK_PARENT_MISSING",
        "parent",
    ),
    (
        "divisions.csv",
        "340881001002,兴元居委会,340881001",
        "340881001002,兴元居委会,340881",
        "PACK_PARENT_WRONG",
        "parent",
    ),
    (
        "divisions.csv",
        "340881001,龙腾街道,340881,street\n",
        "340881001,龙腾街道,340881,street\n" * 2,
        "PACK_CODE_TWICE",
        "code",
        4,
    ),
    (
        "divisions.csv",
        "340881001002,兴元居委会,340881001,community",
        "3408810010,兴元,340881001,community",
        "GRID_BAD_CODE",
        "code",
    ),
    ("departments.yaml", "code: gongan", "code: 公安", "PACK_DEPARTMENT_CODE", "departments[1].code"),
    ("departments.yaml", "code: gongan", "code: chengguan", "PACK_CODE_TWICE", "departments[1].code"),
    (
        "departments.yaml",
        "transfer_to: [gongan]",
        "transfer_to: [nobody]",
        "PACK_DEPARTMENT_UNKNOWN",
        "departments[0].behaviour.transfer_to[0]",
    ),
    ("departments.yaml", "accept: 0.9", "accept: 0.5", "PACK_CHANCES", "departments[0].behaviour", 14),
    (
        "departments.yaml",
        "least: 1, usual: 5",
        "least: 9, usual: 5",
        "PACK_SPREAD",
        "departments[0].behaviour.accept_after",
        3,
    ),
    (
        "departments.yaml",
        "[not_ours]",
        "[lazy]",
        "PACK_REASON_UNKNOWN",
        "departments[0].behaviour.return_reasons[0]",
        8,
    ),
    (
        "classes.csv",
        "010102,3,占道经营,Trading,0101",
        "010102,3,占道经营,Trading,0199",
        "PACK_PARENT_MISSING",
        "parent",
    ),
    ("classes.csv", "010102,3,占道经营,Trading,0101", "010102,3,占道经营,Trading,01", "PACK_PARENT_WRONG", "parent"),
    ("classes.csv", "Trading,0101,composed", "Trading,0101,guessed", "PACK_NOT_ONE_OF", "origin"),
    (
        "classes.csv",
        "code,level,name,name_en,parent,origin,gb_code",
        "code,level,name,name_en,parent,gb_code,gb_code",
        "PACK_COLUMN_MISSING",
        "origin",
    ),
    ("classes.csv", "010101,3,暴露垃圾,Rubbish,0101,composed,matter:06010", "010101,3,暴露垃圾", "PACK_ROW_LENGTH", ""),
    (
        "grids.csv",
        "340881001002001,兴元第1网格,340881001002",
        "340881001002001,兴元第1网格,340881009009",
        "PACK_GRID_OUTSIDE",
        "village",
    ),
    (
        "grids.csv",
        "340881001002001,兴元第1网格,340881001002",
        "340881001002001,兴元第1网格,340881001001",
        "PACK_GRID_ELSEWHERE",
        "village",
    ),
    ("posts.csv", "post-3,340881001002001", "post-3,340881001002009", "PACK_GRID_UNKNOWN", "grid"),
    ("posts.csv", "post-2,340881001001001,worker", "post-2,340881001001001,chief", "PACK_TWO_CHIEFS", "grid"),
    ("channels.yaml", "code: grid", "code: hotline", "PACK_CODE_TWICE", "channels[1].code"),
    ("aliases.csv", "class,Litter,010101", "class,Litter,019999", "PACK_ALIAS_UNKNOWN", "code"),
    ("aliases.csv", "queue,CG_Street", "line,CG_Street", "PACK_NOT_ONE_OF", "kind"),
    ("pack.yaml", "time_zone: Asia/Shanghai", "time_zone: Asia/Tongcheng", "PACK_TIME_ZONE", "time_zone"),
    ("pack.yaml", "08:00-12:00,14:00", "08:00-15:00,14:00", "CALENDAR_BAD_SESSIONS", "calendar.sessions"),
    ("pack.yaml", "{grade: 2,", "{grade: 3,", "PACK_GRADES", "rating", 10),
    (
        "pack.yaml",
        "handoff:\n",
        "three_rates: {response: 0, solution: 0, satisfaction: 0, source: test}\nhandoff:\n",
        "PACK_NO_WEIGHT",
        "three_rates",
    ),
    (
        "pack.yaml",
        "handoff:\n",
        "partners: [{code: care, name: {zh: 甲, en: a}}, {code: care, name: {zh: 乙, en: b}}]\nhandoff:\n",
        "PACK_CODE_TWICE",
        "partners[1].code",
    ),
    ("pack.yaml", "supervisor: gongan", "supervisor: nobody", "PACK_DEPARTMENT_UNKNOWN", "handoff.supervisor"),
    ("pack.yaml", '["340881"]', '["340999"]', "PACK_DIVISION_UNKNOWN", "areas[0]"),
    ("pack.yaml", "base: china", "base: china, file: none.csv", "PACK_FILE_MISSING", "calendar.file"),
    (
        "pack.yaml",
        "source: test}\nverify",
        _OWN + "division: '340999', source: t}]}\nverify",
        "PACK_DIVISION_UNKNOWN",
        _AT,
    ),
    ("pack.yaml", "source: test}\nverify", _OWN + "source: t}]}\nverify", "PACK_KEY_MISSING", _AT),
    (
        "pack.yaml",
        "source: test}\nverify",
        _OWN + "division: '340881', file: no.csv, source: t}]}\nverify",
        "PACK_FILE_MISSING",
        "calendar.divisions[0].file",
    ),
    (
        "pack.yaml",
        "source: test}\nverify",
        _OWN + "division: '340881', sessions: 9-5, source: t}]}\nverify",
        "CALENDAR_BAD_SESSIONS",
        "calendar.divisions[0].sessions",
    ),
    (
        "pack.yaml",
        "source: test}\nverify",
        _OWN + "division: '340881', source: t}, {division: '340881', source: t}]}\nverify",
        "PACK_CODE_TWICE",
        "calendar.divisions[1].division",
    ),
    (
        "pack.yaml",
        "base: china",
        "base: china, weekend: [mon, tue, wed, thu, fri, sat, sun]",
        "PACK_RANGE",
        "calendar.weekend",
    ),
    ("pack.yaml", "{widths: [2, 2, 2, 3, 3]}", '{widths: [2, 2, 2, 3, 3], separator: "."}', "GRID_BAD_PROFILE", "code"),
    ("boundary.geojson", "[116.8, 30.9]]]", "[116.9, 30.9]]]", "PACK_GEOJSON", "geometry", 1),
    ("boundary.geojson", '"features": [', '"features": ', "PACK_GEOJSON", "boundary.geojson", 4),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[3]}-{way[4]}")
def test_a_broken_table_is_found_where_it_is(way: tuple[Any, ...], show_fault: ShowFault) -> None:
    """The finding names the file, the line of the change (or where it shows) and the key, and says why twice."""
    show_fault(*way)
