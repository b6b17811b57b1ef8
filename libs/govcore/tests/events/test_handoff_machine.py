"""Any order of commands, timers and desk decisions: exactly one holder always, and nothing is lost.

Departments answer late, twice, out of order, for offers long gone and for tasks that were never theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
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

from govcore.errors import Refusal
from govcore.events import Changed, Event, HandOff, Note, assert_one_holder, matter
from govcore.messages import EventFacts, HandOffAccepted, HandOffFacts, HandOffRegained
from govcore.testing import AT, COMMANDS, Command, a_way, a_where, an_event, obeyed
from govcore.testing.ended import AFTER

pytestmark = pytest.mark.slow

DEPARTMENTS = ("chengguan", "gongan", "shichang", "zhujian", "nobody")
NUMBER = st.integers(0, 4)
SELDOM = st.sampled_from((False, False, True))
ANY_DEPARTMENT = st.sampled_from(DEPARTMENTS)
MEDDLING = st.sampled_from(("nothing",) * 8 + ("withdraw", "designate", "void"))
OFFSET = st.sampled_from((0, 0, -1, 1))


class Matter(RuleBasedStateMachine):
    """One matter with its tasks, a mailbox of answers, and everything anybody was ever told."""

    walked: ClassVar[Counter[str]] = Counter()

    @initialize(
        lead=st.sampled_from(("chengguan", "gongan", None)),
        assists=st.sets(st.sampled_from(("gongan", "shichang"))),
        join=st.sampled_from(("all", "lead", "quorum:2")),
        share=st.sampled_from((0.0, 1.0)),
        located=st.booleans(),
    )
    def begin(self, lead: str | None, assists: set[str], join: str, share: float, located: bool) -> None:
        self.now = AT
        self.way = a_way(lead, tuple(sorted(assists)), verify_share=share, reoffers=1, **AFTER)
        self.event: Event = an_event(join=join)
        self.tasks: dict[str, HandOff] = {}
        self.history: list[Note] = []
        self.told: dict[str, int] = {self.event.id: self.event.version}
        self.held: dict[tuple[str, int], set[str]] = {}
        self.mailbox: list[Command] = []
        self.ended: Counter[str] = Counter()
        self.delivered = 0
        if located:
            self.keep(matter.located(self.event, a_where(), at=self.now, way=self.way))

    def keep(self, changed: Changed) -> None:
        self.event = changed.event or self.event
        for task in changed.handoffs:
            before = self.tasks.get(task.id)
            assert before is None or (task.version > before.version and task.generation >= before.generation)
            self.tasks[task.id] = task
        self.history += changed.notes
        self.walked.update(note.kind for note in changed.notes)
        for said in changed.said:
            if isinstance(said.payload, HandOffFacts | EventFacts):
                assert said.version >= self.told.get(said.subject, 0), "a read model would ignore it"
                self.told[said.subject] = said.version
            if isinstance(said.payload, HandOffAccepted | HandOffRegained):
                assert said.to == (said.payload.dept,)
                self.held.setdefault((said.subject, said.payload.generation), set()).add(said.payload.dept)

    def decide(self, decision: Callable[[], Changed]) -> str:
        """Done, or the reason code of the refusal; nothing else can happen."""
        self.now += timedelta(minutes=7)
        self.walked["step"] += 1
        try:
            changed = decision()
        except Refusal as no:
            assert no.text("zh_CN") != no.code != no.text("en")
            return no.code
        self.keep(changed)
        return "done"

    @precondition(lambda self: self.standing("offered"))
    @rule(number=NUMBER, again=SELDOM)
    def accepted(self, number: int, again: bool) -> None:
        self.answer("accept", self.standing("offered"), number, again)

    @precondition(lambda self: self.standing("accepted"))
    @rule(number=NUMBER, again=SELDOM)
    def finished(self, number: int, again: bool) -> None:
        self.answer("finish", self.standing("accepted"), number, again)

    @precondition(lambda self: self.standing("offered", "accepted"))
    @rule(number=NUMBER, again=SELDOM, other=st.sampled_from(DEPARTMENTS))
    def returned(self, number: int, again: bool, other: str) -> None:
        self.answer("return", self.standing("offered", "accepted"), number, again, other)

    @precondition(lambda self: self.standing("accepted"))
    @rule(number=NUMBER, again=SELDOM, other=st.sampled_from(DEPARTMENTS))
    def passed_on(self, number: int, again: bool, other: str) -> None:
        self.answer("transfer", self.standing("accepted"), number, again, other)

    @precondition(lambda self: self.standing("accepted"))
    @rule(number=NUMBER, again=SELDOM, kind=st.sampled_from(("suspend", "extend")), other=ANY_DEPARTMENT)
    def asked_for_time(self, number: int, again: bool, kind: str, other: str) -> None:
        self.answer(kind, self.standing("accepted"), number, again, other)

    @precondition(lambda self: self.standing("suspended"))
    @rule(number=NUMBER, again=SELDOM, desk=SELDOM)
    def goes_on(self, number: int, again: bool, desk: bool) -> None:
        paused = self.standing("suspended")
        if desk:
            task = paused[number % len(paused)]
            said: dict[str, Any] = {"by": "desk:triage", "reason": "r", "at": self.now, "way": self.way}
            self.decide(lambda: matter.end_pause(self.event, task, **said))
        else:
            self.answer("resume", paused, number, again)

    @precondition(lambda self: any(task.request for task in self.tasks.values()))
    @rule(number=NUMBER, ok=st.booleans())
    def granted_or_not(self, number: int, ok: bool) -> None:
        asking = [task for task in self.tasks.values() if task.request]
        task = asking[number % len(asking)]
        said: dict[str, Any] = {"ok": ok, "by": "desk:triage", "reason": "r", "way": self.way}
        self.decide(lambda: matter.decide(self.event, task, at=self.now, **said))

    @precondition(lambda self: self.tasks)
    @rule(kind=st.sampled_from(COMMANDS), number=NUMBER, by=ANY_DEPARTMENT, other=ANY_DEPARTMENT, offset=OFFSET)
    def astray(self, kind: str, number: int, by: str, other: str, offset: int) -> None:
        """A command from whomever, for whichever offer, on its way."""
        task = self.standing()[number % len(self.tasks)]
        self.mailbox.append(Command(kind, task.id, by, max(1, task.generation + offset), other))

    @precondition(lambda self: self.mailbox)
    @rule(number=NUMBER, again=SELDOM)
    def deliver(self, number: int, again: bool) -> None:
        """Any waiting command, not the oldest first; sometimes it will come once more."""
        command = self.mailbox[number % len(self.mailbox)]
        if not again:
            self.mailbox.remove(command)
        self.give(command)

    def answer(self, kind: str, tasks: list[HandOff], number: int, again: bool, other: str = "gongan") -> None:
        """The addressee's answer arrives at once; sometimes it arrives once more later."""
        task = tasks[number % len(tasks)]
        command = Command(kind, task.id, task.dept, task.generation, other)
        self.give(command)
        if again:
            self.mailbox.append(command)

    def give(self, command: Command) -> None:
        self.delivered += 1
        self.ended[self.decide(lambda: self.obey(command))] += 1

    def standing(self, *states: str) -> list[HandOff]:
        return [task for task in self.tasks.values() if not states or task.state in states]

    def obey(self, command: Command) -> Changed:
        return obeyed(self.event, list(self.tasks.values()), command, at=self.now, way=self.way)

    @rule(kind=st.sampled_from(("locate", "triage", "verify")))
    def wake_event(self, kind: str) -> None:
        self.decide(lambda: matter.woken(kind, self.event, None, generation=0, at=self.now, way=self.way))

    @precondition(lambda self: self.tasks)
    @rule(
        kind=st.sampled_from(("accept", "accept", "finish", "receipt", "triage", "request", "resume")),
        number=NUMBER,
        offset=OFFSET,
    )
    def wake_task(self, kind: str, number: int, offset: int) -> None:
        task = self.standing()[number % len(self.tasks)]
        at = {"generation": task.generation + offset, "at": self.now, "way": self.way}
        self.decide(lambda: matter.woken(kind, self.event, task, **at))

    @rule()
    def locate_late(self) -> None:
        tasks = list(self.tasks.values())
        self.decide(lambda: matter.located(self.event, a_where(), at=self.now, way=self.way, handoffs=tasks))

    @precondition(lambda self: self.event.state == "triage")
    @rule(lead=st.sampled_from(DEPARTMENTS), assist=st.sampled_from(DEPARTMENTS))
    def triage(self, lead: str, assist: str) -> None:
        said: dict[str, Any] = {"lead": lead, "assists": (assist,), "reason": "r", "by": "desk:triage"}
        self.decide(lambda: matter.triage(self.event, at=self.now, way=self.way, **said))

    @precondition(lambda self: self.standing("returned", "expired"))
    @rule(number=NUMBER, dept=ANY_DEPARTMENT)
    def designate(self, number: int, dept: str) -> None:
        back = self.standing("returned", "expired")
        task = back[number % len(back)]
        said: dict[str, Any] = {"dept": dept, "by": "desk:triage", "reason": "r"}
        self.decide(lambda: matter.designate(self.event, task, at=self.now, way=self.way, **said))

    @precondition(lambda self: self.tasks)
    @rule(
        number=NUMBER, dept=ANY_DEPARTMENT, what=st.sampled_from(("nothing",) * 8 + ("withdraw", "designate", "void"))
    )
    def meddle(self, number: int, dept: str, what: str) -> None:
        """The desk takes back, names somebody over an open offer, or ends the whole matter: now and then."""
        task, tasks = self.standing()[number % len(self.tasks)], list(self.tasks.values())
        said: dict[str, Any] = {"by": "desk:triage", "reason": "r", "at": self.now}
        if what == "withdraw":
            self.decide(lambda: matter.withdraw(self.event, tasks, handoff_id=task.id, way=self.way, **said))
        elif what == "designate":
            self.decide(lambda: matter.designate(self.event, task, dept=dept, way=self.way, **said))
        elif what == "void" and number == 0:
            self.decide(lambda: matter.void(self.event, tasks, **said))

    @precondition(lambda self: self.event.state == "verifying")
    @rule(ok=st.booleans())
    def verify(self, ok: bool) -> None:
        tasks = list(self.tasks.values())
        said: dict[str, Any] = {"ok": ok, "by": "desk:verify", "reason": "r"}
        self.decide(lambda: matter.verify(self.event, tasks, at=self.now, way=self.way, **said))

    @precondition(lambda self: not self.event.open)
    @rule(grade=st.integers(0, 6), again=st.booleans())
    def resident(self, grade: int, again: bool) -> None:
        self.decide(lambda: matter.rate(self.event, list(self.tasks.values()), grade=grade, at=self.now, way=self.way))
        if again:
            tasks, said = list(self.tasks.values()), {"by": "reporter", "reason": "r"}
            self.decide(lambda: matter.reopen(self.event, tasks, at=self.now, way=self.way, **said))

    @invariant()
    def exactly_one_holder(self) -> None:
        """Every open task has one holder; every ended one has none; the counts are right."""
        assert_one_holder(self.event, list(self.tasks.values()))

    @invariant()
    def no_two_departments_held_one_generation(self) -> None:
        """As the departments' own logs show it."""
        assert all(len(depts) == 1 for depts in self.held.values())

    @invariant()
    def a_clock_stands_or_runs(self) -> None:
        """A suspended task has no due time and says since when; every other open one with a term has its time."""
        for task in self.tasks.values():
            assert (task.paused_at is not None) == (task.phase == "paused")
            if task.open and task.term is not None:
                assert (task.due_at is None) == (task.phase == "paused")

    @invariant()
    def the_history_is_a_chain(self) -> None:
        """Each line begins where the one before it ended, and the last one is the present state and holder."""
        last: dict[str, Note] = {}
        for note in self.history:
            if note.subject in last:
                assert note.from_state == last[note.subject].to_state
            last[note.subject] = note
        for task in self.tasks.values():
            assert (last[task.id].to_state, last[task.id].holder) == (task.state, task.holder)

    @invariant()
    def no_command_is_lost(self) -> None:
        """Each was done or refused with a reason code."""
        assert sum(self.ended.values()) == self.delivered


def _run(examples: int, steps: int) -> Counter[str]:
    """How many decisions were asked for, and how often each thing happened."""
    Matter.walked.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Matter,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Matter.walked


def test_one_holder_whatever_comes() -> None:
    """A seeded sample; the long run is that of the machine with a clock, in ``test_handoff_clock.py``."""
    walked = _run(60, 40)
    assert {"accept", "return", "transfer", "finish", "designate", "expire"} <= walked.keys()
