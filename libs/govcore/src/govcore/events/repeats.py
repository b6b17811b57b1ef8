"""Whether two matters are the same one, 疑似重复件: a score with a reason for each part, and where to look for others.

Two reports of the same words (:func:`govcore.events.opening.same`) are one matter by rule; everything else is a
suggestion, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.fingerprint import bare
from govcore.i18n import reason
from govcore.messages.words import Point

Share = Annotated[float, Field(ge=0, le=1)]
EARTH_METRES = 6_371_000.0
_SHARED_BY_CHANCE = 0.16
"""How alike unrelated texts are: of random pairs of 4,326 real messages half are below 0.09, 99 of 100 below this."""


class Weights(BaseModel):
    """What each likeness is worth on its own: the share of the doubt that a perfect one takes away."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    text: Share = 0.8
    place: Share = 0.35
    reporter: Share = 0.3
    time: Share = 0.15
    same_class: Share = 0.15


class RepeatRules(BaseModel):
    """``characters``: what a text must have, white space aside, for the same words to be the same matter.

    ``metres``: places farther apart than this are two, and contradict equal words; ``days``: how far back and ahead
    a like matter may lie; ``suggest``: the least score of a suggestion; ``most``: suggestions shown; ``looked_at``:
    candidates scored; ``read``: characters of a text that are compared; ``level``: words of the place within which
    candidates lie (4: the town).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    characters: int = Field(default=20, ge=1)
    metres: float = Field(default=500, gt=0)
    days: int = Field(default=60, ge=1)
    suggest: Share = 0.6
    most: int = Field(default=10, ge=1, le=100)
    looked_at: int = Field(default=500, ge=1, le=5000)
    read: int = Field(default=1000, ge=20)
    level: int = Field(default=4, ge=0, le=5)
    weights: Weights = Weights()
    source: str = "defaults; repeats without new facts attach and get the progress told (hotline 12345)"


class Part(NamedTuple):
    """One likeness: ``code`` says which, ``score`` (0 to 1) how much, ``value`` what was measured."""

    code: str
    score: float
    value: str

    def text(self, lang: str) -> str:
        """In ``zh_CN`` or ``en``."""
        return reason(self.code, lang, value=self.value, share=f"{self.score:.0%}")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How sure it is that two matters are one, 0 to 1, and from what."""

    event_id: str
    score: float
    parts: tuple[Part, ...]


class Block(NamedTuple):
    """Where the like of a matter lie: its class, in its town, opened within these times."""

    class_code: str | None
    place: str
    since: datetime
    until: datetime


def block_of(event: Event, rules: RepeatRules) -> Block:
    """The candidates of ``event``; what lies elsewhere is found by its reporter only."""
    window = timedelta(days=rules.days)
    place = ".".join(event.place.split(".")[: rules.level]) if event.place else ""
    return Block(event.class_code, place, event.opened_at - window, event.opened_at + window)


def likeness(event: Event, other: Event, *, same_reporter: bool, rules: RepeatRules) -> Likeness:
    """How alike two matters are.

    Each part takes its share of the doubt away: score = 1 - product of (1 - weight · part).  So a further likeness
    never lowers the score, and what is not known (no point, no reporter) counts as nothing.
    """
    weights = rules.weights
    weighed = [
        (weights.text, _text(event, other, rules)),
        (weights.place, _place(event, other, rules)),
        (weights.reporter, Part("REPEAT_REPORTER", 1.0, "") if same_reporter else None),
        (weights.time, _time(event, other, rules)),
        (weights.same_class, _class(event, other)),
    ]
    doubt = 1.0
    for weight, part in weighed:
        doubt *= 1 - weight * part.score if part is not None else 1
    parts = tuple(part for _, part in weighed if part is not None and part.score > 0)
    return Likeness(other.id, round(1 - doubt, 3), parts)


def suggested(
    event: Event, others: Iterable[Event], *, by_same_reporter: frozenset[str], rules: RepeatRules
) -> list[Likeness]:
    """The likely repeats among ``others``, the likeliest first; what contradicts is left out."""
    found = [
        likeness(event, other, same_reporter=other.id in by_same_reporter, rules=rules)
        for other in others
        if other.id != event.id and not apart(event.point, other.point, rules)
    ]
    likely = [one for one in found if one.score >= rules.suggest]
    return sorted(likely, key=lambda one: (-one.score, one.event_id))[: rules.most]


def apart(one: Point | None, other: Point | None, rules: RepeatRules) -> bool:
    """Whether two places, where both are known, are too far apart to be one."""
    return one is not None and other is not None and metres(one, other) > rules.metres


def metres(one: Point, other: Point) -> float:
    """Great-circle metres between two WGS-84 points (haversine)."""
    lon1, lat1, lon2, lat2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))


def _text(event: Event, other: Event, rules: RepeatRules) -> Part | None:
    try:
        from rapidfuzz.fuzz import ratio
    except ImportError as error:
        raise Refusal("REPEAT_NEEDS_RAPIDFUZZ", field="rapidfuzz") from error

    mine, theirs = (bare(one.text or one.title)[: rules.read] for one in (event, other))
    if not mine or not theirs:
        return None
    alike = ratio(mine, theirs) / 100
    share = max(0.0, (alike - _SHARED_BY_CHANCE) / (1 - _SHARED_BY_CHANCE))
    return Part("REPEAT_TEXT", round(share, 3), f"{alike:.0%}")


def _place(event: Event, other: Event, rules: RepeatRules) -> Part | None:
    if event.point and other.point:
        far = metres(event.point, other.point)
        return Part("REPEAT_NEAR", round(max(0.0, 1 - far / rules.metres), 3), f"{far:.0f}")
    if event.address and bare(event.address) == bare(other.address):
        return Part("REPEAT_ADDRESS", 1.0, event.address)
    if event.grid and event.grid == other.grid:
        return Part("REPEAT_GRID", 0.6, event.grid)
    if event.place.count(".") == 4 and event.place == other.place:
        return Part("REPEAT_VILLAGE", 0.4, event.place)
    return None


def _time(event: Event, other: Event, rules: RepeatRules) -> Part:
    days = abs((event.opened_at - other.opened_at).total_seconds()) / 86_400
    return Part("REPEAT_TIME", round(max(0.0, 1 - days / rules.days), 3), f"{days:.1f}")


def _class(event: Event, other: Event) -> Part | None:
    if event.class_code is None or event.class_code != other.class_code:
        return None
    return Part("REPEAT_CLASS", 1.0, event.class_name or event.class_code)
