"""What is said about wishes and posts (微心愿、岗位) put up to be claimed 认领, and what a claimer asks.

Nothing here says who wished: that is a record of its own that never crosses the broker.  Nor are there words of
anybody: who fulfils a wish knows whose it is, and words travel.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, StringConstraints

from govcore.messages.base import Payload
from govcore.messages.words import Code, Evidence, Grid, Id, Place, Time

Claimer = Annotated[str, StringConstraints(pattern=r"^(dept|partner|volunteer):[A-Za-z0-9_.-]{1,64}$")]
"""Who claims: ``dept:<code>``, ``partner:<unified credit code>``, ``volunteer:<registered number>``; never a name."""

Reason = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_CLAIM: dict[str, Any] = {
    "claim_id": "C-000001",
    "kind": "wish",
    "state": "open",
    "generation": 1,
    "place": "34.08.81.103.004",
    "division": "340881103004",
    "until": "2026-04-01T18:00:00+08:00",
    "put_up_at": "2026-03-02T09:00:00+08:00",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {**_CLAIM, **more}})


class ClaimFacts(Payload):
    """What every message about a claim carries, so that each can be read alone."""

    claim_id: Id
    kind: Literal["wish", "post"] = Field(description="wish 微心愿 | post 岗位")
    state: Code = Field(description="its state after what is said")
    generation: int = Field(ge=1, description="how often it has stood on the board; a claimer's answer carries it")
    place: Place = ""
    division: Code | None = Field(None, description="division code (行政区划代码)")
    grid: Grid | None = None
    until: Time = Field(description="until when it stands on the board")
    put_up_at: Time


class ClaimOffered(ClaimFacts):
    """A wish or a post was put up: whoever claims it first has it."""

    type: ClassVar = "claim.offered.v1"
    model_config = _example()


class ClaimTaken(ClaimFacts):
    """Somebody claimed it, and nobody else can."""

    type: ClassVar = "claim.taken.v1"
    claimer: Claimer
    due_at: Time = Field(description="until when the claimer has it")
    taken_at: Time
    model_config = _example(
        state="claimed",
        claimer="volunteer:V0001260",
        due_at="2026-04-01T09:30:00+08:00",
        taken_at="2026-03-02T09:30:00+08:00",
    )


class ClaimReturned(ClaimFacts):
    """It is on the board again: given back, or not fulfilled in time."""

    type: ClassVar = "claim.returned.v1"
    claimer: Claimer = Field(description="who had it")
    why: Literal["given_back", "expired"]
    returned_at: Time
    model_config = _example(
        generation=2, claimer="volunteer:V0001260", why="given_back", returned_at="2026-03-03T09:30:00+08:00"
    )


class ClaimDone(ClaimFacts):
    """The claimer says it is fulfilled; the wisher or the desk has to confirm."""

    type: ClassVar = "claim.done.v1"
    claimer: Claimer
    done_at: Time
    model_config = _example(state="done", claimer="volunteer:V0001260", done_at="2026-03-05T16:00:00+08:00")


class ClaimFulfilled(ClaimFacts):
    """Confirmed by the wisher or the desk: points can be earned by it.

    ``claimer`` again in two parts, so that a rule of points can name whose account it is.
    """

    type: ClassVar = "claim.fulfilled.v1"
    claimer: Claimer
    claimer_kind: Literal["dept", "partner", "volunteer"]
    claimer_id: Id
    on_time: bool = Field(description="done before the claimer's time was over")
    fulfilled_at: Time
    model_config = _example(
        state="fulfilled",
        claimer="volunteer:V0001260",
        claimer_kind="volunteer",
        claimer_id="V0001260",
        on_time=True,
        fulfilled_at="2026-03-06T10:00:00+08:00",
    )


class ClaimEnded(ClaimFacts):
    """It ended unfulfilled: nobody claimed it in time, or it is no longer wanted."""

    type: ClassVar = "claim.ended.v1"
    why: Literal["lapsed", "withdrawn"]
    ended_at: Time
    model_config = _example(state="lapsed", why="lapsed", ended_at="2026-04-01T18:00:00+08:00")


class _Answer(Payload):
    """What every command about a claim carries.

    ``claimer`` is for whoever has no user of its own at the broker; a department is who the broker says it is.
    """

    claim_id: Id
    generation: int = Field(ge=1, description="the time on the board that it answers")
    claimer: Claimer | None = None


class TakeClaim(_Answer):
    """We fulfil it."""

    type: ClassVar = "claim.take.v1"
    model_config = ConfigDict(json_schema_extra={"example": {"claim_id": "C-000001", "generation": 1}})


class ReturnClaim(_Answer):
    """We cannot after all, and why."""

    type: ClassVar = "claim.return.v1"
    reason: Reason
    model_config = ConfigDict(
        json_schema_extra={"example": {"claim_id": "C-000001", "generation": 1, "reason": "所需型号已停产"}}
    )


class FinishClaim(_Answer):
    """It is fulfilled, and here is what shows it."""

    type: ClassVar = "claim.finish.v1"
    result: Reason
    evidence: Evidence = ()
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "claim_id": "C-000001",
                "generation": 1,
                "result": "轮椅已送到",
                "evidence": ["sha256:9f86d081884c7d65"],
            }
        }
    )


CLAIMS: tuple[type[Payload], ...] = (ClaimOffered, ClaimTaken, ClaimReturned, ClaimDone, ClaimFulfilled, ClaimEnded)
CLAIM_COMMANDS: tuple[type[Payload], ...] = (TakeClaim, ReturnClaim, FinishClaim)
