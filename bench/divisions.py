"""``./dev bench divisions``: the country's whole list into both databases, and the time of an answer with all of it.

*Import* is every file of ``divisions/`` (``GOVMESH_DATA``), one after the other, each in a process of its own as the
service does it.  *Code* is a code resolved with everything above it, *name* a search by a part of a name, 2,000 and 100
of each picked at random; in the database, and in memory (``govcore.grids.Gazetteer``).  CPU seconds stand beside the
clock's, because the machine may have other things to do.
With ``--json`` the last line is ``{"postgres":{…},"sqlite":{…},"memory":{…}}``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from bench.common import ROOT
from gov_grid import store, tables
from gov_grid.importing import in_own_process
from govcore.grids import CHINA_CODES, Gazetteer, resolve
from govcore.grids.divisions_read import Row, read_list, table
from govmesh.database import Database
from govmesh.testing.servers import postgres

FILES = ("provinces.csv", "cities.csv", "areas_2023.csv", "streets_2023.csv", "villages_2023.csv.gz")
AT = date(2026, 11, 24)


def folder() -> Path:
    """The lists; ``GOVMESH_DATA`` names the folder of the data that is not part of the project."""
    return Path(os.environ.get("GOVMESH_DATA", ROOT.parent / "shared" / "data")) / "divisions"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench divisions", description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    names = [(row.code, row.name) for file in FILES for row in rows(folder() / file)]
    chance = random.Random(1)
    codes = [code for code, _ in chance.sample(names, 2_000)]
    parts = [name[:3] for _, name in chance.sample(names, 100)]
    found: dict[str, dict[str, float]] = {}
    with postgres() as server, stored(server.url) as database:
        found["postgres"] = measured(database, codes, parts)
    with tempfile.TemporaryDirectory() as home, stored(f"sqlite:///{home}") as database:
        found["sqlite"] = measured(database, codes, parts)
    began = time.perf_counter()
    memory = Gazetteer(names)
    found["memory"] = {
        "built_s": round(time.perf_counter() - began, 2),
        **times("code", codes, lambda code: memory.resolve(code, AT)),
        **times("name", parts, lambda name: memory.search(name, AT)),
    }
    shown = Table("", *(head for head in found), box=None)
    for head in dict.fromkeys(head for one in found.values() for head in one):
        shown.add_row(head, *(str(one.get(head, "")) for one in found.values()))
    Console().print(shown)
    if asked.json:
        print(json.dumps(found))


def rows(file: Path) -> Iterator[Row]:
    head, cells = table(file.read_bytes(), file.name)
    return (one for one in read_list(head, cells, file.name, CHINA_CODES) if isinstance(one, Row))


@contextmanager
def stored(url: str) -> Iterator[Database]:
    """A database with grid's tables of the list, in a schema of its own that goes again."""
    schema = f"bench_{uuid.uuid4().hex[:12]}"
    database = Database(url, schema)
    with database.write() as conn:
        if database.postgres:
            conn.execute(sa.text(f'CREATE SCHEMA "{schema}"'))
        tables.META.create_all(conn, tables=[tables.LISTED, tables.ENDS])
    try:
        yield database
    finally:
        if database.postgres:
            with database.write() as conn:
                conn.execute(sa.text(f'DROP SCHEMA "{schema}" CASCADE'))
        database.close()


def measured(database: Database, codes: Sequence[str], parts: Sequence[str]) -> dict[str, float]:
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = [in_own_process(database, folder() / file, file, CHINA_CODES, None) for file in FILES]
    after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    with database.read() as conn:
        book = store.Book(conn, CHINA_CODES)
        return {
            "rows": sum(one["read"] for one in done),
            "rejected": sum(one["rejected"] for one in done),
            "import_s": round(took, 1),
            "import_own_cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
            **times("code", codes, lambda code: resolve(code, AT, book.versions, CHINA_CODES)),
            **times("name", parts, lambda name: book.search(name, AT, within=None, limit=10)),
        }


def times(what: str, asked: Sequence[str], ask: Callable[[str], Any]) -> dict[str, float]:
    """Milliseconds by the clock, the middle one and the 99th of a hundred, and of this process's own work."""
    took, worked = [], []
    for one in asked:
        began, before = time.perf_counter(), time.thread_time()
        ask(one)
        worked.append(time.thread_time() - before)
        took.append(time.perf_counter() - began)
    took.sort()
    worked.sort()
    last = int(len(took) * 0.99)
    return {
        f"{what}_p50_ms": round(took[len(took) // 2] * 1000, 3),
        f"{what}_p99_ms": round(took[last] * 1000, 3),
        f"{what}_p99_cpu_ms": round(worked[last] * 1000, 3),
    }


if __name__ == "__main__":
    main()
