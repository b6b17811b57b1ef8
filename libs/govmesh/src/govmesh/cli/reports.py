"""Reports to look at, none to take in: of a file, or of the running mesh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from govcore.embed import Embedded
from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.report_in import ReportIn, read_report
from govcore.files import Mapping, Table, map_row, open_mapped
from govmesh.client import Client

PAGE = 200


class Seen(NamedTuple):
    """One report: what to call it, its row in the file (0 for the mesh), and the matter as the rules see it."""

    name: str
    row: int
    event: Event


class Source:
    """The reports of a file, read with a mapping, or with none where it is JSON as the API takes it.

    ``pack``: the one asked for, else the mapping's, else ``usual``.  Raises what
    :func:`govcore.files.open_mapped` does, and ``FILE_BROKEN``.
    """

    def __init__(self, path: Path, *, map: str | None, pack: str | None, usual: str) -> None:
        said = _as_the_api_takes(path) if map is None else None
        self._said: list[Any] | tuple[Table, Mapping] = said if said is not None else open_mapped(path, map)
        mapped = self._said[1].pack if isinstance(self._said, tuple) else None
        self.pack = pack or mapped or usual

    def seen(self, town: Embedded, now: datetime | None = None) -> Iterator[tuple[int, Seen | Refusal]]:
        """Row by row what the rules see of it, made when it was reported; or why it would not be taken in."""
        at = now or datetime.now(UTC)
        for row, said in self._reports():
            try:
                if isinstance(said, Refusal):
                    raise said
                report = town.check(said, at=at)
                event = town.seen(report, at=report.reported_at or at)
            except Refusal as no:
                no.row = row
                yield row, no
            else:
                yield row, Seen(report.external_id or "", row, event)

    def _reports(self) -> Iterator[tuple[int, ReportIn | Refusal]]:
        if isinstance(self._said, tuple):
            table, mapping = self._said
            for row in table.rows():
                yield row.number, map_row(row, mapping, past=False)
            return
        for number, said in enumerate(self._said, 1):
            try:
                yield number, read_report(said)
            except Refusal as no:
                yield number, no


def of_mesh(client: Client) -> Iterator[Seen]:
    """Every matter of the running mesh as the rules saw it, the latest first; with the place it has now."""
    severities = {
        report["event_id"]: report["severity"]
        for report in _pages(client, "/api/v1/reports", "reports")
        if not report["attached"]
    }
    for said in _pages(client, "/api/v1/events", "events"):
        event = Event.model_validate({name: value for name, value in said.items() if name in Event.model_fields})
        severity = severities.get(event.id, event.severity)
        yield Seen(event.id, 0, event.model_copy(update={"severity": severity}))


def _pages(client: Client, path: str, key: str) -> Iterator[dict[str, Any]]:
    """Every row of a list, page after page."""
    page = client.get(path, limit=PAGE)
    yield from page[key]
    while "next" in page:
        page = client.get(path, limit=PAGE, cursor=page["next"])
        yield from page[key]


def _as_the_api_takes(path: Path) -> list[Any] | None:
    """One report or ``{"reports": […]}`` as ``POST /api/v1/reports`` takes them; None for another kind of file."""
    if path.suffix != ".json":
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None  # opened as any other file, it says what is wrong and where
    rows = said if isinstance(said, list) else said.get("reports", [said]) if isinstance(said, dict) else []
    first = rows[0] if isinstance(rows, list) and rows else None
    ours = isinstance(first, dict) and "source" in first and bool({"text", "title"} & first.keys())
    return rows if ours else None
