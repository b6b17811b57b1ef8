"""The book as the handling of one message sees it: what the rulebook asks, and what is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from gov_points.store import (
    ACCOUNTS,
    ENTRIES,
    MATTERS,
    RULE_YEARS,
    Balance,
    Matter,
    RuleYear,
    StoredEntry,
    key_of,
)
from govcore.errors import Refusal
from govcore.points import AUTHORITY, Account, Entry, Used, event_of
from govmesh.work import Work


class WorkBook:
    """:class:`govcore.points.Book` over a unit of work.

    What came first is told by the event's versions where both messages are about the event, by their times elsewhere:
    messages overtake one another, and the clocks of two processes differ.
    """

    def __init__(self, work: Work) -> None:
        message = work.message
        self._work, self._at = work, message.time
        self._event = event_of(message)
        self._version = message.version if self._event and message.subject == self._event else None

    def has(self, entry_id: str) -> bool:
        """Whether the entry stands; those of the message's own event are loaded with its batch."""
        if self._event:
            return any(each.id == entry_id for each in self._of(self._event))
        return self._work.get(ENTRIES, entry_id) is not None

    def used(self, account: Account, rule: str, day: date) -> Used:
        found = self._work.get(RULE_YEARS, key_of(account, rule, day.year))
        return found.used(day) if found else Used()

    def earned(self, event_id: str) -> Sequence[Entry]:
        found = self._of(event_id)
        gone = {each.reverses for each in found}
        live = [each for each in found if each.entry.points > 0 and each.reverses is None and each.id not in gone]
        in_order = sorted(live, key=lambda each: each.number)
        return [entry for each in in_order if (entry := self._if_earlier(each)) is not None]

    def taken_back(self, event_id: str) -> datetime | None:
        found = self._work.get(MATTERS, event_id)
        if found is None or found.taken_at is None:
            return None
        if self._version is not None and found.taken_version is not None:
            return max(found.taken_at, self._at) if self._version < found.taken_version else None
        return found.taken_at

    def balance(self, account: Account) -> int:
        found = self._work.get(ACCOUNTS, str(account))
        return found.points if found else 0

    def close_year(self, account: Account, year: int) -> None:
        """Remember that what the account had at the end of ``year`` has expired."""
        if (found := self._work.get(ACCOUNTS, str(account))) is not None:
            self._work.put(ACCOUNTS, found.model_copy(update={"reset_year": year}))

    def tell(self, entries: Iterable[Entry]) -> None:
        """Write entries, say and note each."""
        for entry, account in self.post(entries):
            self._work.say(entry.said(account.points), subject=account.id, version=account.version, place=entry.place)
            self._work.note(
                entry.event_id or entry.id,
                "points.reversed" if entry.reverses else "points.posted",
                place=entry.place,
                holder=account.id,
                reason=f"{entry.rule} {entry.points:+d}",
            )

    def post(self, entries: Iterable[Entry]) -> list[tuple[Entry, Balance]]:
        """Write entries; the new ones, each with its account after it.  Raises as :class:`Ledger` says."""
        new = {entry.id: entry for entry in entries if not self.has(entry.id)}
        taken: set[str] = set()
        for entry in new.values():
            if entry.reverses is not None:
                self._check_reversal(entry, new, taken)
                taken.add(entry.reverses)
        return [self._write(entry) for entry in new.values()]

    def take_back(self, event_id: str, at: datetime) -> None:
        """Remember that what the event had earned by ``at`` no longer stands; an earlier moment changes nothing."""
        found = self._matter(event_id)
        later = {
            "taken_at": at if found.taken_at is None else max(found.taken_at, at),
            "taken_version": max(filter(None, (found.taken_version, self._version)), default=None),
        }
        self._work.put(MATTERS, found.model_copy(update=later))

    def _of(self, event_id: str) -> list[StoredEntry]:
        return self._work.find(ENTRIES, "event_id", event_id)

    def _matter(self, event_id: str) -> Matter:
        return self._work.get(MATTERS, event_id) or Matter(id=event_id, place=self._work.message.place)

    def _if_earlier(self, each: StoredEntry) -> Entry | None:
        """The entry, if the event had earned it before this message was said; the rulebook compares the times left."""
        if self._version is None or each.version is None:
            return each.entry
        earlier = each.version < self._version
        return replace(each.entry, fact_at=min(each.entry.fact_at, self._at)) if earlier else None

    def _check_reversal(self, entry: Entry, new: dict[str, Entry], taken: set[str]) -> None:
        wanted = str(entry.reverses)
        known = self._of(entry.event_id) if entry.event_id else self._work.find(ENTRIES, "reverses", wanted)
        if wanted in taken or any(each.reverses == wanted for each in known):
            raise Refusal("POINTS_REVERSED_TWICE", field="reverses", value=wanted)
        if wanted not in new and not self.has(wanted):
            raise Refusal("POINTS_REVERSES_UNKNOWN", field="reverses", value=wanted)

    def _write(self, entry: Entry) -> tuple[Entry, Balance]:
        work, key = self._work, key_of(entry.holder, entry.rule, entry.day.year)
        if entry.contra.kind == AUTHORITY:
            year = work.get(RULE_YEARS, key) or RuleYear(id=key, place=entry.place)
            work.put(RULE_YEARS, year.with_entry(entry))
        before = work.get(ACCOUNTS, str(entry.holder)) or Balance(id=str(entry.holder), place=entry.place)
        at = entry.posted_at if before.last_at is None else max(entry.posted_at, before.last_at)
        step = {"points": before.points + entry.points, "version": before.version + 1, "last_at": at}
        after = before.model_copy(update=step)
        work.put(ACCOUNTS, after)
        written = replace(entry, posted_at=at)
        work.put(ENTRIES, StoredEntry(entry=written, number=after.version, after=after.points, version=self._version))
        if entry.event_id:
            matter = self._matter(entry.event_id)
            work.put(MATTERS, matter.model_copy(update={"touched": tuple(sorted({*matter.touched, key}))}))
        return written, after
