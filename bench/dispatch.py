"""``./dev bench dispatch``: what a million open hand-offs cost, with none, as many and twice as many closed beside.

``due_scan_ms``: the oldest 500 promises that are due, claimed and leased.  ``stalled_ms``: the first page of
``/ops/stalled``, from the request to JSON.  Each is the highest of the medians of the three sizes; the table has all.
``explain_ms``: the routing of one event explained with a thousand rules (``./dev bench dispatch_explain``).
The rows lie in a database of random name beside the server that is found, and are gone afterwards.  With ``--json``
the last line is ``{"due_scan_ms":…,"stalled_ms":…,"explain_ms":…}``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from werkzeug.test import Client

from bench.dispatch_load import Load
from gov_dispatch.bootstrap import SPEC
from gov_dispatch.store import figures, open_events
from govcore.packs import load_pack
from govcore.testing import AT
from govmesh import bulk, logs, ops, timers, waiting
from govmesh.http import Api
from govmesh.mesh import Mesh
from govmesh.tables import TIMERS
from govmesh.testing.alone import Alone
from govmesh.testing.servers import postgres

AT_ONCE = 500
RUNS = 21
ASKED = {
    "due_scan": f"the oldest {AT_ONCE} due promises, claimed",
    "stalled": "first page of /ops/stalled",
    "stalled_500": "the same, 500 findings",
    "second": "the page after it",
    "waiting": "is there anything to do (each tick)",
    "holders": "who holds how much (all open)",
    "counts": "figures of /healthz (all open)",
    "held": f"{AT_ONCE} open matters, as /api/v1/holders/check reads them",
}
EXPLAINED = "bench.dispatch_explain"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench dispatch", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--rows", type=int, default=1_000_000, help="open hand-offs (1,000,000)")
    args = parser.parse_args()
    explained = import_module(EXPLAINED).explain_ms() if find_spec(EXPLAINED) else None
    logs.set_up("json", "error")
    sizes = measure(args.rows)
    show(args.rows, sizes)
    print(
        "explain one event, 1,000 rules: " + (f"{explained:.2f} ms" if explained is not None else "no such bench here")
    )
    if args.json:
        worst = {f"{name}_ms": max(size[name] for size in sizes.values()) for name in ("due_scan", "stalled")}
        found = {**worst, "explain_ms": explained}
        print(json.dumps({name: value if value is None else round(value, 2) for name, value in found.items()}))


def measure(rows: int) -> dict[int, dict[str, float]]:
    """Medians in milliseconds, by how many are closed."""
    found = {}
    with postgres() as server, tempfile.TemporaryDirectory() as home:
        service = Alone(SPEC, server.url, Path(home), load_pack("tongcheng"), AT)
        try:
            load = Load(service, server.url.replace("postgresql+psycopg2://", "postgresql://"))
            load.add("open", rows)
            for closed in (0, rows, 2 * rows):
                if closed:
                    load.add("closed", rows)
                found[closed] = _medians(service.mesh)
        finally:
            service.close()
    return found


def _medians(mesh: Mesh) -> dict[str, float]:
    client = Client(Api(list(ops.routes(mesh))))
    after = _page(client)["next"]
    asked: dict[str, Callable[[], Any]] = {
        "stalled": lambda: _page(client),
        "stalled_500": lambda: _page(client, limit="500"),
        "second": lambda: _page(client, cursor=after),
        "waiting": lambda: waiting.of(mesh.database, mesh.clock),
        "due_scan": lambda: _claimed(mesh),
        "holders": lambda: _read(mesh, figures.holders),
        "counts": lambda: _read(mesh, figures.counts),
        "held": lambda: _read(mesh, lambda conn: open_events(conn, "", AT_ONCE)),
    }
    found = {}
    for name, ask in asked.items():
        took = []
        for _ in range(RUNS if name not in ("holders", "counts") else 3):
            start = time.perf_counter()
            answer = ask()
            took.append(time.perf_counter() - start)
            if name == "due_scan":
                _kept(mesh, [item.timer for item in answer])
        found[name] = median(took[1:]) * 1000
    return found


def _page(client: Client, **asked: str) -> Any:
    answer = client.get("/ops/stalled", query_string=asked)
    found = answer.get_json()
    if answer.status_code != 200 or len(found["findings"]) != int(asked.get("limit", 100)):
        raise RuntimeError(f"no full page: {answer.status_code}")
    return found


def _claimed(mesh: Mesh) -> list[Any]:
    found = timers.claim(mesh.database, mesh.clock, mesh.spec.name, AT_ONCE)
    if len(found) != AT_ONCE:
        raise RuntimeError(f"{len(found)} promises were due")
    return found


def _kept(mesh: Mesh, keys: list[Any]) -> None:
    """What the hop does with them afterwards."""
    with mesh.database.write() as conn:
        bulk.delete(conn, TIMERS, keys)


def _read(mesh: Mesh, ask: Callable[[sa.Connection], Any]) -> Any:
    with mesh.database.read() as conn:
        return ask(conn)


def show(rows: int, sizes: dict[int, dict[str, float]]) -> None:
    table = Table(title=f"{rows:,} open hand-offs: milliseconds, medians")
    table.add_column("asked")
    for closed in sizes:
        table.add_column(f"{closed:,} closed", justify="right")
    for name, what in ASKED.items():
        table.add_row(what, *(f"{size[name]:,.1f}" for size in sizes.values()))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
