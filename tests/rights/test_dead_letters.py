"""Dead letters of departments, in a real broker: they tell no more than the queues, and only the mesh reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import amqp
import pytest

from govmesh.broker import topology
from govmesh.broker.rabbit import RabbitBroker
from govmesh.testing.servers import Unavailable
from govmesh.testing.wire import Wire, provisioned

pytestmark = [pytest.mark.broker, pytest.mark.slow]
VHOST = "dead"
OTHERS = ("dead.dept", "dead.dispatch", "dead.petition", "dispatch.inbox", "dispatch.commands", "dept.gongan")


def reads(wire: Wire, user: str, queue: str) -> bool:
    """Whether the broker lets the user take from a queue."""
    try:
        wire.channel(user).basic_get(queue)
    except amqp.exceptions.AMQPError as no:
        assert no.reply_code == 403, no
        wire.channel(user).connection.collect()
        wire.forget(user)
        return False
    return True


def test_dead_letters_tell_nothing_and_go_back_to_their_own(town: Any, search: Callable[[bytes], list[str]]) -> None:
    """All that departments were sent about a matter full of its reporter dies in their queues: body and properties have
    no mark; no department reads what died, not even its own; put back, each gets its own and nobody else's."""
    event = town.report("文昌路中段路面破损。")
    town.rest()
    town.command("zhujian", event, "accept")
    town.command("zhujian", event, "transfer", to="chengguan", reason=town.noted)
    town.command("chengguan", event, "return", reason="not_responsible", proposed="zhujian", note=town.noted)
    sent = {code: bodies for code, bodies in town.received.items() if bodies}
    assert {"zhujian", "chengguan"} <= set(sent)
    try:
        with provisioned(VHOST) as rabbit:
            wire = Wire(rabbit.port, VHOST)
            for code, bodies in sent.items():
                for body in bodies:
                    ident = json.loads(body)["id"]
                    said = wire.say("dispatch", "", f"dept.{code}", body, message_id=ident, user_id="dispatch")
                    assert said == "taken"
                mine = wire.channel(f"dept.{code}")
                while (got := mine.basic_get(f"dept.{code}")) is not None:
                    mine.basic_reject(got.delivery_tag, requeue=False)
            for queue in OTHERS:
                for user in ("dept.zhujian", "dept.chengguan"):
                    assert not reads(wire, user, queue), f"{user} reads {queue}"
            channel, died = wire.channel("dispatch"), []
            while len(died) < sum(map(len, sent.values())):
                if (got := channel.basic_get("dead.dept")) is not None:
                    died.append(got)
            told = [(got.body if isinstance(got.body, bytes) else got.body.encode(), got) for got in died]
            assert not [mark for body, _ in told for mark in search(body)]
            assert not [mark for _, got in told for mark in search(repr((got.headers, got.properties)).encode())]
            channel.connection.close()  # what was only looked at lies there again
            wire.forget("dispatch")
            broker = RabbitBroker(f"amqp://dispatch:pw@127.0.0.1:{rabbit.port}/{VHOST}")
            assert topology.put_back(broker) == len(died)
            broker.close()
            for code, bodies in sent.items():
                back = []
                while (got := wire.channel(f"dept.{code}").basic_get(f"dept.{code}", no_ack=True)) is not None:
                    back.append(got.body if isinstance(got.body, bytes) else got.body.encode())
                assert sorted(back) == sorted(bodies)
            wire.close()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ of one's own: {reason}")
