"""``govmesh calendar``: what a year's notice changes, and reckoning open tasks again once it is loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.calendar import Day, changed_days, read_notice_file
from govcore.i18n import label
from govmesh.cli.ask import mesh
from govmesh.cli.show import as_json, console, moment, table
from govmesh.locality import pack_of
from govmesh.settings import Settings

calendar = typer.Typer(help="放假安排 / a year's notice: what it changes, and what it moves.", no_args_is_help=True)
PAGE = 200


@calendar.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="CSV year,name,holidays,makeup")],
    pack: Annotated[str | None, typer.Option(help="pack name or folder; the mesh's own where absent")] = None,
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """核对放假安排 / the days that a notice makes others than the pack's calendar says; needs no mesh."""
    settings, notices = Settings(), read_notice_file(file)
    before = pack_of(settings.model_copy(update={"pack": pack}) if pack else settings).calendar
    after = before.with_notices(notices)
    years = sorted({notice.year for notice in notices if notice.year != "*"})
    days = [
        pair for year in years for pair in changed_days(before, after, date(int(year), 1, 1), date(int(year), 12, 31))
    ]
    if json:
        as_json({"years": years, "days": [{"date": now.date, "was": was.kind, "is": now.kind} for was, now in days]})
        return
    rows = ((now.date, _said(was), _said(now), label(now.name, "zh_CN")) for was, now in days)
    table(f"改变的日子 days changed ({len(days)})", ("date", "was", "is", "name"), rows)


@calendar.command("renew")
def renew(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what would move")] = False,
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """重新计算时限 / reckon again what a running mesh reckoned without the notice; departments are told."""
    found: list[dict[str, Any]] = []
    looked, after = 0, ""
    with mesh() as client:
        ask = client.get if dry_run else client.post
        while after is not None:
            answer = ask("/api/v1/calendar/renewals", limit=PAGE, after=after)
            looked, after = looked + answer["looked"], answer["next"]
            found += answer["renewed"]
    if json:
        as_json({"looked": looked, "done": not dry_run, "renewed": found})
        return
    heads = ("hand-off", "dept", "term", "was due", "due", "was to accept", "to accept", "")
    form = "%Y-%m-%d %H:%M"
    times = ("was_due_at", "due_at", "was_accept_due_at", "accept_due_at")
    title = "将重新计算 would be renewed" if dry_run else "已重新计算 renewed"
    rows = (
        (
            one["id"],
            one["dept"],
            one["due_term"],
            *(moment(one[name], form) for name in times),
            "暂定 provisional" if one["provisional"] else "",
        )
        for one in found
    )
    table(f"{title} ({len(found)})", heads, rows)
    console.print(f"查看 looked at: {looked}")


def _said(day: Day) -> str:
    code = {"workday": "CALENDAR_DAY_WORKDAY", "makeup": "CALENDAR_DAY_MAKEUP", "weekend": "CALENDAR_DAY_WEEKEND"}
    word = code.get(day.kind, "CALENDAR_DAY_HOLIDAY")
    return f"{label(word, 'zh_CN')} {label(word, 'en')}"


def add_to(app: typer.Typer) -> None:
    app.add_typer(calendar, name="calendar")
