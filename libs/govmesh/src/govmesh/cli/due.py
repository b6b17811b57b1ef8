"""``govmesh due``: due when, and why.  Asks the pack's calendar; needs no mesh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.calendar import Due, Pause, Span, Term, WorkCalendar, read_notice_file
from govcore.calendar import due as reckon
from govcore.errors import Refusal
from govcore.i18n import label
from govmesh.cli.show import as_json, console
from govmesh.locality import pack_of
from govmesh.settings import Settings


def due(
    start: Annotated[str, typer.Option(help="ISO time; without +08:00 the place's own wall clock")],
    term: Annotated[str, typer.Option(help="4wh, 3uh, 5wd, 15d; stages joined by +")],
    division: Annotated[str | None, typer.Option(help="whose calendar; the pack's where absent")] = None,
    pack: Annotated[str | None, typer.Option(help="pack name or folder; the mesh's own where absent")] = None,
    extend: Annotated[list[str], typer.Option(help="a term added to it 延期; repeatable")] = [],  # noqa: B006
    pause: Annotated[list[str], typer.Option(help="SINCE/UNTIL, left out 缓办; repeatable")] = [],  # noqa: B006
    counting: Annotated[str, typer.Option(help="of d: civil-code, days, elapsed")] = "civil-code",
    notices: Annotated[Path | None, typer.Option(help="CSV of a year's notice, to see what it changes")] = None,
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """办理时限 / when a term ends, and which spans count."""
    settings = Settings()
    place = pack_of(settings.model_copy(update={"pack": pack}) if pack else settings)
    calendar = place.calendar if division is None else place.calendar_in(division)
    if notices is not None:
        calendar = calendar.with_notices(read_notice_file(notices))
    whole = Term.parse(term)
    for more in extend:
        whole = whole.extended(more)
    rule: Any = counting
    found = reckon(calendar.read(start), whole, calendar, rule, [_pause(each, calendar) for each in pause])
    if json:
        as_json(_answer(found, calendar))
    else:
        _show(found, calendar)


def _pause(text: str, calendar: WorkCalendar) -> Pause:
    since, between, until = text.partition("/")
    if not between:
        raise Refusal("CALENDAR_BAD_PAUSE", field="pause", value=text[:80])
    return Pause(calendar.read(since, "pause"), calendar.read(until, "pause"))


def _answer(found: Due, calendar: WorkCalendar) -> dict[str, Any]:
    asked = {"start": found.started.isoformat(), "term": str(found.term), "counting": found.counting}
    return {**found.as_dict(), **asked, "calendar": calendar.data.name, "zone": calendar.data.zone}


def _show(found: Due, calendar: WorkCalendar) -> None:
    lines = [
        f"到期 due    {found.wall}{_mark(found.provisional)}",
        f"起算 start  {found.started:%Y-%m-%d %H:%M}  {calendar.data.zone}",
        f"时限 term   {found.term}",
        f"日历 by     {calendar.data.name}  {calendar.data.sessions}",
    ]
    for number, stage in enumerate(found.stages):
        if len(found.stages) > 1:
            end = f"{stage.last_day} 24:00" if stage.last_day else f"{stage.at:%Y-%m-%d %H:%M}"
            lines.append(f"{number + 1}. {stage.stage} → {end}{_mark(stage.provisional)}")
        lines += _spans([span for span in found.why if span.stage == number])
    for line in lines:
        console.print(line, markup=False)


def _spans(spans: Sequence[Span]) -> list[str]:
    return [
        line for span in spans for line in (f"   {_SIGNS[span.kind]} {span.text('zh_CN')}", f"     {span.text('en')}")
    ]


_SIGNS = {"counted": "+", "skipped": "·", "paused": "‖", "waits": "…", "moved": "→"}


def _mark(provisional: bool) -> str:
    return f"  {label('CALENDAR_PROVISIONAL', 'zh_CN')}{label('CALENDAR_PROVISIONAL', 'en')}" if provisional else ""


def add_to(app: typer.Typer) -> None:
    app.command()(due)
