"""``govmesh stats``: day table, week summary, month analysis, and the departments' ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from govcore.errors import Refusal
from govcore.stats import Ledger, Report
from govcore.stats.names import word
from govcore.stats.sheets import Sheet, days, divided, ledger, moment, movers, totals
from govmesh.cli.show import as_json, console, table
from govmesh.client import Client, running
from govmesh.settings import Settings

SHOWN = 15
"""Rows of a table in the terminal; JSON and workbook have them all."""
_COUNTS = ("received", "closed", "open", "overdue")
_RATES = ("due_closing", "timely_closing", "returning", "satisfaction")

stats = typer.Typer(help="统计 / figures: day, week, month, ledger; every rate with its formula.", no_args_is_help=True)
Date = Annotated[str | None, typer.Option("--date", help="any day of the period, 2026-03-02; today where absent")]
OfPack = Annotated[str | None, typer.Option("--pack", help="the pack the mesh must work by")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="write a workbook there")]


@stats.command()
def day(date: Date = None, pack: OfPack = None, json: Json = False, xlsx: Xlsx = None) -> None:
    """日报 / one day, against the day before and the same day a year before."""
    _report("day", date, pack, json, xlsx)


@stats.command()
def week(date: Date = None, pack: OfPack = None, json: Json = False, xlsx: Xlsx = None) -> None:
    """周报 / Monday to Sunday, day by day."""
    _report("week", date, pack, json, xlsx)


@stats.command()
def month(date: Date = None, pack: OfPack = None, json: Json = False, xlsx: Xlsx = None) -> None:
    """月报 / by class, department, town and channel, with what changed most."""
    _report("month", date, pack, json, xlsx)


@stats.command("ledger")
def ledger_(
    dept: Annotated[str | None, typer.Option(help="one department's code; all where absent")] = None,
    date: Date = None,
    period: Annotated[str, typer.Option(help="day, week or month")] = "month",
    pack: OfPack = None,
    json: Json = False,
) -> None:
    """责任台账 / what each department was asked, how it answered, what it holds."""
    with _mesh(pack) as client:
        said = client.get("/api/v1/stats/ledger", **_given(date=date, dept=dept, period=period))
        zone = ZoneInfo(client.get("/mesh")["zone"])
    if json:
        as_json(said)
        return
    found = Ledger.model_validate(said)
    for one in found.departments:
        (cells,) = (sheet := ledger([one], zone)).rows
        kept = [
            (head.zh, head.en, cell) for head, cell in zip(sheet.heads, cells, strict=True) if cell not in (None, "")
        ]
        title = f"{one.zh} {one.en}  {found.label}  {moment(found.start, zone)} – {moment(found.end, zone)}"
        if dept or one.counts["offered"] or one.held or one.done or one.called:
            table(title, ("", "", ""), kept)


def _report(kind: str, date: str | None, pack: str | None, json: bool, xlsx: Path | None) -> None:
    with _mesh(pack) as client:
        said = client.get(f"/api/v1/stats/{kind}", **_given(date=date))
    if xlsx is not None:
        from govcore.stats.book import workbook

        keep(workbook(Report.model_validate(said)), xlsx)
    if json:
        as_json(said)
    elif xlsx is None:
        _show(Report.model_validate(said))


def _show(found: Report) -> None:
    zone, kind = ZoneInfo(found.zone), word("kind", found.kind)
    start, end = moment(found.period.start, zone), moment(found.period.end, zone)
    console.print(f"{kind.zh} {kind.en}  {found.period.label}  {start} – {end}  {found.zone}", markup=False)
    _sheet(totals(found), most=None)
    for one in found.formulas:
        if one.numerator and one.denominator:
            console.print(f"  {one.zh} = {one.numerator.zh} ÷ {one.denominator.zh}", markup=False)
            console.print(f"  {one.en} = {one.numerator.en} ÷ {one.denominator.en}  [{one.source.en}]", markup=False)
    if found.days:
        _sheet(_without(days(found), lambda code: code not in ("day", *_COUNTS, *_RATES)))
    for dimension in found.tables:
        _sheet(_without(divided(found, dimension, _COUNTS, _RATES), lambda code: code == "code"))
    _sheet(movers(found), most=None)


def _without(sheet: Sheet, left_out: Callable[[str], bool]) -> Sheet:
    """The sheet with no more columns than a terminal has room for."""
    kept = [at for at, head in enumerate(sheet.heads) if not left_out(head.code)]
    rows = tuple(tuple(row[at] for at in kept) for row in sheet.rows)
    return Sheet(sheet.title, tuple(sheet.heads[at] for at in kept), rows)


def _sheet(sheet: Sheet, most: int | None = SHOWN) -> None:
    more = "" if most is None or len(sheet.rows) <= most else f"  {most}/{len(sheet.rows)}"
    heads = [f"{head.zh}\n{head.en}" for head in sheet.heads]
    table(f"{sheet.title.zh} {sheet.title.en}{more}", heads, sheet.rows[:most])


def keep(made: bytes, file: Path) -> None:
    """Write it whole or not at all.  Raises ``STATS_NOT_WRITTEN``."""
    beside = file.with_name(file.name + ".part")
    try:
        beside.write_bytes(made)
        beside.replace(file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise Refusal("STATS_NOT_WRITTEN", field="--xlsx", value=str(file), why=error.strerror or "?") from error


@contextmanager
def _mesh(pack: str | None) -> Iterator[Client]:
    """The running mesh, or an embedded one.  Raises ``MESH_OTHER_PACK`` where it works by another pack."""
    settings = Settings(pack=pack) if pack else Settings()
    with running(settings, ["--pack", settings.pack]) as client:
        there = str(client.get("/mesh")["pack"])
        if pack and there not in (pack, Path(pack).name):
            raise Refusal("MESH_OTHER_PACK", field="pack", value=there, wanted=pack)
        yield client


def _given(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


def add_to(app: typer.Typer) -> None:
    app.add_typer(stats, name="stats")
