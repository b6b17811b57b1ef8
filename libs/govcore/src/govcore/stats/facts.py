"""What is counted: groups of like matters, filings, assignments and offers in one window of time, already summed.

Whoever keeps the rows makes these (one pass over each table, grouped); the counts and rates are made from them.
``number`` is how many are alike.  A :class:`Cell` says where they belong; no field of it names a person.
"""

from __future__ import annotations

from typing import NamedTuple

DIMENSIONS = ("class", "dept", "place", "channel")
"""What figures are divided by: class of matter, department, town (镇街), channel."""


class Cell(NamedTuple):
    """Where something belongs, by code; empty where it is not known.

    ``dept`` is the leading department of a matter, and of an offer the one that was asked.
    """

    class_code: str = ""
    dept: str = ""
    place: str = ""
    channel: str = ""

    def by(self, dimension: str) -> str:
        """Its code in one of :data:`DIMENSIONS`."""
        return self[DIMENSIONS.index(dimension)]


class Matters(NamedTuple):
    """Matters (案卷) that something happened to in the window, or that were open at its end.

    ``opened``, ``closed``: in the window.  ``due``: their term ended in it, as far as it is past.  ``on_time``: how
    their closing was judged, None while open or without a term.  ``open`` and ``overdue``: at the window's end.
    ``handled``: departments' hand-offs ended it, so that rework and objections would be known; not so a matter taken
    over from the past.  ``grade``: the resident's, 5 to 1, ``final`` the last one,
    after a return call.  ``state`` and the rest are as known when the row was read.
    """

    cell: Cell
    state: str
    opened: bool = False
    due: bool = False
    closed: bool = False
    open: bool = False
    overdue: bool = False
    on_time: bool | None = None
    handled: bool = False
    grade: int | None = None
    final: int | None = None
    reworked: bool = False
    reopened: bool = False
    number: int = 1


class Filings(NamedTuple):
    """Matters filed (立案) in the window: sent to departments, or laid on the triage desk.  ``state`` as known now."""

    cell: Cell
    state: str
    number: int = 1


class Assignments(NamedTuple):
    """Matters given to departments (派遣) in the window; ``late``: the desk took so long that it got an order."""

    cell: Cell
    late: bool
    number: int = 1


class Verdicts(NamedTuple):
    """Verdicts (核查结论) of verifiers in the window, each time a matter was looked at; ``again``: it was sent back."""

    cell: Cell
    again: bool
    number: int = 1


class Offers(NamedTuple):
    """Offers of tasks (交办) made in the window, each to one department, and what became of them since.

    ``settled``: answered, or the term for accepting is over.  ``in_time``: answered, either way, within that term.
    ``upheld``: of a return, whether the task then went to another department; None while that is open.
    """

    cell: Cell
    lead: bool
    settled: bool
    in_time: bool = False
    accepted: bool = False
    returned: bool = False
    upheld: bool | None = None
    number: int = 1


Fact = Matters | Filings | Assignments | Verdicts | Offers
