"""The service against the rules alone: the same commands in the same order leave the same rows, reasons and history.

The model is the domain's own decisions over values; the store is dispatch with its real hop, tables and timers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gov_dispatch import store
from gov_dispatch.bootstrap import SPEC
from gov_dispatch.contracts import DesignateHandOff, RateEvent, ReopenEvent, VerifyEvent
from govcore.errors import Refusal
from govcore.events import Changed, Event, HandOff, assert_one_holder, matter
from govcore.memory import SequentialIds
from govcore.messages import AcceptHandOff, FinishHandOff, Message, Payload, ReturnHandOff, TransferHandOff
from govcore.packs import load_pack, way_of
from govcore.testing import AT
from govmesh.testing.alone import Alone

pytestmark = pytest.mark.slow

DEPARTMENTS = ("chengguan", "gongan", "shichang", "zhujian")
ANY = st.sampled_from(DEPARTMENTS)
OTHER = st.sampled_from((*DEPARTMENTS, "feidieju"))
NUMBER = st.integers(0, 4)
OFFSET = st.sampled_from((0, 0, 0, 0, -1, 1))
KINDS = st.sampled_from(("accept", "accept", "finish", "finish", "return", "transfer"))
OF_A_MATTER = "kind <> 'surge' AND kind NOT LIKE 'order_%%' AND kind NOT LIKE '%%visit%%'"  # they change no matter
_NUMBERS = count(1)


@dataclass(frozen=True)
class Command:
    """A department's command on its way: as it is sent, and by whom."""

    by: str
    message: Message[Any]


class Twice(RuleBasedStateMachine):
    """One matter in the model and in the store."""

    service: ClassVar[Alone]
    walked: ClassVar[Counter[str]] = Counter()

    @initialize(lead=ANY, assists=st.sets(ANY, max_size=3))
    def begin(self, lead: str, assists: set[str]) -> None:
        service = self.service
        self.way = way_of(service.mesh.pack, SequentialIds())
        with service.mesh.database.write() as conn:
            conn.exec_driver_sql("DELETE FROM timers")  # of the matters before
        service.clock.set(AT)
        said = {"source": "t", "text": f"一件不知归谁管的事情，第{next(_NUMBERS)}号"}
        ident = service.api.post("/api/v1/reports", json=said).get_json()["event"]
        service.clock.forward(timedelta(hours=2))
        service.mesh.tick()
        named = {"lead": lead, "assists": sorted(assists), "reason": "联勤"}
        assert service.api.post(f"/api/v1/events/{ident}/assign", json=named).status_code == 200
        self.event: Event
        self.event, tasks = self._stored(ident)
        self.tasks = dict(sorted(tasks.items(), key=lambda one: one[1].dept))  # ids are made by chance
        self.history = self._history()
        self.mailbox: list[Command] = []
        self.gone: list[Command] = []

    @precondition(lambda self: self._standing("offered", "accepted"))
    @rule(kind=KINDS, number=NUMBER, other=ANY)
    def answer(self, kind: str, number: int, other: str) -> None:
        """The department that is asked, or holds it, says something it may say, and it arrives at once."""
        tasks = self._standing("offered", "accepted")
        task = tasks[number % len(tasks)]
        if task.state == "offered" and kind in ("finish", "transfer"):
            kind = "accept"
        self._arrive([self._command(kind, task, task.dept, task.generation, other)])

    @rule(kind=KINDS, number=NUMBER, foreign=st.sampled_from((None, None, None, *DEPARTMENTS)), other=OTHER, off=OFFSET)
    def say(self, kind: str, number: int, foreign: str | None, other: str, off: int) -> None:
        """A command sets out: for this offer, an earlier one, one to come, or somebody else's."""
        task = list(self.tasks.values())[number % len(self.tasks)]
        self.mailbox.append(self._command(kind, task, foreign or task.dept, max(1, task.generation + off), other))

    def _command(self, kind: str, task: HandOff, by: str, generation: int, other: str) -> Command:
        about: dict[str, Any] = {"handoff_id": task.id, "generation": generation}
        data: Payload = {
            "accept": lambda: AcceptHandOff(**about),
            "finish": lambda: FinishHandOff(**about, result="已处置"),
            "return": lambda: ReturnHandOff(**about, reason="not_responsible", proposed=other),
            "transfer": lambda: TransferHandOff(**about, to=other, reason="属其职责"),
        }[kind]()
        return Command(by, self.service.message(data, task.id, f"c-machine-{next(_NUMBERS)}"))

    def _standing(self, *states: str) -> list[HandOff]:
        return [task for task in self.tasks.values() if task.state in states]

    @precondition(lambda self: self.mailbox)
    @rule(number=NUMBER)
    def arrive(self, number: int) -> None:
        """One of those on their way, not the oldest first."""
        self._arrive([self.mailbox.pop(number % len(self.mailbox))])

    @precondition(lambda self: len(self.mailbox) > 1)
    @rule(backwards=st.booleans())
    def arrive_together(self, backwards: bool) -> None:
        """All of them in one batch."""
        commands, self.mailbox = self.mailbox[:: -1 if backwards else 1], []
        self._arrive(commands)

    @precondition(lambda self: self.gone)
    @rule(number=NUMBER)
    def arrive_again(self, number: int) -> None:
        """The broker gives a message twice: it is recognised, and nothing happens."""
        command, items = self.gone[number % len(self.gone)], []
        self.service.send(self.service.mesh.commands, f"dept.{command.by}", [command.message.encode()])
        self.service.work(items.append)
        assert [item.repeat for item in items] == [True]
        self.walked["again"] += 1

    def _arrive(self, commands: list[Command]) -> None:
        items: list[Any] = []
        for command in commands:
            self.service.send(self.service.mesh.commands, f"dept.{command.by}", [command.message.encode()])
        self.service.work(items.append)
        for command, item in zip(commands, items, strict=True):
            assert item.error is None
            outcome = self._decide(lambda command=command: self._obey(command))  # type: ignore[misc]
            assert outcome == (item.refusal.code if item.refusal else "done"), command
            if item.refusal:
                self.history.append((command.message.subject, "command.refused", None, None))
            self.walked["refused" if item.refusal else "done"] += 1
        self.gone += commands

    def _obey(self, command: Command) -> Changed:
        data, now = command.message.data, self.service.clock.now()
        task = self.tasks[data.handoff_id]
        said: dict[str, Any] = {"by": command.by, "generation": data.generation, "at": now}
        said["answered_at"] = command.message.time
        if isinstance(data, AcceptHandOff):
            return matter.accept(self.event, task, **said)
        said["way"] = self.way
        if isinstance(data, ReturnHandOff):
            return matter.return_(self.event, task, reason=data.reason, proposed=data.proposed, **said)
        if isinstance(data, TransferHandOff):
            return matter.transfer(self.event, task, to=data.to, reason=data.reason, **said)
        tasks = list(self.tasks.values())
        return matter.finish(self.event, tasks, handoff_id=task.id, result=data.result, **said)

    @rule(number=NUMBER, dept=ANY)
    def designate(self, number: int, dept: str) -> None:
        back = self._standing("returned", "expired")
        if not back and number:
            return
        task = (back or list(self.tasks.values()))[number % len(back or self.tasks)]
        local = DesignateHandOff(event_id=self.event.id, handoff_id=task.id, dept=dept, reason="会商")
        said: dict[str, Any] = {"dept": dept, "by": local.by, "reason": local.reason, "way": self.way}
        self._locally(local, lambda now: matter.designate(self.event, task, at=now, **said))

    @rule(ok=st.booleans())
    def verify(self, ok: bool) -> None:
        local = VerifyEvent(event_id=self.event.id, ok=ok, reason="现场核查")
        by = self.event.holder or "desk:verify"  # whoever has to
        said: dict[str, Any] = {"ok": ok, "by": by, "reason": local.reason, "way": self.way}
        self._locally(local, lambda now: matter.verify(self.event, list(self.tasks.values()), at=now, **said))

    @precondition(lambda self: not self.event.open)
    @rule(grade=st.integers(1, 5), objects=st.booleans())
    def resident(self, grade: int, objects: bool) -> None:
        """Rates, or objects."""
        if objects:
            said: dict[str, Any] = {"by": "reporter", "reason": "仍未解决", "way": self.way}
            again = ReopenEvent(event_id=self.event.id, reason="仍未解决")
            self._locally(again, lambda now: matter.reopen(self.event, list(self.tasks.values()), at=now, **said))
        else:
            local, tasks = RateEvent(event_id=self.event.id, grade=grade), list(self.tasks.values())
            self._locally(local, lambda at: matter.rate(self.event, tasks, grade=grade, at=at, way=self.way))

    def _locally(self, local: Payload, decision: Callable[[Any], Changed]) -> None:
        outcome = self._decide(lambda: decision(self.service.clock.now()))
        try:
            self.service.mesh.obey(local)
        except Refusal as no:
            assert outcome == no.code
        else:
            assert outcome == "done"

    @rule(minutes=st.sampled_from((0, 1, 30, 600)))
    def the_clock_moves_on(self, minutes: int) -> None:
        """To the earliest promise of the store and a little further: whatever is due fires, oldest first."""
        first = self.service.rows(f"SELECT min(due_at) FROM timers WHERE {OF_A_MATTER}")[0][0]
        clock = self.service.clock
        if first is None:
            return
        clock.set(max(clock.now(), type(AT).fromisoformat(first)) + timedelta(minutes=minutes))
        stamp = clock.now().astimezone(type(AT).fromisoformat(first).tzinfo).isoformat(timespec="microseconds")
        sql = f"SELECT kind, subject, data FROM timers WHERE {OF_A_MATTER} AND due_at <= '{stamp}' ORDER BY due_at, id"
        due = self.service.rows(sql)
        self.service.mesh.tick()
        for kind, subject, data in due:
            said: dict[str, Any] = {"generation": int(data.partition("|")[2]), "at": clock.now(), "way": self.way}
            task = self.tasks.get(subject)
            self._decide(lambda kind=kind, task=task, said=said: matter.woken(kind, self.event, task, **said))  # type: ignore[misc]

    def _decide(self, decision: Callable[[], Changed]) -> str:
        self.walked["step"] += 1
        try:
            changed = decision()
        except Refusal as no:
            return no.code
        self.event = changed.event or self.event
        self.tasks.update({task.id: task for task in changed.handoffs})
        notes = [note for note in changed.notes if not note.subject.startswith("V")]  # a visit's are its own
        self.history += [(note.subject, note.kind, note.to_state, note.holder) for note in notes]
        self.walked.update(note.kind for note in changed.notes)
        return "done"

    @invariant()
    def the_store_is_the_model(self) -> None:
        """Rows and history, each line where it was; nothing is parked; exactly one holder."""
        event, tasks = self._stored(self.event.id)
        assert (event, tasks) == (self.event, self.tasks)
        assert_one_holder(event, list(tasks.values()))
        assert self._history() == self.history
        assert self.service.rows("SELECT count(*) FROM parking") == [(0,)]

    @invariant()
    def somebody_will_look_again(self) -> None:
        """The store has a promise for the present offer of each open task, or its holder has been ordered already."""
        kinds = {"offered": "accept", "accepted": "finish", "returned": "triage", "expired": "triage"}
        there = {row[0] for row in self.service.rows("SELECT id FROM timers")}
        for task in [one for one in self.tasks.values() if one.open]:
            mine = (kinds[task.state], *(["finish"] if task.due_at and task.due_at <= self.service.clock.now() else []))
            assert task.orders or any(f"{kind}:{task.id}:{task.generation}" in there for kind in mine), task

    def _stored(self, ident: str) -> tuple[Event, dict[str, HandOff]]:
        with self.service.mesh.database.read() as conn:
            event = store.event(conn, ident)
            assert event is not None
            return event, {task.id: task for task in store.handoffs_of(conn, ident)}

    def _history(self) -> list[tuple[str, str, str | None, str | None]]:
        named = ", ".join(f"'{one}'" for one in (self.event.id, *self.tasks))
        sql = f"SELECT subject, kind, to_state, holder FROM history WHERE subject IN ({named}) ORDER BY seq"
        return [tuple(row) for row in self.service.rows(sql)]


def _run(home: Path, examples: int, steps: int) -> Counter[str]:  # what happened, how often
    pack = load_pack("tongcheng")
    verified = pack.header.model_copy(update={"verify": pack.header.verify.model_copy(update={"share": 1.0})})
    ladder = tuple(rung.model_copy(update={"answer": None}) for rung in pack.terms.ladder)  # climbed by shares alone
    pack = replace(pack, header=verified, terms=pack.terms.model_copy(update={"ladder": ladder}))
    Twice.service, Twice.walked = Alone(SPEC, f"sqlite:///{home}", home, pack, AT), Counter()
    try:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Twice,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        told = Twice.service.rows("SELECT count(*) FROM outbox WHERE type = 'command.refused.v1' AND exchange = ''")
        assert told == [(Twice.walked["refused"],)], "each refusal went to its department"
    finally:
        Twice.service.close()
    return Twice.walked


def test_the_service_does_what_the_rules_say(tmp_path: Path) -> None:
    """A seeded sample of the long run below."""
    assert _run(tmp_path, 5, 12)["step"] > 20


def test_the_service_does_what_the_rules_say_for_two_thousand_steps(tmp_path: Path) -> None:
    """Late, doubled, reordered and foreign commands, desks, residents and the clock, one by one and in batches."""
    walked = _run(tmp_path, 150, 50)
    print(f"\n{walked['step']:,} steps, {walked['done']:,} commands done, {walked['refused']:,} refused")
    assert walked["step"] >= 2_000
    assert {"accept", "return", "transfer", "finish", "expire", "designate", "order"} <= walked.keys()
    assert {"offer_again", "rework", "undelivered", "again"} <= walked.keys()
