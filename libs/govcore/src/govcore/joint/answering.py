"""Called departments answer (响应) and report on the spot (报到).

``by`` is the department's code, ``at`` when the mesh got it; the same said twice is refused, never done twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from govcore.errors import Refusal
from govcore.events.redact import without_identity
from govcore.grids.coordinates import distance_m
from govcore.joint._saying import about, changed, note
from govcore.joint.operation import CheckIn, Decided, Operation, Part
from govcore.joint.table import OPERATION, PART
from govcore.messages.operation import OperationAnswered, OperationArrived
from govcore.messages.words import Point


def answer(
    operation: Operation, *, by: str, coming: bool, reason: str, at: datetime, answered_at: datetime | None = None
) -> Decided:
    """It comes, or says why it cannot; late ones and other minds too, until it is on the spot.

    Raises ``JOINT_NOT_OPEN``, ``JOINT_NOT_YOURS``, ``JOINT_ALREADY_ANSWERED``, ``JOINT_NO_REASON``.
    """
    part, action = _part(operation, by, "answer"), "come" if coming else "decline"
    state = PART.step(part.state, action)
    if not coming and not reason.strip():
        raise Refusal("JOINT_NO_REASON", field="reason")
    answered, reason = answered_at or at, without_identity(reason)
    after = _with(operation, part, state=state, reason=reason, answered_at=answered, answer_received_at=at)
    more = {"coming": coming, "reason": reason, "answered_at": answered, "answer_received_at": at}
    said = about(after, OperationAnswered, to=(by,), dept=by, **more)
    return Decided(after, (said,), (note(after, action, operation.state, "dept:" + by, reason),))


def arrive(
    operation: Operation,
    *,
    by: str,
    where: str,
    point: Point | None,
    at: datetime,
    checked_in_at: datetime | None = None,
) -> Decided:
    """It is on the spot: the place in words or as a point, by the device's clock and the mesh's.

    Raises ``JOINT_NOT_OPEN``, ``JOINT_NOT_YOURS``, ``JOINT_ALREADY_ANSWERED``, ``JOINT_NO_PLACE``.
    """
    part = _part(operation, by, "check_in")
    state = PART.step(part.state, "arrive")
    if not where.strip() and point is None:
        raise Refusal("JOINT_NO_PLACE", field="where")
    meeting = operation.meeting.point if operation.meeting else None
    metres = round(distance_m(point, meeting)) if point and meeting else None
    where = without_identity(where)
    there = CheckIn(where=where, point=point, metres=metres, at=checked_in_at or at, received_at=at)
    after = _with(operation, part, state=state, check_in=there)
    more = {"where": where, "point": point, "metres": metres, "checked_in_at": there.at, "received_at": at}
    said = about(after, OperationArrived, to=(by,), dept=by, **more)
    return Decided(after, (said,), (note(after, "arrive", operation.state, "dept:" + by),))


def _part(operation: Operation, by: str, action: str) -> Part:
    OPERATION.step(operation.state, action)
    part = operation.part(by)
    if part is None:
        raise Refusal("JOINT_NOT_YOURS", field="dept", value=by, operation=operation.id)
    return part


def _with(operation: Operation, part: Part, **changes: Any) -> Operation:
    after = part.model_copy(update=changes)
    return changed(operation, parts=tuple(after if one.dept == part.dept else one for one in operation.parts))
