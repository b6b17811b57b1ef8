"""What the YAML files of a pack may say: the head, departments, channels."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.calendar.model import Weekday, read_sessions
from govcore.calendar.terms import Term
from govcore.errors import Refusal
from govcore.events.repeats import RepeatRules
from govcore.events.routing_rules import Many
from govcore.events.surge.rules import SurgeRules
from govcore.grids.codes import CodeProfile, GridCodeProfile
from govcore.grids.words import PlaceWordRules
from govcore.persons.rota import Rota

GRADES = 5


class Strict(BaseModel):
    """Frozen, and a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Both(Strict):
    """A text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def said(self, lang: str) -> str:
        """In ``zh_CN`` or ``en``."""
        return self.en if lang == "en" else self.zh


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PydanticCustomError("PACK_TIME_ZONE", "no such time zone") from error
    return name


def _dept(code: str) -> str:
    if not (code and code.isascii() and code.replace("_", "a").isalnum() and code == code.lower()):
        raise PydanticCustomError("PACK_DEPARTMENT_CODE", "lower-case ASCII letters, digits and _")
    return code


def _term(text: str) -> str:
    try:
        Term.parse(text)
    except Refusal as no:
        raise PydanticCustomError(no.code, "a term such as 4wh, 5wd or 3uh+8uh", no.params) from no
    return text


def _sessions(text: str) -> str:
    try:
        read_sessions(text)
    except ValueError as wrong:
        raise PydanticCustomError(
            "CALENDAR_BAD_SESSIONS", "sessions such as 08:00-12:00,14:00-18:00", {"part": str(wrong)}
        ) from wrong
    return text


Code = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
DepartmentCode = Annotated[str, AfterValidator(_dept)]
TermText = Annotated[str, AfterValidator(_term)]
Share = Annotated[float, Field(ge=0, le=1)]


Sessions = Annotated[str, AfterValidator(_sessions)]
Weekend = Annotated[tuple[Weekday, ...], Field(max_length=6)]


class LocalCalendar(Strict):
    """Where a division works by its own time (地方工作时间): what differs from the one above it, and who says so.

    ``file`` names a notices CSV of its own days off and days worked; they go before the country's and settle no year.
    """

    division: str
    sessions: Sessions | None = None
    weekend: Weekend | None = None
    file: str | None = None
    source: str = Field(min_length=1)


class CalendarSpec(Strict):
    """Working time of the place: what :class:`govcore.calendar.model.CalendarData` wants, less the zone.

    ``base: china`` takes the State Council's notices; ``file`` names a notices CSV of the pack, such as one for a year
    that came out after this version; ``divisions`` work by other times.
    """

    sessions: Sessions
    weekend: Weekend = ("sat", "sun")
    base: Literal["china"] | None = None
    file: str | None = None
    complete: bool = False
    year_end_days: int = Field(default=0, ge=0, le=31)
    divisions: tuple[LocalCalendar, ...] = ()
    source: str = ""


class Verify(Strict):
    """Who checks finished work (核查): a holder, and the share of events that is checked."""

    share: Share
    by: str = Field(pattern=r"^(desk|dept):[a-z0-9_]+$")
    source: str = ""


class Grade(Strict):
    """One of the five grades a resident can give (满意度评价)."""

    grade: int = Field(ge=1, le=GRADES)
    label: Both
    rework: bool = False


class Rating(Strict):
    """The five grades; those with ``rework`` send the matter back."""

    grades: tuple[Grade, ...]
    source: str = ""

    @model_validator(mode="after")
    def _five(self) -> Self:
        if sorted(grade.grade for grade in self.grades) != list(range(1, GRADES + 1)):
            raise PydanticCustomError("PACK_GRADES", "five grades, 1 to 5")
        return self


class ReturnReason(Strict):
    """A reason a department can give a hand-off back with (退回理由)."""

    code: Code
    label: Both


class HandOffs(Strict):
    """How hand-offs (交接) go here.

    After ``returns_limit`` returns the department ``supervisor`` (督查单位) is told and a unit designated (指定), which
    cannot return it; ``reoffers``: how often the same department is asked again after silence; ``join``: when a joint
    operation (联勤) is done: ``all``, ``lead`` or ``quorum:n``.
    """

    returns_limit: int = Field(ge=1)
    supervisor: Code
    return_reasons: Annotated[tuple[ReturnReason, ...], Field(min_length=1)]
    reoffers: int = Field(ge=0)
    join: str = Field(pattern=r"^(all|lead|quorum:[1-9][0-9]*)$")
    source: str = Field(min_length=1)


class ThreeRates(Strict):
    """How much the three rates of the hotline 12345 (三率) weigh here in the score of a unit; any unit, e.g. per cent.

    Of the place: 10/45/45 is one's, 30/35/35 another's.
    """

    response: float = Field(ge=0)
    solution: float = Field(ge=0)
    satisfaction: float = Field(ge=0)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _weigh(self) -> Self:
        if not self.response + self.solution + self.satisfaction > 0:
            raise PydanticCustomError("PACK_NO_WEIGHT", "the three weights together are more than nought")
        return self

    def weight(self, rate: str) -> float:
        """The weight of ``response``, ``solution`` or ``satisfaction``."""
        return {"response": self.response, "solution": self.solution, "satisfaction": self.satisfaction}[rate]


class PartnerKind(Strict):
    """A kind of partner (合伙人): organisations and persons that join in what a grid does."""

    code: Code
    name: Both


class Header(Strict):
    """``pack.yaml``: what the locality is and the few numbers that stand alone.

    ``version`` grows with every change that goes live; ``code``: how division codes split into the words of a place;
    ``grid_code``: how grid codes are made up;
    ``duty``: who answers in a grid when; ``repeats``: when two reports are one matter; ``surge``: what counts as a
    surge and who is told; ``three_rates``: their weights, where the place has some; ``partners``: their kinds;
    ``place_words``: how sure a place in words must be.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    version: int = Field(default=1, ge=1)
    title: Both
    system: str = ""
    time_zone: Annotated[str, AfterValidator(_zone)]
    languages: Annotated[tuple[Literal["zh_CN", "en"], ...], Field(min_length=1)]
    code: CodeProfile
    grid_code: GridCodeProfile | None = None
    areas: Annotated[tuple[str, ...], Field(min_length=1)]
    calendar: CalendarSpec
    verify: Verify
    rating: Rating
    handoff: HandOffs
    duty: Rota = Rota()
    repeats: RepeatRules = RepeatRules()
    surge: SurgeRules = SurgeRules()
    three_rates: ThreeRates | None = None
    partners: tuple[PartnerKind, ...] = ()
    place_words: PlaceWordRules = PlaceWordRules()
    notes: tuple[str, ...] = ()


class Spread(Strict):
    """Working minutes something takes: never less than ``least``, mostly ``usual``, never more than ``most``."""

    least: float = Field(ge=0)
    usual: float
    most: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.least <= self.usual <= self.most:
            raise PydanticCustomError("PACK_SPREAD", "least <= usual <= most")
        return self

    def minutes(self, chance: float) -> float:
        """The working minutes at a chance in [0, 1): triangular."""
        width = self.most - self.least
        if not width:
            return self.least
        turn = (self.usual - self.least) / width
        if chance < turn:
            return float(self.least + (chance * width * (self.usual - self.least)) ** 0.5)
        return float(self.most - ((1 - chance) * width * (self.most - self.usual)) ** 0.5)


class Behaviour(Strict):
    """How a department's demo client behaves; nothing else reads it.  ``accept``, ``return`` and ``transfer`` make one;
    ``asked``: the chances of what it is asked besides hand-offs, 1 where absent."""

    accept_after: Spread
    finish_after: Spread
    accept: Share
    give_back: Share = Field(alias="return")
    transfer: Share
    return_reasons: Annotated[tuple[str, ...], Field(min_length=1)]
    transfer_to: tuple[DepartmentCode, ...] = ()
    asked: dict[Literal["come", "answer_orders", "take", "fulfil", "reach", "good"], Share] = {}

    @model_validator(mode="after")
    def _make_one(self) -> Self:
        if abs(self.accept + self.give_back + self.transfer - 1) > 1e-9:
            raise PydanticCustomError("PACK_CHANCES", "accept, return and transfer must make 1")
        return self


class Department(Strict):
    """A unit that takes hand-offs; its code is its queue, its user and a word of routing keys."""

    code: DepartmentCode
    name: Both
    kind: str
    origin: Literal["named", "composed"]
    behaviour: Behaviour


class Channel(Strict):
    """A way reports come in (渠道)."""

    code: Code
    name: Both


class Weighed(Strict):
    """``words.yaml``: for each class its words by weight, and how sure the classifier must be."""

    threshold: float = Field(gt=0)
    margin: float = Field(ge=0)
    share: Share
    most: float = Field(ge=0)
    classes: dict[str, dict[float, Many]]

    def by_class(self) -> dict[str, dict[str, float]]:
        """Class code to word to weight; one text of several words separated by spaces is several words."""
        split = {code: [(w, many.split()) for w, t in one.items() for many in t] for code, one in self.classes.items()}
        return {code: {word: weight for weight, words in pairs for word in words} for code, pairs in split.items()}
