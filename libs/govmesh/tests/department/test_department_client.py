"""The department client: what it answers, when, and that it does nothing twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.messages.commands import CommandRefused
from govcore.messages.handoff import HandOffAccepted, HandOffExpired, HandOffRegained, HandOffWithdrawn
from govmesh.broker.memory import MemoryBroker
from govmesh.department import Away, Behaviour, DepartmentClient
from govmesh.department.checks import holds, logs_in
from govmesh.department.inside import BrokerWire
from govmesh.department.journal import read

SWIFT = {
    "accept_after": {"least": 10, "usual": 10, "most": 10},
    "finish_after": {"least": 60, "usual": 60, "most": 60},
    "accept": 1.0,
    "return": 0.0,
    "transfer": 0.0,
    "return_reasons": ["not_responsible"],
    "transfer_to": ["shichang"],
}
RETURNS = {**SWIFT, "accept": 0.0, "return": 1.0}
PASSES_ON = {**SWIFT, "accept": 0.0, "transfer": 1.0}


class Department:
    """A client on the memory broker with its log, that can be killed and started again."""

    def __init__(self, memory: MemoryBroker, time: Any, log: Path, behaviour: dict[str, Any], code: str) -> None:
        self.code, self.log, self._time, self._behaviour, self._memory = code, log, time, behaviour, memory
        self.start()

    def start(self) -> None:
        self.wire = BrokerWire(self._memory, self.code)
        behaviour = Behaviour.of(self._behaviour)
        self.client = DepartmentClient(self.code, self.wire, self.log, behaviour, self._time, chance=random.Random(7))

    def kill(self) -> None:
        """What kill -9 leaves: unacked messages go back, nothing is flushed or closed in order."""
        self.wire.close()
        self.client._journal._lines.clear()

    def entries(self, kind: str) -> list[Any]:
        return [entry for entry in read(self.log) if entry["kind"] == kind]


@pytest.fixture
def desk(memory: MemoryBroker, time: Any, make_desk: Any) -> Any:
    return make_desk(memory, ["chengguan", "shichang"], time)


@pytest.fixture
def start(memory: MemoryBroker, time: Any, tmp_path: Path, desk: Any) -> Callable[..., Department]:
    def start(behaviour: dict[str, Any] | None = None, code: str = "chengguan") -> Department:
        return Department(memory, time, tmp_path / f"{code}.jsonl", behaviour or SWIFT, code)

    return start


def play(desk: Any, *departments: Department, rounds: int = 6) -> None:
    for _ in range(rounds):
        for one in departments:
            one.client.turn(0.0)
        desk.work()


def told(desk: Any) -> list[str]:
    return [message.type for message in desk.commands if message.type != "message.received.v1"]


def test_it_accepts_and_finishes_in_its_own_time(desk: Any, start: Any, time: Any) -> None:
    """An offer is receipted at once, accepted after ten minutes and finished an hour later, answered_at told."""
    department = start()
    desk.offer("chengguan", "H-1")
    play(desk, department)
    assert (told(desk), len(desk.receipts)) == ([], 1)
    time.move(minutes=10)
    play(desk, department)
    assert (told(desk), desk.tasks["H-1"].holder) == (["handoff.accept.v1"], "dept:chengguan")
    assert desk.tasks["H-1"].answered_at == time()
    time.move(minutes=59)
    play(desk, department)
    assert desk.tasks["H-1"].state == "accepted"
    time.move(minutes=1)
    play(desk, department)
    assert told(desk) == ["handoff.accept.v1", "handoff.finish.v1"]
    assert (desk.tasks["H-1"].state, desk.refused) == ("done", [])
    assert {id for ids in desk.receipts for id in ids} == {message.id for message in desk.said}
    assert not department.client.tasks.planned and not department.client.tasks.held


def test_commands_carry_the_offers_trace_place_and_cause(desk: Any, start: Any, time: Any) -> None:
    """A command goes on in the offer's trace with a span of its own, and names what caused it."""
    department = start()
    desk.offer("chengguan", "H-1")
    play(desk, department)
    time.move(minutes=10)
    play(desk, department)
    offer, [accept] = desk.said[0], [m for m in desk.commands if m.type == "handoff.accept.v1"]
    assert accept.trace.split("-")[1] == offer.trace.split("-")[1] and accept.trace != offer.trace
    assert (accept.place, accept.cause, accept.subject) == (offer.place, offer.id, "H-1")


def test_it_returns_with_reason_and_owner(desk: Any, start: Any, time: Any) -> None:
    """A department that is not responsible says why and whose it is; the other one gets the next offer."""
    department, other = start(RETURNS), start(SWIFT, "shichang")
    desk.offer("chengguan", "H-1")
    play(desk, department, other)
    time.move(minutes=10)
    play(desk, department, other)
    [back] = [m for m in desk.commands if m.type == "handoff.return.v1"]
    assert (back.data.reason, back.data.proposed) == ("not_responsible", "shichang")
    time.move(minutes=10)
    play(desk, department, other)
    assert desk.tasks["H-1"].holder == "dept:shichang"


def test_it_passes_on_what_it_has_accepted(desk: Any, start: Any, time: Any) -> None:
    """Passed on a quarter of the work in; it holds the task no more once the next one has accepted."""
    department, other = start(PASSES_ON), start(SWIFT, "shichang")
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 15, 10, 60):
        time.move(minutes=minutes)
        play(desk, department, other)
    assert told(desk) == ["handoff.accept.v1", "handoff.transfer.v1", "handoff.accept.v1", "handoff.finish.v1"]
    assert (desk.tasks["H-1"].state, desk.tasks["H-1"].dept, desk.refused) == ("done", "shichang", [])


def test_a_designated_task_is_never_returned_or_passed_on(desk: Any, start: Any, time: Any) -> None:
    """Designated tasks are accepted and finished, whatever the behaviour says."""
    for behaviour in (RETURNS, PASSES_ON):
        department = start(behaviour)
        desk.offer("chengguan", f"H-{id(behaviour)}", designated=True)
        for minutes in (0, 10, 60):
            time.move(minutes=minutes)
            play(desk, department)
        assert (desk.tasks[f"H-{id(behaviour)}"].state, desk.refused) == ("done", [])


def test_repeats_are_receipted_and_otherwise_ignored(desk: Any, start: Any, time: Any) -> None:
    """Every message twice: twice receipted, each command once."""
    department = start()
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 60):
        time.move(minutes=minutes)
        play(desk, department)
        for message in list(desk.said):
            desk.send("chengguan", message)
        play(desk, department)
    assert told(desk) == ["handoff.accept.v1", "handoff.finish.v1"]
    assert desk.repeats or len(desk.receipts) > 3
    assert len(department.entries("got")) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"specversion":"0.3"}',
        b'{"specversion":"1.0","id":7,"type":"t","source":"/s","data":{}}',
        b'{"specversion":"1.0","id":"a","type":"t","source":"/s"}',
        b'{"specversion":"1.0","id":"a","type":"handoff.offered.v1","source":"/s","data":{}}',
        b'{"specversion":"1.0","id":"a","type":"handoff.offered.v1","source":"/s","data":{"handoff_id":"H"}}',
        b'{"specversion":"1.0","id":"a","type":"handoff.offered.v1","source":"/s",'
        b'"data":{"handoff_id":"H","generation":"1"}}',
        b'{"specversion":"1.0","id":"a","type":"handoff.done.v1","source":"/s","data":{"handoff_id":"H","generation":true}}',
    ],
)
def test_what_is_no_message_is_parked(desk: Any, start: Any, body: bytes) -> None:
    """Malformed messages stand in the log whole, get no receipt, and stop nobody."""
    department = start()
    desk.raw("chengguan", body)
    desk.offer("chengguan", "H-1")
    play(desk, department)
    import base64

    [parked] = department.entries("parked")
    assert base64.b64decode(parked["body"]) == body
    assert desk.receipts == [[desk.said[0].id]]


def test_an_unknown_type_is_receipted(desk: Any, start: Any) -> None:
    """A message of a type it does not know has arrived all the same."""
    department = start()
    event = {"specversion": "1.0", "id": "M-9", "type": "party.invited.v1", "source": "/x", "data": {}}
    desk.raw("chengguan", json.dumps(event).encode())
    play(desk, department)
    assert desk.receipts == [["M-9"]]


def test_receipts_are_batched(desk: Any, start: Any) -> None:
    """Two hundred and fifty messages cost three receipts, of a hundred at most."""
    department = start()
    for n in range(250):
        desk.offer("chengguan", f"H-{n}")
    play(desk, department)
    assert sorted(map(len, desk.receipts)) == [50, 100, 100]


def test_a_killed_department_goes_on_where_it_stood(desk: Any, start: Any, time: Any) -> None:
    """Killed between any two turns: it answers everything once, with the same ids, and forgets nothing."""
    department = start()
    for n in range(5):
        desk.offer("chengguan", f"H-{n}")
    for minutes in (0, 10, 0, 30, 30, 60):
        time.move(minutes=minutes)
        for _ in range(3):
            department.client.turn(0.0)
            department.kill()
            department.start()
            desk.work()
    assert {task.state for task in desk.tasks.values()} == {"done"}
    assert len(told(desk)) == 10 and not desk.refused


def test_unanswered_commands_are_sent_again_with_the_same_id(desk: Any, start: Any, time: Any) -> None:
    """Killed after sending and before any answer: the command comes again, the same one."""
    department = start()
    desk.offer("chengguan", "H-1")
    department.client.turn(0.0)
    time.move(minutes=10)
    department.client.turn(0.0)
    department.kill()
    department.start()
    department.client.turn(0.0)
    desk.work()
    assert told(desk) == ["handoff.accept.v1"]
    assert desk.repeats >= 1 and not desk.refused


def test_killed_between_holding_and_planning(desk: Any, start: Any, time: Any) -> None:
    """A log that ends right after `held` still leads to a finish."""
    department = start()
    desk.offer("chengguan", "H-1")
    play(desk, department)
    time.move(minutes=10)
    play(desk, department)
    department.kill()
    lines = department.log.read_bytes().splitlines(keepends=True)
    held = next(n for n, line in enumerate(lines) if b'"kind":"held"' in line)
    department.log.write_bytes(b"".join(lines[: held + 1]) + b'{"kind":"pl')
    department.start()
    time.move(minutes=60)
    play(desk, department)
    assert desk.tasks["H-1"].state == "done"


def test_a_refused_return_is_accepted_instead(desk: Any, start: Any, time: Any) -> None:
    """Where the mesh does not let it return, it takes the task; where the transfer is refused, it finishes."""
    department = start(RETURNS)
    desk.offer("chengguan", "H-1")
    play(desk, department)
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update={"designated": True})
    time.move(minutes=10)
    play(desk, department)
    assert (desk.refused, desk.tasks["H-1"].state) == (["HANDOFF_CANNOT_RETURN"], "accepted")


def test_a_refused_transfer_is_finished_instead(desk: Any, start: Any, time: Any) -> None:
    """Where the mesh does not let it pass on, it does the work itself."""
    department = start(PASSES_ON)
    desk.offer("chengguan", "H-1")
    play(desk, department)
    time.move(minutes=10)
    play(desk, department)
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update={"designated": True})
    time.move(minutes=60)
    play(desk, department)
    assert (desk.refused, desk.tasks["H-1"].state) == (["HANDOFF_CANNOT_RETURN"], "done")


def test_a_stale_answer_is_let_be(desk: Any, start: Any, time: Any) -> None:
    """Refused because the offer is not the last one any more: nothing more is sent about it."""
    department = start()
    desk.offer("chengguan", "H-1")
    play(desk, department)
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update={"generation": 2, "dept": "shichang"})
    time.move(minutes=10)
    play(desk, department)
    time.move(hours=5)
    play(desk, department)
    assert (desk.refused, told(desk)) == (["HANDOFF_STALE_GENERATION"], ["handoff.accept.v1"])


def facts(desk: Any, id: str = "H-1", **more: Any) -> dict[str, Any]:
    task = desk.tasks[id]
    names = ("event_id", "role", "dept", "state", "generation", "holder", "offered_at")
    return {"handoff_id": task.id, **{name: getattr(task, name) for name in names}, **more}


def test_an_expired_offer_is_not_answered(desk: Any, start: Any, time: Any) -> None:
    """Too late is too late: the planned answer is dropped, the next offer is answered."""
    department = start()
    task = desk.offer("chengguan", "H-1")
    play(desk, department)
    late = facts(desk, expired_dept="chengguan", expired_generation=1, expired_at=time(), expiries=1)
    desk.say("chengguan", HandOffExpired(**late))
    play(desk, department)
    time.move(minutes=10)
    play(desk, department)
    assert told(desk) == []
    desk.again(task, "chengguan")
    play(desk, department)
    time.move(minutes=10)
    play(desk, department)
    assert [m.data.generation for m in desk.commands if m.type == "handoff.accept.v1"] == [2]


def test_a_withdrawn_task_is_not_finished(desk: Any, start: Any, time: Any) -> None:
    """What is no longer asked for is not worked on."""
    department = start()
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10):
        time.move(minutes=minutes)
        play(desk, department)
    desk.say("chengguan", HandOffWithdrawn(**facts(desk, reason="x", withdrawn_at=time())))
    play(desk, department)
    time.move(minutes=60)
    play(desk, department)
    assert told(desk) == ["handoff.accept.v1"]
    assert not department.client.tasks.held


def test_a_regained_task_is_held_and_finished(desk: Any, start: Any, time: Any) -> None:
    """Passed on, and the next one would not have it: it is ours again, without a new offer."""
    department = start(PASSES_ON)
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 60):
        time.move(minutes=minutes)
        play(desk, department)
    assert told(desk) == ["handoff.accept.v1", "handoff.transfer.v1"]
    back = {"dept": "chengguan", "state": "accepted", "generation": 3, "holder": "dept:chengguan"}
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update=back)
    department.client._behaviour = Behaviour.of(SWIFT)
    desk.say("chengguan", HandOffRegained(**facts(desk, reason="not_responsible", regained_at=time())))
    play(desk, department)
    time.move(minutes=60)
    play(desk, department)
    assert desk.tasks["H-1"].state == "done"
    assert [h.generation for h in holds({"chengguan": department.log})] == [1, 3]


def test_news_out_of_order_changes_nothing(desk: Any, start: Any, time: Any) -> None:
    """Accepted before offered, done before accepted, an old offer at last: still one hold, still over."""
    department = start()
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 60):
        time.move(minutes=minutes)
        play(desk, department)
    in_order = [message for message in desk.said]
    other = start(SWIFT, "shichang")
    for n, message in enumerate(reversed(in_order)):
        data = message.data.model_copy(update={"dept": "shichang"})
        desk.say("shichang", data, "H-1", id=f"again{n}")
    commands = len(desk.commands)
    play(desk, other)
    time.move(hours=5)
    play(desk, other)
    assert [m.type for m in desk.commands[commands:] if m.type != "message.received.v1"] == []


def test_accepted_by_somebody_at_the_keyboard(desk: Any, start: Any, time: Any) -> None:
    """When a person of the department accepts first, the client drops its own answer and goes on to finish."""
    department = start()
    desk.offer("chengguan", "H-1")
    play(desk, department)
    accepted = {"state": "accepted", "holder": "dept:chengguan"}
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update=accepted)
    desk.say("chengguan", HandOffAccepted(**facts(desk, answered_at=time(), answer_received_at=time())))
    play(desk, department)
    time.move(minutes=70)
    play(desk, department)
    assert (told(desk), desk.tasks["H-1"].state) == (["handoff.finish.v1"], "done")


def test_a_refusal_of_something_else_is_just_noted(desk: Any, start: Any) -> None:
    """A refusal of a command it never sent changes nothing."""
    department = start()
    data = CommandRefused(command_id="?", command="x", code="X", zh="不", en="no", refused_at=desk.now())
    desk.say("chengguan", data)
    play(desk, department)
    assert told(desk) == []


def test_a_broker_away_is_waited_out(desk: Any, start: Any, time: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending fails: the command is tried again soon, with the same id, and not forgotten."""
    from govmesh.department import client

    monkeypatch.setattr(client, "SEND_SOON", 0.0)
    department = start()
    desk.offer("chengguan", "H-1")
    play(desk, department)
    time.move(minutes=10)
    send = department.wire.send

    def fails(*_: Any) -> Any:
        raise Away("gone")

    monkeypatch.setattr(department.wire, "send", fails)
    with pytest.raises(Away):
        department.client.turn(0.0)
    monkeypatch.setattr(department.wire, "send", send)
    play(desk, department)
    assert told(desk) == ["handoff.accept.v1"]


def test_it_needs_nothing_of_the_mesh() -> None:
    """Importing the client loads neither the domain nor the mesh's plumbing: it is an outsider."""
    code = (
        "import sys, govmesh.department, govmesh.department.amqp\n"
        "ours = 'govcore', 'pydantic', 'sqlalchemy', 'nameko', 'eventlet', 'govmesh.'\n"
        "print(sorted(m for m in sys.modules if m.startswith(ours) and not m.startswith('govmesh.department')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"accept_after": {"least": 1}}, "accept_after"),
        ({"finish_after": {"least": 5, "usual": 1, "most": 9}}, "finish_after"),
        ({"return": 2}, "return"),
        ({"return": 0.5, "return_reasons": []}, "return_reasons"),
        ({"return": 0.6, "transfer": 0.6}, "transfer"),
    ],
)
def test_a_broken_behaviour_is_named(change: dict[str, Any], named: str) -> None:
    """A behaviour file that makes no sense is refused, naming the key."""
    with pytest.raises(ValueError, match=named):
        Behaviour.of({**SWIFT, **change})


def test_logs_are_for_their_owner_only(start: Any, tmp_path: Path) -> None:
    """The log may hold parked bodies: nobody else may read it."""
    department = start()
    assert department.log.stat().st_mode & 0o077 == 0
    assert logs_in(tmp_path) == {"chengguan": department.log}
