"""All transitions of a claim, a stewardship and a led project, the reason beside every line."""

from __future__ import annotations

from collections.abc import Mapping

from govcore.workflow import NOTHING, Lifecycle
from govcore.workflow import Transition as T

CLAIM = Lifecycle(
    name="claim",
    version=1,
    refusal="CLAIM_NOT_ALLOWED",
    ends=frozenset({"fulfilled", "lapsed", "withdrawn"}),
    transitions=(
        T(NOTHING, "put_up", "open", "desk|worker", "a wish or a post stands on the board"),
        T("open", "take", "claimed", "claimer", "the first who claims it has it"),
        T("open", "lapse", "lapsed", "clock", "nobody claimed it while it was wanted"),
        T("open", "withdraw", "withdrawn", "desk|worker", "no longer wanted"),
        T("claimed", "give_back", "open", "claimer", "cannot after all, with the reason: on the board again"),
        T("claimed", "expire", "open", "clock", "not fulfilled in time: on the board again"),
        T("claimed", "expire_last", "lapsed", "clock", "not fulfilled in time, and no longer wanted by then"),
        T("claimed", "finish", "done", "claimer", "fulfilled, with evidence"),
        T("claimed", "succeed", "claimed", "rule", "the claiming department is no more: its successor has it"),
        T("claimed", "withdraw", "withdrawn", "desk|worker", "no longer wanted"),
        T("done", "confirm", "fulfilled", "desk|worker|wisher", "whoever wished it, or the desk, says so too"),
        T("done", "redo", "claimed", "desk|worker|wisher", "not fulfilled: the claimer has it again, for another term"),
    ),
)

STEWARDSHIP = Lifecycle(
    name="stewardship",
    version=1,
    refusal="STEWARD_NOT_ALLOWED",
    ends=frozenset({"ended"}),
    transitions=(
        T(NOTHING, "appoint", "serving", "desk", "a steward's post serves an enterprise or a project"),
        T("serving", "visit", "serving", "steward", "the weekly visit: quiet, put right on the spot, or escalated"),
        T("serving", "miss", "late", "clock", "the week is over and nobody called"),
        T("serving", "end", "ended", "desk", "served no longer, or by another post"),
        T("late", "visit", "serving", "steward", "the visit that was late"),
        T("late", "end", "ended", "desk", "served no longer, or by another post"),
    ),
)

PROJECT = Lifecycle(
    name="project",
    version=1,
    refusal="PROJECT_NOT_ALLOWED",
    ends=frozenset({"solved", "declined", "dropped"}),
    transitions=(
        T(NOTHING, "raise", "raised", "resident|worker|desk", "raised by residents (群众提)"),
        T("raised", "choose", "chosen", "secretary", "chosen by the secretary (书记选)"),
        T("raised", "decline", "declined", "secretary", "not one to be led, and why"),
        T("chosen", "decide", "leading", "organisation", "decided by the organisation (组织定), with its plan"),
        T("chosen", "decline", "declined", "organisation", "decided against, and why"),
        T("leading", "reach", "leading", "secretary", "a milestone of the plan is reached, and shown"),
        T("leading", "remind", "leading", "clock", "a milestone of the plan is late"),
        T("leading", "solve", "solved", "secretary", "every milestone is reached: the problems are solved"),
        T("leading", "drop", "dropped", "organisation", "given up, and why"),
    ),
)

ROLES: Mapping[str, str] = {
    "desk": "desk:<name>: whoever keeps the board",
    "worker": "post:<code>: a grid worker",
    "claimer": "dept:<code>, by command; partner:<credit code> or volunteer:<number>, through the edge",
    "steward": "steward:<code>: the post that serves it",
    "resident": "a resident, through the edge",
    "secretary": "secretary:<division>: the post that leads it",
    "organisation": "organisation:<division>: the organisation of that secretary",
    "wisher": "the resident whose wish it is, through the edge",
    "clock": "a durable timer",
    "rule": "the pack: departments were reorganised",
}
"""Who stands behind each role of the tables."""

_BY_KIND: Mapping[str, str] = {
    "desk": "desk",
    "post": "worker",
    "dept": "claimer",
    "partner": "claimer",
    "volunteer": "claimer",
    "steward": "steward",
    "secretary": "secretary",
    "organisation": "organisation",
}


def roles_of(by: str) -> frozenset[str]:
    """The role in which ``by`` acts; none for a word nobody goes by."""
    kind, colon, name = by.partition(":")
    if colon:
        return frozenset({_BY_KIND[kind]}) if kind in _BY_KIND and name else frozenset()
    return frozenset({by}) if by in ("wisher", "resident", "clock") else frozenset()
