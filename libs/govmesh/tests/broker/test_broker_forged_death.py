"""What a sender writes into ``x-death`` himself neither stops a service nor gives his message another origin."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import amqp
import pytest

from govmesh.broker import QueueSpec, topology
from govmesh.broker.rabbit import RabbitBroker
from govmesh.testing.broker_contract import SOON

pytestmark = pytest.mark.broker

LIE: dict[str, Any] = {
    "queue": "dispatch.inbox",
    "reason": "expired",
    "count": 1,
    "exchange": "x",
    "routing-keys": ["y"],
}
FORGED: tuple[dict[str, Any], ...] = (
    {"x-death": "no list"},
    {"x-death": []},
    {"x-death": [{}]},
    {"x-death": [LIE]},
    {"x-death": [LIE], "x-first-death-queue": "dispatch.inbox"},
    {"x-first-death-queue": "dispatch.inbox"},
)


@pytest.fixture
def broker(amqp_url: str) -> Iterator[RabbitBroker]:
    made = RabbitBroker(amqp_url)
    yield made
    made.close()


@pytest.mark.parametrize("expiration", [None, "1"])
@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_a_forged_death_changes_nothing(
    broker: RabbitBroker, amqp_url: str, headers: dict[str, Any], expiration: str | None
) -> None:
    """Taken straight or as a dead letter, it comes from the queue it was really sent to, and from whom it was."""
    word = f"t{secrets.token_hex(4)}.commands"
    dead = f"dead.{word}"
    specs = [QueueSpec(dead, (("dead", dead),), delivery_limit=topology.NEVER), QueueSpec(word, dead_letter_to=dead)]
    broker.declare(["dead"], specs)
    send(amqp_url, word, {"application_headers": headers, **({"expiration": expiration} if expiration else {})})
    source = broker.source([dead] if expiration else [word], 5)
    [got] = source.take(1, 0.0, SOON)
    assert (got.queue, got.user, got.body) == (word, None, b"1")
    source.ack([got])


def send(url: str, queue: str, properties: dict[str, Any]) -> None:
    at = urlsplit(url)
    with amqp.Connection(f"{at.hostname}:{at.port}", virtual_host=at.path[1:], confirm_publish=True) as connection:
        connection.channel().basic_publish_confirm(amqp.Message(b"1", user_id="guest", **properties), "", queue)
