"""The other side of the contract: a desk that offers hand-offs and takes commands by the real rules."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events import answers
from govcore.events.handoff import HandOff
from govcore.messages import Catalogue, Message, Payload
from govcore.messages.commands import (
    COMMANDS,
    AcceptHandOff,
    CommandRefused,
    FinishHandOff,
    MessagesReceived,
    ReturnHandOff,
    TransferHandOff,
)
from govcore.messages.handoff import HandOffOffered
from govcore.messages.operation import OPERATION_COMMANDS
from govmesh.broker import Broker, Outgoing, topology
from govmesh.broker.memory import MemoryBroker
from govmesh.department import Behaviour, DepartmentClient
from govmesh.department.inside import BrokerWire
from govmesh.department.journal import read

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PLACE = "34.08.81.103.004"


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Desk:
    """Offers hand-offs over a broker and obeys commands by :mod:`govcore.events.answers`; knows repeats by id."""

    def __init__(self, broker: Broker, codes: list[str], now: Callable[[], datetime]) -> None:
        self.broker, self.now = broker, now
        topology.declare(broker, codes, {"dispatch": {}})
        self._publisher = broker.publisher()
        self._source = broker.source([topology.DISPATCH_COMMANDS], 1000)
        self._catalogue = Catalogue.of((*COMMANDS, *OPERATION_COMMANDS))
        self.tasks: dict[str, HandOff] = {}
        self.commands: list[Message[Any]] = []
        self.receipts: list[list[str]] = []
        self.refused: list[str] = []
        self.said: list[Message[Any]] = []
        self.repeats = 0
        self._seen: set[str] = set()

    def offer(self, dept: str, id: str, **more: Any) -> HandOff:
        task = HandOff(
            id=id,
            event_id="E-1",
            role="lead",
            dept=dept,
            state="offered",
            holder="desk:intake",
            held_since=self.now(),
            offerer="desk:intake",
            offered_at=self.now(),
            place=PLACE,
            **more,
        )
        return self._offered(task)

    def again(self, task: HandOff, dept: str, **more: Any) -> HandOff:
        """A new offer of a task that came back, to ``dept``."""
        changes = {"dept": dept, "state": "offered", "generation": task.generation + 1, "holder": "desk:triage", **more}
        return self._offered(task.model_copy(update=changes))

    def say(self, dept: str, data: Payload, subject: str = "H-1", id: str | None = None) -> Message[Any]:
        message = Message(
            id=id or "M-" + secrets.token_hex(8),
            source="/dispatch",
            subject=subject,
            version=1,
            place=PLACE,
            time=self.now(),
            trace=TRACE,
            data=data,
            dept=dept,
        )
        self.said.append(message)
        self.send(dept, message)
        return message

    def send(self, dept: str, message: Message[Any]) -> None:
        """Put a message (once more) into a department's queue."""
        self.raw(dept, message.encode(), message.id)

    def raw(self, dept: str, body: bytes, id: str = "raw") -> None:
        queue = topology.department(dept)
        outcome = self._publisher.publish([Outgoing(id, "", queue, body, "t")], 5.0)
        assert outcome.confirmed == {id}

    def work(self, wait: float = 0.0) -> int:
        """Obey the commands that have come; how many."""
        taken = self._source.take(1000, 0.0, wait)
        for delivery in taken:
            message = self._catalogue.decode(delivery.body)
            assert delivery.user and delivery.user.startswith("dept.")
            by = delivery.user.removeprefix("dept.")
            if message.id in self._seen:
                self.repeats += 1
                continue
            self._seen.add(message.id)
            self.commands.append(message)
            try:
                self._obey(by, message)
            except Refusal as refusal:
                self.refused.append(refusal.code)
                self._refuse(by, message, refusal)
        self._source.ack(taken)
        return len(taken)

    def play(self, *departments: Department, rounds: int = 6) -> None:
        """Let departments and desk take turns."""
        for _ in range(rounds):
            for one in departments:
                one.client.turn(0.0)
            self.work()

    def told(self) -> list[str]:
        """The types of the commands obeyed or refused, receipts aside."""
        return [message.type for message in self.commands if message.type != "message.received.v1"]

    def _obey(self, by: str, message: Message[Any]) -> None:
        said: Any = message.data
        if isinstance(said, MessagesReceived):
            self.receipts.append(list(said.ids))
        if not message.type.startswith("handoff."):
            return
        task = self.tasks[said.handoff_id]
        common = {"by": by, "generation": said.generation, "at": self.now(), "answered_at": said.answered_at}
        match said:
            case AcceptHandOff():
                step = answers.accept(task, **common)
            case FinishHandOff():
                step = answers.finish(task, result=said.result, **common)
            case ReturnHandOff():
                step = answers.return_(task, reason=said.reason, proposed=said.proposed, note=said.note, **common)
            case TransferHandOff():
                step = answers.transfer(task, to=said.to, reason=said.reason, accept_due_at=None, **common)
        self.tasks[task.id] = step.handoff
        for one in step.said:
            for queue in one.to:
                self.say(queue, one.payload, task.id)
        if isinstance(said, ReturnHandOff):
            self.again(step.handoff, said.proposed)
        if isinstance(said, TransferHandOff):
            self._offered(step.handoff)

    def _offered(self, task: HandOff) -> HandOff:
        self.tasks[task.id] = task
        facts = {name: getattr(task, name) for name in set(HandOffOffered.model_fields) & set(HandOff.model_fields)}
        self.say(task.dept, HandOffOffered(**facts, handoff_id=task.id, lead=task.dept, opened_at=START), task.id)
        return task

    def _refuse(self, by: str, message: Message[Any], refusal: Refusal) -> None:
        data = CommandRefused(
            command_id=message.id,
            command=message.type,
            code=refusal.code,
            zh=refusal.text("zh_CN"),
            en=refusal.text("en"),
            refused_at=self.now(),
        )
        self.say(by, data, message.subject)


SWIFT: dict[str, Any] = {
    "accept_after": {"least": 10, "usual": 10, "most": 10},
    "finish_after": {"least": 60, "usual": 60, "most": 60},
    "accept": 1.0,
    "return": 0.0,
    "transfer": 0.0,
    "return_reasons": ["not_responsible"],
    "transfer_to": ["shichang"],
}
BEHAVIOURS = {
    "swift": SWIFT,
    "returns": {**SWIFT, "accept": 0.0, "return": 1.0},
    "passes_on": {**SWIFT, "accept": 0.0, "transfer": 1.0},
}


class Department:
    """A client on the memory broker with its log, that can be killed and started again."""

    def __init__(self, memory: MemoryBroker, time: Time, log: Path, behaviour: str, code: str, asked: Any) -> None:
        self.code, self.log, self._time, self._memory = code, log, time, memory
        self._behaviour = Behaviour.of({**BEHAVIOURS[behaviour], "asked": asked or {}})
        self.start()

    def start(self) -> None:
        self.wire = BrokerWire(self._memory, self.code)
        chance = random.Random(7)
        self.client = DepartmentClient(self.code, self.wire, self.log, self._behaviour, self._time, chance=chance)

    def kill(self) -> None:
        """What kill -9 leaves: unacked messages go back, nothing is flushed or closed in order."""
        self.wire.close()
        self.client._journal._lines.clear()

    def entries(self, kind: str) -> list[Any]:
        return [entry for entry in read(self.log) if entry["kind"] == kind]


@pytest.fixture
def behaviours() -> dict[str, dict[str, Any]]:
    return BEHAVIOURS


@pytest.fixture
def desk(memory: MemoryBroker, time: Time) -> Desk:
    return Desk(memory, ["chengguan", "shichang"], time)


@pytest.fixture
def start(memory: MemoryBroker, time: Time, tmp_path: Path, desk: Desk) -> Callable[..., Department]:
    def start(behaviour: str = "swift", code: str = "chengguan", asked: Any = None) -> Department:
        return Department(memory, time, tmp_path / f"{code}.jsonl", behaviour, code, asked)

    return start


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def memory() -> Iterator[MemoryBroker]:
    broker = MemoryBroker(secrets.token_hex(4))
    yield broker
    broker.close()
    broker.forget()


@pytest.fixture
def make_desk() -> Callable[[Broker, list[str], Callable[[], datetime]], Desk]:
    return Desk
