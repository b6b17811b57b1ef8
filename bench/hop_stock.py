"""The peer: nameko 2.14.1 as its documentation has it, with SQLAlchemy and a commit per message.

A ``@consume`` entrypoint on the service's quorum queue, ``EventDispatcher`` and ``Publisher`` for what goes out
(confirmed, their default), SQLAlchemy Core (faster than its ORM).  The floor's statements, one message at a time; as
the message must be out before its row is marked, the mark is a commit of its own.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from bench.common import Env


def stock(env: Env, workers: int) -> float:
    """Hops a second with ``workers`` green threads, from the first handler's start to the last one's ack."""
    import eventlet

    eventlet.monkey_patch()

    import sqlalchemy as sa
    from eventlet.event import Event
    from kombu.entity import Queue
    from nameko.containers import ServiceContainer
    from nameko.events import EventDispatcher
    from nameko.extensions import DependencyProvider
    from nameko.messaging import Publisher, consume
    from sqlalchemy.dialects.postgresql import insert

    from bench.hop_rule import accept, inbox_row
    from gov_dispatch.tables import EVENTS, HANDOFFS
    from govmesh.tables import HISTORY, INBOX, OUTBOX, TIMERS

    finished: Any = Event()
    queue: Any = Queue("dispatch.commands", no_declare=True)  # type: ignore[no-untyped-call]
    recognise = insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.id)
    matter = sa.join(HANDOFFS, EVENTS, EVENTS.c.id == HANDOFFS.c.event_id)
    load = sa.select(HANDOFFS.c.doc, EVENTS.c.doc).select_from(matter).with_for_update()

    class Engine(DependencyProvider):  # type: ignore[misc]
        def setup(self) -> None:
            url = sa.make_url(env.database_url).set(drivername="postgresql+psycopg2")
            options = f"-c search_path={env.schema} -c timezone=UTC"
            self.engine = sa.create_engine(url, pool_size=workers, connect_args={"options": options})

        def get_dependency(self, worker_ctx: Any) -> sa.Engine:
            return self.engine

    class Stopwatch(DependencyProvider):  # type: ignore[misc]
        """nameko acks before it calls ``worker_result``: the last of these is after the last ack."""

        begin = 0.0
        count = 0

        def worker_setup(self, worker_ctx: Any) -> None:
            self.begin = self.begin or time.perf_counter()

        def worker_result(self, worker_ctx: Any, result: Any = None, exc_info: Any = None) -> None:
            self.count += 1
            if exc_info:
                finished.send_exception(*exc_info)
            elif self.count == env.n:
                finished.send(env.n / (time.perf_counter() - self.begin))

    class Service:
        name = "dispatch"
        engine = Engine()
        watch = Stopwatch()
        dispatch = EventDispatcher()
        publish = Publisher()

        @consume(queue)  # type: ignore[untyped-decorator]
        def accept(self, message: dict[str, Any]) -> None:
            with self.engine.begin() as conn:
                if conn.scalar(recognise, inbox_row(message)) is None:
                    return
                row = conn.execute(load.where(HANDOFFS.c.id == message["subject"])).one()
                done = accept(message, *row)
                changed = {**done.handoff, "late_at": datetime.fromisoformat(done.handoff["late_at"])}
                conn.execute(HANDOFFS.update().where(HANDOFFS.c.id == changed.pop("id")).values(**changed))
                conn.execute(TIMERS.delete().where(TIMERS.c.id.in_(done.timers)))
                conn.execute(HISTORY.insert(), {**done.history, "said_at": datetime.fromisoformat(message["time"])})
                conn.execute(OUTBOX.insert(), list(done.outbox))
            topic, direct = done.outbox
            self.dispatch(topic["routing_key"], done.said)
            self.publish(done.said, routing_key=direct["routing_key"])
            with self.engine.begin() as conn:
                mark = OUTBOX.update().where(OUTBOX.c.id.in_([topic["id"], direct["id"]]))
                conn.execute(mark.values(sent_at=datetime.now(UTC), heard=True))

    container = ServiceContainer(Service, config={"AMQP_URI": env.amqp_url, "max_workers": workers})
    container.start()
    try:
        return float(finished.wait())
    finally:
        container.stop()
