"""The book in memory keeps the contract of every book."""

from __future__ import annotations

from time import perf_counter

from govcore.points import Ledger, MemoryLedger
from govcore.points.contract import MORNING, POST, LedgerContract, entry


class TestMemoryLedger(LedgerContract):
    """One line a backend."""

    def make(self) -> Ledger:
        return MemoryLedger()


def test_a_past_balance_of_a_hundred_thousand_entries_is_quick() -> None:
    """The balance at a moment among 100,000 entries takes less than 10 ms."""
    book = MemoryLedger()
    book.post(entry(str(number)) for number in range(100_000))
    book.balance(POST)
    begin = perf_counter()
    assert book.balance(POST, MORNING) == 200_000
    assert perf_counter() - begin < 0.01
