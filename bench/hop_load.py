"""The work of the measured hop, the same for every stack: tables, rows, messages, and the count at the end.

Measured is a department's command ``handoff.accept.v1`` to dispatch.  Tables, queues and rows are the service's own,
made by its own migrations and models.  A hop, per message: know it again (inbox) · load the hand-off and its event,
locked · update the hand-off · delete its two timers · one row of history · two messages in the outbox (for the topic
exchange, and for the department's own queue) · commit · publish both, confirmed · mark both as sent · ack.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice

import amqp

from bench.common import Confirms, Env, postgres, rabbit, user
from gov_dispatch.store import EVENTS, HANDOFFS
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.messages import AcceptHandOff, Message
from govmesh import bulk, migrate
from govmesh.broker import topology
from govmesh.broker.open import open_broker
from govmesh.clock import stamp
from govmesh.database import Database
from govmesh.tables import TIMERS

DEPARTMENTS = ("gongan", "chengguan", "shichang", "zhujian")
QUEUE = topology.DISPATCH_COMMANDS
HEARD = "bench.heard"
"""The queue of somebody who hears everything that dispatch says."""
MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_AT_ONCE = 500


def dept_of(number: int) -> str:
    return DEPARTMENTS[number % len(DEPARTMENTS)]


def _place(number: int) -> str:
    return f"34.08.81.{100 + number % 17:03d}.{number % 14:03d}"


def _trace(number: int) -> str:
    return f"00-{number + 1:032x}-{number + 1:016x}-01"


def event(number: int) -> Event:
    """A matter that is being handled."""
    return Event(
        id=f"E-{number:08d}",
        state="handling",
        version=4,
        trace=_trace(number),
        title="菜市场门口垃圾两天没人清",
        text="文昌街道菜市场东门口垃圾堆了两天，气味很大，请有关部门尽快清理。",
        address="文昌街道菜市场东门",
        class_code="10401",
        class_name="暴露垃圾",
        severity="general",
        channel="hotline",
        source="12345",
        place=_place(number),
        division="340881103004",
        located=True,
        opened_at=MOMENT,
        due_at=MOMENT + timedelta(days=5),
        lead="chengguan",
    )


def handoff(number: int) -> HandOff:
    """A task offered to a department."""
    return HandOff(
        id=f"H-{number:08d}",
        event_id=f"E-{number:08d}",
        role="lead",
        dept=dept_of(number),
        state="offered",
        holder="desk:intake",
        held_since=MOMENT,
        offerer="desk:intake",
        term="5wd",
        offered_at=MOMENT,
        accept_due_at=MOMENT + timedelta(hours=1),
        due_at=MOMENT + timedelta(days=5),
        class_code="10401",
        class_name="暴露垃圾",
        severity="general",
        place=_place(number),
        grid="340881103004001",
        duty_post="post-340881103004001",
    )


def timers(number: int) -> list[dict[str, str]]:
    """The two promises that the offer made."""
    due = stamp(datetime.now(UTC) + timedelta(days=1))
    rest = {"subject": f"H-{number:08d}", "place": _place(number), "trace": _trace(number)}
    rest |= {"cause": f"c-{number:08d}", "data": f"E-{number:08d}|1"}
    return [{"id": f"{kind}:H-{number:08d}:1", "due_at": due, "kind": kind, **rest} for kind in ("accept", "receipt")]


def commands(n: int) -> Iterator[tuple[str, str, bytes]]:
    """``n`` commands as departments send them: exchange, routing key, body (about 450 bytes)."""
    for number in range(n):
        dept = dept_of(number)
        message = Message(
            id=f"m-{number:08d}",
            source=f"/dept.{dept}",
            subject=f"H-{number:08d}",
            version=1,
            place=_place(number),
            time=MOMENT,
            trace=_trace(number),
            data=AcceptHandOff(handoff_id=f"H-{number:08d}", generation=1, answered_at=MOMENT),
            dept=dept,
        )
        yield QUEUE, f"dept.{dept}.accept", message.encode()


@contextmanager
def prepared(env: Env) -> Iterator[None]:
    """The service's schema with ``env.n`` offered hand-offs, its queues, ``env.n`` commands; gone at the end."""
    try:
        _tables(env)
        _queues(env)
        yield
    finally:
        with closing(rabbit(env)) as connection:
            _remove(connection.channel())
        with closing(postgres(env)) as db:
            db.autocommit = True
            db.cursor().execute(f'DROP SCHEMA IF EXISTS "{env.schema}" CASCADE')


def _tables(env: Env) -> None:
    database = Database(env.database_url, env.schema)
    migrate.upgrade(database, "gov_dispatch.migrations")
    numbers = iter(range(env.n))
    while chunk := list(islice(numbers, _AT_ONCE)):
        with database.write() as conn:
            bulk.insert(conn, EVENTS.table, [EVENTS.row(event(each)) for each in chunk])
            bulk.insert(conn, HANDOFFS.table, [HANDOFFS.row(handoff(each)) for each in chunk])
            bulk.insert(conn, TIMERS, [row for each in chunk for row in timers(each)])
    database.close()
    with closing(postgres(env)) as db:
        db.autocommit = True
        db.cursor().execute("VACUUM ANALYZE")
        db.cursor().execute("CHECKPOINT")


def _queues(env: Env) -> None:
    topology.declare(open_broker(env.amqp_url), DEPARTMENTS, {"dispatch": {}})
    with closing(rabbit(env)) as connection:
        channel = connection.channel()
        channel.queue_declare(HEARD, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(HEARD, topology.events("dispatch"), "#")
        confirms = Confirms(connection, content_type="application/json", user_id=user(env))
        waiting = commands(env.n)
        while chunk := list(islice(waiting, _AT_ONCE)):
            confirms.publish(chunk)


def _remove(channel: amqp.Channel) -> None:
    departments = map(topology.department, DEPARTMENTS)
    for queue in (HEARD, topology.DEAD_DEPT, *topology.taken_by("dispatch"), *departments):
        channel.queue_delete(queue)
    for exchange in (*topology.service_exchanges("dispatch"), topology.DEAD):
        channel.exchange_delete(exchange)


def check(env: Env) -> None:
    """Every message had its whole hop, once: nothing left, everything written, marked and published."""
    asked = {
        "accepted": "SELECT count(*) FROM handoffs WHERE state = 'accepted' AND holder = 'dept:' || dept",
        "inbox": "SELECT count(*) FROM inbox WHERE type = 'handoff.accept.v1'",
        "history": "SELECT count(DISTINCT subject) FROM history WHERE to_state = 'accepted'",
        "timers": f"SELECT {env.n} + count(*) FROM timers",
        "sent": "SELECT count(*) / 2 FROM outbox WHERE type = 'handoff.accepted.v1' AND sent_at IS NOT NULL",
        "unsent": f"SELECT {env.n} + count(*) FROM outbox WHERE type = 'handoff.accepted.v1' AND sent_at IS NULL",
    }
    with closing(postgres(env)) as db, db.cursor() as cursor:
        found = {}
        for name, sql in asked.items():
            cursor.execute(sql)
            found[name] = cursor.fetchone()[0]
    with closing(rabbit(env)) as connection:
        channel = connection.channel()
        depth = {name: channel.queue_declare(name, passive=True).message_count for name in _watched()}
    found["heard"] = depth[HEARD]
    found["departments"] = sum(count for name, count in depth.items() if name.startswith("dept."))
    found["left"] = env.n + depth[QUEUE]
    if wrong := {name: count for name, count in found.items() if count != env.n}:
        raise RuntimeError(f"of {env.n} messages: {wrong}")


def _watched() -> tuple[str, ...]:
    return HEARD, QUEUE, *map(topology.department, DEPARTMENTS)
