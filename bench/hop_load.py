"""What the hop's stacks share: tables, the messages they take, the rule they apply, and the count at the end.

The measured message is the command ``handoff.accept.v1``.  Its hop: know it again (inbox), load the hand-off's
row locked, update it, one row of history, one outgoing message in the outbox, commit, publish confirmed, mark
the outbox row as sent, ack.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from psycopg2.extras import execute_values

from bench.common import Confirms, Env, depth, postgres, rabbit
from govmesh.tables import HISTORY, INBOX, OUTBOX

CONTENT_TYPE = "application/json"
DEPARTMENTS = ("gongan", "chengguan", "shichang", "zhujian", "xinfang", "minzheng", "huanbao", "jiaotong")
MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OWN = sa.MetaData()

HANDOFFS = sa.Table(
    "handoffs",
    OWN,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.Index("handoffs_state", "state"),
    sa.Index("handoffs_holder", "holder"),
)


def where(number: int) -> str:
    return f"34.08.81.{100 + number % 17:03d}.{number % 14:03d}"


def document(number: int) -> str:
    """An offered hand-off as it is kept (about 450 bytes)."""
    doc = {
        "handoff_id": f"H-{number:08d}",
        "event_id": f"E-{number:08d}",
        "role": "lead",
        "dept": DEPARTMENTS[number % len(DEPARTMENTS)],
        "state": "offered",
        "generation": 1,
        "holder": "desk:intake",
        "class_code": "10401",
        "class_name": "暴露垃圾",
        "severity": "general",
        "place": where(number),
        "grid": f"340881{number % 10**9:09d}",
        "duty_post": f"post-340881{number % 10**9:09d}",
        "offered_at": MOMENT.isoformat(),
        "accept_due_at": (MOMENT + timedelta(hours=1)).isoformat(),
        "due_at": (MOMENT + timedelta(days=7)).isoformat(),
    }
    return json.dumps(doc, ensure_ascii=False)


def envelope(
    id: str, type: str, source: str, number: int, version: int, data: dict[str, Any], cause: str | None = None
) -> dict[str, Any]:
    """A CloudEvents 1.0 message."""
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type,
        "subject": f"H-{number:08d}",
        "time": MOMENT.isoformat(),
        "datacontenttype": "application/json",
        "subjectversion": version,
        "place": where(number),
        "traceparent": TRACE,
        "dept": DEPARTMENTS[number % len(DEPARTMENTS)],
        "cause": cause,
        "data": data,
    }


def encode(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)


def commands(n: int) -> Iterator[bytes]:
    """``n`` commands ``handoff.accept.v1`` as a department writes them (about 450 bytes)."""
    for number in range(n):
        source = f"dept.{DEPARTMENTS[number % len(DEPARTMENTS)]}"
        data = {"handoff_id": f"H-{number:08d}", "generation": 1, "answered_at": MOMENT.isoformat()}
        yield encode(envelope(f"M-{number:08d}", "handoff.accept.v1", source, number, 1, data)).encode()


def accept(
    message: dict[str, Any], version: int, holder: str, generation: int, doc: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rule, the same in the floor and the peers: the changed row and the outgoing message."""
    facts = json.loads(doc)
    command = message["data"]
    if command["generation"] != generation or holder != "desk:intake" or message["source"] != f"dept.{facts['dept']}":
        raise ValueError("refused")
    facts |= {"state": "accepted", "holder": f"dept:{facts['dept']}"}
    row = {
        "id": message["subject"],
        "version": version + 1,
        "state": facts["state"],
        "holder": facts["holder"],
        "doc": json.dumps(facts, ensure_ascii=False),
    }
    said = {**facts, "answered_at": command["answered_at"], "answer_received_at": datetime.now(UTC).isoformat()}
    number = int(message["subject"][2:])
    out = envelope(message["id"] + ".1", "handoff.accepted.v1", "dispatch", number, version + 1, said, message["id"])
    return row, out


def routing_key(message: dict[str, Any]) -> str:
    return f"handoff.accepted.{message['place']}.{message['dept']}"


def inbox_row(message: dict[str, Any]) -> dict[str, Any]:
    return {"id": message["id"], "type": message["type"], "place": message["place"], "at": datetime.now(UTC)}


def history_row(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC),
        "said_at": datetime.fromisoformat(message["time"]),
        "trace": message["traceparent"][3:35],
        "span": message["id"][-8:],
        "parent": message["traceparent"][36:52],
        "message": message["id"],
        "type": message["type"],
        "subject": message["subject"],
        "kind": "handoff",
        "place": message["place"],
        "from_state": "offered",
        "to_state": "accepted",
        "holder": f"dept:{message['dept']}",
        "actor": message["source"],
        "reason": None,
    }


def outbox_row(env: Env, message: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": said["id"],
        "type": said["type"],
        "subject": message["subject"],
        "place": message["place"],
        "exchange": env.exchange,
        "routing_key": routing_key(message),
        "body": encode(said),
        "at": now,
        "lease_until": now + LEASE,
    }


def prepare(env: Env) -> None:
    """Tables, one offered hand-off a message, and the messages in their queue."""
    engine = sa.create_engine("postgresql+psycopg2://", creator=lambda: postgres(env), poolclass=sa.NullPool)
    OWN.create_all(engine)
    INBOX.metadata.create_all(engine, tables=[INBOX, OUTBOX, HISTORY])
    rows = [(f"H-{i:08d}", 1, "offered", "desk:intake", 1, where(i), document(i)) for i in range(env.n)]
    with closing(postgres(env)) as db, db, db.cursor() as cursor:
        execute_values(cursor, "INSERT INTO handoffs VALUES %s", rows, page_size=1000)
    with closing(postgres(env)) as db, db.cursor() as cursor:
        db.autocommit = True
        cursor.execute("VACUUM ANALYZE handoffs")
        cursor.execute("CHECKPOINT")
    preload(env, commands(env.n))


def preload(env: Env, bodies: Iterator[bytes], content_type: str = CONTENT_TYPE) -> None:
    """Put ``bodies`` into the inbound queue, confirmed."""
    with closing(rabbit(env)) as connection:
        confirms = Confirms(connection)
        while chunk := [(env.inbound, body) for _, body in zip(range(500), bodies, strict=False)]:
            confirms.publish("", chunk, content_type)


def check(env: Env) -> None:
    """Every message had its whole hop, once: nothing left in the queue, everything written, marked and published."""
    asked = {
        "accepted": "SELECT count(*) FROM handoffs WHERE state = 'accepted' AND version = 2 AND holder LIKE 'dept:%'",
        "inbox": "SELECT count(*) FROM inbox",
        "history": "SELECT count(DISTINCT message) FROM history WHERE to_state = 'accepted'",
        "sent": "SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL",
    }
    with closing(postgres(env)) as db, db.cursor() as cursor:
        found = {}
        for name, sql in asked.items():
            cursor.execute(sql)
            found[name] = cursor.fetchone()[0]
    found["out"] = depth(env, env.outbound)
    wrong = {name: count for name, count in found.items() if count != env.n}
    if left := depth(env, env.inbound):
        wrong["left"] = left
    if wrong:
        raise RuntimeError(f"of {env.n} messages: {wrong}")
