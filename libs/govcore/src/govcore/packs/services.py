"""Services (服务事项) of a pack: an application is an event that goes straight to its unit, with its term."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from govcore.calendar.terms import Term
from govcore.errors import Refusal
from govcore.events.event import Report
from govcore.packs._csv import Table, read_table
from govcore.packs._draft import Draft, twice
from govcore.packs.records import ServiceItem

if TYPE_CHECKING:
    from govcore.packs.model import Pack

FILE = "services.csv"
COLUMNS = ("code", "name", "name_en", "unit", "term", "online", "one_trip", "open", "basis")
YES, NO = "yes", "no"


def read_services(draft: Draft) -> dict[str, ServiceItem]:
    """The services of a pack by their codes, none where it has no ``services.csv``; what is wrong is among findings.

    ``PACK_CODE_TWICE``, ``PACK_CELL_EMPTY``, ``PACK_PATTERN``, ``PACK_NOT_ONE_OF``, ``PACK_DEPARTMENT_UNKNOWN``, and
    ``CALENDAR_BAD_TERM``.
    """
    table = read_table(draft.folder / FILE, COLUMNS, draft.findings, required=False)
    if table is None:
        return {}
    for line, code in twice((line, cells[0]) for line, cells in table.rows):
        draft.findings.append(table.refuse("PACK_CODE_TWICE", line, "code", code))
    for line, cells in table.rows:
        _row(draft, table, line, dict(zip(COLUMNS, cells, strict=True)))
    return {cells[0]: _made(dict(zip(COLUMNS, cells, strict=True))) for _, cells in table.rows}


def service_in(pack: Pack, code: str) -> ServiceItem:
    """The service of that code.  Raises ``SERVICE_UNKNOWN``."""
    found = pack.services.get(code)
    if found is None:
        raise Refusal("SERVICE_UNKNOWN", field="service", value=code[:80])
    return found


def application(
    pack: Pack,
    code: str,
    *,
    id: str,
    event_id: str,
    division: str,
    channel: str,
    source: str,
    external_id: str | None,
    at: datetime,
) -> Report:
    """An application for a service, as the report that opens its event.  Its words are the catalogue's own.

    Raises ``SERVICE_UNKNOWN``, ``SERVICE_CLOSED``, ``REPORT_UNKNOWN_DIVISION``.
    """
    item = service_in(pack, code)
    if not item.open:
        raise Refusal("SERVICE_CLOSED", field="service", value=item.code, basis=item.basis)
    if division not in pack.divisions:
        raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=division[:80])
    return Report(
        id=id,
        event_id=event_id,
        source=source,
        external_id=external_id,
        channel=channel,
        reported_at=at,
        title=item.name,
        text=item.name,
        class_code=item.class_code,
        class_name=item.name,
        place=pack.place_of(division),
        division=division,
    )


def _row(draft: Draft, table: Table, line: int, row: dict[str, str]) -> None:
    add = draft.findings.append
    for column in ("name", "name_en", "basis"):
        if not row[column]:
            add(table.refuse("PACK_CELL_EMPTY", line, column, ""))
    code = row["code"]
    if not (code.isascii() and code.replace("_", "a").isalnum() and code == code.lower()):
        add(table.refuse("PACK_PATTERN", line, "code", code, expected="^[a-z0-9_]+$", why="a-z 0-9 _"))
    if draft.department_file is not None and row["unit"] not in draft.department_codes():
        add(table.refuse("PACK_DEPARTMENT_UNKNOWN", line, "unit", row["unit"]))
    for column in ("online", "one_trip", "open"):
        if row[column] not in (YES, NO):
            add(table.refuse("PACK_NOT_ONE_OF", line, column, row[column], expected=f"{YES}, {NO}"))
    try:
        Term.parse(row["term"])
    except Refusal as no:
        add(table.refuse(no.code, line, "term", row["term"], **no.params))


def _made(row: dict[str, str]) -> ServiceItem:
    flags = {column: row[column] == YES for column in ("online", "one_trip", "open")}
    return ServiceItem(row["code"], row["name"], row["name_en"], row["unit"], row["term"], basis=row["basis"], **flags)
