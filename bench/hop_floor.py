"""The floor: what can be had by hand with py-amqp and psycopg2, in batches of 200.

One statement a table and batch, confirms pipelined, one ack a batch; no layers at all.
"""

from __future__ import annotations

import json
import time
from contextlib import closing
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import amqp
from psycopg2.extras import execute_values

from bench.common import Confirms, Env, postgres, rabbit
from bench.hop_load import CONTENT_TYPE, accept, history_row, inbox_row, outbox_row

BATCH = 200
LINGER = 0.02
INBOX = "INSERT INTO inbox ({}) VALUES %s ON CONFLICT (id) DO NOTHING RETURNING id"
LOAD = "SELECT id, version, holder, generation, doc FROM handoffs WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
UPDATE = """UPDATE handoffs h SET version = v.version, state = v.state, holder = v.holder, doc = v.doc
    FROM (VALUES %s) AS v (id, version, state, holder, doc) WHERE h.id = v.id"""
MARK = "UPDATE outbox SET sent_at = %s WHERE id = ANY(%s)"


def floor(env: Env) -> float:
    """Hops a second, from the first message asked for to the last one acked."""
    with closing(postgres(env)) as db, closing(rabbit(env)) as incoming, closing(rabbit(env)) as outgoing:
        confirms = Confirms(outgoing)
        channel = incoming.channel()
        channel.basic_qos(0, 2 * BATCH, False)
        waiting: list[amqp.Message] = []
        begin = time.perf_counter()
        channel.basic_consume(env.inbound, callback=waiting.append)
        done = 0
        while done < env.n:
            _fill(incoming, waiting)
            batch, waiting[:] = waiting[:BATCH], waiting[BATCH:]
            if batch:
                _hop(env, db, confirms, [json.loads(each.body) for each in batch])
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


def _hop(env: Env, db: Any, confirms: Confirms, messages: list[dict[str, Any]]) -> None:
    with db, db.cursor() as cursor:
        new = {each[0] for each in _insert(cursor, INBOX, [inbox_row(m) for m in messages], fetch=True)}
        messages = [m for m in messages if m["id"] in new]
        cursor.execute(LOAD, ([m["subject"] for m in messages],))
        loaded = {row[0]: row[1:] for row in cursor.fetchall()}
        changed, out = [], []
        for message in messages:
            row, said = accept(message, *loaded[message["subject"]])
            changed.append(tuple(row.values()))
            out.append(outbox_row(env, message, said))
        execute_values(cursor, UPDATE, changed, page_size=BATCH)
        _insert(cursor, "INSERT INTO history ({}) VALUES %s", [history_row(m) for m in messages])
        _insert(cursor, "INSERT INTO outbox ({}) VALUES %s", out)
    confirms.publish(env.exchange, [(row["routing_key"], row["body"].encode()) for row in out], CONTENT_TYPE)
    with db, db.cursor() as cursor:
        cursor.execute(MARK, (datetime.now(UTC), [row["id"] for row in out]))


def _insert(cursor: Any, sql: str, rows: list[dict[str, Any]], fetch: bool = False) -> Any:
    names = tuple(rows[0])
    values = list(map(itemgetter(*names), rows))
    columns = ", ".join(f'"{name}"' for name in names)
    return execute_values(cursor, sql.format(columns), values, page_size=BATCH, fetch=fetch)
