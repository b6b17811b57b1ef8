"""A pack's next version, started as a rolling upgrade: departments merge, one is renamed, one closes; all have work."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcore.packs import check_pack, load_pack, read_plain
from govcore.packs.diff import check_upgrade
from govmesh.broker.open import open_broker
from govmesh.client import Answered, Client
from govmesh.department.amqp import AmqpWire
from govmesh.department.journal import read
from govmesh.department.wire import Command
from govmesh.testing.cluster import Cluster, Departments
from govmesh.testing.people import People
from govmesh.testing.truth import Books, look

pytestmark = [pytest.mark.broker, pytest.mark.slow]
SEED = 20260701
GONE = {"chengguan": "zongzhi", "shuili": "zongzhi", "jiaotong": "jiaoyun", "linye": "ziran"}
"""Two merge into one that is new, one is renamed, one is closed and its work goes to one that was there."""
BECAME = {"jiaotong": "renamed", "linye": "closed"}
NEW = {"zongzhi": ("综合执法局", "Joint Enforcement Bureau"), "jiaoyun": ("交通运输局", "Transport Bureau")}
HURRY = "UPDATE dispatch.timers SET due_at = now() - interval '1 minute' WHERE kind = 'locate' AND due_at > now()"
THEIRS = ", ".join(f"'{code}', 'dept:{code}'" for code in GONE)
OPEN = (
    f"SELECT id FROM dispatch.handoffs WHERE holder IS NOT NULL AND (dept IN ({THEIRS}) OR holder IN ({THEIRS}))",
    f"SELECT id FROM dispatch.events WHERE holder IN ({THEIRS})",
    f"SELECT id FROM dispatch.orders WHERE state <> 'closed' AND (dept IN ({THEIRS}) OR addressee IN ({THEIRS}))",
    *(
        f"SELECT id FROM dispatch.operations WHERE late_at IS NOT NULL AND departments LIKE '% {code} %'"
        for code in GONE
    ),
)


def next_version(folder: Path, to: Path) -> Path:
    """The pack with the departments reorganised, one version on."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("__pycache__"))
    for file in to.rglob("*.yaml"):
        said = _renamed(read_plain(file))
        if file.name == "pack.yaml":
            said["version"] = load_pack(folder).header.version + 1
        elif file.name == "departments.yaml":
            said = _reorganised(read_plain(folder / file.name))
        elif file.name == "routing.yaml":
            for rule in said["rules"]:
                rule["assist"] = [one for one in rule.get("assist", ()) if one != rule.get("lead")]
        file.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for table in to.rglob("*.csv"):
        text = table.read_text(encoding="utf-8")
        table.write_text(re.sub(rf"\b({'|'.join(GONE)})\b", lambda found: GONE[found[1]], text), encoding="utf-8")
    return to


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(each) for key, each in value.items()}
    if isinstance(value, list):
        every = [_renamed(one) for one in value]
        return list(dict.fromkeys(every)) if all(isinstance(one, str) for one in every) else every
    return re.sub(rf"^(dept:)?({'|'.join(GONE)})$", _new_name, value) if isinstance(value, str) else value


def _new_name(found: re.Match[str]) -> str:
    return f"{found[1] or ''}{GONE[found[2]]}"


def _reorganised(said: dict[str, Any]) -> dict[str, Any]:
    every = {one["code"]: one for one in said["departments"]}
    usual = every["gongan"]
    there = [_renamed(one) for code, one in every.items() if code not in GONE]
    there += [_renamed({**usual, "code": code, "name": {"zh": zh, "en": en}}) for code, (zh, en) in NEW.items()]
    for one in there:
        passed_to = one["behaviour"].get("transfer_to", [])
        one["behaviour"]["transfer_to"] = [to for to in passed_to if to != one["code"]]
    former = [
        {"code": code, "name": every[code]["name"], "became": BECAME.get(code, "merged"), "successor": to}
        for code, to in GONE.items()
    ]
    dated = [{**one, "since": "2026-07-01", "source": "composed"} for one in former]
    return {"departments": there, "former": dated}


@pytest.fixture
def running(tmp_path: Path, own_amqp_url: str, own_pg_url: str) -> Iterator[tuple[Cluster, str]]:
    """One process with the older version; the other instance of the same service is not started yet."""
    cluster = Cluster(tmp_path, load_pack("tongcheng"), own_amqp_url, own_pg_url, ("dispatch",), instances=2)
    try:
        cluster.instances[0].start()
        cluster.instances[0].wait_ready()
        yield cluster, own_amqp_url
    finally:
        cluster.close()


def test_a_rolling_upgrade_orphans_nothing_and_doubles_nothing(running: Any, tmp_path: Path, capsys: Any) -> None:
    """Older and newer side by side, then the newer alone: each task one holder at every look; all is done at last."""
    cluster, url = running
    older, newer = cluster.instances
    folder = next_version(cluster.pack.folder, tmp_path / "next")
    after = load_pack(folder)
    assert check_pack(folder) == [] and check_upgrade(cluster.pack, after) == []
    logs = tmp_path / "departments"
    cluster.departments = Departments(cluster.pack, url, logs, SEED)
    cluster.departments.silent |= set(GONE)
    people = People(cluster.pack, cluster.client, SEED)
    both = [cluster.client]
    while len(offered := theirs(cluster)) < 8 or {one["dept"] for one in offered} < set(GONE):
        people.report(20)
        turn(cluster, people, both)
    for code in GONE:
        assigned(cluster, people, code)
    held = [said for one in theirs(cluster)[::2] if (said := answered(cluster.client, one, "accept"))]
    given = {"kind": "directive", "to": "dept:chengguan", "words": "报送进展", "term": "9wd"}
    order = cluster.client.post("/api/v1/orders", given)["id"]
    newer.start(GOVMESH_PACK=str(folder))
    cluster.departments.silent.clear()
    newer.wait_ready()
    both.append(Client(newer.url))
    heirs = Departments(replace(after, departments={code: after.departments[code] for code in NEW}), url, logs, SEED)
    try:
        for number in range(6):
            people.report(5)
            turn(cluster, people, both)
            assigned(cluster, people, list(GONE)[number % len(GONE)])
        cluster.departments.silent |= set(GONE)
        until = time.monotonic() + 30.0
        while left := [row for sql in OPEN for row in cluster.rows(sql)]:
            assert time.monotonic() < until, left
            turn(cluster, people, both)
        status, _ = older.end()
        assert status == 0
        cluster.client = both[-1]
        after_people = People(after, cluster.client, SEED)
        late = spoken_late(cluster, url, held[0])
        cluster.work_off(after_people, 60.0)
        until = time.monotonic() + 30.0
        while unread := nobody_got(cluster, logs):
            assert time.monotonic() < until, unread
            time.sleep(0.3)
    finally:
        heirs.close()
    cluster.departments.close()
    assert cluster.client.get("/api/v1/holders/check")["wrong"] == []
    assert not [row for sql in OPEN for row in cluster.rows(sql)]
    assert cluster.client.get(f"/api/v1/orders/{order}")["dept"] == "zongzhi"
    kept = tmp_path / "kept"
    kept.mkdir()
    for log in logs.glob("*.jsonl"):
        if log.stem not in GONE:
            shutil.copy(log, kept)
    books = Books(cluster.specs, cluster.database_url)
    truth = look(books, after, people.sent, kept, receipts=False)
    books.close()
    assert not truth.wrong, "\n".join(truth.wrong)
    assert truth.figures["ended"] == truth.figures["events"]
    empty(url)
    _, sent = everything(logs)
    taken = {str(one).partition("|")[2] for (one,) in cluster.rows("SELECT id FROM dispatch.inbox")}
    assert not (sent | {late}) - taken, "commands that nobody took"
    refused = {str(why): int(str(many)) for why, many in cluster.rows(REFUSED)}
    assert refused["COMMAND_DEPARTMENT_GONE"] >= 1
    assert not cluster.said("Traceback", '"level": "error"', '"level":"error"')
    with capsys.disabled():
        print(f"\n{truth}  taken over {cluster.rows(TAKEN_OVER)[0][0]}  refused {refused}")


TAKEN_OVER = "SELECT count(*) FROM dispatch.history WHERE kind = 'succeed'"
REFUSED = "SELECT reason, count(*) FROM dispatch.history WHERE kind = 'command.refused' GROUP BY reason"


def turn(cluster: Cluster, people: People, both: list[Client]) -> None:
    """Places are not waited for, the desks work, and every instance sees one holder of each task."""
    cluster.rows(HURRY)
    people.report(0)
    people.close_all()
    for client in both:
        assert client.get("/api/v1/holders/check")["wrong"] == []
    time.sleep(0.2)


def theirs(cluster: Cluster) -> list[dict[str, Any]]:
    """What is offered to the departments that will be no more."""
    found = (cluster.client.get("/api/v1/handoffs", dept=code, state="offered")["handoffs"] for code in GONE)
    return [one for several in found for one in several]


def assigned(cluster: Cluster, people: People, code: str) -> None:
    """A matter of nobody's at the triage desk of the older version, given to a department that is no more."""
    said = {**people.composed(), "class_code": None, "title": "", "text": f"一件不知归谁管的事情，给{code}"}
    event = cluster.client.post("/api/v1/reports", {**said, "external_id": f"{said['external_id']}{code}"})["event"]
    until = time.monotonic() + 20.0
    while cluster.client.get(f"/api/v1/events/{event}")["holder"] != "desk:triage":
        assert time.monotonic() < until, cluster.client.get(f"/api/v1/events/{event}")
        cluster.rows(HURRY)
        time.sleep(0.1)
    cluster.client.post(f"/api/v1/events/{event}/assign", {"lead": code, "reason": "所辖"})
    people.sent.add(f"{said['external_id']}{code}")


def answered(client: Client, task: dict[str, Any], verb: str) -> dict[str, Any] | None:
    """The task after the answer by hand, None where it had moved on."""
    said = {"dept": task["dept"], "generation": task["generation"]}
    try:
        return dict(client.post(f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/{verb}", said))
    except Answered:
        return None


def spoken_late(cluster: Cluster, url: str, task: dict[str, Any]) -> str:
    """The department that is no more says over the broker that it is done; the id of its command."""
    code, ident = task["dept"], f"late.{task['id']}"
    said = {"handoff_id": task["id"], "generation": task["generation"], "result": "已办结"}
    event = {"specversion": "1.0", "id": ident, "source": f"dept.{code}", "type": "handoff.finish.v1"}
    event |= {"subject": task["id"], "time": task["held_since"], "datacontenttype": "application/json", "dept": code}
    event |= {"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "data": said}  # type: ignore[dict-item]
    wire = AmqpWire(url, code)
    body = json.dumps(event).encode()
    assert wire.send([Command(ident, f"dept.{code}.finish", "handoff.finish.v1", body)], 5.0).confirmed == {ident}
    wire.close()
    return ident


def everything(logs: Path) -> tuple[dict[str, set[str]], set[str]]:
    """What each department has got, by its code, and the ids of all commands they have sent."""
    heard: dict[str, set[str]] = {}
    sent: set[str] = set()
    for log in logs.glob("*.jsonl"):
        entries = list(read(log))
        heard[log.stem] = {entry["id"] for entry in entries if entry["kind"] == "got"}
        sent |= {ident for entry in entries if entry["kind"] == "sent" for ident in entry["ids"]}
    return heard, sent


def nobody_got(cluster: Cluster, logs: Path) -> list[str]:
    """What was sent to one that is no more and neither it nor its successor has got."""
    heard, _ = everything(logs)
    unread = []
    for code, to in GONE.items():
        rows = cluster.rows(f"SELECT id FROM dispatch.outbox WHERE exchange = '' AND routing_key = 'dept.{code}'")
        told = {str(ident).partition("@")[0] for (ident,) in rows}
        assert told, code
        unread += [f"{code}: {ident}" for ident in told - heard.get(code, set()) - heard.get(to, set())]
    return unread


def empty(url: str) -> None:
    """The queues of those that are no more have nothing in them."""
    broker = open_broker(url)
    for code in GONE:
        source = broker.source([f"dept.{code}"], 1)
        assert source.depth() == 0, code
        source.close()
