"""The numbers of surge finding: data of the pack, with defaults that the real half-year of a hotline was tried on."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Days = Annotated[int, Field(ge=1, le=366)]


class Told(BaseModel):
    """Who is told of surges (反馈): departments, for classes (``*`` at the end: beginnings; none: all)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    classes: tuple[str, ...] = Field(default=(), alias="class")
    departments: Annotated[tuple[str, ...], Field(min_length=1)]
    source: str = Field(min_length=1)

    def holds(self, class_code: str) -> bool:
        """Whether this line speaks for a class."""
        return not self.classes or any(
            class_code == wanted or (wanted.endswith("*") and class_code.startswith(wanted[:-1]))
            for wanted in self.classes
        )


class SurgeRules(BaseModel):
    """``windows``: lengths in days, each ending on the day asked about, to the share of false alarms each may raise.

    ``span``: days of the past a window is compared with, a day counting half as much every ``half_life`` days;
    ``least_past``: fewer days than this and nothing is said.  ``alarms_a_week``: how many false alarms all series
    together may raise; ``times``: the least ratio of observed to expected; ``least``: the least number of reports;
    ``quiet``: more days than this between two findings of a series make the second a new surge; ``drift``: the standard
    deviation, as a share, by which a level moves of itself; ``volume``: reports of the last 28 days a series must have
    had to be watched.  ``rise``, ``least_month``, ``month_chance``: the share by which a month must exceed the same
    month of the year before, its least number of reports, and how likely that may be by chance.  ``levels``: words of a
    place (0: everywhere) at which reports are counted.  ``tell``: who is told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    windows: Annotated[dict[Days, Annotated[float, Field(gt=0, le=1)]], Field(min_length=1)] = {
        1: 0.05,
        3: 0.9,
        7: 0.05,
    }
    span: Annotated[int, Field(ge=14, le=730)] = 180
    half_life: float = Field(default=60, gt=0)
    least_past: Days = 14
    alarms_a_week: float = Field(default=0.9, gt=0)
    times: float = Field(default=2.1, ge=1)
    least: int = Field(default=5, ge=1)
    quiet: Days = 3
    drift: float = Field(default=0.05, ge=0)
    volume: int = Field(default=10, ge=0)
    rise: float = Field(default=0.5, gt=0)
    least_month: int = Field(default=60, ge=1)
    month_chance: float = Field(default=0.001, gt=0, lt=1)
    levels: tuple[Annotated[int, Field(ge=0, le=5)], ...] = (0, 4)
    tell: tuple[Told, ...] = ()
    source: str = "defaults: tried on a city's hotline orders of half a year, ./dev bench surge"

    @model_validator(mode="after")
    def _fit(self) -> SurgeRules:
        if self.span < 2 * max(self.windows) or sum(self.windows.values()) > 1 + 1e-9:
            raise PydanticCustomError("PACK_SURGE", "span at least twice the longest window, shares at most 1 together")
        return self

    def told(self, class_code: str) -> tuple[str, ...]:
        """The departments that are told of a surge of this class, each once, in the order of the lines."""
        return tuple(dict.fromkeys(dept for line in self.tell if line.holds(class_code) for dept in line.departments))
