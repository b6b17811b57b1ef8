"""By what a message that cannot be read is recognised when it comes again."""

from __future__ import annotations

from typing import Any

from govmesh.broker.port import Delivery
from govmesh.items import take


def key(bench: Any, **more: Any) -> str:
    delivery = Delivery(**{"body": b"{", "queue": "toy.commands", "tag": 1, "user": "dept.a", **more})
    [item] = take([delivery], bench.parking._catalogues, bench.ids)
    return item.key


def test_the_same_from_the_same_is_a_repeat(bench: Any) -> None:
    """Sender, the broker's id and body: all three the same."""
    assert key(bench, message_id="1") == key(bench, message_id="1", redelivered=True)


def test_two_senders_may_use_one_id_for_one_body(bench: Any) -> None:
    """Neither takes the other's answer away."""
    assert key(bench, message_id="1") != key(bench, message_id="1", user="dept.b")


def test_without_an_id_two_are_two(bench: Any) -> None:
    """An empty id is none; only what the broker says to be delivered again is one that came before."""
    for absent in (None, ""):
        assert key(bench, message_id=absent) != key(bench, message_id=absent)
        again = {"message_id": absent, "redelivered": True}
        assert key(bench, **again) == key(bench, **again)
