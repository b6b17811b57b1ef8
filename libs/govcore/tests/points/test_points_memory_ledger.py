"""The book in memory keeps the contract of every book."""

from __future__ import annotations

from govcore.points import Ledger, MemoryLedger
from govcore.points.contract import LedgerContract


class TestMemoryLedger(LedgerContract):
    """One line a backend."""

    def make(self) -> Ledger:
        return MemoryLedger()
