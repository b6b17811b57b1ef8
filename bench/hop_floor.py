"""The floor: what can be had by hand with py-amqp and psycopg2, in batches of 200.

One statement a table and batch (the rows as one JSON text: a tenth faster than ``execute_values``, arrays slower than
both), confirms pipelined, one ack a batch; no layers at all.
"""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import amqp
from pydantic_core import from_json, to_json

from bench.common import Confirms, Env, postgres, rabbit
from bench.hop_rule import accept, inbox_row

BATCH = 200
LINGER = 0.02
QUEUE = "dispatch.commands"
LOAD = """SELECT h.id, h.doc, e.doc FROM handoffs h JOIN events e ON e.id = h.event_id
    WHERE h.id = ANY(%s) ORDER BY e.id, h.id FOR UPDATE"""
UPDATE = """UPDATE handoffs h SET state = v.state, holder = v.holder, late_at = v.late_at, doc = v.doc
    FROM json_populate_recordset(NULL::handoffs, %s) v WHERE h.id = v.id"""
FORGET = "DELETE FROM timers WHERE id = ANY(%s)"
MARK = "UPDATE outbox SET sent_at = %s, heard = true WHERE id = ANY(%s)"


def floor(env: Env) -> float:
    """Hops a second, from the first message asked for to the last one acked."""
    with closing(postgres(env)) as db, closing(rabbit(env)) as incoming, closing(rabbit(env)) as outgoing:
        confirms = Confirms(outgoing, content_type="application/json")
        channel = incoming.channel()
        channel.basic_qos(0, 2 * BATCH, False)
        waiting: list[amqp.Message] = []
        begin = time.perf_counter()
        channel.basic_consume(QUEUE, callback=waiting.append)
        done = 0
        while done < env.n:
            _fill(incoming, waiting)
            batch, waiting[:] = waiting[:BATCH], waiting[BATCH:]
            if batch:
                _hop(db, confirms, [from_json(each.body) for each in batch])
                channel.basic_ack(batch[-1].delivery_tag, multiple=True)
                done += len(batch)
        return env.n / (time.perf_counter() - begin)


def _fill(connection: amqp.Connection, waiting: list[amqp.Message]) -> None:
    until = time.perf_counter() + LINGER
    while len(waiting) < BATCH and (left := until - time.perf_counter()) > 0:
        try:
            connection.drain_events(timeout=left)
        except TimeoutError:
            return


def _hop(db: Any, confirms: Confirms, messages: list[dict[str, Any]]) -> None:
    with db, db.cursor() as cursor:
        _insert(cursor, "inbox", [inbox_row(each) for each in messages], " ON CONFLICT DO NOTHING RETURNING id")
        new = {row[0] for row in cursor.fetchall()}
        messages = [each for each in messages if each["id"] in new]
        if not messages:
            return
        cursor.execute(LOAD, ([each["subject"] for each in messages],))
        loaded = {row[0]: row[1:] for row in cursor.fetchall()}
        done = [accept(each, *loaded[each["subject"]]) for each in messages]
        cursor.execute(UPDATE, (_rows([each.handoff for each in done]),))
        cursor.execute(FORGET, ([timer for each in done for timer in each.timers],))
        _insert(cursor, "history", [each.history for each in done])
        out = [row for each in done for row in each.outbox]
        _insert(cursor, "outbox", out)
    confirms.publish([(row["exchange"], row["routing_key"], row["body"].encode()) for row in out])
    with db, db.cursor() as cursor:
        cursor.execute(MARK, (datetime.now(UTC), [row["id"] for row in out]))


def _insert(cursor: Any, table: str, rows: list[dict[str, Any]], tail: str = "") -> None:
    columns = ", ".join(f'"{name}"' for name in rows[0])
    source = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"
    cursor.execute(f"INSERT INTO {table} ({columns}) {source}{tail}", (_rows(rows),))


def _rows(rows: list[dict[str, Any]]) -> str:
    return to_json(rows).decode()
