"""Sets the demo's mesh up, lets the day pass, shows what came of it."""

from __future__ import annotations

import shutil
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from rich.live import Live
from rich.table import Table

from govcore.packs import Pack
from govmesh.cli.ask import gather
from govmesh.cli.show import console, moment, span, table, use_zone
from govmesh.cli.tree import lines
from govmesh.client import Client, embedded
from govmesh.demo.day import Day
from govmesh.locality import pack_of
from govmesh.settings import Settings

PACE = 9000.0
"""Mesh seconds a real second."""
DAYS = 21
"""Mesh days after which the demo stops waiting."""
ENOUGH = 0.95
ENDED = ("closed", "rated", "attached", "void")


def run(settings: Settings, reports: int, leave: bool, seed: int = 20221120) -> int:
    """The demo; 0 when every task has one holder, 95 % of the events are closed, nothing is on its way or parked."""
    home = settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    own = settings.model_copy(update={"home": home})
    pack = pack_of(settings)
    start = _working_morning(pack)
    args = ["--pack", settings.pack, "--departments", "--pace", str(PACE)]
    args += ["--start", start.isoformat(), "--seed", str(seed)]
    title, departments = pack.header.title, len(pack.departments)
    console.print(f"{title.zh} · {title.en}: {departments} 个部门 departments, {reports} 件上报 reports")
    with embedded(own, *args) as client:
        use_zone(pack.header.time_zone)
        console.print(f"网格已起动 mesh is up: {client.url}")
        day = Day(pack, client, reports, start, seed)
        began = time.monotonic()
        _let_pass(client, day, start)
        good = _tell(client, day, time.monotonic() - began)
        if not leave:
            console.print(f"\n控制台 console: {client.url}  (Ctrl-C 结束 to stop)")
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                pass
    return 0 if good else 1


def _working_morning(pack: Pack) -> datetime:
    """08:00 of the next working day, so that the day is one."""
    day = datetime.now(pack.zone).replace(hour=8, minute=0, second=0, microsecond=0)
    while not pack.calendar.is_working(day.date()):
        day += timedelta(days=1)
    return day


def _let_pass(client: Client, day: Day, start: datetime) -> None:
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        looked = 0.0
        while True:
            now = datetime.fromisoformat(client.get("/mesh")["now"])
            day.report_until(now)
            day.at_the_desks()
            day.residents_rate()
            if time.monotonic() - looked > 1.0:
                looked = time.monotonic()
                found = client.get("/api/v1/events/summary")
                live.update(_progress(now, day, found))
                if not sys.stdout.isatty():
                    _line(now, found)
                if now - start > timedelta(days=DAYS) or (day.all_in and _open(found) == 0):
                    return
            time.sleep(0.05)


def _open(found: dict[str, Any]) -> int:
    return sum(count for state, count in found["events"].items() if state not in ENDED)


def _progress(now: datetime, day: Day, found: dict[str, Any]) -> Table:
    shown = Table(box=None, show_header=False, pad_edge=False)
    done = sum(found["events"].values()) - _open(found)
    shown.add_row(moment(now, "%m-%d %H:%M"), f"上报 reports {found['reports']}/{day.read}", f"办结 closed {done}")
    states = "  ".join(f"{state} {count}" for state, count in sorted(found["events"].items()))
    shown.add_row("", states, f"交接 hand-offs {found['handoffs']}")
    return shown


_last_line = [0.0]


def _line(now: datetime, found: dict[str, Any]) -> None:
    """Progress where nobody watches: a line every ten seconds."""
    if time.monotonic() - _last_line[0] > 10:
        _last_line[0] = time.monotonic()
        states = " ".join(f"{state}={count}" for state, count in sorted(found["events"].items()))
        print(f"{now.isoformat(timespec='minutes')} reports={found['reports']} {states}", flush=True)


def _tell(client: Client, day: Day, seconds: float) -> bool:
    settled = client.settle(120)
    found, points = client.get("/api/v1/events/summary"), client.get("/api/v1/points/summary")
    on_time, judged = found["on_time"], found["judged"]
    holding = client.get("/api/v1/holders/check")
    total, still = sum(found["events"].values()), _open(found)
    closed = (total - still) / total if total else 0.0
    table("案卷 events by state", ("state", "count"), sorted(found["events"].items()))
    parked = sum(part["parked"] for part in settled.values())
    busy = sum(part["outbox"] + part["retry"] for part in settled.values())
    table(
        "一天 the day",
        ("what", "figure"),
        (
            ("上报 reports", f"{day.read} = {' + '.join(f'{count} {name}' for name, count in day.outcomes.items())}"),
            ("办结率 closed", f"{closed:.1%}  ({total - still}/{total})"),
            ("按时率 on time, of those closed with a term", f"{on_time / max(1, judged):.1%}  ({on_time}/{judged})"),
            ("交接 hand-offs", found["handoffs"]),
            ("退回 returns", found["returns"]),
            ("积分 points posted", f"{points['points']} in {points['entries']} entries"),
            ("一任务一责任人 one holder each", f"{'✓' if holding['one_holder'] else '✗'}  {holding['held']} held"),
            ("在途 outbox + retry, 搁置 parked", f"{busy}, {parked}"),
            ("用时 took", f"{seconds:.0f} s"),
        ),
    )  # fmt: skip
    table(
        "最慢的三次交接 the slowest three hand-offs",
        ("hand-off", "event", "department", "took"),
        ((s["id"], s["event_id"], s["dept"], span(timedelta(seconds=s["took_s"]))) for s in found["slowest"]),
    )
    if found["slowest"]:
        _one_trace(client, found["slowest"][-1]["event_id"])
    return bool(holding["one_holder"] and closed >= ENOUGH and busy == 0 and parked == 0)


def _one_trace(client: Client, event_id: str) -> None:
    shown = gather(client, event_id)
    title, opened = shown["event"]["title"], moment(shown["event"]["opened_at"])
    console.print(f"\n全程 trace of {event_id}  {title}  ({opened})", markup=False)
    for line in lines(shown["rows"], shown["said"]):
        console.print(line, markup=False)


__all__ = ["run"]
