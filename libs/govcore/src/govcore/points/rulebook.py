"""A rulebook (积分细则): what a message earns whom, why, and what it takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from pydantic import BaseModel, ValidationError

from govcore.errors import Refusal
from govcore.messages import Catalogue, Message, Payload
from govcore.points.conditions import holds
from govcore.points.entries import AUTHORITY, Account, Entry, Posting, Why, entry_id
from govcore.points.guard import ARTICLES, against_rights
from govcore.points.ledger import Book, Ledger
from govcore.points.rules import Rule, RulebookData


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that a message meets, and the account its points go to."""

    rule: Rule
    account: Account
    cause: str

    @property
    def entry_id(self) -> str:
        return entry_id(self.cause, self.rule.id)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a message does to the book: entries to post; ``takes_back``: an event and the moment up to which."""

    entries: tuple[Entry, ...] = ()
    takes_back: tuple[str, datetime] | None = None


class Rulebook:
    """The rules of a place, read and checked once, then asked for every message."""

    def __init__(self, data: RulebookData, authority: str, zone: tzinfo) -> None:
        """``authority``: the code of who issues (the pack's id); ``zone``: whose days the caps count.

        Raises ``POINTS_RIGHTS`` for a rule that would make speaking up cost somebody something, ``POINTS_RULE_TWICE``.
        """
        self.data = data
        self.authority = Account(AUTHORITY, authority)
        self.zone = zone
        self._by_type: dict[str, list[Rule]] = {}
        seen: set[str] = set()
        for number, rule in enumerate(data.rules):
            if rule.id in seen:
                raise Refusal("POINTS_RULE_TWICE", field=f"rules[{number}].id", value=rule.id)
            if (key := against_rights(rule)) is not None:
                raise Refusal("POINTS_RIGHTS", field=f"rules[{number}].{key}", value=rule.id, articles=ARTICLES)
            seen.add(rule.id)
            self._by_type.setdefault(rule.on, []).append(rule)

    @classmethod
    def load(cls, data: Mapping[str, Any] | BaseModel, authority: str, zone: tzinfo) -> Rulebook:
        """From the content of ``points.yaml``, or a pack's ``points``: ``load(pack.points, pack.id, pack.zone)``.

        Raises ``POINTS_BAD_RULE`` with the key, or what the constructor does.
        """
        try:
            content = data.model_dump() if isinstance(data, BaseModel) else data
            return cls(RulebookData.model_validate(content), authority, zone)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"]))
            raise Refusal("POINTS_BAD_RULE", field=key, value=str(first["input"])[:80], why=first["msg"]) from None

    @property
    def types(self) -> frozenset[str]:
        """The message types the rulebook listens to."""
        return frozenset(self._by_type) | frozenset(self.data.reversed_by)

    def check(self, catalogue: Catalogue) -> list[Refusal]:
        """What a rule asks of a message that no such message has: ``POINTS_UNKNOWN_TYPE``, ``POINTS_UNKNOWN_FIELD``."""
        found: list[Refusal] = []
        for number, rule in enumerate(self.data.rules):
            payload = catalogue.types.get(rule.on)
            if payload is None:
                found.append(Refusal("POINTS_UNKNOWN_TYPE", field=f"rules[{number}].on", value=rule.on))
                continue
            for name in sorted({*rule.when, rule.field}.difference(payload.model_fields)):
                found.append(Refusal("POINTS_UNKNOWN_FIELD", field=f"rules[{number}]", value=name, type=rule.on))
        return found

    def hits(self, message: Message[Payload]) -> list[Hit]:
        """The rules a message meets; none for what happened before the rules were made public."""
        if message.time.astimezone(self.zone).date() < self.data.published:
            return []
        found: list[Hit] = []
        for rule in self._by_type.get(message.type, ()):
            code = getattr(message.data, rule.field, None)
            if code and rule.points and all(_meets(message.data, name, wanted) for name, wanted in rule.when.items()):
                found.append(Hit(rule, Account(rule.account, str(code)), cause_of(message)))
        return found

    def apply(self, message: Message[Payload], book: Book, now: datetime) -> Applied:
        """The entries a message asks for, none of them in the book yet.

        A cap cuts what goes over it, a floor what goes below.  What reworks, reopens or voids an event takes back what
        it had earned until then, even where that is only heard of later; a loss is not given back.  ``now``: when the
        entries are posted.
        """
        event_id = event_of(message)
        entries: list[Entry] = []
        takes_back: tuple[str, datetime] | None = None
        if message.type in self.data.reversed_by and event_id:
            earned = [each for each in book.earned(event_id) if each.fact_at <= message.time]
            entries += self._reversals(earned, message, book, now)
            takes_back = event_id, message.time
        gone = book.taken_back(event_id) if event_id else None
        for hit in self.hits(message):
            stale = gone is not None and message.time <= gone and hit.rule.points > 0
            if not stale and not book.has(hit.entry_id) and (entry := self._entry(hit, message, book, now)):
                entries.append(entry)
        return Applied(tuple(entries), takes_back)

    def settle(self, message: Message[Payload], ledger: Ledger, now: datetime) -> list[Entry]:
        """Apply a message to a book and write what follows; the new entries.  A repeated message changes nothing."""
        applied = self.apply(message, ledger, now)
        written = ledger.post(applied.entries)
        if applied.takes_back:
            ledger.take_back(*applied.takes_back)
        return written

    def _room(self, account: Account, book: Book) -> int | None:
        """How much may be taken from an account; None: no limit."""
        floor = dict(self.data.floors).get(account.kind)  # type: ignore[call-overload]
        return None if floor is None else max(0, book.balance(account) - floor)

    def _reversals(self, earned: Sequence[Entry], message: Message[Payload], book: Book, now: datetime) -> list[Entry]:
        """Take back each entry, as far as its account's floor allows: what was spent in good faith stays spent."""
        found: list[Entry] = []
        room: dict[Account, int | None] = {}
        for entry in earned:
            left = room.setdefault(entry.holder, self._room(entry.holder, book))
            taken = entry.points if left is None else min(entry.points, left)
            found.append(_reversal(entry, message, now, taken))
            room[entry.holder] = None if left is None else left - taken
        return found

    def _entry(self, hit: Hit, message: Message[Payload], book: Book, now: datetime) -> Entry | None:
        rule = hit.rule
        day = message.time.astimezone(self.zone).date()
        given, cap = _capped(rule, tuple(book.used(hit.account, rule.id, day)))
        room = self._room(hit.account, book)
        if room is not None and given < -room:
            given, cap = -room, ("floor", self.data.floors[rule.account], room)
        if not given:
            return None
        met = tuple((name, getattr(message.data, name)) for name in rule.when)
        return Entry(
            id=hit.entry_id,
            cause=hit.cause,
            rule=rule.id,
            postings=(Posting(hit.account, given), Posting(self.authority, -given)),
            why=Why(rule.id, rule.version, message.type, met, rule.basis, rule.points, given, cap),
            fact_at=message.time,
            day=day,
            posted_at=now,
            event_id=event_of(message),
            place=message.place,
            grid=getattr(message.data, "grid", None),
        )


def event_of(message: Message[Payload]) -> str | None:
    """The event a message is about."""
    found = getattr(message.data, "event_id", None)
    return str(found) if found else None


def cause_of(message: Message[Payload]) -> str:
    """What points are given for, once: this closing of this event, however often it is rated; else the message."""
    closing = getattr(message.data, "closing", None)
    return message.id if closing is None else f"{message.type}/{event_of(message)}/{closing}"


def _meets(data: Payload, name: str, wanted: Any) -> bool:
    return holds(wanted, getattr(data, name, None))


def _capped(rule: Rule, used: Sequence[int]) -> tuple[int, tuple[str, int, int] | None]:
    """The points left under the rule's caps, and the cap that cut them."""
    most, cut = abs(rule.points), None
    for period, before in zip(("day", "month", "year"), used, strict=True):
        cap = getattr(rule.cap, period)
        if cap is not None and cap - abs(before) < most:
            most, cut = max(0, cap - abs(before)), (period, cap, abs(before))
    return (most if rule.points > 0 else -most), cut


def _reversal(entry: Entry, message: Message[Payload], now: datetime, taken: int) -> Entry:
    """The entry that takes ``entry`` back because of ``message``; on the same day, so that the cap is free again.

    ``taken``: how much of it, the rest having been spent; it may be nothing, and still nothing is taken back twice.
    """
    cause = f"{message.id}/{entry.id}"
    cap = None if taken == entry.points else ("floor", 0, taken)
    why = Why(entry.rule, entry.why.version, message.type, (), entry.why.basis, -entry.points, -taken, cap)
    return Entry(
        id=entry_id(cause, entry.rule),
        cause=cause,
        rule=entry.rule,
        postings=(Posting(entry.holder, -taken), Posting(entry.contra, taken)),
        why=why,
        fact_at=message.time,
        day=entry.day,
        posted_at=now,
        event_id=entry.event_id,
        place=entry.place,
        grid=entry.grid,
        reverses=entry.id,
    )
