"""What a service process of the cluster profile does once it is patched."""

from __future__ import annotations

import argparse

import eventlet

from govmesh import logs
from govmesh.broker.open import open_broker
from govmesh.clock import SystemClock
from govmesh.database import DatabaseAway
from govmesh.edge import Outside
from govmesh.locality import pack_of
from govmesh.process import Process, build
from govmesh.settings import Settings
from govmesh.spec import find_specs


def run(args: argparse.Namespace) -> None:
    """Serve one service; wait for the database, work without the broker until it is there."""
    settings = Settings(profile="cluster", **({"pack": args.pack} if args.pack else {}))
    logs.set_up(settings.log_format, settings.log_level)
    pack = pack_of(settings)
    spec = find_specs([args.service])[0]
    mesh = build(spec, pack, settings, open_broker(settings.amqp_url), settings.database_url, SystemClock())
    outside = {name: Outside(name, url) for name, url in settings.upstreams.items() if name != spec.name}
    port = args.port if args.port is not None else settings.ports[spec.name]
    while True:
        try:
            with mesh.database.read():
                break
        except DatabaseAway as away:
            mesh.log.warning("waiting", away="DatabaseAway", why=str(away))
            eventlet.sleep(1.0)
    Process([mesh], settings, port, outside).run()
