"""Service processes of a cluster killed with -9 while reports come in: nothing lost, nothing doubled."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import load_pack
from govmesh.testing.cluster import Cluster, Feed
from govmesh.testing.people import People

SERVICES = ("grid", "dispatch", "points", "petition", "console")
SEED = 20260302


def kill_some(home: Path, amqp_url: str, pg_url: str, reports: int, kills: list[str]) -> str:
    """Feed ``reports`` while each service named in ``kills`` is killed in turn; what the books say then, as a line."""
    pack, chance = load_pack("tongcheng"), random.Random(SEED)
    cluster = Cluster(home, pack, amqp_url, pg_url, SERVICES)
    try:
        cluster.start(SEED)
        people = People(pack, cluster.client, SEED, at_once=20)
        feed = Feed(people, reports, petitions=True)
        for name in kills:
            time.sleep(chance.uniform(0.1, 1.5))
            (one,) = (one for one in cluster.instances if one.service == name)
            one.kill()
            time.sleep(chance.uniform(0.0, 0.5))
            one.start()
            if chance.random() < 0.7:  # else it may be the next one's turn while this one still starts
                one.wait_ready()
        for one in cluster.instances:
            one.wait_ready()
        feed.join()
        cluster.work_off(people)
        truth = cluster.truth(people)
        assert not truth.wrong, "\n".join(truth.wrong)
        assert truth.figures["reports"] == reports
        assert truth.figures["ended"] == truth.figures["events"]
        assert cluster.client.get("/api/v1/holders/check") == {"held": 0, "wrong": [], "one_holder": True}
        assert not cluster.said("Traceback", '"level": "error"', "[error"), "a process said an error"
        return f"{len(kills)} kills, {truth}"
    finally:
        cluster.close()


@pytest.mark.broker
@pytest.mark.slow
def test_killed_while_reports_come_in(tmp_path: Path, own_amqp_url: str, own_pg_url: str, capsys: Any) -> None:
    """Each service killed once at a seeded moment: every report, holder, point and answer is there once."""
    kills = random.Random(SEED).sample(SERVICES, len(SERVICES))
    told = kill_some(tmp_path, own_amqp_url, own_pg_url, 200, kills)
    with capsys.disabled():
        print(f"\n{told}")


@pytest.mark.broker
@pytest.mark.faults
def test_killed_twenty_times_each(tmp_path: Path, own_amqp_url: str, own_pg_url: str, capsys: Any) -> None:
    """Twenty kills of every service, in seeded order and at seeded moments."""
    kills = [name for name in SERVICES for _ in range(20)]
    random.Random(SEED).shuffle(kills)
    told = kill_some(tmp_path, own_amqp_url, own_pg_url, 2_000, kills)
    with capsys.disabled():
        print(f"\n{told}")
