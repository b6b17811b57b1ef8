"""What every book must do, in memory or in a database: the suite each adapter runs.

Subclass :class:`LedgerContract` in a test, give it ``make``; pytest finds the rest.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from govcore.errors import Refusal
from govcore.points.entries import AUTHORITY, Account, Entry, Posting, Why, entry_id
from govcore.points.ledger import Ledger, Used

POST = Account("post", "post-340881103004001")
ISSUER = Account(AUTHORITY, "tongcheng")
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entry(
    cause: str, points: int = 2, *, at: datetime = MORNING, day: date = date(2026, 3, 2), event: str = "E-1"
) -> Entry:
    """An entry of rule ``closed-on-time`` for the contract's post."""
    rule = "closed-on-time"
    return Entry(
        id=entry_id(cause, rule),
        cause=cause,
        rule=rule,
        postings=(Posting(POST, points), Posting(ISSUER, -points)),
        why=Why(rule, 1, "event.closed.v1", (("on_time", True),), "村规民约", points, points, ("day", 10, 8)),
        fact_at=at,
        day=day,
        posted_at=at,
        event_id=event,
        place="34.08.81.103.004",
        grid="340881103004001",
    )


def reversal(of: Entry, at: datetime) -> Entry:
    """The entry that takes ``of`` back."""
    cause = f"M-back/{of.id}"
    back = tuple(Posting(each.account, -each.points) for each in of.postings)
    return replace(
        of, id=entry_id(cause, of.rule), cause=cause, postings=back, fact_at=at, posted_at=at, reverses=of.id
    )


class LedgerContract:
    """The contract of :class:`govcore.points.Ledger`."""

    def make(self) -> Ledger:
        """A fresh, empty book."""
        raise NotImplementedError

    def test_an_entry_is_written_once_however_often_it_is_posted(self) -> None:
        """The same cause under the same rule changes the book once."""
        book = self.make()
        assert book.post([entry("a")]) == [entry("a")]
        assert book.post([entry("a"), entry("b")]) == [entry("b")]
        assert book.has(entry("a").id) and not book.has(entry("c").id)
        assert book.balance(POST) == 4
        assert list(book.entries(POST)) == [entry("a"), entry("b")]

    def test_what_is_held_is_what_was_issued(self) -> None:
        """Holder and authority always sum to nothing."""
        book = self.make()
        book.post([entry("a"), entry("b", 5), entry("c", -3)])
        assert book.balance(POST) == 4 and book.balance(ISSUER) == -4

    def test_a_balance_at_any_past_moment(self) -> None:
        """The sum of what had been posted by then, the moment itself included; an account's time never goes back,
        so what a slower clock wrote later stands as written later."""
        book = self.make()
        book.post([entry("first", 3)])
        book.post([entry("late", 4, at=MORNING + timedelta(hours=2))])
        (written,) = book.post([entry("slow", 2, at=MORNING + timedelta(hours=1))])
        assert written.posted_at == MORNING + timedelta(hours=2)
        assert book.balance(POST, MORNING - timedelta(microseconds=1)) == 0
        assert book.balance(POST, MORNING + timedelta(hours=1)) == 3
        assert book.balance(POST, MORNING + timedelta(hours=2)) == 9
        assert book.balance(Account("post", "nobody")) == 0

    def test_caps_are_counted_by_day_month_and_year(self) -> None:
        """Used is by account and rule, on the entries' own days."""
        book = self.make()
        book.post([entry("a"), entry("b", 3, day=date(2026, 3, 9)), entry("c", 4, day=date(2026, 5, 1))])
        book.post([entry("d", 5, day=date(2025, 3, 2))])
        assert book.used(POST, "closed-on-time", date(2026, 3, 2)) == Used(2, 5, 9)
        assert book.used(POST, "other", date(2026, 3, 2)) == Used()

    def test_a_reversal_leaves_both_entries_and_frees_the_cap(self) -> None:
        """Entries are never edited: what is taken back stands there twice, and no longer counts."""
        book = self.make()
        first = entry("a")
        book.post([first])
        assert list(book.earned("E-1")) == [first]
        back = reversal(first, MORNING + timedelta(hours=1))
        assert book.post([back]) == [back]
        assert list(book.entries(POST)) == [first, back]
        assert book.balance(POST) == 0 and book.balance(POST, MORNING) == 2
        assert book.used(POST, "closed-on-time", date(2026, 3, 2)) == Used()
        assert list(book.earned("E-1")) == []

    def test_only_gains_count_as_earned(self) -> None:
        """A loss is nothing an event has earned."""
        book = self.make()
        book.post([entry("a", -2)])
        assert list(book.earned("E-1")) == [] and list(book.earned("E-2")) == []

    def test_an_entry_is_reversed_once(self) -> None:
        """A second reversal, or one of an entry nobody knows, is refused whole."""
        book = self.make()
        first = entry("a")
        book.post([first, reversal(first, MORNING)])
        again = replace(reversal(first, MORNING), id="B-again", cause="again")
        assert _refused(book, [entry("b"), again]) == "POINTS_REVERSED_TWICE"
        assert _refused(book, [entry("b"), reversal(entry("c"), MORNING)]) == "POINTS_REVERSES_UNKNOWN"
        assert not book.has(entry("b").id)

    def test_the_latest_taking_back_is_remembered(self) -> None:
        """Also where there was nothing to take back yet; an earlier one that comes later changes nothing."""
        book = self.make()
        assert book.taken_back("E-1") is None
        book.take_back("E-1", MORNING)
        book.take_back("E-1", MORNING - timedelta(hours=1))
        assert book.taken_back("E-1") == MORNING


def _refused(book: Ledger, entries: list[Entry]) -> str | None:
    try:
        book.post(entries)
    except Refusal as no:
        return no.code
    return None
