"""The hop: once, whole, and in spite of its neighbours."""

from __future__ import annotations

from typing import Any

import pytest

from govmesh.broker.port import Delivery
from govmesh.items import take
from govmesh.parking import MOST_TRIES


def test_a_hop_commits_state_history_and_message_together(bench: Any) -> None:
    """After one hop the thing, its history and the outgoing message stand, and the message is marked as sent."""
    bench.run(bench.item("a"), bench.item("b"), bench.item("a"))
    assert (bench.n("a"), bench.n("b")) == (2, 1)
    assert bench.count("history") == bench.count("outbox", "sent_at IS NOT NULL") == len(bench.publisher.sent) == 3


def test_a_repeat_changes_nothing(bench: Any) -> None:
    """The same message again, in the same batch or a later one, is recognised."""
    bench.run(bench.item("a", key="one"), bench.item("a", key="one"))
    again = bench.run(bench.item("a", key="one"))
    assert again[0].repeat
    assert bench.n("a") == bench.count("outbox") == 1


def test_a_failing_message_leaves_its_neighbours_alone(bench: Any) -> None:
    """What a handler did before it raised is dropped; the others of the batch stand."""
    items = bench.run(bench.item("a"), bench.item("a", "broken"), bench.item("a"))
    assert bench.n("a") == 2
    assert items[1].error and not items[0].error
    assert bench.count("parking", "state = 'retry'") == 1


def test_an_error_is_told_by_type_and_place_only(bench: Any) -> None:
    """What stands in the parking table about an error never quotes the message."""
    bench.run(bench.item("a", "broken"))
    ((error,),) = bench.rows("SELECT error FROM parking")
    assert error.startswith("ValueError at ")
    assert "secret" not in error


def test_a_poison_message_is_parked_after_five_tries(bench: Any) -> None:
    """It is tried as often as the rule says, with its tries counted in the database, then waits for a person."""
    bench.run(bench.item("a", "broken"))
    tries = 1
    while bench.retry():
        tries += 1
    assert tries == MOST_TRIES
    (parked,) = bench.parking.list()
    assert (parked.state, parked.tries, parked.code) == ("parked", MOST_TRIES, "MESH_HANDLER_FAILED")


def test_a_message_that_heals_is_handled_once(bench: Any) -> None:
    """A retry that succeeds leaves no trace in the parking table, and a redelivery of it is a repeat."""
    bench.broken.add("a")
    item = bench.item("a", key="one")
    bench.run(item)
    bench.broken.clear()
    assert bench.retry() == 1
    assert bench.run(bench.item("a", key="one"))[0].repeat
    assert (bench.n("a"), bench.count("parking")) == (1, 0)


def test_a_parked_message_can_be_replayed_or_dropped(bench: Any) -> None:
    """Replay forgets the tries; drop keeps the row as a record; an unknown id is refused."""
    bench.broken.add("a")
    bench.run(bench.item("a", key="one"), bench.item("b", "broken", key="two"))
    while bench.retry():
        pass
    bench.broken.clear()
    bench.parking.replay("one")
    bench.parking.drop("two")
    bench.retry()
    assert bench.n("a") == 1
    assert bench.parking.counts() == {"dropped": 1}
    with pytest.raises(Exception, match="PARKED_UNKNOWN"):
        bench.parking.drop("nobody")


def test_a_row_the_database_refuses_is_found_among_its_neighbours(bench: Any) -> None:
    """Halving leaves the one bad message alone in the parking table and commits the rest, once."""
    items = [bench.item(f"t{i}", "too far" if i == 37 else "well") for i in range(64)]
    bench.run(*items)
    assert [i for i, item in enumerate(items) if item.error] == [37]
    assert bench.count("things") == bench.count("outbox") == 63
    assert bench.count("parking", "code = 'MESH_HANDLER_FAILED'") == 1


def test_a_broker_away_stops_nothing(bench: Any) -> None:
    """Work goes on into the outbox, and the relay sends it when the lease has run out."""
    bench.publisher.away = True
    bench.run(bench.item("a"))
    assert (bench.n("a"), bench.count("outbox", "sent_at IS NULL")) == (1, 1)
    bench.publisher.away = False
    assert bench.sender.relay() == 0, "the lease is still the hop's"
    with bench.database.write() as conn:
        conn.exec_driver_sql("UPDATE outbox SET lease_until = '1970-01-01T00:00:00.000000+00:00'")
    assert bench.sender.relay() == 1
    assert bench.count("outbox", "sent_at IS NULL") == 0


def test_a_message_nobody_hears_is_sent_but_not_heard(bench: Any) -> None:
    """A topic message without a bound queue stays in the archive for a late hearer and is not sent again."""
    bench.publisher.unbound.add("toy.events")
    bench.run(bench.item("a"))
    assert bench.count("outbox", "sent_at IS NOT NULL AND NOT heard") == 1


def test_a_refused_command_is_answered_to_its_sender(bench: Any) -> None:
    """A no changes nothing, goes straight to the sender's queue with its code, and is not parked."""
    bench.run(bench.item("a", "refused", user="dept.gongan"))
    assert bench.n("a") == 0
    (sent,) = bench.publisher.sent
    assert (sent.exchange, sent.routing_key, sent.type) == ("", "dept.gongan", "command.refused.v1")
    assert b"HANDOFF_NOT_HOLDER" in sent.body
    assert bench.count("parking") == 0


def test_a_refused_message_of_the_mesh_is_parked(bench: Any) -> None:
    """Nobody waits for an answer to an event: it stands where ops sees it, with its reason code."""
    bench.run(bench.item("a", "refused"))
    (parked,) = bench.parking.list()
    assert (parked.state, parked.code) == ("parked", "HANDOFF_NOT_HOLDER")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{not json", "MSG_NOT_JSON"),
        (b"[]", "MSG_BAD_ENVELOPE"),
        (b'{"specversion":"1.0"}', "MSG_BAD_ENVELOPE"),
        (
            b'{"specversion":"1.0","id":"1","source":"/x","type":"who.knows.v1","subject":"s","time":"2026-01-01T00:00:00Z","data":{}}',
            "MSG_UNKNOWN_TYPE",
        ),
        (
            b'{"specversion":"1.0","id":"1","source":"/x","type":"thing.bump.v1","subject":"s","time":"2026-01-01T00:00:00Z","data":{}}',
            "MSG_BAD_DATA",
        ),
    ],
)
def test_what_cannot_be_read_is_parked_or_refused(bench: Any, body: bytes, code: str) -> None:
    """Bad JSON, a bad envelope, an unknown type, a wrong schema: parked with the code, and a department is told."""
    catalogues = bench.parking._catalogues
    for queue, user in (("toy.inbox", None), ("toy.commands", "dept.gongan")):
        items = take([Delivery(body=body, queue=queue, tag=1, user=user)], catalogues, bench.ids)
        bench.hop.run(items)
        assert items[0].refusal is not None
        assert items[0].refusal.code == code
    assert {row.code for row in bench.parking.list()} == {code}
    assert [sent.routing_key for sent in bench.publisher.sent] == ["dept.gongan"]


def test_two_departments_may_use_the_same_command_id(bench: Any) -> None:
    """A command is recognised by its sender and its id, so that nobody can take another's id."""
    bench.run(bench.item("a", key="1", user="dept.gongan"), bench.item("a", key="1", user="dept.chengguan"))
    assert bench.n("a") == 2
