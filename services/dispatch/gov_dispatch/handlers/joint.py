"""Operations of several departments: called, answered, recorded, ended; and the consultation that opens by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from gov_dispatch.apply import apply_joint
from gov_dispatch.handlers.departments import sender
from gov_dispatch.handlers.needs import event, task
from gov_dispatch.joint_commands import CallOperation, CancelOperation, ConcludeOperation, RecordOperation
from gov_dispatch.store import EVENTS, HANDOFFS, OPERATIONS
from govcore import joint
from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.way import Way
from govcore.joint import JointRules, Operation
from govcore.messages import AnswerOperation, ArriveOperation, Message
from govcore.ports import Storage
from govcore.storage import check_keys
from govmesh.handlers import On, Via
from govmesh.work import Need, Work

BY_OPERATION = Via(OPERATIONS, "event_id", lambda message: str(message.data.operation_id))
"""For commands that name an operation only."""


class Joint:
    """Commands of callers and of the departments they called; each local one answers with the operation."""

    def __init__(self, way: Way, rules: JointRules, storage: Storage | None) -> None:
        self._way, self._rules, self._storage = way, rules, storage

    @property
    def timers(self) -> Mapping[str, Callable[[str, Work], None]]:
        """What looks at an operation when a promise about it comes due, by the promise's kind."""
        return {kind: partial(self.fired, kind) for kind in joint.TIMERS}

    def handlers(self) -> Sequence[On]:
        return (
            On(CallOperation, self.call, _what_it_is_about),
            On(AnswerOperation, self.answer, _the_operation),
            On(ArriveOperation, self.arrive, _the_operation),
            On(RecordOperation, self.record, _the_operation),
            On(ConcludeOperation, self.conclude, _with_its_matter, BY_OPERATION),
            On(CancelOperation, self.cancel, _with_its_matter, BY_OPERATION),
        )

    def call(self, message: Message[CallOperation], work: Work) -> None:
        said = message.data
        events = [event(work, one) for one in said.events]
        named = task(work, said.handoff_id)[1] if said.handoff_id else None
        if named is not None and named.event_id not in said.events:
            raise Refusal("HANDOFF_UNKNOWN", field="handoff_id", value=named.id)
        decided = joint.call(
            said.kind,
            events,
            by=said.by,
            departments=said.departments,
            why=said.why,
            at=work.now,
            way=self._way,
            rules=self._rules,
            meeting=said.meeting,
            task=named,
            lasts=said.lasts,
            trace=events[0].trace if events else "",
        )
        _keep(work, None, decided)

    def answer(self, message: Message[AnswerOperation], work: Work) -> None:
        said = message.data
        by, answered_at = sender(work, said.operation_id), said.answered_at or message.time
        decided = joint.answer(
            _operation(work, said.operation_id),
            by=by,
            coming=said.coming,
            reason=said.reason,
            at=work.now,
            answered_at=answered_at,
        )
        _keep(work, None, decided)

    def arrive(self, message: Message[ArriveOperation], work: Work) -> None:
        said = message.data
        by, checked_in_at = sender(work, said.operation_id), said.checked_in_at or message.time
        decided = joint.arrive(
            _operation(work, said.operation_id),
            by=by,
            where=said.where,
            point=said.point,
            at=work.now,
            checked_in_at=checked_in_at,
        )
        _keep(work, None, decided)

    def record(self, message: Message[RecordOperation], work: Work) -> None:
        said = message.data
        check_keys(said.evidence, self._storage)
        decided = joint.record(
            _operation(work, said.operation_id),
            by=said.by,
            found=said.found,
            measures=said.measures,
            evidence=said.evidence,
            at=work.now,
        )
        _keep(work, None, decided)

    def conclude(self, message: Message[ConcludeOperation], work: Work) -> None:
        said, found = message.data, _operation(work, message.data.operation_id)
        of, named = _matter(work, found)
        decided = joint.conclude(
            found,
            by=said.by,
            at=work.now,
            way=self._way,
            outcome=said.outcome,
            ratings=said.ratings,
            dept=said.dept,
            event=of,
            task=named,
        )
        _keep(work, of, decided)

    def cancel(self, message: Message[CancelOperation], work: Work) -> None:
        said, found = message.data, _operation(work, message.data.operation_id)
        of, named = _matter(work, found)
        decided = joint.cancel(found, by=said.by, at=work.now, reason=said.reason, event=of, task=named)
        _keep(work, of, decided)

    def returned(self, work: Work, of: Event, task_id: str) -> None:
        """A task has just come back: with the last return the pack allows, a consultation opens at the triage desk."""
        named = work.get(HANDOFFS, task_id)
        if named is not None and joint.must_consult(named, _open(work, of), way=self._way):
            apply_joint(work, None, joint.forced(of, named, at=work.now, way=self._way, rules=self._rules))

    def decided(self, work: Work, of: Event, *, dept: str, by: str, reason: str) -> None:
        """The desk named a holder without waiting: consultations about it have their end."""
        for operation in _open(work, of):
            now, named = _matter(work, operation)
            if operation.kind == "consultation" and not joint.undecided(now, named):
                ended = joint.designated(operation, dept=dept, by=by, at=work.now, reason=reason)
                apply_joint(work, None, ended)

    def fired(self, kind: str, subject: str, work: Work) -> None:
        """A promise about an operation came due."""
        found = work.get(OPERATIONS, subject)
        if found is not None:
            of, named = _matter(work, found)
            apply_joint(
                work, of, joint.woken(kind, found, event=of, task=named, at=work.now, way=self._way, rules=self._rules)
            )


def _operation(work: Work, key: str) -> Operation:
    """Raises ``JOINT_UNKNOWN``."""
    found = work.get(OPERATIONS, key)
    if found is None:
        raise Refusal("JOINT_UNKNOWN", field="operation_id", value=key[:80])
    return found


def _matter(work: Work, of: Operation) -> tuple[Event | None, HandOff | None]:
    return work.get(EVENTS, of.event_id), work.get(HANDOFFS, of.handoff_id)


def _open(work: Work, of: Event) -> list[Operation]:
    return [one for one in work.find(OPERATIONS, "event_id", of.id) if one.open]


def _keep(work: Work, of: Event | None, decided: joint.Decided) -> None:
    apply_joint(work, of, decided)
    work.result = decided.operation


def _what_it_is_about(message: Message[CallOperation], _found: Any) -> Iterable[Need]:
    for one in message.data.events:
        yield EVENTS, "id", one
    yield HANDOFFS, "id", message.data.handoff_id


def _the_operation(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield OPERATIONS, "id", message.data.operation_id


def _with_its_matter(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    yield EVENTS, "id", event_id
    yield HANDOFFS, "event_id", event_id
    yield OPERATIONS, "id", message.data.operation_id
