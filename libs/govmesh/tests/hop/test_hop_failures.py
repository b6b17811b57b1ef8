"""What fails is kept, comes again when it may, and takes nobody with it."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from govcore.messages import ArchiveWanted, Message
from govmesh.broker.port import Delivery
from govmesh.database import DatabaseAway
from govmesh.items import Item, take


def test_a_replayed_refusal_is_ruled_on_again(bench: Any) -> None:
    """A message that was refused and replayed is handled anew, not waved through as a repeat."""
    bench.unwanted.add("a")
    bench.run(bench.item("a", key="one"))
    bench.unwanted.clear()
    bench.parking.replay("one")
    assert bench.retry() == 1
    assert (bench.n("a"), bench.count("parking")) == (1, 0)


def test_a_retry_that_is_refused_stays_visible(bench: Any) -> None:
    """First an error, then a no: it stands in the parking table with the reason, and does not vanish."""
    bench.broken.add("a")
    bench.run(bench.item("a", key="one"))
    bench.broken.clear()
    bench.unwanted.add("a")
    bench.retry()
    (parked,) = bench.parking.list()
    assert (parked.state, parked.code, parked.tries) == ("parked", "HANDOFF_NOT_HOLDER", 2)


def test_what_was_dropped_while_in_hand_is_not_handled(bench: Any) -> None:
    """A person's drop wins over a retry that had been claimed, and its record stays."""
    bench.broken.add("a")
    bench.run(bench.item("a", key="one"))
    with bench.database.write() as conn:
        conn.exec_driver_sql("UPDATE parking SET next_at = '1970-01-01T00:00:00.000000+00:00'")
    claimed = bench.parking.due()
    bench.parking.drop("one")
    bench.broken.clear()
    bench.hop.run(claimed)
    assert (bench.n("a"), bench.parking.counts()) == (0, {"dropped": 1})


def test_a_redelivery_while_in_retry_neither_counts_nor_acts(bench: Any) -> None:
    """The parking table has it from the first failure on; the broker's copy is a repeat."""
    bench.broken.add("a")
    bench.run(bench.item("a", key="one"))
    bench.retry()
    bench.broken.clear()
    assert bench.run(bench.item("a", key="one"))[0].repeat
    assert [parked.tries for parked in bench.parking.list()] == [2]
    bench.retry()
    assert bench.n("a") == 1


def test_what_cannot_even_be_loaded_fails_alone(bench: Any) -> None:
    """An error before any handler runs (its needs, no handler at all) takes no neighbour with it."""
    ((payload, on),) = [(name, on) for name, on in bench.hop.handlers.items() if name.type == "thing.bump.v1"]

    def needs(message: Any, found: Any) -> Any:
        if message.data.thing == "a":
            raise KeyError("secret words")
        return on.needs(message, found)

    bench.hop.handlers = {**bench.hop.handlers, payload: replace(on, needs=needs)}
    items = bench.run(bench.item("b"), bench.item("a"), bench.item("c"))
    assert [bool(item.error) for item in items] == [False, True, False]
    bench.hop.handlers = {}
    (item,) = bench.run(bench.item("d"))
    assert item.error and "secret" not in item.error
    assert bench.count("parking", "state = 'retry'") == 2


def envelope(**more: Any) -> bytes:
    said = {
        "specversion": "1.0", "id": "1", "source": "/x", "type": "thing.bump.v1", "subject": "s",
        "time": "2026-01-01T00:00:00Z", "data": {"thing": "a", "how": "refused at once"},
    }  # fmt: skip
    return json.dumps({**said, **more}).encode()


@pytest.mark.parametrize(
    "body",
    [
        envelope(id="1\x00"),
        envelope(place="34\x00"),
        envelope(traceparent="\x00" * 500),
        envelope(id=random.Random(1).randbytes(6000).hex()),
        envelope(subject=random.Random(2).randbytes(6000).hex()),
        envelope(time="0001-01-01T00:00:00+14:00"),
        envelope(data={"thing": "a\x00"}),
        envelope(data={"thing": "a", "\x00" * 3000: 1}),
        envelope(data={"thing": "a", "how": "refused at once", "handoff_id": random.Random(3).randbytes(6000).hex()}),
        b'{"id":"\\ud800"}',
    ],
    ids=[
        "nul-id",
        "nul-place",
        "nul-trace",
        "long-id",
        "long-subject",
        "year-one",
        "nul-data",
        "nul-key",
        "long-data",
        "surrogate",
    ],
)
def test_no_message_stops_a_service(bench: Any, body: bytes) -> None:
    """Whatever a department or a neighbour sends is answered, handled or kept, and what comes beside it is handled."""
    for queue, user in (("toy.inbox", None), ("toy.commands", "dept.gongan")):
        items = take([Delivery(body=body, queue=queue, tag=1, user=user)], bench.parking._catalogues, bench.ids)
        bench.hop.run([*items, bench.item("well")])
        kept = bench.count("parking") + sum(sent.type == "command.refused.v1" for sent in bench.publisher.sent)
        assert kept or bench.count("things", "id <> 'well'")
    assert bench.n("well") == 2


def test_a_mark_that_fails_takes_nothing_back(bench: Any) -> None:
    """Committed and sent is safe: it is acked, the caller hears no error, and the relay sends it once more."""

    def away(_outcome: Any) -> None:
        raise DatabaseAway("gone")

    acked: list[int] = []
    bench.sender.mark, mark = away, bench.sender.mark
    bench.hop.run([bench.item("a")], lambda: acked.append(1))
    bench.sender.mark = mark
    assert (bench.n("a"), acked, len(bench.publisher.sent)) == (1, [1], 1)
    assert bench.count("outbox", "sent_at IS NULL") == 1


def test_a_lost_race_is_run_again(bench: Any) -> None:
    """Where the database chose this transaction to lose a deadlock, the same batch is run again at once."""
    handle, times = bench.hop._handle, []

    def clash(batch: Any, part: Any) -> Any:
        times.append(len(part))
        if len(times) == 1:
            raise bench.clash
        return handle(batch, part)

    bench.hop._handle = clash
    bench.run(bench.item("a"), bench.item("b"))
    assert times == [2, 2]
    assert (bench.n("a"), bench.n("b")) == (1, 1)


@pytest.mark.parametrize("user", ["", "dept.gongan"])
def test_the_archive_is_for_the_mesh_only(bench: Any, user: str) -> None:
    """Neither a department nor somebody whom the broker did not prove has it fed anywhere."""
    wanted = ArchiveWanted(queue="dispatch.inbox", types=["thing.bumped.v1"], after=0)
    message = Message("1", "/x", "s", 0, "", bench.clock.now(), bench.traces.start(), wanted)
    (item,) = bench.run(Item(key=f"{user}|1", queue="toy.commands", message=message, user=user))
    assert item.refusal.code == "COMMAND_NOT_ALLOWED"
    assert bench.count("feeds") == 0
