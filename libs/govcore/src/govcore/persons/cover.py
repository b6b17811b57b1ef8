"""Areas where nobody is on duty 无人在岗: found, told once, and told again when somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from govcore.persons.posts import Data


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at: an area, whether somebody is on duty there, and the post above that answers meanwhile."""

    area: str
    name: str
    division: str
    place: str
    covered: bool
    instead: str | None


class Hole(Data):
    """An area without anybody on duty from ``since`` to ``until`` (None: still).

    ``kinds``: which posts are asked for there; ``instead``: the nearest post above that is on duty, None where none is.
    ``version`` grows with every finding.
    """

    id: str
    name: str
    division: str
    place: str
    kinds: tuple[str, ...]
    since: AwareDatetime
    until: AwareDatetime | None = None
    instead: str | None = None
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether nobody is there still."""
        return self.until is None

    @property
    def late_at(self) -> datetime | None:
        """Since when nobody is there, None once somebody is."""
        return self.since if self.until is None else None


def judge(hole: Hole | None, seen: Seen, kinds: tuple[str, ...], at: datetime) -> Hole | None:
    """The hole as it is after a look at ``at``; None where nothing is otherwise than it was."""
    is_open = hole is not None and hole.open
    if seen.covered:
        if hole is None or not is_open:
            return None
        return hole.model_copy(update={"until": at, "version": hole.version + 1})
    if is_open:
        return None
    return Hole(
        id=seen.area,
        name=seen.name,
        division=seen.division,
        place=seen.place,
        kinds=kinds,
        since=at,
        instead=seen.instead,
        version=hole.version + 1 if hole else 1,
    )
