"""From a row of a file to a report, by a mapping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from govcore.errors import Refusal
from govcore.events.fingerprint import tidy
from govcore.events.report_in import ReportIn, closed_before_opened, refusal_of
from govcore.files.mapping import FromName, FromPerson, FromPoint, FromText, FromTime, Mapping
from govcore.files.rows import Cell, Row
from govcore.files.values import as_number, as_text, as_time

RULES: dict[str, Callable[[ReportIn], Refusal | None]] = {"closed_before_opened": closed_before_opened}
"""What the ``rules`` of a mapping can ask for; those that look at the past speak only when it is read."""


def map_row(row: Row, mapping: Mapping, *, past: bool = True) -> ReportIn | Refusal:
    """The report a row holds, or why it holds none, with row, column and value.

    ``past``: also how it ended (``history``); False for files taken in as if reported now.  A refusal never quotes
    who reported, nor free text.
    """
    try:
        if row.refusal is not None:
            raise row.refusal
        said = _said(row.values, mapping, past)
    except Refusal as refusal:
        return _at(refusal, row.number, mapping, tuple(filter(None, [refusal.field])))
    try:
        report = ReportIn(**said)
    except ValidationError as error:
        return located(refusal_of(error), row.number, mapping)
    for rule in mapping.rules:
        if (no := RULES[rule](report)) is not None:
            return located(no, row.number, mapping)
    return report


def located(refusal: Refusal, number: int, mapping: Mapping) -> Refusal:
    """A refusal of a report's field (ours or a server's) as one of the row and the columns the field came from."""
    return _at(refusal, number, mapping, mapping.columns_of(refusal.field) if refusal.field else ())


def _at(refusal: Refusal, number: int, mapping: Mapping, columns: tuple[str, ...]) -> Refusal:
    private = mapping.identity_columns() | mapping.prose_columns()
    shown = refusal.value if private.isdisjoint(columns) else None
    field = ", ".join(columns) or refusal.field
    return Refusal(refusal.code, file=refusal.file, row=number, field=field, value=shown, **refusal.params)


def _said(values: dict[str, Cell], mapping: Mapping, past: bool) -> dict[str, Any]:
    fields, zone = mapping.fields, ZoneInfo(mapping.zone)
    said: dict[str, Any] = {"source": mapping.source, "class_strict": mapping.class_strict}
    said["external_id"] = as_text(values.get(fields.external_id.column), fields.external_id.column)
    said["reported_at"] = _time(values, fields.reported_at, zone)
    for name, column in (("external_id", fields.external_id.column), ("reported_at", fields.reported_at.column)):
        if not said[name]:
            raise Refusal("ROW_MISSING_VALUE", field=column)
    said["title"] = _text(values, fields.title) or mapping.constants.title or ""
    said["text"] = _text(values, fields.text)
    said["address"] = _text(values, fields.address)
    said |= _class(values, mapping) | _place(values, mapping)
    said["point"] = _point(values, fields.point)
    said["channel"] = _named(values, fields.channel) or mapping.constants.channel
    said["severity"] = _named(values, fields.severity) or mapping.constants.severity
    said["reporter"] = _person(values, fields.reporter)
    if past:
        said["history"] = _past(values, mapping, zone)
    return said


def _text(values: dict[str, Cell], source: FromText | None) -> str:
    if source is None:
        return ""
    parts = (tidy(as_text(values.get(column), column)) for column in source.columns)
    return source.join.join(part for part in parts if part)


def _time(values: dict[str, Cell], source: FromTime | None, zone: ZoneInfo) -> Any:
    return as_time(values.get(source.column), source.column, source.formats, zone) if source else None


def _named(values: dict[str, Cell], source: FromName | None) -> str | None:
    if source is None:
        return None
    text = as_text(values.get(source.column), source.column)
    return (source.table.get(text, text) if text else None) or None


def _class(values: dict[str, Cell], mapping: Mapping) -> dict[str, str | None]:
    source = mapping.fields.class_
    found = _named(values, source)
    if source is None or found is None:
        return {"class_code": mapping.constants.class_code}
    return {"class_code" if source.as_ == "code" or found in source.table.values() else "class_name": found}


def _place(values: dict[str, Cell], mapping: Mapping) -> dict[str, str | None]:
    source = mapping.fields.place
    found = _named(values, source)
    if source is None or found is None:
        return {"division": mapping.constants.division}
    if found in source.table.values():
        return {"division": found}
    return {{"code": "division", "name": "division_name", "grid": "grid"}[source.as_]: found}


def _point(values: dict[str, Cell], source: FromPoint | None) -> dict[str, Any] | None:
    if source is None:
        return None
    lon, lat = (as_number(values.get(column), column) for column in (source.lon, source.lat))
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise Refusal("ROW_MISSING_VALUE", field=source.lon if lon is None else source.lat)
    return {"lon": lon, "lat": lat, "crs": source.crs}


def _person(values: dict[str, Cell], source: FromPerson | None) -> dict[str, str | None] | None:
    if source is None:
        return None
    columns = {part: getattr(source, part) for part in ("name", "phone", "id", "handle")}
    said = {part: as_text(values.get(column), column) or None for part, column in columns.items() if column}
    return said if any(said.values()) else None


def _past(values: dict[str, Cell], mapping: Mapping, zone: ZoneInfo) -> dict[str, Any] | None:
    past = mapping.history
    on_time = None
    if past.on_time is not None:
        word = as_text(values.get(past.on_time.column), past.on_time.column)
        if word and word not in past.on_time.table:
            raise Refusal(
                "ROW_UNKNOWN_WORD", field=past.on_time.column, value=word[:80], known=", ".join(past.on_time.table)
            )
        on_time = past.on_time.table.get(word)
    said = {
        "closed_at": _time(values, past.closed_at, zone),
        "target_at": _time(values, past.target_at, zone),
        "outcome": _text(values, past.outcome) or None,
        "department": _named(values, past.department),
        "on_time": on_time,
    }
    return said if any(value is not None for value in said.values()) else None
