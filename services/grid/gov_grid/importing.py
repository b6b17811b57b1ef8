"""``python -m gov_grid.importing``: loads one list of divisions in a process of its own.

The service's process is patched (COPY does not work there) and must go on serving: it writes what is to be done as
JSON to standard input, and gets the counts or the reason from standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from gov_grid.store.loading import load
from govcore.errors import Refusal
from govcore.grids import CodeProfile
from govcore.grids.divisions_read import read_list, table
from govmesh.database import BadData, Database, DatabaseAway

MOST_SECONDS = 900


def in_own_process(
    database: Database, file: Path, name: str, profile: CodeProfile, as_of: date | None
) -> dict[str, Any]:
    """What :func:`load` did.  Raises its refusals, ``DIVISION_LOAD_FAILED`` where it broke off."""
    asked = {
        "url": database.url.render_as_string(hide_password=False),
        "schema": database.schema,
        "file": str(file),
        "name": name,
        "profile": profile.model_dump(),
        "as_of": as_of.isoformat() if as_of else None,
    }
    command = [sys.executable, "-m", "gov_grid.importing"]
    try:
        ran = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=MOST_SECONDS, check=False
        )
        said: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Refusal("DIVISION_LOAD_FAILED", file=name, value=type(error).__name__) from error
    if (no := said.get("refused")) is not None:
        raise Refusal(no.pop("code"), **no)
    return said


def main() -> int:
    """Does what standard input asks for."""
    asked = json.load(sys.stdin)
    profile = CodeProfile.model_validate(asked["profile"])
    as_of = date.fromisoformat(asked["as_of"]) if asked["as_of"] else None
    database = Database(asked["url"], asked["schema"])
    try:
        head, rows = table(Path(asked["file"]).read_bytes(), asked["name"])
        found = asdict(load(database, read_list(head, rows, asked["name"], profile), asked["name"], profile, as_of))
    except Refusal as no:
        where = {
            name: at for name in ("file", "line", "row", "field", "value") if (at := getattr(no, name)) is not None
        }
        found = {"refused": {"code": no.code, **where, **no.params}}
    except (BadData, DatabaseAway) as error:
        found = {"refused": {"code": "DIVISION_LOAD_FAILED", "file": asked["name"], "value": str(error)}}
    finally:
        database.close()
    print(json.dumps(found, ensure_ascii=False, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main())
