"""What comes after an end: visits agreed, made and taken back, and departments that verify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.apply import apply
from gov_dispatch.contracts import AgreeVisits, CancelVisit, RecordVisit
from gov_dispatch.handlers.needs import event, tasks, the_matter
from gov_dispatch.store import EVENTS, HANDOFFS, REVISITS
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.event import Event
from govcore.events.visit import Visit
from govcore.events.way import Way
from govcore.messages import CheckEvent, FinishVisit, Message
from govmesh.handlers import On, Via
from govmesh.work import Need, Work

BY_VISIT = Via(REVISITS, "event_id", lambda message: str(message.data.visit_id))
"""For commands that name a visit only."""


class Revisits:
    """A desk agrees, records and takes back over HTTP; a department says by command what it found."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def handlers(self) -> Sequence[On]:
        return (
            On(AgreeVisits, self.agree, _with_visits),
            On(CancelVisit, self.cancel, _the_visit, BY_VISIT),
            On(RecordVisit, self.record, _the_visit, BY_VISIT),
            On(FinishVisit, self.finish, _the_visit, BY_VISIT),
            On(CheckEvent, self.check, the_matter),
        )

    def agree(self, message: Message[AgreeVisits], work: Work) -> None:
        said, found = message.data, event(work, message.data.event_id)
        changed = matter.agree(
            found,
            work.find(REVISITS, "event_id", found.id),
            days=said.days,
            what=said.what,
            by=said.by,
            at=work.now,
            way=self._way,
            holder=said.holder,
        )
        apply(work, found, changed)
        work.result = changed.visits

    def cancel(self, message: Message[CancelVisit], work: Work) -> None:
        said = message.data
        found, visit = _visit(work, said.visit_id)
        apply(work, found, matter.cancel(visit, by=said.by, reason=said.reason, at=work.now))
        work.result = work.get(REVISITS, visit.id)

    def record(self, message: Message[RecordVisit], work: Work) -> None:
        self._made(message.data, message.data.by, work)

    def finish(self, message: Message[FinishVisit], work: Work) -> None:
        self._made(message.data, _dept(work), work)

    def check(self, message: Message[CheckEvent], work: Work) -> None:
        """A department that verifies the matter."""
        by, said, found = _dept(work), message.data, event(work, message.data.event_id)
        changed = matter.verify(
            found, tasks(work, found), ok=said.ok, by=by, at=work.now, way=self._way, reason=said.reason
        )
        apply(work, found, changed)
        work.result = work.get(EVENTS, found.id)

    def _made(self, said: FinishVisit, by: str, work: Work) -> None:
        found, visit = _visit(work, said.visit_id)
        changed = matter.make(
            found,
            tasks(work, found),
            visit,
            by=by,
            at=work.now,
            way=self._way,
            reached=said.reached,
            kept=said.kept,
            grade=said.grade,
            found=said.found,
            attempt=said.attempt,
        )
        apply(work, found, changed)
        work.result = work.get(REVISITS, visit.id)


def _dept(work: Work) -> str:
    """As a holder.  Raises ``COMMAND_NO_SENDER`` where the broker stamped no department."""
    if not work.user or not work.user.startswith("dept."):
        raise Refusal("COMMAND_NO_SENDER", field="user_id")
    return "dept:" + work.user.removeprefix("dept.")


def _visit(work: Work, key: str) -> tuple[Event, Visit]:
    """The visit and its matter.  Raises ``VISIT_UNKNOWN``."""
    found = work.get(REVISITS, key)
    if found is None:
        raise Refusal("VISIT_UNKNOWN", field="visit_id", value=key[:80])
    return event(work, found.event_id), found


def _with_visits(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield EVENTS, "id", message.data.event_id
    yield REVISITS, "event_id", message.data.event_id


def _the_visit(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    """The matter with its tasks, and the one visit a command names."""
    yield EVENTS, "id", event_id
    yield HANDOFFS, "event_id", event_id
    yield REVISITS, "id", message.data.visit_id
