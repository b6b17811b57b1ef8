"""Departments answer by command: who they are is what the broker stamped, never what the message says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from gov_dispatch.apply import apply
from gov_dispatch.handlers.needs import BY_HANDOFF, event, task, tasks, the_joint_task, the_task, the_tasks
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.event import Event
from govcore.events.way import Way
from govcore.messages import (
    AcceptHandOff,
    Answer,
    ExtendHandOff,
    FinishHandOff,
    Message,
    ResumeHandOff,
    ReturnHandOff,
    SuspendHandOff,
    TransferHandOff,
)
from govcore.ports import Storage
from govcore.storage import check_keys
from govmesh.common import answered_by_hand
from govmesh.handlers import On
from govmesh.work import Work

A = TypeVar("A", bound=Answer)


class Departments:
    """Accept, return, transfer, finish; suspend, resume, ask for more time."""

    def __init__(self, way: Way, storage: Storage | None, returned: Callable[[Work, Event, str], None]) -> None:
        self._way, self._storage, self._returned = way, storage, returned

    def handlers(self) -> Sequence[On]:
        return (
            On(AcceptHandOff, self.accept, the_task, BY_HANDOFF),
            On(ReturnHandOff, self.give_back, the_joint_task, BY_HANDOFF),
            On(TransferHandOff, self.transfer, the_task, BY_HANDOFF),
            On(FinishHandOff, self.finish, the_tasks, BY_HANDOFF),
            On(SuspendHandOff, self.suspend, the_task, BY_HANDOFF),
            On(ResumeHandOff, self.resume, the_task, BY_HANDOFF),
            On(ExtendHandOff, self.extend, the_task, BY_HANDOFF),
        )

    def accept(self, message: Message[AcceptHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.accept(
            found,
            handoff,
            by=by,
            generation=said.generation,
            at=work.now,
            answered_at=answered(message),
            workflows=self._way.workflows,
        )
        apply(work, found, changed)

    def give_back(self, message: Message[ReturnHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.return_(
            found,
            handoff,
            by=by,
            generation=said.generation,
            reason=said.reason,
            proposed=said.proposed,
            words=said.note,
            at=work.now,
            way=self._way,
            answered_at=answered(message),
        )
        apply(work, found, changed)
        self._returned(work, event(work, found.id), handoff.id)

    def transfer(self, message: Message[TransferHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.transfer(
            found,
            handoff,
            by=by,
            generation=said.generation,
            to=said.to,
            reason=said.reason,
            at=work.now,
            way=self._way,
            answered_at=answered(message),
        )
        apply(work, found, changed)

    def finish(self, message: Message[FinishHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        check_keys(said.evidence, self._storage)
        changed = matter.finish(
            found,
            tasks(work, found),
            handoff_id=handoff.id,
            by=by,
            generation=said.generation,
            result=said.result,
            evidence=said.evidence,
            at=work.now,
            way=self._way,
            answered_at=answered(message),
        )
        apply(work, found, changed)

    def suspend(self, message: Message[SuspendHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.suspend(
            found,
            handoff,
            by=by,
            generation=said.generation,
            reason=said.reason,
            term=said.term,
            words=said.note,
            at=work.now,
            way=self._way,
            answered_at=answered(message),
        )
        apply(work, found, changed)

    def resume(self, message: Message[ResumeHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.resume(
            found, handoff, by=by, generation=said.generation, words=said.note, at=work.now, way=self._way
        )
        apply(work, found, changed)

    def extend(self, message: Message[ExtendHandOff], work: Work) -> None:
        by, said = sender(work, message.data.handoff_id), message.data
        found, handoff = task(work, said.handoff_id)
        changed = matter.extend(
            found,
            handoff,
            by=by,
            generation=said.generation,
            term=said.term,
            reason=said.reason,
            at=work.now,
            way=self._way,
            answered_at=answered(message),
        )
        apply(work, found, changed)


def sender(work: Work, subject: str) -> str:
    """The department's code, as :func:`department` gives it.

    An answer given through the API shows that what was said about ``subject`` has been seen: as good as a receipt.
    """
    code = department(work)
    if work.message.source.endswith("/local"):
        answered_by_hand(work, subject, f"dept.{code}")
    return code


def department(work: Work) -> str:
    """The code of the department a command is from.  Raises ``COMMAND_NO_SENDER`` where the broker stamped none."""
    if not work.user or not work.user.startswith("dept."):
        raise Refusal("COMMAND_NO_SENDER", field="user_id")
    return work.user.removeprefix("dept.")


def answered(message: Message[A]) -> datetime:
    """When the department answered, by its own clock."""
    return message.data.answered_at or message.time
