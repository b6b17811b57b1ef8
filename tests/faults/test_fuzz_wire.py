"""Wrong messages over a real broker with the departments' own rights: each comes back, is parked, or is handled."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from govcore.messages import AcceptHandOff, EventLocated, FinishHandOff, ReturnHandOff, TransferHandOff
from govmesh.client import Client
from govmesh.testing.cluster import Instance
from govmesh.testing.fuzz import Bad, Fuzz, Good, asked
from govmesh.testing.processes import free_port
from govmesh.testing.servers import PrivateRabbit
from govmesh.testing.wire import Wire

SEED = 20260305
SECRET = "王小明13912345678"
VHOST = "wire"
GRID = "grid"
MATTER = {"source": "faults", "class_code": "010101", "division": "340881001007"}
"""The rules give it to zhujian, with jiaotong assisting."""
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
DEATH = {"count": 1, "queue": "points.inbox", "exchange": "", "routing-keys": [], "reason": "expired"}
PROPERTIES: tuple[dict[str, Any], ...] = (
    {},
    {"content_encoding": "gzip"},
    {"content_encoding": "no-such"},
    {"content_type": "application/x-python-serialize"},
    {"content_type": ""},
    {"expiration": "0"},
    {"expiration": "1"},
    {"delivery_mode": 1, "priority": 9},
    {"message_id": ""},
    {"message_id": "x" * 255},
    {"type": "南" * 80, "app_id": "a\x00b", "correlation_id": "'", "reply_to": "amq.default"},
    {"application_headers": {"x-death": "no list", "a": {"b": [1, {}]}}},
    {"application_headers": {"x-death": [DEATH], "x-first-death-queue": "points.inbox"}},
    {"application_headers": {"x-death": [DEATH], "x-first-death-queue": "dispatch.commands"}},
    {"application_headers": {"x-delivery-count": 10_000}},
    {"user_id": "dept.gongan"},
)
"""What a sender may write beside a body; the last one is a lie that the broker sees."""


@dataclass(slots=True)
class Sent:
    """A message, as whom and with what beside it, and what the broker said."""

    bad: Bad
    user: str
    ident: str
    said: str


class Town:
    """dispatch as a process of its own with its own user, and the account of what it was sent."""

    def __init__(self, home: Path, rabbit: PrivateRabbit, database: str) -> None:
        port = free_port()
        home.mkdir(parents=True, exist_ok=True)
        env = {
            **os.environ,
            "GOVMESH_AMQP_URL": f"amqp://dispatch:pw@127.0.0.1:{rabbit.port}/{VHOST}",
            "GOVMESH_DATABASE_URL": database,
            "GOVMESH_HOME": str(home),
            "GOVMESH_LOG_LEVEL": "debug",
            "GOVMESH_LOG_FORMAT": "json",
        }
        self.process = Instance("dispatch", 0, port, env, home)
        self.client, self.wire = Client(self.process.url), Wire(rabbit.port, VHOST)
        self.database = psycopg2.connect(database.replace("postgresql+psycopg2", "postgresql"))
        self.database.autocommit = True
        self._numbers = iter(range(1, 1_000_000))
        self.more: list[tuple[str, Any]] = []
        """What departments may say besides, with who says it."""

    def close(self) -> None:
        self.wire.close()
        self.database.close()
        self.process.kill()

    def rows(self, sql: str) -> list[Any]:
        with self.database.cursor() as cursor:
            cursor.execute(f"SET search_path = dispatch; {sql}")
            return cursor.fetchall()

    def envelope(self, data: Any, subject: str) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": f"f-{next(self._numbers):06d}",
            "source": "/faults",
            "type": data.type,
            "subject": subject,
            "time": "2026-03-02T09:00:00+08:00",
            "traceparent": TRACE,
            "data": data.model_dump(mode="json", exclude_none=True),
        }

    def located(self, event_id: str) -> dict[str, Any]:
        known: Any = EventLocated.model_config["json_schema_extra"]
        return self.envelope(EventLocated.model_validate({**known["example"], "event_id": event_id}), event_id)

    def tasks(self, many: int) -> list[dict[str, Any]]:
        """File so many matters and locate them; the hand-offs that are offered."""
        said = [{**MATTER, "text": f"文昌路中段路面破损已久，第{next(self._numbers)}处"} for _ in range(many)]
        for result in self.client.post("/api/v1/reports", {"reports": said})["results"]:
            body = json.dumps(self.located(result["event"])).encode()
            assert self.wire.say(GRID, "grid.events", "event.located._._._._._._", body, user_id=GRID) == "taken"
        until = time.monotonic() + 30
        while len(found := self.client.get("/api/v1/handoffs", state="offered", limit=200)["handoffs"]) < 2 * many:
            assert time.monotonic() < until, f"{len(found)} hand-offs offered"
            time.sleep(0.1)
        return list(found)

    def good(self, chance: random.Random, task: dict[str, Any]) -> Good:
        if chance.random() < 0.5:
            dept, said = chance.choice(self.more)
            return Good("dispatch.commands", f"dept.{dept}", self.envelope(said, "-"))
        common, note = {"handoff_id": task["id"], "generation": task["generation"]}, f"{SECRET} {next(self._numbers)}"
        data = chance.choice(
            (
                AcceptHandOff(**common),
                ReturnHandOff(**common, reason="not_responsible", proposed="chengguan", note=note),
                TransferHandOff(**common, to="chengguan", reason=note),
                FinishHandOff(**common, result=note),
                None,
            )
        )
        if data is None:
            return Good("dispatch.inbox", None, self.located(task["event_id"]))
        return Good("dispatch.commands", f"dept.{task['dept']}", self.envelope(data, task["id"]))

    def send(self, bad: Bad, properties: dict[str, Any]) -> Sent:
        """As its sender would: a department to the commands or, wrongly, to the inbox; anybody else as grid."""
        user = bad.user or GRID
        if bad.queue == "dispatch.inbox":
            to = ("grid.events", "event.located._._._._._._") if user == GRID else ("", bad.queue)
        else:
            to = ("dispatch.commands", f"{user if bad.user else 'mesh'}.said")
        claims = {"user_id": user} if bad.user != "" else {}
        more = {"content_type": bad.content_type, **claims, **properties}
        return Sent(bad, user, str(more.get("message_id", "")), self.wire.say(user, *to, bad.body, **more))

    def still(self, seconds: float) -> None:
        self.client.settle(seconds)
        assert self.rows("SELECT id FROM parking WHERE state = 'retry'") == []


@pytest.fixture
def town(tmp_path: Path, rabbit: PrivateRabbit, own_pg_url: str) -> Iterator[Town]:
    made = Town(tmp_path / "home", rabbit, own_pg_url)
    made.process.start()
    made.process.wait_ready()
    yield made
    made.close()


def fuzzed(town: Town, many: int) -> Counter[tuple[str, str]]:
    """Send so many; (kind, what became of it)."""
    chance = random.Random(SEED)
    tasks = town.tasks(20)
    town.more = asked(town.client.post, tasks[:10], datetime.now(UTC))
    fuzz = Fuzz(chance, [f"dept.{dept}" for dept in ("zhujian", "jiaotong")], ["dispatch.inbox", "dispatch.commands"])
    sent, found = [], Counter[tuple[str, str]]()
    for _ in range(many):
        bad = fuzz.spoil(chance.choice(sorted(fuzz.kinds)), town.good(chance, chance.choice(tasks)))
        sent.append(town.send(bad, chance.choice(PROPERTIES)))
    for exchange, key in (
        ("", "no.such.queue"),
        ("no.such.exchange", "x"),
        ("dispatch.commands", "dept.zhujian.accept"),
    ):
        for user in (GRID, "dept.jiaotong"):
            found["unroutable", town.wire.say(user, exchange, key, SECRET.encode(), user_id=user)] += 1
    town.still(120)
    rows = town.rows("SELECT sender, body FROM parking WHERE state = 'parked'")
    parked = Counter((row[0] or None, bytes(row[1])) for row in rows)
    inbox = {row[0] for row in town.rows("SELECT id FROM inbox")}
    refused = {user: town.wire.refused_commands(user) for user in ("dept.zhujian", "dept.jiaotong")}
    before: set[tuple[str, str, bytes]] = set()
    for one in sent:
        same = (one.user, one.ident, one.bad.body)
        again = bool(one.ident) and same in before
        outcome = "repeat" if again else _outcome(one, parked, refused.get(one.user, Counter()), inbox)
        found[one.bad.kind, outcome] += 1
        before.add(same)
    return found


def _outcome(one: Sent, parked: Counter[tuple[str | None, bytes]], refused: Counter[str], inbox: set[str]) -> str:
    if one.said != "taken":
        return one.said
    row = (one.bad.user or None, one.bad.body)
    if parked[row] > 0:
        parked[row] -= 1
        return "parked"
    ident = _id_of(one.bad.body)
    if ident in refused:
        return "refused"
    if refused["bad"] > 0 and ident not in inbox and f"{one.user}|{ident}" not in inbox:
        refused["bad"] -= 1
        return "refused"
    keys = {ident, f"{one.user}|{ident}", f"|{ident}", f"None|{ident}"}
    return "handled" if ident and keys & inbox else "dropped"


def _id_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def told(found: Counter[tuple[str, str]]) -> str:
    outcomes = Counter[str]()
    for (_, outcome), times in found.items():
        outcomes[outcome] += times
    return "  ".join(f"{outcome} {times}" for outcome, times in sorted(outcomes.items()))


def hold_together(town: Town, found: Counter[tuple[str, str]]) -> float:
    """Nothing was dropped, dispatch still works, says nothing of a body, and ends in time; after how many seconds."""
    assert not {kind: times for (kind, outcome), times in found.items() if outcome == "dropped"}
    assert found["unroutable", "taken"] == 0, "a message to nobody was taken"
    assert town.rows("SELECT id, error FROM parking WHERE error IS NOT NULL") == []
    assert town.client.get("/api/v1/holders/check")["one_holder"]
    task = town.tasks(1)[0]
    good = town.envelope(AcceptHandOff(handoff_id=task["id"], generation=task["generation"]), task["id"])
    user, key = f"dept.{task['dept']}", f"dept.{task['dept']}.accept"
    assert town.wire.say(user, "dispatch.commands", key, json.dumps(good).encode(), user_id=user) == "taken"
    until = time.monotonic() + 15
    while town.client.get(f"/api/v1/handoffs/{task['id']}")["state"] != "accepted":
        assert time.monotonic() < until, "a good command is not handled any more"
        time.sleep(0.1)
    status, seconds = town.process.end()
    log = town.process.log.read_text(errors="replace")
    assert len(log) > 1000 and SECRET not in log and SECRET[3:] not in log and "Traceback" not in log
    assert status == 0 and seconds < 10.0
    return seconds


@pytest.mark.broker
@pytest.mark.slow
def test_none_of_500_on_the_wire_is_dropped(town: Town, capsys: Any) -> None:
    """Bodies and properties of every wrong kind, as departments and as grid."""
    found = fuzzed(town, 500)
    with capsys.disabled():
        print(f"\n500 on the wire: {told(found)}")
    hold_together(town, found)


@pytest.mark.broker
@pytest.mark.faults
def test_none_of_10000_on_the_wire_is_dropped(town: Town, capsys: Any) -> None:
    """The same with ten thousand."""
    found = fuzzed(town, 10_000)
    with capsys.disabled():
        print(f"\n10,000 on the wire: {told(found)}")
    hold_together(town, found)
