"""``govmesh up``, taken in, stopped: who reported is sealed and nowhere else, and SIGTERM ends it in time."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcore.errors import Refusal
from govmesh.client import Answered, Client, wait_ready

pytestmark = pytest.mark.slow
NAMES = ("欧阳测密", "司徒试藏", "慕容验隐", "诸葛查踪")
PHONES = ("13812345678", "13987654321", "13711112222", "18655556666")
IDS = ("340881199001011234",)
IN_THE_TEXT = "13666667777"
MAPPING = {
    "name": "desk",
    "source": "desk",
    "pack": "tongcheng",
    "zone": "Asia/Shanghai",
    "recognise": ["编号", "内容"],
    "fields": {
        "external_id": {"column": "编号"},
        "reported_at": {"column": "时间", "formats": "%Y-%m-%d"},
        "text": {"columns": "内容"},
        "place": {"column": "村", "as": "code"},
        "reporter": {"name": "姓名", "phone": "电话"},
    },
}


@contextmanager
def up(home: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    """``govmesh up`` with everything it logs in a file."""
    env = {**os.environ, "GOVMESH_HOME": str(home), "GOVMESH_LOG_LEVEL": "debug", "GOVMESH_LOG_FORMAT": "json"}
    env["GOVMESH_PORTS"] = json.dumps({"console": 0})
    command = [sys.executable, "-m", "govmesh.cli", "up", "--pack", "tongcheng", "--departments"]
    with log.open("ab") as said:
        child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            yield child, Client(wait_ready(child)["ready"])
        finally:
            child.kill()
            child.wait()
            assert child.stdout
            child.stdout.close()


def test_who_reported_is_sealed_and_nowhere_else(tmp_path: Path, town_of: Any, govmesh: Any) -> None:
    """Names, numbers and documents, by report, petition and file, well-formed or not, are in no file but as cipher."""
    home, log = tmp_path / "home", tmp_path / "log"
    with up(home, log) as (child, client):
        town = town_of(client, home)
        ident = town.report(
            reporter={"name": NAMES[0], "phone": PHONES[0], "id": IDS[0]},
            title=f"请打{IN_THE_TEXT}联系我",
            text=f"文昌路中段路面破损已经三天，行人不便，请打{IN_THE_TEXT}联系我",
        )
        said = {"channel": "letter", "path": "claim", "title": "要求清理垃圾", "division": "340881001004"}
        client.post("/api/v1/petitions", {**said, "petitioner": {"name": NAMES[1], "phone": PHONES[1]}})
        for wrong in ({"name": NAMES[2], "phone": [PHONES[2]]}, {NAMES[2]: PHONES[2]}, f"{NAMES[2]} {PHONES[2]}"):
            with pytest.raises(Answered) as no:
                client.post("/api/v1/reports", {"source": "x", "title": "写错了地方", "reporter": wrong})
            assert PHONES[2] not in str(no.value) and NAMES[2] not in str(no.value)
        assert govmesh(town, "import", *file(tmp_path), "--json").json["rejected"] == 1
        town.until(ident, "assigned", "handling", "closed", "verifying")
        assert people(home, "dispatch") == 2 and people(home, "petition") == 1

        flood = threading.Thread(target=keep_reporting, args=(client,))
        flood.start()
        time.sleep(0.5)
        began = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=15) == 0 and time.monotonic() - began < 10, (
            "ends within ten seconds, work under way or not"
        )
        flood.join()

    assert "report.file.v1" in log.read_text() or "refused" in log.read_text(), "the log says something"
    secrets = (*NAMES, *PHONES, *IDS)
    files = [path for path in (*home.rglob("*"), log) if path.is_file()]
    assert {"dispatch.sqlite", "petition.sqlite", "grid.sqlite", "points.sqlite", "log"} <= {
        path.name for path in files
    }
    for path in files:
        raw = path.read_bytes()
        found = [word for word in secrets for code in ("utf-8", "gb18030", "utf-16-le") if word.encode(code) in raw]
        assert not found, f"{path.name} tells who it was"
    for database in home.glob("*.sqlite"):
        for table in ("outbox", "inbox", "history", "timers", "parking"):
            told = [row for row in rows(database, table) if IN_THE_TEXT in repr(row)]
            assert not told, f"{database.stem}.{table}: what stands in a text goes no further than its own row"
    assert IN_THE_TEXT not in log.read_text()
    for path in (home / "departments").rglob("*"):
        assert not path.is_file() or IN_THE_TEXT not in path.read_text(encoding="utf-8")


def file(folder: Path) -> tuple[str, str, str]:
    """A spreadsheet with a good row and one from a village that does not exist."""
    (folder / "desk.yaml").write_text(yaml.safe_dump(MAPPING, allow_unicode=True), encoding="utf-8")
    with (folder / "rows.csv").open("w", encoding="gb18030", newline="") as out:
        good = ["1", "2024-05-01", "龙眠中路下水道堵塞，污水外溢已经一周", "340881001001", NAMES[3], PHONES[3]]
        bad = ["2", "2024-05-01", "没有这个村", "340881999999", NAMES[3], PHONES[3]]
        csv.writer(out).writerows([["编号", "时间", "内容", "村", "姓名", "电话"], good, bad])
    return str(folder / "rows.csv"), "--map", str(folder / "desk.yaml")


def keep_reporting(client: Client) -> None:
    """Reports until nobody answers any more."""
    with suppress(Refusal, Answered):
        for number in range(200):
            texts = [
                {"source": "flood", "external_id": f"{number}-{n}", "title": f"第{number}-{n}件"} for n in range(50)
            ]
            client.post("/api/v1/reports", {"reports": texts})


def people(home: Path, service: str) -> int:
    """How many sealed records there are; each a cipher and its text."""
    docs = [json.loads(row[-1]) for row in rows(home / f"{service}.sqlite", "people")]
    assert all(doc["sealed"].startswith("aes-gcm:") for doc in docs)
    return len(docs)


def rows(database: Path, table: str) -> list[Any]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as conn:
        found = conn.execute(f'SELECT * FROM "{table}"').fetchall()
    conn.close()
    return found
