"""``closing.yaml``: who looks at finished work, what a bad grade brings, and how somebody comes back (结案前后)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from govcore.events.routing_rules import Many
from govcore.packs.schema import Share, Strict
from govcore.packs.terms import Sourced

Part = Annotated[Share, BeforeValidator(lambda said: 1.0 if said == "all" else said)]
"""0 to 1, or ``all``."""
By = Annotated[str, Field(pattern=r"^((desk|dept):[a-z0-9_]+|street|post(:[A-Za-z0-9_-]+)?|leader(:[a-z_]+)?)$")]
"""A desk, a department, the street where the matter lies, a post (``post`` alone: the one on duty in its grid), or a
leader of its place (``leader:village``: of that kind of division, ``leader`` alone: the nearest)."""
Who = Annotated[str, Field(pattern=r"^(desk|dept):[a-z0-9_]+$")]

RECTIFY_AT_MOST = Sourced(term="15wd", source="hotline 12345: a bad grade is put right within 15 working days")
"""The longest term for a rectification (整改) a pack may give; law-and-standards of the mission, secondary source."""


class CheckRule(Strict):
    """Which ``share`` of what has one of these classes (``*`` at the end: beginnings), severities and channels is
    verified (核查), and ``by`` whom."""

    classes: Many = Field(default=(), alias="class")
    severity: Many = ()
    channel: Many = ()
    share: Part
    by: By
    source: str = Field(min_length=1)


class Reworks(Strict):
    """After so many reworks (返工) of a matter the supervising department is told of each, and who says so."""

    most: int = Field(ge=1)
    source: str = Field(min_length=1)


class Call(Sourced):
    """The return call (回访) after something was put right: who makes it, how often it is tried."""

    by: Who
    tries: int = Field(ge=1, le=20)


class Visits(Call):
    """Visits on agreed days (约定回访): so many waiting, so many days ahead at most; what ``not_kept`` brings."""

    most: int = Field(ge=1, le=100)
    days: int = Field(ge=1, le=3660)
    not_kept: Literal["reopen", "rectify"]


class Closing(Strict):
    """``verify``: the first line that holds, before pack.yaml's own.  ``counts``: which grade satisfaction is made of,
    the resident's ``first`` or the ``final`` one after a return call.  ``rectify``: the term of a rectification after a
    grade with ``rework``; what is missing is not done here."""

    verify: tuple[CheckRule, ...] = ()
    reworks: Reworks | None = None
    counts: Literal["first", "final"] = "first"
    rectify: Sourced | None = None
    call: Call | None = None
    visits: Visits | None = None


NOTHING_SAID = Closing()
"""Of a pack without the file."""
