"""``./dev bench flow``: reports to points, the whole way, in the cluster profile: events a second and hops an event.

Every service is a process of its own over RabbitMQ quorum queues and PostgreSQL; the pack's departments answer
over AMQP without delay (a process of theirs, one connection each), with the chances of the pack to return and
to pass on; the desks answer over HTTP.  The clock runs from the first report until every event is closed, every
point posted and nothing is on its way.  Beside it the hand-written floor of ``./dev bench hop`` says how quick the
machine is: hops a second of the whole mesh ÷ hops a second of one loop written by hand.
With ``--json`` the last line is ``{"events_per_s":…,"hops_per_event":…}``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.common import servers

FLOOR_MESSAGES = 8_000
SERVICES = ("grid", "dispatch", "points")
AT_ONCE = 400
PATIENCE = 600.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench flow", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--events", type=int, default=4_000, help="reports (4,000)")
    parser.add_argument("--departments", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.departments:
        departments(args.departments)
        return
    found = measure(args.events)
    console = Console(width=110, highlight=False)
    console.print(f"{os.cpu_count()} cores, cluster profile, {len(SERVICES)} services, 23 departments")
    for name, value in found.items():
        console.print(f"{name:18} {value:10,.2f}")
    if args.json:
        print(json.dumps({name: round(found[name], 2) for name in ("events_per_s", "hops_per_event")}))


def departments(home: str) -> None:
    """Every department of the pack in this process, answering at once."""
    from govcore.packs import load_pack
    from govmesh.department import Away, Behaviour, DepartmentClient
    from govmesh.department.amqp import AmqpWire
    from govmesh.department.inside import behaviour_of

    pack, url, ended = load_pack("tongcheng"), os.environ["GOVMESH_AMQP_URL"], []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))

    def client(code: str, behaviour: Behaviour) -> DepartmentClient:
        log = Path(home) / f"{code}.jsonl"
        wire = AmqpWire(url, code)
        return DepartmentClient(code, wire, log, behaviour, _now, lambda at, _minutes: at, random.Random(code))

    every = [client(code, behaviour_of(department)) for code, department in pack.departments.items()]
    print("ready", flush=True)
    while not ended:
        done = 0
        for one in every:
            try:
                done += one.turn(0.0)
            except Away:
                continue
        if not done:
            time.sleep(0.02)
    for one in every:
        one.close()


def _now() -> datetime:
    return datetime.now(UTC)


def measure(events: int) -> dict[str, float]:
    """The floor first, then the whole mesh once over ``events`` reports."""
    from bench.hop import measure as hop

    with servers() as corner:
        floor = hop("floor", corner.of(FLOOR_MESSAGES))
    before = _used()
    with servers() as env, tempfile.TemporaryDirectory() as home:
        own = {
            **os.environ,
            "GOVMESH_AMQP_URL": env.amqp_url,
            "GOVMESH_DATABASE_URL": env.database_url,
            "GOVMESH_SCHEMA_PREFIX": "flow_",
            "GOVMESH_HOME": home,
            "GOVMESH_LOG_LEVEL": "error",
            "GOVMESH_PORTS": json.dumps(
                {name: 8741 + place for place, name in enumerate((*SERVICES, "petition", "console"))}
            ),
            "PYTHONWARNINGS": "ignore",
        }
        mesh = [sys.executable, "-m", "govmesh.cli", "up", "--profile", "cluster", "--services", ",".join(SERVICES)]
        with _process(mesh, own) as up:
            url = json.loads(up)["ready"]
            with _process([sys.executable, "-m", "bench.flow", "--departments", home], own):
                found = _drive(url, events)
        ours = found["events_per_s"] * found["hops_per_event"]
        return {
            **found,
            "cpu_ms_per_event": 1000 * (_used() - before) / events,
            "hops_per_s": ours,
            "floor_hops_per_s": floor,
            "hops_by_floor": ours / floor,
        }


def _used() -> float:
    """Seconds of processor that this process's children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _process(command: list[str], env: dict[str, str]) -> Iterator[str]:
    """A process, its first line once it is ready; ended afterwards."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            yield child.stdout.readline()
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


def _drive(url: str, events: int) -> dict[str, float]:
    from govcore.packs import load_pack
    from govmesh.client import Client

    client, draw, chance = Client(url), load_pack("tongcheng").demo_draw, random.Random(1)
    assert draw is not None
    rows = [_report(number, draw.report(chance)) for number in range(events)]
    before, people = _hops(client), ThreadPoolExecutor(8)
    begin = time.perf_counter()
    for start in range(0, events, AT_ONCE):
        client.post("/api/v1/reports", {"reports": rows[start : start + AT_ONCE]})
        _desks(client, people)
    opened = sum(client.get("/api/v1/events/summary")["events"].values())
    while (found := client.get("/api/v1/events/summary")["events"]).get("closed", 0) < opened:
        if time.perf_counter() - begin > PATIENCE:
            raise RuntimeError(f"not closed in {PATIENCE:.0f} s: {found}")
        _desks(client, people)
        time.sleep(0.1)
    closed = time.perf_counter() - begin
    client.settle(PATIENCE)
    settled = time.perf_counter() - begin - 0.6  # the two looks that prove it
    points = client.get("/api/v1/points/summary")
    if not points["entries"] or not client.get("/api/v1/holders/check")["one_holder"]:
        raise RuntimeError(f"no points, or a task without one holder: {points}")
    return {
        "events_per_s": opened / settled,
        "hops_per_event": (_hops(client) - before) / opened,
        "events": float(opened),
        "seconds_to_close": closed,
        "seconds_to_settle": settled,
        "points_entries": float(points["entries"]),
    }


def _desks(client: Any, people: ThreadPoolExecutor) -> None:
    """The triage desk assigns and designates, the verifying desk approves: eight people, each one matter at a time."""
    jobs: list[tuple[str, dict[str, Any]]] = []
    for event in client.get("/api/v1/events", state="triage", limit=200)["events"]:
        jobs.append((f"/api/v1/events/{event['id']}/assign", {"lead": "chengguan", "reason": "bench"}))
    for state in ("returned", "expired"):
        for task in client.get("/api/v1/handoffs", state=state, limit=200)["handoffs"]:
            path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/designate"
            jobs.append((path, {"dept": task["dept"], "reason": "bench"}))
    for event in client.get("/api/v1/events", state="verifying", limit=200)["events"]:
        jobs.append((f"/api/v1/events/{event['id']}/verify", {"ok": True}))
    list(people.map(lambda job: _own(client.url).post(*job), jobs))


_clients = threading.local()


def _own(url: str) -> Any:
    """This thread's client."""
    from govmesh.client import Client

    if not hasattr(_clients, "one"):
        _clients.one = Client(url)
    return _clients.one


def _hops(client: Any) -> int:
    """Messages handled so far by all services: rows of their inboxes."""
    return sum(int(part["handled"]) for part in client.each("/ops/handled").values())


def _report(number: int, one: Any) -> dict[str, Any]:
    return {
        "source": "bench",
        "external_id": str(number),
        "channel": one.channel,
        "title": one.title,
        "text": f"{one.text}（{number}）",
        "class_code": one.class_code,
        "division": one.place.code,
        "reported_at": (datetime.now(UTC) - timedelta(seconds=1)).isoformat(),
    }


if __name__ == "__main__":
    main()
