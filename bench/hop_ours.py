"""Ours: the service dispatch as ``python -m govmesh.serve dispatch`` runs it, with its real ``handoff.accept``."""

from __future__ import annotations

import time

from bench.common import Env


def ours(env: Env) -> float:
    """Hops a second, from the first message asked for to the last one acked."""
    import eventlet

    eventlet.monkey_patch()
    from eventlet.support import psycopg2_patcher

    psycopg2_patcher.make_psycopg_green()

    import base64
    import tempfile
    from collections.abc import Sequence
    from dataclasses import replace
    from pathlib import Path

    from nameko.containers import ServiceContainer

    from bench.hop_load import DEPARTMENTS
    from gov_dispatch.bootstrap import SPEC
    from gov_dispatch.service import DispatchService
    from govcore.packs import load_pack
    from govmesh import logs
    from govmesh.broker.rabbit import RabbitBroker
    from govmesh.clock import SystemClock
    from govmesh.process import build
    from govmesh.settings import Settings

    class Timed(RabbitBroker):
        begin = 0.0

        def source(self, queues: Sequence[str], prefetch: int):  # type: ignore[no-untyped-def]
            self.begin = self.begin or time.perf_counter()
            return super().source(queues, prefetch)

    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            home=Path(home),
            pack="tongcheng",
            profile="cluster",
            amqp_url=env.amqp_url,
            database_url=env.database_url,
            schema_prefix=env.prefix,
            vault_key=base64.b64encode(bytes(32)).decode(),  # type: ignore[arg-type]
        )
        logs.set_up("json", "warning")
        broker = Timed(env.amqp_url)
        pack = load_pack("tongcheng")
        pack = replace(pack, departments={code: pack.departments[code] for code in DEPARTMENTS})
        mesh = build(SPEC, pack, settings, broker, env.database_url, SystemClock())
        container = ServiceContainer(DispatchService, config={"govmesh": mesh, "max_workers": 4})
        container.start()
        while mesh.done < env.n:
            eventlet.sleep(0.002)
        rate = env.n / (time.perf_counter() - broker.begin)
        container.stop()
        mesh.close()
    return rate
