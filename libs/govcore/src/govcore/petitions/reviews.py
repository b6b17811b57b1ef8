"""Review and re-review (复查、复核): articles 35 and 36."""

from __future__ import annotations

from datetime import datetime

from govcore.calendar import Pause
from govcore.errors import Refusal
from govcore.petitions._moves import Changed, Law, changed, in_time, move, promises
from govcore.petitions.petition import Petition


def ask_review(petition: Petition, *, by: str, at: datetime, law: Law) -> Changed:
    """The petitioner asks for a review (复查), within 30 d of the answer (art 35): ``PETITION_REVIEW_LATE``."""
    after = move(petition, "ask_review", at, review_asked_at=at)
    in_time(petition, "ask_review", at, law, "PETITION_REVIEW_LATE")
    return changed(petition, after, "ask_review", by, "", (), promises(after, law, "review"))


def review(petition: Petition, *, by: str, at: datetime, outcome: str, result: str = "") -> Changed:
    """The review opinion (复查意见, art 35)."""
    return _opinion(petition, "review", "reviewed_at", by, at, outcome, result)


def ask_rereview(petition: Petition, *, by: str, at: datetime, law: Law) -> Changed:
    """The petitioner asks for a re-review (复核), within 30 d of the review (art 36): ``PETITION_REVIEW_LATE``."""
    after = move(petition, "ask_rereview", at, rereview_asked_at=at)
    in_time(petition, "ask_rereview", at, law, "PETITION_REVIEW_LATE")
    return changed(petition, after, "ask_rereview", by, "", (), promises(after, law, "rereview"))


def rereview(petition: Petition, *, by: str, at: datetime, outcome: str, result: str = "") -> Changed:
    """The re-review opinion (复核意见, art 36): final, it closes the petition."""
    return _opinion(petition, "rereview", "rereviewed_at", by, at, outcome, result)


def begin_hearing(petition: Petition, *, by: str, at: datetime) -> Changed:
    """A hearing (听证) begins: its time is not counted (art 36).  Raises ``PETITION_HEARING`` unless one can begin."""
    if petition.state != "rereviewing" or petition.hearing_since is not None:
        raise Refusal("PETITION_HEARING", field="hearing", value=petition.state)
    after = petition.model_copy(update={"hearing_since": at, "version": petition.version + 1})
    return changed(petition, after, "begin_hearing", by)


def end_hearing(petition: Petition, *, by: str, at: datetime, law: Law) -> Changed:
    """The hearing is over; the clock goes on.  Raises ``PETITION_HEARING`` unless one is going on."""
    if petition.hearing_since is None or at < petition.hearing_since:
        raise Refusal("PETITION_HEARING", field="hearing", value=petition.state)
    hearings = (*petition.hearings, Pause(petition.hearing_since, at))
    changes = {"hearings": hearings, "hearing_since": None, "version": petition.version + 1}
    after = petition.model_copy(update=changes)
    return changed(petition, after, "end_hearing", by, "", (), promises(after, law, "rereview"))


def _opinion(petition: Petition, action: str, moment: str, by: str, at: datetime, outcome: str, result: str) -> Changed:
    if not outcome.strip():
        raise Refusal("PETITION_NO_OUTCOME", field="outcome")
    ended = {"closed_at": at, "holder": None, "held_since": None} if action == "rereview" else {}
    after = move(petition, action, at, **{moment: at}, outcome=outcome, result=result, **ended)
    return changed(petition, after, action, by, outcome)
