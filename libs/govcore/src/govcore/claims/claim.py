"""A wish or a post (微心愿、岗位) put up to be claimed 认领: from the board to its fulfilment.

Every decision takes the claim as it is and answers a :class:`Changed`, or raises a reasoned refusal:
``CLAIM_NOT_ALLOWED`` (the table has no such line), ``LIFECYCLE_NOT_YOURS``, ``WORDS_MISSING``, ``WORDS_SHOW_WHO``,
and what each function names.  ``by``: a holder string; ``hidden``: what of the wisher's record no word may repeat.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from govcore.claims._moves import Changed, Rules, plain
from govcore.claims.lifecycle import CLAIM, roles_of
from govcore.errors import Refusal
from govcore.events.decision import Note, Said
from govcore.events.handoff import dept_of
from govcore.events.redact import without_identity
from govcore.messages.claims import (
    ClaimDone,
    ClaimEnded,
    ClaimFacts,
    ClaimFulfilled,
    ClaimOffered,
    ClaimReturned,
    ClaimTaken,
)
from govcore.messages.words import Time
from govcore.persons.numbers import credit_code

BOARD = "desk:claims"
"""The desk that keeps the board: it holds what nobody has claimed, and what waits to be confirmed."""


class Claim(BaseModel):
    """One wish or post.

    ``state`` stands in :data:`govcore.claims.lifecycle.CLAIM`; ``needs`` says what it takes.  ``until``: how long it
    stands on the board.  ``generation`` counts its times there.  ``due_at``: until when the claimer has it, or the desk
    to confirm.  ``wished``: a sealed record says who wished it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    key: str | None = None
    kind: Literal["wish", "post"]
    state: str = ""
    version: int = 0
    generation: int = 1
    holder: str | None = None
    held_since: Time | None = None
    trace: str = ""
    title: str
    needs: str
    place: str
    division: str | None = None
    grid: str | None = None
    put_up_by: str
    put_up_at: Time
    until: Time
    wished: bool = False
    claimer: str | None = None
    taken_at: Time | None = None
    due_at: Time | None = None
    claimer_due_at: Time | None = None
    done_at: Time | None = None
    fulfilled_at: Time | None = None
    ended_at: Time | None = None
    returns: int = 0
    redos: int = 0
    reason: str = ""
    result: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def wake_at(self) -> datetime | None:
        """When the clock has to look at it again; None where nothing follows by itself."""
        return {"open": self.until, "claimed": self.due_at}.get(self.state)

    @property
    def late_at(self) -> datetime | None:
        """When it has stood past its time; None once it has ended."""
        return {"open": self.until, "claimed": self.due_at, "done": self.due_at}.get(self.state)


def put_up(claim: Claim, *, at: datetime, hidden: Iterable[str] = ()) -> Changed[Claim]:
    """A new claim, of state ``""``, goes on the board.  Raises ``CLAIM_OVER`` where ``until`` is past."""
    CLAIM.guard(claim.state, "put_up", by=claim.put_up_by, roles=roles_of(claim.put_up_by))
    hidden = tuple(hidden)
    for field in ("title", "needs"):
        plain(getattr(claim, field), field, hidden)
    if claim.until <= at:
        raise Refusal("CLAIM_OVER", field="until", value=claim.until.isoformat())
    return _moved(claim, "put_up", at, claim.put_up_by, ClaimOffered, holder=BOARD)


def take(claim: Claim, *, by: str, generation: int, at: datetime, rules: Rules) -> Changed[Claim]:
    """Claimed (认领): whoever comes first.

    Raises ``CLAIM_ALREADY_TAKEN``, ``CLAIM_STALE_GENERATION``, ``CLAIM_OVER``, ``CLAIM_BAD_CLAIMER``.
    """
    _claimer(by, rules)
    if claim.state in ("claimed", "done"):
        raise Refusal("CLAIM_ALREADY_TAKEN", field="claim_id", value=claim.id)
    CLAIM.guard(claim.state, "take", by=by, roles=roles_of(by))
    _fresh(claim, generation)
    if claim.until <= at:
        raise Refusal("CLAIM_OVER", field="until", value=claim.until.isoformat())
    due = rules.due(at, rules.fulfil, claim.place)
    more = {"claimer": by, "taken_at": at, "due_at": due, "claimer_due_at": due}
    return _moved(claim, "take", at, by, ClaimTaken, {"due_at": due, "taken_at": at}, holder=by, **more)


def give_back(
    claim: Claim, *, by: str, generation: int, reason: str, at: datetime, hidden: Iterable[str] = ()
) -> Changed[Claim]:
    """The claimer cannot after all; it is on the board again.

    Raises ``CLAIM_NOT_YOURS``, ``CLAIM_STALE_GENERATION``.
    """
    _own(claim, "give_back", by, generation)
    return _back(claim, "give_back", at, by, plain(reason, "reason", hidden))


def finish(
    claim: Claim,
    *,
    by: str,
    generation: int,
    result: str,
    evidence: tuple[str, ...],
    at: datetime,
    rules: Rules,
    hidden: Iterable[str] = (),
) -> Changed[Claim]:
    """Fulfilled, says the claimer, and shows it; the desk has to confirm.

    Raises ``CLAIM_NOT_YOURS``, ``CLAIM_STALE_GENERATION``, ``CLAIM_NO_EVIDENCE``.
    """
    _own(claim, "finish", by, generation)
    if not evidence:
        raise Refusal("CLAIM_NO_EVIDENCE", field="evidence")
    more = {
        "result": plain(result, "result", hidden),
        "evidence": evidence,
        "done_at": at,
        "due_at": rules.due(at, rules.confirm, claim.place),
    }
    return _moved(claim, "finish", at, by, ClaimDone, {"done_at": at}, holder=BOARD, **more)


def confirm(claim: Claim, *, by: str, at: datetime) -> Changed[Claim]:
    """The wisher or the desk says so too: it ends, and points may be earned by it."""
    CLAIM.guard(claim.state, "confirm", by=by, roles=roles_of(by))
    kind, _, name = (claim.claimer or "").partition(":")
    done, limit = claim.done_at or at, claim.claimer_due_at or at
    facts = {"claimer_kind": kind, "claimer_id": name, "on_time": done <= limit, "fulfilled_at": at}
    ended: dict[str, Any] = {"holder": None, "fulfilled_at": at, "ended_at": at, "due_at": None}
    return _moved(claim, "confirm", at, by, ClaimFulfilled, facts, **ended)


def redo(
    claim: Claim, *, by: str, reason: str, at: datetime, rules: Rules, hidden: Iterable[str] = ()
) -> Changed[Claim]:
    """It is not fulfilled: the claimer has it again, for another term."""
    CLAIM.guard(claim.state, "redo", by=by, roles=roles_of(by))
    due = rules.due(at, rules.fulfil, claim.place)
    more = {
        "reason": plain(reason, "reason", hidden),
        "due_at": due,
        "claimer_due_at": due,
        "done_at": None,
        "redos": claim.redos + 1,
    }
    return _moved(claim, "redo", at, by, ClaimTaken, {"due_at": due, "taken_at": at}, holder=claim.claimer, **more)


def withdraw(claim: Claim, *, by: str, reason: str, at: datetime, hidden: Iterable[str] = ()) -> Changed[Claim]:
    """No longer wanted (撤回): it ends."""
    CLAIM.guard(claim.state, "withdraw", by=by, roles=roles_of(by))
    return _over(claim, "withdraw", at, by, reason=plain(reason, "reason", hidden))


def succeed(claim: Claim, *, successor: str, at: datetime) -> Changed[Claim]:
    """The department that has it is no more: its ``successor`` (承继单位) has it, by the same time."""
    to, due, taken = f"dept:{successor}", claim.due_at or at, claim.taken_at or at
    more = {"due_at": due, "taken_at": taken}
    return _moved(claim, "succeed", at, "rule", ClaimTaken, more, holder=to, claimer=to)


def woken(claim: Claim, *, at: datetime) -> Changed[Claim]:
    """The clock looks: what nobody claimed lapses, what was not fulfilled is on the board again."""
    if claim.wake_at is None or claim.wake_at > at:
        return Changed()
    if claim.state == "open":
        return _over(claim, "lapse", at, "clock")
    if claim.until <= at:
        return _over(claim, "expire_last", at, "clock")
    return _back(claim, "expire", at, "clock", "")


def told(changed: Changed[Claim], offer: tuple[str, ...]) -> Changed[Claim]:
    """Whose own queues hear of it too: a department that has claimed it, of what stands on the board also ``offer``."""
    if changed.after is None:
        return changed
    after, said = changed.after, []
    for one in changed.said:
        own = dept_of(getattr(one.payload, "claimer", after.claimer))
        board = offer if after.state == "open" else ()
        said.append(one._replace(to=tuple(dict.fromkeys((*filter(None, [own]), *board)))))
    return changed._replace(said=tuple(said))


def _claimer(by: str, rules: Rules) -> None:
    """A department of the pack, an organisation whose credit code checks, or a number that is nobody's telephone."""
    kind, _, name = by.partition(":")
    good = {"dept": name in rules.departments, "volunteer": bool(name) and without_identity(name) == name}
    if kind == "partner":
        try:
            good["partner"] = bool(credit_code(name))
        except Refusal as no:
            raise Refusal("CLAIM_BAD_CLAIMER", field="claimer") from no
    if not good.get(kind, False):
        raise Refusal("CLAIM_BAD_CLAIMER", field="claimer")


def _fresh(claim: Claim, generation: int) -> None:
    if generation != claim.generation:
        raise Refusal("CLAIM_STALE_GENERATION", field="generation", value=generation, now=claim.generation)


def _own(claim: Claim, action: str, by: str, generation: int) -> None:
    CLAIM.guard(claim.state, action, by=by, roles=roles_of(by))
    _fresh(claim, generation)
    if claim.claimer != by:
        raise Refusal("CLAIM_NOT_YOURS", field="claimer", value=claim.id)


def _back(claim: Claim, action: str, at: datetime, by: str, reason: str) -> Changed[Claim]:
    """On the board again, for anybody."""
    facts = {"claimer": claim.claimer, "why": "given_back" if action == "give_back" else "expired", "returned_at": at}
    return _moved(
        claim,
        action,
        at,
        by,
        ClaimReturned,
        facts,
        holder=BOARD,
        claimer=None,
        taken_at=None,
        due_at=None,
        claimer_due_at=None,
        generation=claim.generation + 1,
        returns=claim.returns + 1,
        reason=reason,
    )


def _over(claim: Claim, action: str, at: datetime, by: str, reason: str = "") -> Changed[Claim]:
    facts = {"why": "withdrawn" if action == "withdraw" else "lapsed", "ended_at": at}
    return _moved(claim, action, at, by, ClaimEnded, facts, holder=None, due_at=None, ended_at=at, reason=reason)


def _moved(
    claim: Claim,
    action: str,
    at: datetime,
    by: str,
    payload: type[ClaimFacts],
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> Changed[Claim]:
    """The claim after ``action``, what is said of it, and its line of history, which has no words in it."""
    state = CLAIM.step(claim.state, action)
    held = {"held_since": None if changes.get("holder") is None else at}
    after = claim.model_copy(update={"state": state, "version": claim.version + 1, **held, **changes})
    shared = {name: getattr(after, name) for name in ClaimFacts.model_fields if name != "claim_id"}
    if "claimer" in payload.model_fields:
        shared["claimer"] = after.claimer
    said = Said(payload(claim_id=after.id, **{**shared, **(facts or {})}), after.id, after.version, after.place)
    return Changed(after, (said,), (Note(after.id, action, claim.state, state, after.holder, by),))
