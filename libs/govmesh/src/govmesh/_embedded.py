"""What the embedded profile does once the process is patched."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import eventlet
import sqlalchemy as sa
from eventlet import tpool

from govcore.errors import Refusal
from govcore.ports import Clock
from govmesh import feed, logs, timers
from govmesh.broker.open import open_broker
from govmesh.broker.port import Outgoing
from govmesh.clock import PacedClock, SystemClock
from govmesh.locality import pack_of
from govmesh.mesh import Mesh
from govmesh.process import Process, build
from govmesh.sender import DEADLINE_SECONDS
from govmesh.settings import Settings
from govmesh.signing import Signer
from govmesh.spec import find_specs
from govmesh.voices import by_speaker

BEAT_SECONDS = 0.02
MOST_WAITING = 60
"""A paced clock stands still while more messages than this are under way, so that a slow machine makes nobody late."""


def run(args: argparse.Namespace) -> None:
    """Build everything, republish what consumers have not recorded, run."""
    settings = Settings(profile="embedded", **({"pack": args.pack} if args.pack else {}))
    logs.set_up(settings.log_format, settings.log_level)
    lock = _lock(settings)
    pack = pack_of(settings)
    clock: Clock = SystemClock()
    if args.pace or args.by_hand:
        start = datetime.fromisoformat(args.start) if args.start else datetime.now(pack.zone)
        clock = PacedClock(start, start if args.by_hand else None)
    broker = open_broker("memory://")
    specs = find_specs(args.services.split(",") if args.services else None)
    meshes = [build(spec, pack, settings, broker, f"sqlite:///{settings.home.resolve()}", clock) for spec in specs]
    port = args.port if args.port is not None else settings.ports["console"]
    process = Process(meshes, settings, port)
    beside: list[Callable[[], None]] = []
    if isinstance(clock, PacedClock):
        beside.append(lambda: _by_hand(clock, meshes) if args.by_hand else _pace(clock, args.pace, meshes))
    if args.until_eof:
        beside.append(lambda: _until_eof(process))
    if args.departments:
        from govmesh.department.inside import run_all
        from govmesh.department.trust import Trusted

        signer = Signer.at(settings)
        trusted = None if signer is None else Trusted(signer.publish_key(settings.home))
        beside.append(lambda: run_all(pack, broker, clock, settings.home / "departments", args.seed, trusted))
    process.run(before=lambda: republish(meshes), beside=beside)
    os.close(lock)


def _lock(settings: Settings) -> int:
    """One process a home.  Raises ``MESH_HOME_IN_USE``, ``MESH_HOME_UNUSABLE``."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        handle = os.open(settings.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        where = str(settings.home)
        raise Refusal("MESH_HOME_UNUSABLE", field="GOVMESH_HOME", value=where, why=error.strerror or "?") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Refusal("MESH_HOME_IN_USE", field="GOVMESH_HOME", value=str(settings.home)) from error
    return handle


def republish(meshes: Sequence[Mesh]) -> int:
    """The broker forgot: inboxes get what their services have not recorded, departments what they lack receipts of."""
    there, sent = {mesh.spec.name: mesh for mesh in meshes}, 0
    for hearer in meshes:
        for name, types in by_speaker(hearer.spec.hears).items():
            if name in there:
                sent += _republish(there[name], hearer, types)
    for mesh in meshes:
        feed.unreceipted(mesh.database)
        with mesh.database.write() as conn:
            conn.execute(
                sa.text("UPDATE outbox SET lease_until = '1970-01-01T00:00:00.000000+00:00' WHERE sent_at IS NULL")
            )
            conn.execute(sa.text("UPDATE timers SET lease_until = NULL"))
    return sent


def _republish(speaker: Mesh, hearer: Mesh, types: Sequence[str]) -> int:
    with hearer.database.read() as conn:
        sql = sa.text("SELECT seq FROM cursors WHERE speaker = :speaker")
        start = after = conn.execute(sql, {"speaker": speaker.spec.name}).scalar() or 0
    sent = 0
    while True:
        missing, last = feed.unheard(speaker.database, hearer.database, types, after)
        if last == after:
            break
        if missing:
            messages = [Outgoing(m.id, "", hearer.inbox, m.body, m.type) for m in missing]
            hearer.publisher.publish(messages, DEADLINE_SECONDS)
            sent += len(messages)
        elif not sent:
            start = last
        after = last
    with hearer.database.write() as conn:
        sql = sa.text(
            "INSERT INTO cursors (speaker, place, seq) VALUES (:speaker, '', :seq)"
            " ON CONFLICT (speaker) DO UPDATE SET seq = excluded.seq"
        )
        conn.execute(sql, {"speaker": speaker.spec.name, "seq": start})
    return sent


def _pace(clock: PacedClock, rate: float, meshes: Sequence[Mesh]) -> None:
    step = timedelta(seconds=rate * BEAT_SECONDS)
    sources = [mesh.broker.source([mesh.inbox, mesh.commands], prefetch=1) for mesh in meshes]
    while True:
        eventlet.sleep(BEAT_SECONDS)
        waiting = sum(mesh.busy for mesh in meshes) + sum(source.depth() for source in sources)
        if waiting <= MOST_WAITING:
            clock.advance(step)


def _by_hand(clock: PacedClock, meshes: Sequence[Mesh]) -> None:
    """Go as far as the clock has been let go, from promise to promise, each time when everything is still."""
    while True:
        eventlet.sleep(BEAT_SECONDS)
        if clock.until is None or clock.at >= clock.until or not all(map(_still, meshes)):
            continue
        promised = [due for mesh in meshes if (due := timers.next_due(mesh.database)) is not None and due > clock.at]
        clock.at = min([clock.until, *promised])


def _still(mesh: Mesh) -> bool:
    """Whether nothing is on its way through the service and every promise that is due has been kept."""
    found = mesh.settled()
    return not any(found[name] for name in ("outbox", "retry", "inbox", "feeds", "missed"))


def _until_eof(process: Process) -> None:
    tpool.execute(sys.stdin.read)
    process.stop()
