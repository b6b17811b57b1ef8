"""Statistics: day, week and month in figures, every rate with its formula, and the departments' ledger.

Pure: whoever keeps the rows hands in :mod:`facts <govcore.stats.facts>`, and gets a :class:`Report` or a
:class:`Ledger` back.
"""

from govcore.stats.counts import Judging
from govcore.stats.facts import DIMENSIONS, Assignments, Cell, Fact, Filings, Matters, Offers, Verdicts
from govcore.stats.ledger import Account, Ledger, Work, accounts
from govcore.stats.names import naming, town
from govcore.stats.period import KINDS, Period, Window
from govcore.stats.rates import Share
from govcore.stats.report import Report, Three, report, windows

__all__ = [
    "DIMENSIONS",
    "KINDS",
    "Account",
    "Assignments",
    "Cell",
    "Fact",
    "Filings",
    "Judging",
    "Ledger",
    "Matters",
    "Offers",
    "Period",
    "Report",
    "Share",
    "Three",
    "Verdicts",
    "Window",
    "Work",
    "accounts",
    "naming",
    "report",
    "town",
    "windows",
]
