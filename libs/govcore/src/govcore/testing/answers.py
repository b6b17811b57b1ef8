"""A department's answer as a plain value: for tests that let answers come late, twice and out of order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govcore.events import matter
from govcore.events._moves import find
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.way import Way

COMMANDS = ("accept", "return", "transfer", "finish", "suspend", "resume", "extend")


@dataclass(frozen=True)
class Command:
    """A department's answer on its way: ``kind`` one of :data:`COMMANDS`, ``other`` whom it names, if it names one."""

    kind: str
    task: str
    by: str
    generation: int
    other: str


def obeyed(event: Event, tasks: Sequence[HandOff], command: Command, *, at: datetime, way: Way) -> Changed:
    """What the command changes of the matter.  Raises the refusals of its rule."""
    task = find(tasks, command.task)
    said: dict[str, Any] = {"by": command.by, "generation": command.generation, "at": at}
    match command.kind:
        case "accept":
            return matter.accept(event, task, **said, workflows=way.workflows)
        case "return":
            return matter.return_(event, task, reason="not_ours", proposed=command.other, **said, way=way)
        case "transfer":
            return matter.transfer(event, task, to=command.other, reason="not ours", **said, way=way)
        case "suspend":
            reason = "awaiting_permit" if command.other == "gongan" else "awaiting_reporter"
            return matter.suspend(event, task, reason=reason, term="3wh", **said, way=way)
        case "resume":
            return matter.resume(event, task, **said, way=way)
        case "extend":
            return matter.extend(event, task, term="1wh", reason="more to do", **said, way=way)
        case _:
            return matter.finish(event, tasks, handoff_id=task.id, result="done", **said, way=way)
