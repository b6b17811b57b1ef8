"""Ours: the real dispatch service in its nameko container, RabbitMQ and PostgreSQL, taking real ``handoff.accept``.

Everything a department's command goes through in production is on: typed messages, the event's row as well
as the hand-off's, the history of both, the answer to the department's queue *and* the topic, timers taken back.
"""

from __future__ import annotations

import time
from typing import Any

from bench.common import Env


def ours(env: Env) -> float:
    """Hops a second, from the first message asked for to the last one acked.

    Makes the mesh's tables in the run's schema, offers ``env.n`` hand-offs, preloads ``env.n`` commands into the
    service's own queue (a virtual host of the run's own), and counts at the end that each had its whole hop, once.
    """
    import eventlet

    eventlet.monkey_patch()
    from eventlet.support import psycopg2_patcher

    psycopg2_patcher.make_psycopg_green()
    from govmesh.testing.servers import rabbitmq

    with rabbitmq() as broker:
        return _run(env, broker.url)


def _run(env: Env, amqp_url: str) -> float:
    import eventlet
    from gov_dispatch.bootstrap import SPEC
    from gov_dispatch.service import DispatchService
    from nameko.containers import ServiceContainer

    from govcore.packs import load_pack
    from govmesh.broker.open import open_broker
    from govmesh.clock import SystemClock
    from govmesh.process import build
    from govmesh.settings import Settings

    settings = Settings(profile="cluster", amqp_url=amqp_url, schema_prefix=f"{env.schema}_")
    pack = load_pack(settings.pack)
    mesh = build(SPEC, pack, settings, open_broker(amqp_url), env.database_url, SystemClock())
    try:
        mesh.prepare()
        mesh.declare()
        _offer(mesh, env.n)
        _preload(mesh, env.n)
        container = ServiceContainer(DispatchService, config={"govmesh": mesh, "max_workers": 4})
        begin = time.perf_counter()
        container.start()
        while mesh.done < env.n:
            eventlet.sleep(0.02)
        seconds = time.perf_counter() - begin
        container.stop()
        _check(mesh, env.n)
        return env.n / seconds
    finally:
        _drop(mesh)
        mesh.close()


def _offer(mesh: Any, n: int) -> None:
    """``n`` events, each with one hand-off offered to a department."""
    from gov_dispatch.store import EVENTS, HANDOFFS

    from govcore.testing import a_handoff, an_event
    from govmesh import bulk

    depts = sorted(mesh.pack.departments)
    event, task = an_event(state="assigned", handoffs_open=1, handoffs_total=1), a_handoff()
    with mesh.database.write() as conn:
        for start in range(0, n, 1000):
            events, tasks = [], []
            for number in range(start, min(n, start + 1000)):
                ids = {"id": f"H-{number:08d}", "event_id": f"E-{number:08d}", "dept": depts[number % len(depts)]}
                events.append(EVENTS.row(event.model_copy(update={"id": ids["event_id"], "trace": mesh.traces.start()})))
                tasks.append(HANDOFFS.row(task.model_copy(update=ids)))
            bulk.insert(conn, EVENTS.table, events)
            bulk.insert(conn, HANDOFFS.table, tasks)
    import sqlalchemy as sa

    with mesh.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text("VACUUM ANALYZE events"))
        conn.execute(sa.text("VACUUM ANALYZE handoffs"))
        conn.execute(sa.text("CHECKPOINT"))


def _preload(mesh: Any, n: int) -> None:
    """The departments' commands, in the service's queue as the broker would have put them there."""
    from govcore.messages import AcceptHandOff, Message
    from govmesh.broker.open import open_broker
    from govmesh.broker.port import Outgoing

    depts = sorted(mesh.pack.departments)
    publisher = open_broker(mesh.settings.amqp_url).publisher()
    now = mesh.clock.now()
    for start in range(0, n, 500):
        batch = []
        for number in range(start, min(n, start + 500)):
            dept = depts[number % len(depts)]
            message = Message(
                id=f"M-{number:08d}",
                source=f"/dept/{dept}",
                subject=f"H-{number:08d}",
                version=1,
                place="34.08.81.103.004",
                time=now,
                trace=mesh.traces.start(),
                data=AcceptHandOff(handoff_id=f"H-{number:08d}", generation=1, answered_at=now),
                dept=dept,
            )
            key = f"dept.{dept}.accept"
            batch.append(Outgoing(message.id, "dispatch.commands", key, message.encode(), message.type))
        outcome = publisher.publish(batch, 30.0)
        if len(outcome.confirmed) != len(batch):
            raise RuntimeError("the commands could not be preloaded")
    publisher.close()


def _check(mesh: Any, n: int) -> None:
    """Every command had its whole hop, once."""
    import sqlalchemy as sa

    asked = {
        "accepted": "SELECT count(*) FROM handoffs WHERE state = 'accepted' AND holder LIKE 'dept:%'",
        "inbox": "SELECT count(*) FROM inbox",
        "history": "SELECT count(DISTINCT message) FROM history WHERE kind = 'accept'",
        "answered": "SELECT count(*) FROM outbox WHERE exchange = '' AND type = 'handoff.accepted.v1' AND sent_at IS NOT NULL",
    }
    with mesh.database.read() as conn:
        wrong = {name: found for name, sql in asked.items() if (found := conn.execute(sa.text(sql)).scalar_one()) != n}
    if wrong:
        raise RuntimeError(f"of {n} messages: {wrong}")


def _drop(mesh: Any) -> None:
    import sqlalchemy as sa

    with mesh.database.engine.connect() as conn:
        conn.execute(sa.text(f'DROP SCHEMA IF EXISTS "{mesh.database.schema}" CASCADE'))
        conn.commit()
