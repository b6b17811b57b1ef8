"""Broker and database away during a live feed, and a department that does not take: nobody else notices for long."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import load_pack
from govmesh.sender import DEADLINE_SECONDS
from govmesh.testing.cluster import Cluster, Feed
from govmesh.testing.people import People
from govmesh.testing.servers import (
    PrivatePostgres,
    PrivateRabbit,
    Unavailable,
    private_postgres,
    private_rabbitmq,
)

SERVICES = ("grid", "dispatch", "points")
SEED = 20260303
SLACK = 4.0
"""Seconds a request may take beside the publish in it, on a busy machine."""
DEPARTMENT = "chengguan"
"""The one with most to do."""


@pytest.fixture(scope="module")
def rabbit() -> Iterator[PrivateRabbit]:
    """A broker that may be stopped."""
    try:
        server = private_rabbitmq()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ of one's own: {reason}")
    with server:
        yield server


@pytest.fixture(scope="module")
def database() -> Iterator[PrivatePostgres]:
    """A database server that may be stopped."""
    try:
        server = private_postgres()
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL of one's own: {reason}")
    with server:
        yield server


@pytest.fixture
def cluster(tmp_path: Path, rabbit: PrivateRabbit, database: PrivatePostgres) -> Iterator[Cluster]:
    """Three services and the departments over the two, in a virtual host and a database of this test's own."""
    vhost = f"outage-{secrets.token_hex(4)}"
    rabbit.ctl("add_vhost", vhost)
    rabbit.ctl("set_permissions", "-p", vhost, "guest", ".*", ".*", ".*")
    url = rabbit.url.rpartition("/")[0] + f"/{vhost}"
    made = Cluster(tmp_path, load_pack("tongcheng"), url, database.database().url, SERVICES)
    try:
        made.start(SEED)
        yield made
    finally:
        made.close()
        rabbit.ctl("delete_vhost", vhost)


def everything_arrived(cluster: Cluster, people: People) -> str:
    """Work it off; the books as a line."""
    cluster.work_off(people)
    truth = cluster.truth(people)
    assert not truth.wrong, "\n".join(truth.wrong)
    assert truth.figures["ended"] == truth.figures["events"]
    assert cluster.client.get("/api/v1/holders/check")["one_holder"]
    assert not cluster.said("Traceback"), "a process said an error"
    return str(truth)


def outages(cluster: Cluster, rabbit: PrivateRabbit, database: PrivatePostgres, seconds: float) -> list[str]:
    """A feed through one outage after the other, each for so long; a line of figures for each."""
    people, told = People(cluster.pack, cluster.client, SEED, at_once=20), []
    feed = Feed(people, None)
    time.sleep(2.0)

    def during(name: str, begin: Callable[[], object], end: Callable[[], object], accepts: bool = True) -> None:
        begin()
        from_, _ = time.monotonic(), time.sleep(seconds)
        until = time.monotonic()
        end()
        time.sleep(1.0)
        posts = feed.between(from_, until - 0.5)
        taken, longest = sum(one.taken for one in posts), max((one.seconds for one in posts), default=0.0)
        told.append(f"{name:28} {seconds:3.0f} s: {taken:5d} reports accepted, longest POST {longest:.2f} s")
        assert not accepts or taken > 0, told[-1]

    try:
        during("RabbitMQ stopped", rabbit.stop, rabbit.start)
        during("RabbitMQ under memory alarm", lambda: rabbit.memory_alarm(True), lambda: rabbit.memory_alarm(False))
        during("RabbitMQ frozen", rabbit.pause, rabbit.resume, accepts=seconds > DEADLINE_SECONDS + SLACK)
        during("PostgreSQL stopped", database.stop, database.start, accepts=False)
    finally:
        feed.stop()
    told.append(f"longest POST of {len(feed.posted)}: {feed.longest():.2f} s")
    assert feed.longest() < DEADLINE_SECONDS + SLACK, told
    return [*told, everything_arrived(cluster, people)]


@pytest.mark.broker
@pytest.mark.slow
def test_outages_during_a_live_feed(
    cluster: Cluster, rabbit: PrivateRabbit, database: PrivatePostgres, capsys: Any
) -> None:
    """Reports are accepted while the broker is away, no publish outlasts its deadline, everything arrives after."""
    told = outages(cluster, rabbit, database, 5.0)
    with capsys.disabled():
        print("\n" + "\n".join(told))


@pytest.mark.broker
@pytest.mark.faults
def test_long_outages_during_a_live_feed(
    cluster: Cluster, rabbit: PrivateRabbit, database: PrivatePostgres, capsys: Any
) -> None:
    """The same with half a minute each."""
    told = outages(cluster, rabbit, database, 30.0)
    with capsys.disabled():
        print("\n" + "\n".join(told))


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.parametrize("how", ["stopped", "full"])
def test_no_other_department_notices(cluster: Cluster, rabbit: PrivateRabbit, how: str, capsys: Any) -> None:
    """One department's client is stopped, or its queue takes no more: all matters of the others are closed."""
    departments = cluster.departments
    assert departments is not None
    departments.silent.add(DEPARTMENT)
    if how == "full":
        limit = json.dumps({"max-length": 10, "overflow": "reject-publish"})
        rabbit.ctl("set_policy", "-p", cluster.vhost, "full", f"^dept\\.{DEPARTMENT}$", limit, "--apply-to", "queues")
    people = People(cluster.pack, cluster.client, SEED)
    begin = time.monotonic()
    Feed(people, 150, at_once=25).join()
    theirs = "SELECT count(*) FROM dispatch.handoffs WHERE dept = '{}'"
    closed = (
        "SELECT count(*), count(*) FILTER (WHERE e.state IN ('closed', 'rated', 'void', 'attached'))"
        " FROM dispatch.events e WHERE NOT EXISTS"
        f" (SELECT 1 FROM dispatch.handoffs h WHERE h.event_id = e.id AND h.dept = '{DEPARTMENT}')"
    )
    until, all_of, ended = begin + 90, 0, -1
    while ended != all_of or not all_of:
        assert time.monotonic() < until, f"{ended} of {all_of} matters of others ended"
        people.close_all()
        ((all_of, ended),) = cluster.rows(closed)
        time.sleep(0.3)
    took = time.monotonic() - begin
    ((held,),) = cluster.rows(theirs.format(DEPARTMENT))
    ((open_,),) = cluster.rows(theirs.format(DEPARTMENT) + " AND state = 'offered'")
    assert open_ > 2, "the silent department has nothing waiting"
    ((owed,),) = cluster.rows("SELECT count(*) FROM dispatch.outbox WHERE sent_at IS NULL")
    assert (owed > 0) == (how == "full")
    departments.silent.clear()  # it empties its queue, and gets what is owed to it
    truth = everything_arrived(cluster, people)
    with capsys.disabled():
        line = f"{ended} matters of others ended in {took:.1f} s, {open_} of {held} hand-offs of {DEPARTMENT} waited"
        print(f"\n{how}: {line}, {owed} messages owed; {truth}")
