"""The peer: nameko 2.14.1 as its documentation has it, with SQLAlchemy and a commit per message.

A ``@consume`` entrypoint on a durable quorum queue, ``EventDispatcher`` for what goes out (confirmed, its default),
SQLAlchemy Core (faster than its ORM).  The same statements as the floor, one message at a time.
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
    from nameko.messaging import consume
    from sqlalchemy.dialects.postgresql import insert

    from bench.hop_load import HANDOFFS, accept, history_row, inbox_row, outbox_row
    from govmesh.tables import HISTORY, INBOX, OUTBOX

    finished: Any = Event()
    queue: Any = Queue(env.inbound, no_declare=True)  # type: ignore[no-untyped-call]
    h = HANDOFFS.c
    recognise = insert(INBOX).on_conflict_do_nothing().returning(INBOX.c.id)

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
        name = env.prefix
        engine = Engine()
        watch = Stopwatch()
        dispatch = EventDispatcher()

        @consume(queue)  # type: ignore[untyped-decorator]
        def accept(self, message: dict[str, Any]) -> None:
            with self.engine.begin() as conn:
                if conn.scalar(recognise, inbox_row(message)) is None:
                    return
                load = sa.select(h.version, h.holder, h.generation, h.doc).where(h.id == message["subject"])
                row, said = accept(message, *conn.execute(load.with_for_update()).one())
                conn.execute(HANDOFFS.update().where(h.id == row.pop("id")).values(**row))
                conn.execute(HISTORY.insert(), history_row(message))
                out = outbox_row(env, message, said)
                conn.execute(OUTBOX.insert(), out)
            self.dispatch(out["routing_key"], said)
            with self.engine.begin() as conn:
                conn.execute(OUTBOX.update().where(OUTBOX.c.id == out["id"]).values(sent_at=datetime.now(UTC)))

    container = ServiceContainer(Service, config={"AMQP_URI": env.amqp_url, "max_workers": workers})
    container.start()
    try:
        return float(finished.wait())
    finally:
        container.stop()
