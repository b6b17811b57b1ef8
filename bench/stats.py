"""``./dev bench stats``: a day, a week and a month in figures over a year of history (121,143 requests of Boston).

The file is read from ``GOVMESH_DATA`` (else ``../shared/data``) into an embedded mesh over SQLite, which takes minutes;
``--home`` keeps it for another run.  Then each report is asked for over HTTP, JSON and all, and the best of three is
printed.  With ``--json`` the last line is ``{"day_s":…,"week_s":…,"month_s":…}``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from govcore.files import open_mapped
from govcore.stats import KINDS
from govmesh.client import Client, embedded
from govmesh.importing.run import run_import
from govmesh.settings import Settings

DATA = Path(os.environ.get("GOVMESH_DATA") or Path(__file__).parents[2] / "shared" / "data")
FILE = DATA / "requests311" / "boston_311_2015.csv.gz"
DAY = "2015-08-12"
TRIES = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench stats", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--home", type=Path, help="folder of the mesh, kept; a passing one where absent")
    args = parser.parse_args()
    if not FILE.exists():
        sys.exit(f"missing: {FILE}")
    with tempfile.TemporaryDirectory(prefix="bench_stats_") as passing:
        found = measure(args.home or Path(passing))
    for kind, seconds in found.items():
        print(f"{kind:8} {seconds:6.2f} s")
    if args.json:
        print(json.dumps({f"{kind}_s": round(seconds, 2) for kind, seconds in found.items()}))


def measure(home: Path) -> dict[str, float]:
    """Seconds of each report; the file is imported first, unless the home has it already."""
    with embedded(Settings(pack="boston", home=home), "--pack", "boston") as client:
        rejects = home / "rejected.csv"
        counts, _ = run_import(
            open_mapped(FILE, None), client, home=home, target=str(home), as_="history", rejects=rejects
        )
        client.settle()
        print(f"{os.cpu_count()} cores, embedded, SQLite; rows {counts.as_dict()}")
        return {kind: min(_asked(client, kind) for _ in range(TRIES)) for kind in KINDS}


def _asked(client: Client, kind: str) -> float:
    start = time.perf_counter()
    client.get(f"/api/v1/stats/{kind}", date=DAY)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
