"""The book (账本): what a rulebook asks of it, what a service does with it, and one in memory."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import accumulate
from typing import NamedTuple, Protocol

from govcore.errors import Refusal
from govcore.points.entries import Account, Entry


class Used(NamedTuple):
    """What an account got by a rule on one day, in its month, in its year; what was taken back does not count."""

    day: int = 0
    month: int = 0
    year: int = 0


class Book(Protocol):
    """What has to be known to apply a rulebook to one message."""

    def has(self, entry_id: str) -> bool:
        """Whether an entry of this id stands in the book."""
        ...

    def used(self, account: Account, rule: str, day: date) -> Used:
        """What ``account`` got by ``rule`` on ``day``, in its month and in its year."""
        ...

    def earned(self, event_id: str) -> Sequence[Entry]:
        """The entries of an event that gave somebody points and have not been taken back."""
        ...

    def balance(self, account: Account) -> int:
        """The account's sum now."""
        ...

    def taken_back(self, event_id: str) -> datetime | None:
        """When what the event had earned was last taken back; None if never."""
        ...


class Ledger(Book, Protocol):
    """A book that can be written and asked for balances."""

    def post(self, entries: Iterable[Entry]) -> list[Entry]:
        """Write entries; those that were new, as they were written: an account's time never goes back.  An id already
        there is left alone.

        Raises ``POINTS_REVERSED_TWICE`` and ``POINTS_REVERSES_UNKNOWN``; then none of them is written.
        """
        ...

    def take_back(self, event_id: str, at: datetime) -> None:
        """Remember that what the event had earned by ``at`` no longer stands; an earlier moment changes nothing."""
        ...

    def balance(self, account: Account, at: datetime | None = None) -> int:
        """The account's sum, now or at a moment (entries posted at the moment itself included)."""
        ...

    def entries(self, account: Account) -> Sequence[Entry]:
        """The account's entries by the time they were posted."""
        ...


@dataclass(slots=True)
class _Page:
    """An account's lines, by time, with their running sums made when asked for."""

    lines: list[tuple[datetime, int, str, int]] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)

    def add(self, at: datetime, number: int, entry: str, points: int) -> None:
        insort(self.lines, (at, number, entry, points))
        self.sums = []

    def balance(self, at: datetime | None) -> int:
        if len(self.sums) != len(self.lines):
            self.sums = list(accumulate(line[3] for line in self.lines))
        upto = len(self.lines) if at is None else bisect_right(self.lines, at, key=lambda line: line[0])
        return self.sums[upto - 1] if upto else 0


class MemoryLedger:
    """A book in memory: a real one, which forgets when the process ends."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._pages: defaultdict[Account, _Page] = defaultdict(_Page)
        self._by_rule: defaultdict[tuple[Account, str], list[Entry]] = defaultdict(list)
        self._by_event: defaultdict[str, list[Entry]] = defaultdict(list)
        self._reversed: set[str] = set()
        self._taken_back: dict[str, datetime] = {}

    def has(self, entry_id: str) -> bool:
        return entry_id in self._entries

    def used(self, account: Account, rule: str, day: date) -> Used:
        sums = [0, 0, 0]
        for entry in self._by_rule.get((account, rule), ()):
            same_year = entry.day.year == day.year
            same_month = same_year and entry.day.month == day.month
            for position, same in enumerate((entry.day == day, same_month, same_year)):
                sums[position] += entry.points if same else 0
        return Used(*sums)

    def earned(self, event_id: str) -> Sequence[Entry]:
        found = self._by_event.get(event_id, ())
        return [each for each in found if each.points > 0 and each.reverses is None and each.id not in self._reversed]

    def taken_back(self, event_id: str) -> datetime | None:
        return self._taken_back.get(event_id)

    def post(self, entries: Iterable[Entry]) -> list[Entry]:
        new = {entry.id: entry for entry in entries if entry.id not in self._entries}
        reversals = [entry.reverses for entry in new.values() if entry.reverses is not None]
        for number, reverses in enumerate(reversals):
            if reverses in self._reversed or reverses in reversals[:number]:
                raise Refusal("POINTS_REVERSED_TWICE", field="reverses", value=reverses)
            if reverses not in self._entries and reverses not in new:
                raise Refusal("POINTS_REVERSES_UNKNOWN", field="reverses", value=reverses)
        return [self._write(entry) for entry in new.values()]

    def take_back(self, event_id: str, at: datetime) -> None:
        known = self._taken_back.get(event_id)
        self._taken_back[event_id] = at if known is None else max(known, at)

    def balance(self, account: Account, at: datetime | None = None) -> int:
        page = self._pages.get(account)
        return page.balance(at) if page else 0

    def entries(self, account: Account) -> Sequence[Entry]:
        page = self._pages.get(account)
        return [self._entries[line[2]] for line in page.lines] if page else []

    def _write(self, entry: Entry) -> Entry:
        lines = self._pages[entry.holder].lines
        if lines and lines[-1][0] > entry.posted_at:
            entry = replace(entry, posted_at=lines[-1][0])
        self._entries[entry.id] = entry
        for posting in entry.postings:
            page = self._pages[posting.account]
            page.add(entry.posted_at, len(self._entries), entry.id, posting.points)
        self._by_rule[entry.holder, entry.rule].append(entry)
        if entry.event_id:
            self._by_event[entry.event_id].append(entry)
        if entry.reverses:
            self._reversed.add(entry.reverses)
        return entry
