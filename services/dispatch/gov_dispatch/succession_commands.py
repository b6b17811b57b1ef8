"""Local commands by which what departments that are no more have in hand goes to their successors, one thing each."""

from __future__ import annotations

from typing import ClassVar

from govcore.messages import Payload


class SucceedDepartments(Payload):
    """What they have of a matter: tasks, planned ones too, its verifying, visits."""

    type: ClassVar[str] = "event.succeed.v1"
    event_id: str


class SucceedOrder(Payload):
    """The answer that they owe to an order."""

    type: ClassVar[str] = "order.succeed.v1"
    order_id: str


class SucceedOperation(Payload):
    """Their parts in an operation."""

    type: ClassVar[str] = "operation.succeed.v1"
    operation_id: str


class SucceedClaim(Payload):
    """A wish or a post that they have claimed."""

    type: ClassVar[str] = "claim.succeed.v1"
    claim_id: str


LOCAL: tuple[type[Payload], ...] = (SucceedDepartments, SucceedOrder, SucceedOperation, SucceedClaim)
