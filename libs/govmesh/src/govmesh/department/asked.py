"""What a department is asked besides hand-offs: to come to an operation, to answer an order, to fulfil a wish it has
taken, to visit, to verify.  Each message that asks gives one command, or says that nothing is asked any more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from govmesh.department.behaviour import Behaviour
from govmesh.department.contract import Envelope, Malformed

RESULT = "已处置完毕"
ELSEWHERE = "当日另有任务，无法到场"
ON_THE_SPOT = "已到现场"
NOT_GOOD = "现场未达到要求"


@dataclass(frozen=True, slots=True)
class Answer:
    """A command about ``subject``: ``data`` as the contract has it, to be sent after ``minutes`` of work, and not
    before ``earliest``."""

    subject: str
    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    minutes: float = 0.0
    earliest: datetime | None = None

    @property
    def verb(self) -> str:
        """The last word of the routing key."""
        return self.type.split(".")[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, how it behaves, by what chance; ``meeting``: when the operation of a message meets."""

    code: str
    behaviour: Behaviour
    chance: random.Random
    meeting: datetime | None = None

    def told(self, said: Envelope) -> tuple[str, Answer | None] | None:
        """The subject of a message that asks, and the command; None in its place where nothing is asked any more.

        None for a message that is about neither.  Raises :class:`~govmesh.department.contract.Malformed`.
        """
        found = _RULES.get(said.type)
        if found is None:
            return None
        name, rule = found
        subject = said.data.get(name)
        if not isinstance(subject, str) or not subject:
            raise Malformed(f"data.{name}")
        try:
            return (subject, None) if rule is None else rule(self, said.data, subject)
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed("data") from error

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def soon(self) -> float:
        return self.behaviour.answer_minutes(self.chance)

    def work(self) -> float:
        return self.behaviour.work_minutes(self.chance)


_Told = tuple[str, Answer | None] | None


def meeting_of(said: Envelope) -> str | None:
    """When a called operation meets, as it was said."""
    at = said.data.get("meet_at") if said.type == "operation.called.v1" else None
    return at if isinstance(at, str) else None


def _called(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    if who.code not in data["departments"]:
        return None
    coming = who.likely(who.behaviour.come)
    said = {"operation_id": subject, "coming": coming, **({} if coming else {"reason": ELSEWHERE})}
    return subject, Answer(subject, "operation.answer.v1", said, who.soon())


def _answered(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    if data["dept"] != who.code:
        return None
    if not data["coming"]:
        return subject, None
    said = {"operation_id": subject, "where": ON_THE_SPOT}
    return subject, Answer(subject, "operation.arrive.v1", said, who.soon(), who.meeting)


def _arrived(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    return (subject, None) if data["dept"] == who.code else None


def _ordered(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    """One that asks for no answer by a time is taken note of."""
    if data.get("dept") != who.code:
        return None
    if data.get("answer_due_at") is None or not who.likely(who.behaviour.answer_orders):
        return subject, None
    said = {"order_id": subject, "round": int(data.get("round", 1)), "words": RESULT}
    return subject, Answer(subject, "order.answer.v1", said, who.soon())


def _offered(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    ours = data.get("claimer") == f"dept:{who.code}"  # it came back from us
    if ours or not who.likely(who.behaviour.take):
        return subject, None
    said = {"claim_id": subject, "generation": int(data["generation"])}
    return subject, Answer(subject, "claim.take.v1", said, who.soon())


def _taken(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    if data["claimer"] != f"dept:{who.code}":
        return subject, None
    about: dict[str, Any] = {"claim_id": subject, "generation": int(data["generation"])}
    if not who.likely(who.behaviour.fulfil):
        return subject, Answer(subject, "claim.return.v1", {**about, "reason": ELSEWHERE}, who.soon())
    done = {**about, "result": RESULT, "evidence": [f"urn:dept:{who.code}:{subject}:{about['generation']}"]}
    return subject, Answer(subject, "claim.finish.v1", done, who.work())


def _visit(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    if data["holder"] != f"dept:{who.code}":
        return None
    said: dict[str, Any] = {"visit_id": subject, "attempt": int(data.get("tries", 0)) + 1}
    if not who.likely(who.behaviour.reach):
        said |= {"reached": False}
    elif data["kind"] == "visit":
        said |= {"kept": True, "found": RESULT}
    else:
        said |= {"grade": 4, "found": RESULT}
    return subject, Answer(subject, "visit.finish.v1", said, who.soon())


def _verify(who: Asked, data: Mapping[str, Any], subject: str) -> _Told:
    if data.get("holder") != f"dept:{who.code}":
        return None
    ok = who.likely(who.behaviour.good)
    said = {"event_id": subject, "ok": ok, **({} if ok else {"reason": NOT_GOOD})}
    return subject, Answer(subject, "event.check.v1", said, who.soon())


_Rule = Callable[[Asked, Mapping[str, Any], str], _Told]
_RULES: dict[str, tuple[str, _Rule | None]] = {
    "operation.called.v1": ("operation_id", _called),
    "operation.answered.v1": ("operation_id", _answered),
    "operation.arrived.v1": ("operation_id", _arrived),
    "operation.concluded.v1": ("operation_id", None),
    "operation.cancelled.v1": ("operation_id", None),
    "order.issued.v1": ("order_id", _ordered),
    "order.given.v1": ("order_id", _ordered),
    "order.rejected.v1": ("order_id", _ordered),
    "order.answered.v1": ("order_id", None),
    "order.unanswered.v1": ("order_id", None),
    "order.closed.v1": ("order_id", None),
    "claim.offered.v1": ("claim_id", _offered),
    "claim.taken.v1": ("claim_id", _taken),
    "claim.returned.v1": ("claim_id", _offered),
    "claim.done.v1": ("claim_id", None),
    "claim.fulfilled.v1": ("claim_id", None),
    "claim.ended.v1": ("claim_id", None),
    "visit.opened.v1": ("visit_id", _visit),
    "visit.missed.v1": ("visit_id", _visit),
    "visit.done.v1": ("visit_id", None),
    "visit.dropped.v1": ("visit_id", None),
    "event.handled.v1": ("event_id", _verify),
}
"""The member that names the subject, and what is asked; no rule: nothing any more."""
