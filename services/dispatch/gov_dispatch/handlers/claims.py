"""Wishes and posts: put up, claimed, given back, fulfilled, confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.claim_commands import ConfirmClaim, PutUpClaim, RedoClaim, WithdrawClaim
from gov_dispatch.sealing import hidden, named, seal
from gov_dispatch.standing import write
from gov_dispatch.store import KEYS, PEOPLE
from gov_dispatch.store.claims import CLAIMS
from govcore.claims import Changed, Claim, claim
from govcore.errors import Refusal
from govcore.messages import FinishClaim, Message, ReturnClaim, TakeClaim
from govcore.packs import claim_rules_of
from govcore.storage import check_keys
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

TIMER = "claim"


class Claims:
    """Commands of claimers, over the broker or by hand, and of the desk; each answers with the claim as it is after."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._vault, self._rules = mesh.pack, mesh.vault, claim_rules_of(mesh.pack)
        self._storage = mesh.storage

    def handlers(self) -> Sequence[On]:
        return (
            On(PutUpClaim, self.put_up, _by_key),
            On(TakeClaim, self.take, _the_claim),
            On(ReturnClaim, self.give_back, _the_claim),
            On(FinishClaim, self.finish, _the_claim),
            On(ConfirmClaim, self.confirm, _the_claim),
            On(RedoClaim, self.redo, _the_claim),
            On(WithdrawClaim, self.withdraw, _the_claim),
        )

    def put_up(self, message: Message[PutUpClaim], work: Work) -> None:
        """A repeat changes nothing and is told what became of the first."""
        said, key = message.data, _key(message.data)
        if earlier := work.find(CLAIMS, "key", key):
            work.result = earlier[0]
            return
        if said.division not in self._pack.divisions:
            raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=said.division)
        place, who = self._pack.place_of(said.division), named(said.wisher)
        new = Claim(
            id=work.new_id("C"),
            key=key,
            place=place,
            put_up_by=said.by,
            put_up_at=work.now,
            trace=message.trace,
            wished=bool(who),
            **said.model_dump(include={"kind", "title", "needs", "division", "grid", "until"}),
        )
        self._write(work, claim.put_up(new, at=work.now, hidden=who))
        seal(work, self._vault, said.wisher, id=new.id, matter=new.id, place=place, source=said.source)

    def take(self, message: Message[TakeClaim], work: Work) -> None:
        said = message.data
        by = _claimer(message, work)
        self._write(work, claim.take(_found(work), by=by, generation=said.generation, at=work.now, rules=self._rules))

    def give_back(self, message: Message[ReturnClaim], work: Work) -> None:
        said, found = message.data, _found(work)
        changed = claim.give_back(
            found,
            by=_claimer(message, work),
            generation=said.generation,
            reason=said.reason,
            at=work.now,
            hidden=self._hidden(work, found),
        )
        self._write(work, changed)

    def finish(self, message: Message[FinishClaim], work: Work) -> None:
        said, found = message.data, _found(work)
        check_keys(said.evidence, self._storage)
        changed = claim.finish(
            found,
            by=_claimer(message, work),
            generation=said.generation,
            result=said.result,
            evidence=said.evidence,
            at=work.now,
            rules=self._rules,
            hidden=self._hidden(work, found),
        )
        self._write(work, changed)

    def confirm(self, message: Message[ConfirmClaim], work: Work) -> None:
        self._write(work, claim.confirm(_found(work), by=message.data.by, at=work.now))

    def redo(self, message: Message[RedoClaim], work: Work) -> None:
        said, found = message.data, _found(work)
        changed = claim.redo(
            found, by=said.by, reason=said.reason, at=work.now, rules=self._rules, hidden=self._hidden(work, found)
        )
        self._write(work, changed)

    def withdraw(self, message: Message[WithdrawClaim], work: Work) -> None:
        said, found = message.data, _found(work)
        changed = claim.withdraw(found, by=said.by, reason=said.reason, at=work.now, hidden=self._hidden(work, found))
        self._write(work, changed)

    def woken(self, subject: str, work: Work) -> None:
        """The claim's promise is due."""
        found = work.get(CLAIMS, subject)
        if found is not None:
            self._write(work, claim.woken(found, at=work.now))

    def _hidden(self, work: Work, found: Claim) -> tuple[str, ...]:
        return hidden(work, self._vault, id=found.id, matter=found.id) if found.wished else ()

    def _write(self, work: Work, changed: Changed[Claim]) -> None:
        write(work, CLAIMS, TIMER, claim.told(changed, self._rules.offer))
        work.result = changed.after


def _by_key(message: Message[PutUpClaim], _found: Any) -> Iterable[Need]:
    yield CLAIMS, "key", _key(message.data)


def _the_claim(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield CLAIMS, "id", message.data.claim_id
    yield KEYS, "id", message.data.claim_id
    yield PEOPLE, "id", message.data.claim_id


def _key(said: PutUpClaim) -> str | None:
    return f"{said.source}|{said.external_id}" if said.external_id else None


def _found(work: Work) -> Claim:
    """The claim a command names.  Raises ``CLAIM_UNKNOWN``."""
    key = str(work.message.data.claim_id)
    found = work.get(CLAIMS, key)
    if found is None:
        raise Refusal("CLAIM_UNKNOWN", field="claim_id", value=key[:80])
    return found


def _claimer(message: Message[TakeClaim] | Message[ReturnClaim] | Message[FinishClaim], work: Work) -> str:
    """Who claims: what the broker stamped, or by hand whom the command names.

    Raises ``COMMAND_NO_SENDER``, or ``CLAIM_NOT_YOURS`` where a department speaks for somebody else.
    """
    named = message.data.claimer
    if work.user:
        own = f"dept:{work.user.removeprefix('dept.')}"
        if named not in (None, own):
            raise Refusal("CLAIM_NOT_YOURS", field="claimer", value=message.data.claim_id)
        return own
    if named is None or not message.source.endswith("/local"):
        raise Refusal("COMMAND_NO_SENDER", field="claimer")
    return named
