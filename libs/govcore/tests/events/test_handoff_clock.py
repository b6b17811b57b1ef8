"""The machine of hand-offs with its durable clock and receipts: nobody loses a task, however late everybody is.

Promises fire in the order in which they come due, sometimes twice, for offers that have long been answered too.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from govcore.events import HANDOFF, Changed, matter
from govcore.events.decision import Promise

from .test_handoff_machine import NUMBER, OFFSET, SELDOM, Command, Matter

WATCHED = {"offered": "accept", "accepted": "finish", "returned": "triage", "expired": "triage"}
"""The promise that goes with each state of an open task."""
SAID = ("undelivered", "stalled", "regained", "expired", "withdrawn", "designated", "returned", "transferred", "done")


class Watched(Matter):
    """One matter with everything it promised to look at again."""

    codes: ClassVar[Counter[str]] = Counter()
    """What became of the departments' commands: done, or the reason of the refusal."""

    def __init__(self) -> None:
        super().__init__()
        self.promises: dict[tuple[str, str, int], Promise] = {}

    def keep(self, changed: Changed) -> None:
        before = tuple(self.history)
        super().keep(changed)
        assert tuple(self.history[: len(before)]) == before, "the history only grows"
        self.walked.update(said.payload.type for said in changed.said)
        self.promises |= {(one.kind, one.subject, one.generation): one for one in changed.promises}

    def give(self, command: Command) -> None:
        before = Counter(self.ended)
        super().give(command)
        self.codes.update(self.ended - before)

    @precondition(lambda self: self.promises)
    @rule(again=SELDOM)
    def the_clock_moves_on(self, again: bool) -> None:
        """To the earliest promise, which fires once; or twice, where a process died in between."""
        key, promise = min(self.promises.items(), key=lambda one: one[1].at)
        if not again:
            del self.promises[key]
        self.now = max(self.now, promise.at)
        task = self.tasks.get(promise.subject)
        due: dict[str, Any] = {"generation": promise.generation, "way": self.way}
        self.decide(lambda: matter.woken(promise.kind, self.event, task, at=self.now, **due))

    @precondition(lambda self: self.standing("offered"))
    @rule(number=NUMBER, offset=OFFSET)
    def receipted(self, number: int, offset: int) -> None:
        """A department's receipt arrives, for this offer or another."""
        tasks = self.standing("offered")
        task = tasks[number % len(tasks)]
        self.decide(lambda: matter.receipt(task, generation=task.generation + offset, at=self.now))

    @invariant()
    def somebody_will_look_again(self) -> None:
        """Each open task has a promise that names its present offer, or its holder has been ordered already."""
        for task in self.standing(*WATCHED):
            kinds = (
                {WATCHED[task.state], "finish"} if task.due_at and task.due_at <= self.now else {WATCHED[task.state]}
            )
            assert task.orders or any((kind, task.id, task.generation) in self.promises for kind in kinds), task


def _run(examples: int, steps: int) -> Counter[str]:
    """How many decisions were asked for, and how often each thing happened and was said."""
    Watched.walked, Watched.codes = Counter(), Counter()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Watched,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Watched.walked


@pytest.mark.slow
def test_nobody_loses_a_task_however_late_everybody_is() -> None:
    """A seeded sample of the long run below."""
    walked = _run(40, 30)
    assert {"accept", "expire", "receipt", "order", "handoff.stalled.v1"} <= walked.keys()


@pytest.mark.slow
def test_nobody_loses_a_task_in_twenty_thousand_steps() -> None:
    """Duplicate, late and reordered commands and promises; every line of the table is walked, every finding is told."""
    walked = _run(450, 100)
    assert walked["step"] >= 20_000
    assert {line.action for line in HANDOFF.transitions} <= walked.keys()
    assert {"receipt", "undelivered", "order", "rework", "reopen", "approve", "rate"} <= walked.keys()
    assert {*(f"handoff.{verb}.v1" for verb in SAID), "order.issued.v1"} <= walked.keys()
    refused = Counter({code: number for code, number in Watched.codes.items() if code != "done"})
    told = ", ".join(f"{code} {number:,}" for code, number in refused.most_common())
    print(f"\n{walked['step']:,} steps; commands: {Watched.codes['done']:,} done, {refused.total():,} refused: {told}")
