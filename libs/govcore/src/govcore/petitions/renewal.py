"""A year's notice has come out: the statutory terms of a petition that run, reckoned again."""

from __future__ import annotations

from datetime import datetime

from govcore.events.decision import Promise
from govcore.petitions._moves import Changed, Law, changed, promises
from govcore.petitions.clock import first
from govcore.petitions.petition import Petition


def renew(petition: Petition, *, at: datetime, law: Law) -> Changed:
    """The office's own due, and the promises of all duties that run and are not over by the calendar as it is now.

    A hearing pauses its term, which is reckoned when it ends; a closed petition has none.  Done twice, it changes
    nothing more.
    """
    if petition.state == "closed":
        return Changed()
    running: list[Promise] = []
    for clause in law.statute.clauses:
        paused = clause.hearings and petition.hearing_since is not None
        if clause.kind == "duty" and not paused and first(petition, clause.ends) is None:
            running += promises(petition, law, clause.id)
    due = next(iter(promises(petition, law, "register")), None)
    ahead = [one for one in running if one.at > at]
    if due is None or due.at == petition.due_at:
        return Changed(petition, promises=tuple(ahead))
    after = petition.model_copy(update={"due_at": due.at, "version": petition.version + 1})
    return changed(petition, after, "renew", "rule", "", (), ahead)
