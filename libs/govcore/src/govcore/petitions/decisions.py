"""Every decision about a petition short of a review: what a service imports.

Each takes the petition as it is, answers a :class:`Changed` (the row to write, what to say, lines of history, promises
to look again), or raises a reasoned refusal: ``PETITION_NOT_ALLOWED`` (the table has no such line),
``PETITION_NO_REASON``, ``PETITION_TIME_BACKWARDS`` (before it was received), and what each function names.
``by``: a holder string.
"""

from __future__ import annotations

from datetime import datetime

from govcore.errors import Refusal
from govcore.events.decision import Note
from govcore.events.lifecycle import NOTHING
from govcore.petitions import saying
from govcore.petitions._moves import (
    Changed,
    Law,
    answered_in_time,
    changed,
    in_time,
    move,
    not_before,
    promises,
    reasoned,
)
from govcore.petitions.clock import first
from govcore.petitions.lifecycle import PETITION
from govcore.petitions.petition import OFFICE, Petition
from govcore.petitions.protection import by_hand, check_addressee


def register(petition: Petition, *, by: str, law: Law) -> Changed:
    """A petition has come in: make it as a :class:`Petition` of state ``""`` and hand it over.

    The office holds it; its 15 days (art 22) run from ``received_at``.
    """
    state = PETITION.step(petition.state, "register")
    if petition.registered_at < petition.received_at:
        raise Refusal("PETITION_TIME_BACKWARDS", field="registered_at", value=petition.registered_at.isoformat())
    after = petition.model_copy(
        update={"state": state, "holder": OFFICE, "held_since": petition.registered_at, "version": 1}
    )
    promised = promises(after, law, "register")
    after = after.model_copy(update={"due_at": promised[0].at if promised else None})
    note = Note(after.id, "register", NOTHING, after.state, after.holder, by)
    return Changed(after, (saying.registered(after),), (note,), tuple(promised))


def refer(petition: Petition, *, by: str, at: datetime, law: Law, to: str | None = None) -> Changed:
    """The office forwards or assigns it (转送/交办): to the department ``to``, or to whom dispatch's rules name.

    An accusation needs ``to`` and is said to nobody else (art 30).  Raises ``PETITION_ORGAN_NEEDED``,
    ``PETITION_ACCUSED_UNIT``.
    """
    check_addressee(petition, to)
    after = move(
        petition,
        "refer",
        at,
        referrals=petition.referrals + 1,
        referred_to=to,
        referred_at=petition.referred_at or at,
        arrived_at=at,
        objected_at=None,
        told_at=None,
    )
    said = () if by_hand(after) else (saying.referred(after),)
    return changed(petition, after, "refer", by, to or "", said, promises(after, law, "tell"))


def linked(petition: Petition, *, event_id: str, by: str) -> Changed:
    """Dispatch has made an event of it; a second telling changes nothing."""
    if petition.event_id == event_id:
        return Changed()
    after = petition.model_copy(update={"event_id": event_id, "version": petition.version + 1})
    return changed(petition, after, "link", by, event_id)


def accept(petition: Petition, *, by: str, at: datetime, law: Law, lead: str | None = None) -> Changed:
    """An organ has accepted it; its 60 days (art 34) run from here.

    Messages have no order: heard after the answer, it only fills in the moment.
    """
    if petition.accepted_at is not None:
        return Changed()
    if petition.state in ("answered", "reviewing", "reviewed", "rereviewing", "closed"):
        moment = min(at, petition.answered_at or at)
        after = petition.model_copy(update={"accepted_at": moment, "version": petition.version + 1})
        return changed(petition, after, "accept", by)
    after = move(petition, "accept", at, accepted_at=at, lead=lead or petition.lead or petition.referred_to)
    return changed(petition, after, "accept", by, "", (), promises(after, law, "handle"))


def tell(petition: Petition, *, by: str, at: datetime) -> Changed:
    """The petitioner has been told in writing whether it is accepted (告知, art 23); once."""
    if petition.told_at is not None:
        return Changed()
    not_before(petition, at)
    after = petition.model_copy(update={"told_at": at, "version": petition.version + 1})
    return changed(petition, after, "tell", by)


def object_jurisdiction(petition: Petition, *, by: str, at: datetime, reason: str, law: Law) -> Changed:
    """The organ objects to the jurisdiction (管辖异议), within 5 wd and with reasons (art 23); the office has it again.

    Raises ``PETITION_OBJECTION_LATE``.
    """
    after = move(petition, "object", at, objected_at=at, accepted_at=None, extended_at=None, lead=None)
    in_time(petition, "object", at, law, "PETITION_OBJECTION_LATE")
    return changed(petition, after, "object", by, reasoned(reason))


def send_back(petition: Petition, *, by: str, at: datetime, reason: str) -> Changed:
    """Dispatch found it nobody's matter; the office has it again and has to answer itself."""
    after = move(petition, "send_back", at, accepted_at=None, extended_at=None, lead=None, event_id=None)
    return changed(petition, after, "send_back", by, reasoned(reason))


def extend(petition: Petition, *, by: str, at: datetime, reason: str, approved_by: str, law: Law) -> Changed:
    """The term is extended (延长办理期限), once, with approval and the reasons told (art 34).

    Raises ``PETITION_EXTENDED_TWICE``, ``PETITION_NO_APPROVAL``, ``PETITION_EXTENSION_LATE`` (the term has passed),
    ``PETITION_NO_EXTENSION`` (the statute knows none).
    """
    clause = law.statute.clause("handle")
    if clause is None or clause.more is None:
        raise Refusal("PETITION_NO_EXTENSION", field="extend", value=law.statute.name)
    if petition.extended_at is not None:
        raise Refusal("PETITION_EXTENDED_TWICE", field="extend", value=petition.id, article=clause.article)
    if not approved_by.strip():
        raise Refusal("PETITION_NO_APPROVAL", field="approved_by", article=clause.article)
    after = move(petition, "extend", at, extended_at=at)
    in_time(petition, "handle", at, law, "PETITION_EXTENSION_LATE")
    note = f"{reasoned(reason)} ({approved_by})"
    return changed(petition, after, "extend", by, note, (), promises(after, law, "handle"))


def answer(
    petition: Petition,
    *,
    by: str,
    at: datetime,
    outcome: str,
    law: Law,
    result: str = "",
    lead: str | None = None,
    on_time: bool | None = None,
) -> Changed:
    """The petitioner has an answer (处理意见, arts 32, 34); ``outcome`` is its code and required.

    ``on_time`` None: judged by the petition's own clock.  Raises ``PETITION_NO_OUTCOME``.
    """
    if not outcome.strip():
        raise Refusal("PETITION_NO_OUTCOME", field="outcome")
    after = move(petition, "answer", at, answered_at=at, outcome=outcome, result=result, lead=lead or petition.lead)
    judged = answered_in_time(after, law) if on_time is None else on_time
    return changed(petition, after, "answer", by, outcome, (saying.answered(after, judged),))


def redo(petition: Petition, *, by: str, at: datetime, reason: str, law: Law) -> Changed:
    """The answer does not stand: the matter was opened again, or found not handled.  The clock goes on as it ran."""
    after = move(petition, "redo", at, answered_at=None, outcome=None, accepted_at=petition.accepted_at or at)
    return changed(petition, after, "redo", by, reasoned(reason), (), promises(after, law, "handle"))


def close(petition: Petition, *, by: str, at: datetime, reason: str) -> Changed:
    """Closed (办结): the petitioner is content, or has let the term for asking on pass."""
    after = move(petition, "close", at, closed_at=at, holder=None, held_since=None)
    return changed(petition, after, "close", by, reasoned(reason))


def woken(petition: Petition, *, clause: str, at: datetime, law: Law) -> Changed:
    """The promise about a clause is due: writes a line of history if its term has passed and nothing ended it.

    A promise that came too early (extended since, or the calendar has changed) is renewed.
    """
    rule = law.statute.clause(clause)
    if rule is None or petition.state == "closed" or first(petition, rule.ends) is not None:
        return Changed()
    promised = promises(petition, law, clause)
    if not promised:
        return Changed()
    if promised[0].at > at:
        return Changed(petition, promises=tuple(promised))
    article = f"{law.statute.name} {rule.article}"
    note = Note(petition.id, "overdue", petition.state, petition.state, petition.holder, "rule", article)
    return Changed(petition, notes=(note,))
