"""All transitions of an operation and of a department's part in it, the reason beside every line."""

from __future__ import annotations

from collections.abc import Mapping

from govcore.workflow import NOTHING, Lifecycle
from govcore.workflow import Transition as T

OPERATION = Lifecycle(
    name="operation",
    version=1,
    refusal="JOINT_NOT_OPEN",
    ends=frozenset({"concluded", "cancelled"}),
    transitions=(
        T(NOTHING, "call", "called", "caller", "a desk or a street calls named departments"),
        T("called", "answer", "called", "department", "a called department says whether it comes"),
        T("called", "check_in", "called", "department", "a called department is on the spot"),
        T("called", "record", "called", "caller", "what was found and done is written down, as often as need be"),
        T("called", "conclude", "concluded", "caller", "it ends as its kind must: record, ratings, a holder"),
        T("called", "cancel", "cancelled", "caller|rule", "called off, or what was to be decided has been"),
    ),
)

PART = Lifecycle(
    name="part",
    version=1,
    refusal="JOINT_ALREADY_ANSWERED",
    ends=frozenset({"coming", "declined", "silent", "present"}),
    transitions=(
        T(NOTHING, "call", "called", "caller", "the department is told and has its term to answer"),
        T("called", "come", "coming", "department", "it says that it comes"),
        T("called", "decline", "declined", "department", "it says why it cannot"),
        T("called", "arrive", "present", "department", "it is there: more than an answer"),
        T("called", "lapse", "silent", "clock", "no answer within the term: an order, and the supervisor is told"),
        T("silent", "come", "coming", "department", "late, but it comes"),
        T("silent", "decline", "declined", "department", "late, and it says why it cannot"),
        T("silent", "arrive", "present", "department", "late, but it is there"),
        T("coming", "decline", "declined", "department", "it cannot after all"),
        T("coming", "arrive", "present", "department", "it is there"),
        T("declined", "come", "coming", "department", "it can after all"),
        T("declined", "arrive", "present", "department", "it is there after all"),
    ),
)
"""A part stays as it was when the operation ends: who was silent then is in the record."""

ROLES: Mapping[str, str] = {
    "caller": "desk:<name> or street:<division code>, whoever called it",
    "department": "dept:<code>, by command",
    "clock": "the durable promise of the term to answer",
    "rule": "the matter went on without it",
}
"""Who stands behind each role of the tables."""
