"""Two processes of each service on the same queues and tables: every promise is kept once, nobody waits for ever."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import load_pack
from govmesh.testing.cluster import Cluster, Feed
from govmesh.testing.people import People

SERVICES = ("grid", "dispatch", "points", "petition", "console")
SEED = 20260304
MOST_SECONDS = 10.0
"""How long a process may take to end."""
HURRY = "UPDATE dispatch.timers SET due_at = now() - interval '1 minute' WHERE due_at > now() AND lease_until IS NULL"
"""The terms of all that is open have run out."""


def share_the_work(home: Path, amqp_url: str, pg_url: str, reports: int) -> str:
    """Feed ``reports`` to two instances of each service, terms running out all along; figures as a line."""
    cluster = Cluster(home, load_pack("tongcheng"), amqp_url, pg_url, SERVICES, instances=2)
    try:
        cluster.start(SEED)
        assert cluster.departments is not None
        cluster.departments.silent |= set(list(cluster.pack.departments)[::4])
        people = People(cluster.pack, cluster.client, SEED, at_once=20)
        begin = time.monotonic()
        feed = Feed(people, reports, at_once=max(10, reports // 100))
        while feed.going:
            time.sleep(1.0)
            cluster.rows(HURRY)
        feed.join()
        cluster.departments.silent.clear()
        cluster.work_off(people, 900.0)
        took = time.monotonic() - begin
        truth = cluster.truth(people)
        fired = promises_kept_once(cluster)
        ends = [one.end() for one in cluster.instances]
        assert not truth.wrong, "\n".join(truth.wrong)
        assert truth.figures["ended"] == truth.figures["events"]
        assert cluster.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [(0,)]
        assert not cluster.said("Traceback", "40P01", "40001", '"level": "error"', '"level":"error"')
        assert all(status == 0 and seconds < MOST_SECONDS for status, seconds in ends), ends
        slowest = max(seconds for _, seconds in ends)
        return f"{truth}  promises {fired}  in {took:.0f} s, slowest end {slowest:.1f} s"
    finally:
        cluster.close()


def promises_kept_once(cluster: Cluster) -> int:
    """How many promises came due and were kept, each of them once, and each left one trace of a kind."""
    twice = cluster.rows(
        "SELECT message, subject, kind, count(*) FROM dispatch.history WHERE message LIKE 'timer:%'"
        " GROUP BY message, subject, kind HAVING count(*) > 1"
    )
    assert not twice, twice
    orders = cluster.rows(
        "SELECT subject, type, body::json ->> 'cause', count(*) FROM dispatch.outbox"
        " WHERE body::json ->> 'cause' LIKE 'timer:%' GROUP BY 1, 2, 3, exchange, routing_key HAVING count(*) > 1"
    )
    assert not orders, orders
    ((fired,),) = cluster.rows("SELECT count(DISTINCT message) FROM dispatch.history WHERE message LIKE 'timer:%'")
    assert isinstance(fired, int) and fired > 0, "no promise came due"
    return fired


@pytest.mark.broker
@pytest.mark.slow
def test_two_of_each_share_the_work(tmp_path: Path, own_amqp_url: str, own_pg_url: str, capsys: Any) -> None:
    """A few thousand hops: each promise once, no deadlock, SIGTERM ends each in time."""
    told = share_the_work(tmp_path, own_amqp_url, own_pg_url, 250)
    with capsys.disabled():
        print(f"\n{told}")


@pytest.mark.broker
@pytest.mark.faults
def test_two_of_each_over_a_hundred_thousand_hops(
    tmp_path: Path, own_amqp_url: str, own_pg_url: str, capsys: Any
) -> None:
    """The same for 100,000 hops."""
    told = share_the_work(tmp_path, own_amqp_url, own_pg_url, 8_000)
    with capsys.disabled():
        print(f"\n{told}")
