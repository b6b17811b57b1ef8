"""The local commands about claims, services and stewards.  Who wished or applied never crosses the broker."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from govcore.events.report_in import Code as Short
from govcore.events.report_in import Moment, Reporter, Said
from govcore.messages import Payload

Title = Annotated[Said, Field(min_length=1, max_length=200)]
Words = Annotated[Said, Field(min_length=1, max_length=4000)]


class PutUpClaim(Payload):
    """A desk or a grid worker puts a wish or a post on the board; ``(source, external_id)`` recognises a repeat."""

    type: ClassVar[str] = "claim.putup.v1"
    kind: Literal["wish", "post"]
    title: Title
    needs: Words
    division: Short
    grid: Short | None = None
    until: Moment
    by: Short = "desk:claims"
    source: Short = "api"
    external_id: Short | None = None
    wisher: Reporter | None = Field(default=None, repr=False)


class ConfirmClaim(Payload):
    """The wisher or the desk says that it is fulfilled."""

    type: ClassVar[str] = "claim.confirm.v1"
    claim_id: str
    by: Short = "desk:claims"


class RedoClaim(Payload):
    """The wisher or the desk says that it is not."""

    type: ClassVar[str] = "claim.redo.v1"
    claim_id: str
    reason: Words
    by: Short = "desk:claims"


class WithdrawClaim(Payload):
    """It is no longer wanted."""

    type: ClassVar[str] = "claim.withdraw.v1"
    claim_id: str
    reason: Words
    by: Short = "desk:claims"


class ApplyForService(Payload):
    """Somebody applies for a service of the catalogue; ``(source, external_id)`` recognises a repeat."""

    type: ClassVar[str] = "service.apply.v1"
    service: Short
    division: Short
    channel: Short = "service"
    source: Short = "api"
    external_id: Short | None = None
    applicant: Reporter | None = Field(default=None, repr=False)


class AppointSteward(Payload):
    """A desk says which steward's post serves an enterprise or a project; ``level`` 1 is the highest of the three."""

    type: ClassVar[str] = "steward.appoint.v1"
    kind: Literal["enterprise", "project"]
    name: Title
    steward: Short
    level: int = Field(ge=1, le=3)
    division: Short
    by: Short = "desk:stewards"
    source: Short = "api"
    external_id: Short | None = None


class VisitServed(Payload):
    """The steward called: nothing was raised, it was put right on the spot, or it is recorded and escalated.

    ``round`` is the visit that was awaited, ``class_code`` of what is escalated.
    """

    type: ClassVar[str] = "steward.visit.v1"
    stewardship_id: str
    by: Short
    round: int = Field(ge=1)
    outcome: Literal["quiet", "fixed", "recorded"]
    found: Annotated[Said, Field(max_length=4000)] = ""
    done: Annotated[Said, Field(max_length=4000)] = ""
    class_code: Short | None = None


class EndStewardship(Payload):
    """It is served no longer, or by another post."""

    type: ClassVar[str] = "steward.end.v1"
    stewardship_id: str
    reason: Words
    by: Short = "desk:stewards"


LOCAL: tuple[type[Payload], ...] = (
    PutUpClaim,
    ConfirmClaim,
    RedoClaim,
    WithdrawClaim,
    ApplyForService,
    AppointSteward,
    VisitServed,
    EndStewardship,
)
