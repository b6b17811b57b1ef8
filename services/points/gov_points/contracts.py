"""What points says and hears.  No command gives points, only facts do; whoever has some may spend them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from govcore.messages import (
    ClaimFulfilled,
    EventClosed,
    EventRated,
    EventReopened,
    EventReworked,
    EventVoided,
    HandOffExpired,
    HandOffReturned,
    HandOffStalled,
    OrderIssued,
    Payload,
    PointsPosted,
)

FAULTS: tuple[type[Payload], ...] = (HandOffExpired, HandOffReturned, HandOffStalled, OrderIssued)
"""Faults of handling, the only thing a rule may take points for (:mod:`govcore.points.guard`)."""

HEARS: tuple[type[Payload], ...] = (
    EventClosed,
    EventRated,
    EventReworked,
    EventReopened,
    EventVoided,
    ClaimFulfilled,
    *FAULTS,
)
SAYS: tuple[type[Payload], ...] = (PointsPosted,)
COMMANDS: tuple[type[Payload], ...] = ()


class HoldPoints(Payload):
    """Set points aside for something (冻结): ``hold_id`` is the asker's own and stands for this one wish."""

    type: ClassVar[str] = "points.hold.v1"
    hold_id: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$")
    account: str = Field(min_length=3, max_length=200)
    points: int = Field(gt=0, le=10**9)
    what: str = Field(min_length=1, max_length=200, description="what they are for: goods, a benefit")
    minutes: int | None = Field(default=None, gt=0, le=366 * 24 * 60, description="how long; None: as the pack says")


class _OfHold(Payload):
    hold_id: str = Field(min_length=1, max_length=80)


class SpendPoints(_OfHold):
    """What was held for was handed over (核销)."""

    type: ClassVar[str] = "points.spend.v1"


class ReleasePoints(_OfHold):
    """It was not wanted after all (解冻)."""

    type: ClassVar[str] = "points.release.v1"


class RefundPoints(_OfHold):
    """It was brought back (退还): what was spent comes back whole."""

    type: ClassVar[str] = "points.refund.v1"
    reason: str = Field(min_length=1, max_length=500)


class ExpirePoints(Payload):
    """The year of an account is over: what it had then (``points``) expires as far as it has not been spent since."""

    type: ClassVar[str] = "points.expire.v1"
    account: str
    year: int
    points: int = Field(ge=0)


LOCAL: tuple[type[Payload], ...] = (HoldPoints, SpendPoints, ReleasePoints, RefundPoints, ExpirePoints)
