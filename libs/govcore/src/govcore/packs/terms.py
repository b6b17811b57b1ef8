"""How long everything may take in a locality: numbers with the document they come from beside them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from govcore.events.routing_rules import Many
from govcore.packs.joint import Joint
from govcore.packs.schema import Both, Code, Strict, TermText


class Sourced(Strict):
    """A term (``2wh``, ``5wd``, ``3uh+8uh+5wd``) and where it is written."""

    term: TermText
    source: str = Field(min_length=1)


class Severity(Strict):
    """A degree of urgency (紧急程度)."""

    code: Code
    label: Both


class Minutes(Strict):
    """So many minutes of elapsed time, and who says so."""

    minutes: int = Field(gt=0)
    source: str = Field(min_length=1)


class Days(Strict):
    """So many calendar days of elapsed time, and who says so."""

    days: int = Field(gt=0)
    source: str = Field(min_length=1)


class Rung(Strict):
    """One rung of the escalation ladder (催办): which order, when, to whom, and how long for the answer.

    ``at``: the share of the term that is used up when it comes, below 1 a warning, 1.5 when it is over by half.
    ``to``: the ``holder`` of the task, the ``leader`` of its department, the ``supervisor`` (督查单位), or ``duty``,
    the leader named in the duty chain of the place; ``level`` is then the kind of division (county, street …), the
    nearest where absent.  ``answer``: none is asked for without; not answered, it is followed by the next rung at once.
    """

    order: Literal["reminder", "task", "directive", "supervision"]
    at: float = Field(gt=0, le=100)
    to: Literal["holder", "leader", "supervisor", "duty"] = "holder"
    level: str | None = None
    answer: TermText | None = None
    source: str = Field(min_length=1)


class SuspendReason(Strict):
    """Why a task may be suspended (缓办理由), and whether the triage desk must approve it."""

    code: Code
    label: Both
    approval: bool


class Suspension(Strict):
    """When a task's clock may stand (缓办), for how long at most, and who says so."""

    reasons: Annotated[tuple[SuspendReason, ...], Field(min_length=1)]
    longest: TermText
    source: str = Field(min_length=1)


class Extension(Strict):
    """How often a task may get more time (延期), by how much at most each time, and who says so."""

    times: int = Field(ge=1)
    longest: TermText
    source: str = Field(min_length=1)


class Claiming(Strict):
    """How long a claimer (认领人) has, how long the desk has to confirm, how often a steward calls (走访)."""

    fulfil: Sourced = Sourced(term="30d", source="composed; a month to fulfil a wish")
    confirm: Sourced = Sourced(term="5wd", source="composed; general term of the hotline 12345 (Weifang, Ji'nan)")
    visit: Sourced = Sourced(term="7d", source="weekly visits (S17); a last day that is none of work moves on")
    offer: tuple[Code, ...] = ()
    """Departments that are told of each wish and post on the board."""


class Handling(Sourced):
    """The term to handle what has one of these classes (``*`` at the end: beginnings) and this severity."""

    classes: Many = Field(default=(), alias="class")
    severity: Many = ()

    def holds(self, class_code: str | None, severity: str) -> bool:
        """Whether this line speaks for a class and a severity."""
        if self.severity and severity not in self.severity:
            return False
        return not self.classes or any(
            class_code == wanted or (wanted.endswith("*") and (class_code or "").startswith(wanted[:-1]))
            for wanted in self.classes
        )

    @property
    def always(self) -> bool:
        """Whether it speaks for everything."""
        return not self.classes and not self.severity


class Terms(Strict):
    """``terms.yaml``.

    ``severities``: the locality's words, most urgent first; ``accept``: to answer an offer; ``triage``,
    ``verify``: for the desks; ``locate``: minutes to wait for the grid service; ``undelivered``: minutes without a
    receipt until a hand-off counts as undelivered; ``rework``: to put right what was not; ``rating``: how long
    a resident can rate, ``reopen``: and object; ``ladder``: what lateness brings; ``suspend``, ``extend``: none where
    they are missing; ``claims``: for wishes, posts and stewards; ``joint``: of operations of several
    departments; ``handle``: the first line that holds.
    """

    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    default_severity: str
    accept: Sourced
    triage: Sourced
    verify: Sourced
    rework: Sourced
    locate: Minutes
    undelivered: Minutes
    rating: Days
    reopen: Days
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1)]
    suspend: Suspension | None = None
    extend: Extension | None = None
    claims: Claiming = Claiming()
    joint: Joint = Joint()
    handle: Annotated[tuple[Handling, ...], Field(min_length=1)]

    def handling(self, class_code: str | None, severity: str | None = None) -> Handling:
        """The term to handle a matter; a checked pack has a last line that always holds."""
        graded = severity or self.default_severity
        return next((line for line in self.handle if line.holds(class_code, graded)), self.handle[-1])
