"""``govmesh calendar``: what a year's notice changes, and reckoning open tasks again once it is loaded."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from govcore.calendar import Day, changed_days, read_notice_file
from govcore.errors import Refusal
from govcore.i18n import label
from govmesh.cli.ask import mesh
from govmesh.cli.show import as_json, console, moment, table
from govmesh.client import Answered, Client
from govmesh.locality import pack_of
from govmesh.settings import Settings
from govmesh.years import LOOK_SECONDS

calendar = typer.Typer(help="放假安排 / a year's notice: what it changes, and what it moves.", no_args_is_help=True)
PAGE = 200
HEAR_SECONDS = 30.0
"""How long the services may take to hear of a notice."""


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


@calendar.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="CSV year,name,holidays,makeup")],
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """载入放假安排 / tell a running mesh a year's notice: every service counts by it at once, and reckons again."""
    notices = [notice for notice in read_notice_file(file) if notice.year != "*"]
    if not notices:
        raise Refusal("CALENDAR_NO_YEAR", field="file", value=str(file))
    with mesh() as client:
        told = client.services()
        first = ["dispatch"] if "dispatch" in told else [name for name in told if _reckons(client, name)]
        body = {"notices": [notice.model_dump() for notice in notices]}
        changed = sorted({year for name in first for year in client.post(f"/svc/{name}/ops/calendar", body)["changed"]})
        waiting = _until_all_count(client, told)
        done = {what: _renewed(client, path, dry_run=False) for what, path in _paths(client).items()}
    if json:
        as_json({"years": changed, "waiting": waiting, **_as_json(done, dry_run=False)})
    else:
        years = ", ".join(map(str, changed))
        console.print(f"已载入 loaded: {years}" if changed else "已载入过，没有变化 known already, nothing changed")
        _show(done, dry_run=False)
    if waiting:
        raise Refusal("CALENDAR_NOT_HEARD", field="services", value=", ".join(waiting))


@calendar.command("renew")
def renew(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what would move")] = False,
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """重新计算时限 / reckon again what a running mesh reckoned without the notice; departments are told."""
    with mesh() as client:
        found = {what: _renewed(client, path, dry_run) for what, path in _paths(client).items()}
    if json:
        as_json(_as_json(found, dry_run))
    else:
        _show(found, dry_run)


class _Renewed(NamedTuple):
    """How many open ones were looked at, and those that moved."""

    looked: int
    moved: list[dict[str, Any]]


def _paths(client: Client) -> dict[str, str]:
    """What is reckoned again, by what it is, as far as its service runs."""
    known = {"dispatch": ("tasks", "/api/v1/calendar"), "petition": ("petitions", "/api/v1/petitions")}
    there = client.services()
    return {what: f"{path}/renewals" for name, (what, path) in known.items() if name in there}


def _renewed(client: Client, path: str, dry_run: bool) -> _Renewed:
    moved: list[dict[str, Any]] = []
    looked, page = 0, {"limit": str(PAGE), "after": ""}
    while page["after"] is not None:
        answer = client.get(path, **page) if dry_run else client.post(path, **page)
        looked, page["after"] = looked + answer["looked"], answer["next"]
        moved += answer["renewed"]
    return _Renewed(looked, moved)


def _reckons(client: Client, service: str) -> dict[str, Any] | None:
    """What a service counts by; None of one that reckons no times."""
    try:
        found: dict[str, Any] = client.get(f"/svc/{service}/ops/calendar")
    except Answered as no:
        if no.status == 404:
            return None
        raise
    return found


def _until_all_count(client: Client, services: Sequence[str]) -> list[str]:
    """Wait until every service counts by the newest notice, in every process of it; those that do not by then."""
    until = time.monotonic() + HEAR_SECONDS
    while True:
        found = {name: said for name in services if (said := _reckons(client, name)) is not None}
        newest = max((said["kept"] for said in found.values()), default=0)
        waiting = [name for name, said in found.items() if said["revision"] < newest]
        if not waiting:
            time.sleep(LOOK_SECONDS)  # a service's other processes look as often
            return []
        if time.monotonic() > until:
            return waiting
        time.sleep(0.1)


def _as_json(found: Mapping[str, _Renewed], dry_run: bool) -> dict[str, Any]:
    tasks, petitions = (found.get(what, _Renewed(0, [])) for what in ("tasks", "petitions"))
    said = {"looked": tasks.looked, "done": not dry_run, "renewed": tasks.moved}
    return said if "petitions" not in found else {**said, "petitions": petitions.moved}


def _show(found: Mapping[str, _Renewed], dry_run: bool) -> None:
    title, form = "将重新计算 would be renewed" if dry_run else "已重新计算 renewed", "%Y-%m-%d %H:%M"
    if (tasks := found.get("tasks")) is not None:
        heads = ("hand-off", "dept", "term", "was due", "due", "was to accept", "to accept", "")
        times = ("was_due_at", "due_at", "was_accept_due_at", "accept_due_at")
        rows = (
            (
                one["id"],
                one["dept"],
                one["due_term"],
                *(moment(one[name], form) for name in times),
                "暂定 provisional" if one["provisional"] else "",
            )
            for one in tasks.moved
        )
        table(f"{title} ({len(tasks.moved)})", heads, rows)
    if (petitions := found.get("petitions")) is not None and petitions.moved:
        names = ("was_due_at", "due_at", "was_late_at", "late_at")
        lines = ((one["id"], one["state"], *(moment(one[name], form) for name in names)) for one in petitions.moved)
        columns = ("petition", "state", "was due", "due", "first term was", "first term")
        table(f"信访事项 petitions: {title} ({len(petitions.moved)})", columns, lines)
    console.print("  ".join(f"查看 looked at: {one.looked} {what}" for what, one in found.items()))


def _said(day: Day) -> str:
    code = {"workday": "CALENDAR_DAY_WORKDAY", "makeup": "CALENDAR_DAY_MAKEUP", "weekend": "CALENDAR_DAY_WEEKEND"}
    word = code.get(day.kind, "CALENDAR_DAY_HOLIDAY")
    return f"{label(word, 'zh_CN')} {label(word, 'en')}"


def add_to(app: typer.Typer) -> None:
    app.add_typer(calendar, name="calendar")
