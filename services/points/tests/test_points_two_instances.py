"""Two processes work on the same book at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from govcore.messages import EventClosed, EventRated, EventReopened, Message
from govmesh.database import DatabaseAway

EVENTS = 150


@pytest.mark.broker
def test_two_instances_keep_one_book(make: Callable[..., Any], said: Callable[..., Message[Any]], pg_url: str) -> None:
    """The same events and posts in both, every message at both: posted once, reversed once, nothing parked or stuck."""
    chance = random.Random(3)
    lives = []
    for number in range(EVENTS):
        event, post = f"E-{number}", f"post-{number % 40}"
        lives += [
            said(EventClosed, event, version=4, duty_post=post),
            said(EventReopened, event, version=5, after=10, duty_post=post),
            said(EventRated, event, version=9, after=20, duty_post=post, closing=2),
        ]
    two = [make(pg_url, prefix="two_") for _ in range(2)]
    away = [0]

    def work(service: Any) -> None:
        order = chance.sample(lives, len(lives))
        for start in range(0, len(order), 30):
            for _ in range(50):
                try:
                    service.hear(*order[start : start + 30])
                    break
                except DatabaseAway:
                    away[0] += 1
            else:
                raise AssertionError("a batch never got through")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, two))
    deadline = time.monotonic() + 20
    while two[0].mesh.parking.counts() and time.monotonic() < deadline:
        two[0].mesh.tick()
        time.sleep(0.2)
    assert two[0].mesh.parking.counts() == {}
    by_event = two[0].rows("SELECT event_id, sum(points) FROM entries GROUP BY event_id")
    assert len(by_event) == EVENTS and {int(row[1]) for row in by_event} == {2}
    found = two[0].get("summary")
    assert found["balanced"] and found["points"] == 2 * EVENTS
    said_once = two[0].rows("SELECT count(*), count(DISTINCT body) FROM outbox")
    assert said_once[0][0] == said_once[0][1] == found["entries"]
    assert away[0] < 20
