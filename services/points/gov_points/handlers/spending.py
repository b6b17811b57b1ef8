"""Points held, spent, given back; what lapses, and what expires when a year ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from gov_points.book import WorkBook
from gov_points.contracts import ExpirePoints, HoldPoints, RefundPoints, ReleasePoints, SpendPoints
from gov_points.store import ACCOUNTS, HOLDS, StoredHold
from govcore.errors import Refusal
from govcore.messages import Message
from govcore.points import OWN, Account, Hold, Moved, Rulebook, Till
from govmesh.handlers import On, TimerFired, Via
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

LAPSE = "lapse"
OF_HOLD = Via(HOLDS, "account", lambda message: str(message.data.hold_id))
"""Whose account a hold is of, so that a batch can lock it."""
OF_TIMER = Via(HOLDS, "account", lambda message: str(message.data.subject))


class Spending:
    """Local commands; each answers with the hold as it is after.  A repeat changes nothing."""

    def __init__(self, mesh: Mesh, rules: Rulebook | None) -> None:
        data = rules.data if rules else None
        self._zone, self._known = mesh.pack.zone, mesh.pack
        self._till = Till(
            mesh.pack.id, self._zone, {str(kind): least for kind, least in data.floors.items()} if data else None
        )
        self._minutes = data.hold_minutes if data else 0

    def handlers(self) -> Sequence[On]:
        return (
            On(HoldPoints, self.hold, _asked),
            On(SpendPoints, self.spend, _held, OF_HOLD),
            On(ReleasePoints, self.release, _held, OF_HOLD),
            On(RefundPoints, self.refund, _held, OF_HOLD),
            On(ExpirePoints, self.expire, lambda message, _found: _of_account(message.data.account)),
            On(TimerFired, self.fired, _due, OF_TIMER),
        )

    def hold(self, message: Message[HoldPoints], work: Work) -> None:
        said, known = message.data, work.get(HOLDS, message.data.hold_id)
        account = Account.parse(said.account)
        if account.kind in OWN:
            raise Refusal("POINTS_BAD_ACCOUNT", field="account", value=said.account)
        balance = work.get(ACCOUNTS, said.account)
        until = work.now + timedelta(minutes=said.minutes or self._minutes)
        place = balance.place if balance else ""
        asked = Hold(said.hold_id, account, said.points, said.what, until, place)
        points = balance.points if balance else 0
        self._apply(work, self._till.hold(asked, known.hold if known else None, points, at=work.now))

    def spend(self, message: Message[SpendPoints], work: Work) -> None:
        self._apply(work, self._till.spend(_the_hold(work), at=work.now))

    def release(self, message: Message[ReleasePoints], work: Work) -> None:
        self._apply(work, self._till.release(_the_hold(work), at=work.now))

    def refund(self, message: Message[RefundPoints], work: Work) -> None:
        self._apply(work, self._till.refund(_the_hold(work), at=work.now, reason=message.data.reason))

    def fired(self, message: Message[TimerFired], work: Work) -> None:
        said = message.data
        if said.kind == LAPSE:
            found = work.get(HOLDS, said.subject)
            if found is not None and found.hold.state == "held":
                self._apply(work, self._till.release(found.hold, at=work.now, lapsed=True))

    def expire(self, message: Message[ExpirePoints], work: Work) -> None:
        """The account's year is over; what it had then and has not spent since expires, once."""
        said, found = message.data, work.get(ACCOUNTS, message.data.account)
        if found is None or found.reset_year >= said.year:
            return
        account, points = Account.parse(said.account), min(said.points, found.points)
        entry = self._till.expire(account, points, year=said.year, at=work.now, place=found.place)
        book = WorkBook(work)
        book.tell([entry] if entry else [])
        book.close_year(account, said.year)

    def _apply(self, work: Work, moved: Moved) -> None:
        hold = moved.hold
        if moved.entries:
            work.put(HOLDS, StoredHold(hold=hold))
            WorkBook(work).tell(moved.entries)
            if hold.state == "held":
                work.promise(f"{LAPSE}:{hold.id}", hold.until, LAPSE, subject=hold.id, place=hold.place)
            else:
                work.forget(f"{LAPSE}:{hold.id}")
        work.result = hold


def _asked(message: Message[HoldPoints], _found: Any) -> Iterable[Need]:
    yield HOLDS, "id", message.data.hold_id
    yield from _of_account(message.data.account)


def _held(message: Message[Any], account: str | None) -> Iterable[Need]:
    yield HOLDS, "id", message.data.hold_id
    yield from _of_account(account)


def _due(message: Message[TimerFired], account: str | None) -> Iterable[Need]:
    yield HOLDS, "id", message.data.subject
    yield from _of_account(account)


def _of_account(account: str | None) -> Iterable[Need]:
    if account is not None:
        yield ACCOUNTS, "id", account


def _the_hold(work: Work) -> Hold:
    ident = work.message.data.hold_id
    found = work.get(HOLDS, ident)
    if found is None:
        raise Refusal("POINTS_HOLD_UNKNOWN", field="hold_id", value=ident)
    return found.hold
