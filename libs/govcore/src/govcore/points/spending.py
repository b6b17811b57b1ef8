"""Spending in two steps: points are held for what somebody wants, then spent when it is handed over, or given back.

Every step is an entry between the holder's account and one of the book's own (:data:`OWN`), so that at every moment
what was issued is what is held by somebody, plus what is spent, expired or taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Literal

from govcore.errors import Refusal
from govcore.points.entries import AUTHORITY, EXPIRED, HELD, SPENT, Account, Entry, Posting, Why, entry_id

State = Literal["held", "spent", "released", "lapsed"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Points held for a purpose (冻结).  ``id`` is the asker's own, asked for once; it lapses at ``until``."""

    id: str
    account: Account
    points: int
    what: str
    until: datetime
    place: str
    state: State = "held"
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A hold as it is now, and the entries that made it so; none for a step that had been taken before."""

    hold: Hold
    entries: tuple[Entry, ...] = ()


class Till:
    """The till (收兑) of one authority: every decision about spending, over what the book says."""

    def __init__(self, authority: str, zone: tzinfo, floors: dict[str, int] | None = None) -> None:
        """``floors``: the least an account of a kind may hold; a kind that is not named may not owe anything."""
        self._authority, self._zone, self._floors = authority, zone, floors or {}

    def hold(self, asked: Hold, known: Hold | None, balance: int, *, at: datetime) -> Moved:
        """Hold points.  The same asked for again is answered as before.

        Raises ``POINTS_NOT_POSITIVE``, ``POINTS_NOT_ENOUGH`` (with what there is), ``POINTS_HOLD_OTHER`` where the id
        stands for something else, ``POINTS_BAD_ACCOUNT`` for an account of the book's own.
        """
        if known is not None:
            if (known.account, known.points, known.what) != (asked.account, asked.points, asked.what):
                raise Refusal("POINTS_HOLD_OTHER", field="hold_id", value=asked.id)
            return Moved(known)
        if asked.points <= 0:
            raise Refusal("POINTS_NOT_POSITIVE", field="points", value=asked.points)
        free = balance - max(0, self._floors.get(asked.account.kind, 0))
        if asked.points > free:
            raise Refusal("POINTS_NOT_ENOUGH", field="points", value=asked.points, free=max(0, free))
        return Moved(asked, (self._entry(asked, HELD, -asked.points, at, "hold"),))

    def spend(self, hold: Hold, *, at: datetime) -> Moved:
        """What was held is spent.  Raises ``POINTS_HOLD_ENDED`` where it was given back before."""
        if hold.state == "spent":
            return Moved(hold)
        self._must_stand(hold)
        back = self._back(hold, at)
        return Moved(
            replace(hold, state="spent", ended_at=at), (back, self._entry(hold, SPENT, -hold.points, at, "spend"))
        )

    def release(self, hold: Hold, *, at: datetime, lapsed: bool = False) -> Moved:
        """What was held is given back.  Raises ``POINTS_HOLD_ENDED`` where it was spent before."""
        if hold.state in ("released", "lapsed"):
            return Moved(hold)
        self._must_stand(hold)
        return Moved(replace(hold, state="lapsed" if lapsed else "released", ended_at=at), (self._back(hold, at),))

    def refund(self, hold: Hold, *, at: datetime, reason: str) -> Moved:
        """What was spent comes back, whole: goods returned.  Raises ``POINTS_HOLD_ENDED`` unless it was spent."""
        if hold.state == "released":
            return Moved(hold)
        if hold.state != "spent":
            raise Refusal("POINTS_HOLD_ENDED", field="hold_id", value=hold.id, state=hold.state)
        spent = self._entry(hold, SPENT, -hold.points, at, "spend")
        return Moved(replace(hold, state="released", ended_at=at), (self._turned(spent, at, "refund", reason),))

    def expire(self, account: Account, balance: int, *, year: int, at: datetime, place: str) -> Entry | None:
        """What an account had not spent when its year ended; None where nothing is left.  Points held are not in it."""
        if balance <= 0:
            return None
        own = Hold(f"{year}/{account}", account, balance, str(year), at, place)
        return self._entry(own, EXPIRED, -balance, at, "expire")

    def _must_stand(self, hold: Hold) -> None:
        if hold.state != "held":
            raise Refusal("POINTS_HOLD_ENDED", field="hold_id", value=hold.id, state=hold.state)

    def _back(self, hold: Hold, at: datetime) -> Entry:
        return self._turned(self._entry(hold, HELD, -hold.points, at, "hold"), at, "release", hold.what)

    def _turned(self, entry: Entry, at: datetime, rule: str, basis: str) -> Entry:
        """The entry that takes ``entry`` back."""
        cause = f"{entry.cause}/{rule}"
        return replace(
            entry,
            id=entry_id(cause, rule),
            cause=cause,
            rule=rule,
            postings=tuple(Posting(leg.account, -leg.points) for leg in entry.postings),
            why=Why(rule, 1, f"points.{rule}", (), basis, -entry.points, -entry.points),
            reverses=entry.id,
        )

    def _entry(self, hold: Hold, own: str, points: int, at: datetime, rule: str) -> Entry:
        cause = f"{rule}/{hold.id}"
        return Entry(
            id=entry_id(cause, rule),
            cause=cause,
            rule=rule,
            postings=(Posting(hold.account, points), Posting(Account(own, self._authority), -points)),
            why=Why(rule, 1, f"points.{rule}", (), hold.what, points, points),
            fact_at=at,
            day=self._day(at),
            posted_at=at,
            place=hold.place,
        )

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


@dataclass(frozen=True, slots=True)
class Proof:
    """The book's sums: ``issued`` is all that was ever given, and is what became of it, always."""

    issued: int
    held: int
    spent: int
    expired: int
    reversed: int

    @property
    def balanced(self) -> bool:
        """Whether every point that was issued is somewhere, once."""
        return self.issued == self.held + self.spent + self.expired + self.reversed


def prove(lines: Iterable[tuple[str, int, int]], balances: int) -> Proof:
    """The proof of a book.  ``lines``: of each kind of its own accounts what it gave holders and took from them, by the
    entries; ``balances``: what the holders' accounts say they have, which the entries know nothing of.

    ``held`` is what holders have, points set aside for them included; ``reversed`` what came back to the authority,
    deductions by a rule included.
    """
    sums = {kind: (gave, took) for kind, gave, took in lines}
    issued, returned = sums.get(AUTHORITY, (0, 0))
    net = {kind: took - gave for kind, (gave, took) in sums.items()}
    return Proof(issued, balances + net.get(HELD, 0), net.get(SPENT, 0), net.get(EXPIRED, 0), returned)
