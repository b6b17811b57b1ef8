"""kill -9 while a late service asks for the archive, and while its speaker hears it (``GOVMESH_CRASH``, cluster)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import load_pack
from govmesh.hop import POINTS
from govmesh.testing.cluster import Cluster, Feed, Instance
from govmesh.testing.people import People

pytestmark = [pytest.mark.broker, pytest.mark.faults]

SEED = 20260307
PATIENCE = 60.0
"""Seconds until what was asked for has come: a relay waits for the dead one's lease."""


def test_killed_at_every_point_of_catching_up(tmp_path: Path, own_amqp_url: str, own_pg_url: str, capsys: Any) -> None:
    """points comes late fourteen times, killed at another point each time; each time it has the whole book after."""
    pack = load_pack("tongcheng")
    cluster = Cluster(tmp_path, pack, own_amqp_url, own_pg_url, ("grid", "dispatch", "points"))
    (points,) = (one for one in cluster.instances if one.service == "points")
    (dispatch,) = (one for one in cluster.instances if one.service == "dispatch")
    try:
        cluster.start(SEED)
        people = People(pack, cluster.client, SEED, at_once=50)
        Feed(people, 60).join()
        cluster.work_off(people)
        book = _book(cluster)
        assert book
        slowest = 0.0
        for victim, type in ((points, "archive.ask.v1"), (dispatch, "archive.wanted.v1")):
            for point in POINTS:
                began = time.monotonic()
                _come_late(cluster, points, victim, f"{victim.service}:{point}:{type}")
                _until(lambda: _book(cluster) == book, f"{point} of {type}: not the whole book")
                cluster.client.settle(PATIENCE)
                slowest = max(slowest, time.monotonic() - began)
        truth = cluster.truth(people)
        with capsys.disabled():
            print(f"\n{2 * len(POINTS)} kills, slowest whole {slowest:.1f} s; {truth}")
        assert not truth.wrong, "\n".join(truth.wrong)
    finally:
        cluster.close()


def _book(cluster: Cluster) -> list[Any]:
    return list(cluster.rows("SELECT account, rule, points FROM points.entries ORDER BY 1, 2, 3"))


def _until(what: Callable[[], bool], else_: str) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, else_
        time.sleep(0.2)


def _come_late(cluster: Cluster, points: Instance, victim: Instance, crash: str) -> None:
    """points starts as if it had never been there: no tables, nobody who knows it; ``victim`` dies on the way."""
    points.kill()
    cluster.rows("DROP SCHEMA points CASCADE")
    cluster.rows("DELETE FROM dispatch.feeds")
    if victim is not points:
        victim.kill()
        points.start()
    victim.start(GOVMESH_CRASH=crash)
    _until(lambda: not victim.running, f"{crash} never came by")
    victim.start()
    victim.wait_ready()
    points.wait_ready()
