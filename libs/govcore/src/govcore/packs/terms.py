"""How long everything may take in a locality: numbers with the document they come from beside them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from govcore.events.routing import Many
from govcore.packs.schema import Strict, TermText


class Sourced(Strict):
    """A term (``2wh``, ``5wd``, ``3uh+8uh+5wd``) and where it is written."""

    term: TermText
    source: str = Field(min_length=1)


class Minutes(Strict):
    """So many minutes of elapsed time, and who says so."""

    minutes: int = Field(gt=0)
    source: str = Field(min_length=1)


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
    ``locate``, ``verify``: for the desks; ``undelivered``: minutes without a receipt until a hand-off
    counts as undelivered; ``rating``: how long a resident can rate; ``handle``: first line that holds.
    """

    severities: Annotated[tuple[str, ...], Field(min_length=1)]
    default_severity: str
    accept: Sourced
    triage: Sourced
    locate: Sourced
    verify: Sourced
    undelivered: Minutes
    rating: Sourced
    handle: Annotated[tuple[Handling, ...], Field(min_length=1)]

    def handling(self, class_code: str | None, severity: str | None = None) -> Handling:
        """The term to handle a matter; a checked pack has a last line that always holds."""
        graded = severity or self.default_severity
        return next((line for line in self.handle if line.holds(class_code, graded)), self.handle[-1])
