"""Checks across the tables of a pack: divisions, classes, aliases, boundary."""

from __future__ import annotations

import json

from govcore.errors import Refusal
from govcore.packs._csv import Table
from govcore.packs._draft import Draft, twice
from govcore.packs._yaml import KeyPath

ORIGINS = ("named", "composed", "gb")
LEVELS = ("1", "2", "3")


def check_places(draft: Draft) -> None:
    """Adds what is wrong to the draft's findings."""
    for table, column in (
        (draft.division_table, "code"),
        (draft.class_table, "code"),
        (draft.grid_table, "code"),
        (draft.post_table, "id"),
    ):
        if table is not None:
            _unique(draft, table, column)
    if draft.division_table is not None:
        _divisions(draft, draft.division_table)
    if draft.class_table is not None:
        _classes(draft, draft.class_table)
    if draft.alias_table is not None:
        _aliases(draft, draft.alias_table)
    _boundary(draft)


def _unique(draft: Draft, table: Table, column: str) -> None:
    for line, code in twice((line, cells[0]) for line, cells in table.rows):
        draft.findings.append(table.refuse("PACK_CODE_TWICE", line, column, code))
    for line, cells in table.rows:
        if not cells[0]:
            draft.findings.append(table.refuse("PACK_CELL_EMPTY", line, column, ""))


def _divisions(draft: Draft, table: Table) -> None:
    known = draft.division_codes()
    profile = draft.header.code if draft.header else None
    for line, (code, name, parent, _) in table.rows:
        if not name:
            draft.findings.append(table.refuse("PACK_CELL_EMPTY", line, "name", name))
        if profile is None or not code:
            continue
        try:
            above = profile.parent(code)
        except Refusal as no:
            draft.findings.append(table.refuse(no.code, line, "code", code))
            continue
        if parent and parent not in known:
            draft.findings.append(table.refuse("PACK_PARENT_MISSING", line, "parent", parent, of=code))
        elif parent != (above or "") and (parent or above in known):
            draft.findings.append(
                table.refuse("PACK_PARENT_WRONG", line, "parent", parent, of=code, wanted=above or "")
            )
    if draft.header is not None and draft.head is not None:
        own = [local.division for local in draft.header.calendar.divisions]
        named: list[tuple[KeyPath, str]] = [(("areas", at), area) for at, area in enumerate(draft.header.areas)]
        named += [(("calendar", "divisions", at, "division"), code) for at, code in enumerate(own)]
        for path, code in named:
            if code not in known:
                draft.findings.append(draft.head.refuse("PACK_DIVISION_UNKNOWN", path, code))
        for at, code in twice(enumerate(own)):
            draft.findings.append(draft.head.refuse("PACK_CODE_TWICE", ("calendar", "divisions", at, "division"), code))


def _classes(draft: Draft, table: Table) -> None:
    levels = {cells[0]: cells[1] for _, cells in table.rows}
    for line, (code, level, name, parent, origin, _, _) in table.rows:
        if not name:
            draft.findings.append(table.refuse("PACK_CELL_EMPTY", line, "name", name))
        if origin not in ORIGINS:
            draft.findings.append(_not_one_of(table, line, "origin", origin, ORIGINS))
        if level not in LEVELS:
            draft.findings.append(_not_one_of(table, line, "level", level, LEVELS))
        elif level == "1":
            if parent:
                draft.findings.append(table.refuse("PACK_PARENT_WRONG", line, "parent", parent, of=code, wanted=""))
        elif parent not in levels:
            draft.findings.append(table.refuse("PACK_PARENT_MISSING", line, "parent", parent, of=code))
        elif levels[parent] != str(int(level) - 1):
            draft.findings.append(
                table.refuse("PACK_PARENT_WRONG", line, "parent", parent, of=code, wanted=f"level {int(level) - 1}")
            )


def _aliases(draft: Draft, table: Table) -> None:
    departments = draft.department_codes() if draft.department_file else None
    known = {
        "class": draft.class_codes() if draft.class_table else None,
        "department": departments,
        "queue": departments,
        "division": draft.division_codes() if draft.division_table else None,
        **dict.fromkeys(("estate", "road", "place"), _areas(draft)),
        "channel": draft.channel_codes() if draft.channel_file else None,
    }
    for line, key in twice((line, f"{cells[0]}\0{cells[1]}") for line, cells in table.rows):
        draft.findings.append(table.refuse("PACK_CODE_TWICE", line, "name", key.partition("\0")[2]))
    for line, (kind, _, code) in table.rows:
        if kind not in known:
            draft.findings.append(_not_one_of(table, line, "kind", kind, tuple(known)))
        elif (codes := known[kind]) is not None and code not in codes:
            draft.findings.append(table.refuse("PACK_ALIAS_UNKNOWN", line, "code", code, kind=kind))


def _areas(draft: Draft) -> set[str]:
    """What an estate, a road or a landmark can be in: a division or a grid."""
    return {*draft.division_codes(), *(cells[0] for _, cells in (draft.grid_table.rows if draft.grid_table else ()))}


def _boundary(draft: Draft) -> None:
    file = draft.folder / "boundary.geojson"
    if not file.exists():
        return
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        for feature in features:
            kind, rings = feature["geometry"]["type"], feature["geometry"]["coordinates"]
            polygons = rings if kind == "MultiPolygon" else [rings]
            code = feature["properties"]["code"]
            if kind not in ("Polygon", "MultiPolygon") or not all(
                len(ring) >= 4 and ring[0] == ring[-1] for polygon in polygons for ring in polygon
            ):
                draft.findings.append(
                    Refusal("PACK_GEOJSON", file=str(file), line=1, field="geometry", value=code, why=kind)
                )
            if code not in draft.division_codes():
                draft.findings.append(
                    Refusal("PACK_DIVISION_UNKNOWN", file=str(file), line=1, field="properties.code", value=code)
                )
    except json.JSONDecodeError as error:
        draft.findings.append(
            Refusal("PACK_GEOJSON", file=str(file), line=error.lineno, field=file.name, why=error.msg)
        )
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        draft.findings.append(Refusal("PACK_GEOJSON", file=str(file), line=1, field=file.name, why=repr(error)))


def _not_one_of(table: Table, line: int, column: str, value: str, allowed: tuple[str, ...]) -> Refusal:
    return table.refuse("PACK_NOT_ONE_OF", line, column, value, expected=", ".join(allowed))
