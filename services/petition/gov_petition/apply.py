"""From a decision of the domain to the unit of work: rows, messages, history, promises."""

from __future__ import annotations

from datetime import datetime

from gov_petition.store import PETITIONS, StoredPetition
from govcore.petitions import Changed, Law, Petition, clock
from govcore.petitions.clock import first
from govmesh.work import Work


def apply(work: Work, before: StoredPetition, changed: Changed, law: Law) -> None:
    """Write ``changed`` down; ``before`` is the petition as it stood."""
    after = changed.petition
    if after is None:
        return
    work.put(PETITIONS, late_of(after, before.key, law, work.now))
    for said in changed.said:
        work.say(
            said.payload,
            subject=said.subject,
            version=said.version,
            place=said.place,
            dept=said.dept,
            trace=after.trace,
        )
    for note in changed.notes:
        work.note(
            note.subject,
            note.kind,
            place=after.place,
            from_state=note.from_state or None,
            to_state=note.to_state,
            holder=note.holder,
            actor=note.actor,
            reason=note.reason or None,
            trace=after.trace,
        )
    for promise in changed.promises:
        key = f"{promise.kind}:{promise.subject}"
        work.promise(key, promise.at, promise.kind, subject=promise.subject, place=after.place)
    for clause in law.statute.clauses:
        if first(after, clause.ends) is not None and first(before.petition, clause.ends) is None:
            work.forget(f"{clause.id}:{after.id}")


def late_of(petition: Petition, key: str | None, law: Law, now: datetime) -> StoredPetition:
    """With the statutory term that runs out first."""
    running = [
        (each.due, (each.clause.id, each.article, each.clause.who))
        for each in clock(petition, law.calendar, now, law.statute)
        if each.due is not None and each.state in ("running", "overdue")
    ]
    if petition.state == "closed" or not running:
        return StoredPetition(petition=petition, key=key)
    late_at, late = min(running)
    return StoredPetition(petition=petition, key=key, late_at=late_at, late=late)
