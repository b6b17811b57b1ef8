"""The book's entries: balanced, immutable, each with the reason it is there."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from govcore.errors import Refusal
from govcore.i18n import reason
from govcore.messages import PointsPosted

AUTHORITY, SPENT, EXPIRED, HELD = "authority", "spent", "expired", "held"
"""Kinds of the book's own accounts: the issuing authority (its balance is what it has issued, negative), what was
spent, what expired, what is held for somebody who is about to spend it."""
OWN = frozenset({AUTHORITY, SPENT, EXPIRED, HELD})
"""Every other account is a holder's."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account (账户): a kind and a code, written ``post:post-340881103004001``.  Never a name."""

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"

    @classmethod
    def parse(cls, text: str) -> Account:
        """From ``kind:code``.  Raises ``POINTS_BAD_ACCOUNT``."""
        kind, colon, code = text.partition(":")
        if not (kind and colon and code):
            raise Refusal("POINTS_BAD_ACCOUNT", field="account", value=text[:80])
        return cls(kind, code)


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg of an entry: so many points to (or, negative, from) an account."""

    account: Account
    points: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why an entry is there: the rule and its version, the message's fields that met it, what the cap left of it."""

    rule: str
    version: int
    fact: str
    met: tuple[tuple[str, Any], ...]
    basis: str
    asked: int
    given: int
    cap: tuple[str, int, int] | None = None
    """(``day`` | ``month`` | ``year``, the most, used before): the cap that cut it, if one did; or (``floor``, the
    least an account may have, what could be taken)."""

    def text(self, lang: str) -> str:
        """In ``zh_CN`` or ``en``."""
        met = ", ".join(f"{name}={value}" for name, value in self.met) or "–"
        said = reason(
            "POINTS_WHY",
            lang,
            rule=self.rule,
            version=self.version,
            fact=self.fact,
            met=met,
            given=self.given,
            basis=self.basis,
        )
        if self.cap is None:
            return said
        period, most, used = self.cap
        if period == "floor":
            return said + reason("POINTS_WHY_FLOOR", lang, asked=self.asked, floor=most)
        where = reason(f"POINTS_PER_{period.upper()}", lang)
        return said + reason("POINTS_WHY_CAPPED", lang, asked=self.asked, period=where, most=most, used=used)

    def as_dict(self) -> dict[str, Any]:
        """The reason as JSON, with both texts."""
        return {
            "rule": self.rule,
            "version": self.version,
            "fact": self.fact,
            "met": dict(self.met),
            "basis": self.basis,
            "asked": self.asked,
            "given": self.given,
            "cap": dict(zip(("period", "most", "used"), self.cap, strict=True)) if self.cap else None,
            "zh": self.text("zh_CN"),
            "en": self.text("en"),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced entry (分录): what one of the book's own accounts gives (or takes), the holder gets.

    One per (``cause``, ``rule``): ``cause`` is what earned it, ``id`` follows from both.  ``fact_at`` is when that was
    said, ``day`` its date in the place (the day caps count on), ``posted_at`` when it was written into the book.
    ``reverses`` names the entry this one takes back; entries are never edited.
    """

    id: str
    cause: str
    rule: str
    postings: tuple[Posting, ...]
    why: Why
    fact_at: datetime
    day: date
    posted_at: datetime
    event_id: str | None = None
    place: str = ""
    grid: str | None = None
    reverses: str | None = None

    def __post_init__(self) -> None:
        if len(self.postings) < 2 or sum(posting.points for posting in self.postings) != 0:
            raise Refusal("POINTS_UNBALANCED", field="postings", value=self.id)
        if self.fact_at.tzinfo is None or self.posted_at.tzinfo is None:
            raise Refusal("POINTS_NAIVE_TIME", field="posted_at", value=self.id)

    @property
    def holder(self) -> Account:
        """The account that is not the book's own."""
        return next(each.account for each in self.postings if each.account.kind not in OWN)

    @property
    def contra(self) -> Account:
        """The book's own account, on the other side.  Raises ``POINTS_TWO_LEGS`` for an entry among more than two."""
        legs = [leg.account for leg in self.postings if leg.account != self.holder]
        if len(legs) != 1:
            raise Refusal("POINTS_TWO_LEGS", field="postings", value=self.id)
        return legs[0]

    @property
    def points(self) -> int:
        """What the holder gets."""
        return next(each.points for each in self.postings if each.account.kind not in OWN)

    def said(self, balance: int) -> PointsPosted:
        """The message that tells of it; ``balance`` is the holder's after it."""
        return PointsPosted(
            entry_id=self.id,
            account=str(self.holder),
            rule=self.rule,
            points=self.points,
            balance=balance,
            event_id=self.event_id,
            fact=self.why.fact,
            reverses=self.reverses,
            place=self.place,
            grid=self.grid,
            posted_at=self.posted_at,
        )


def entry_id(cause: str, rule: str) -> str:
    """The id of the entry that ``rule`` posts because of ``cause``: always the same one."""
    digest = hashlib.sha256(f"{cause}\x1f{rule}".encode()).digest()
    return "B-" + base64.b32encode(digest[:15]).decode()
