"""A report (上报/诉求) as it comes in: what ``POST /api/v1/reports`` accepts, from whatever channel.

Times carry their offset.  Names (of a class, place, department, channel) are as outside data writes them;
the pack knows their codes.  Who reported stands apart in :class:`Reporter` and is never quoted by a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal

TEXT_CHARS = 100_000
"""Characters of a report's text; the longest of the real messages has 6,999."""
CLOCKS_APART = timedelta(minutes=5)
"""How far ahead of ours the clock of another system may be before its date lies in the future."""
CRS = Literal["WGS-84", "CGCS2000", "GCJ-02"]


def _storable(text: str) -> str:
    if "\x00" in text or not _encodes(text):
        raise PydanticCustomError("unstorable", "characters that cannot be stored")
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_utc(time: datetime) -> datetime:
    try:
        time.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("year", "a year that no clock has") from error
    return time


Said = Annotated[str, AfterValidator(_storable)]
Code = Annotated[Said, Field(min_length=1, max_length=64)]
Name = Annotated[Said, Field(min_length=1, max_length=200)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class Reporter(_Frozen):
    """Who reported.  ``handle``: a name on another platform; ``id``: of a document."""

    name: Name | None = Field(default=None, repr=False)
    phone: Code | None = Field(default=None, repr=False)
    id: Code | None = Field(default=None, repr=False)
    handle: Name | None = Field(default=None, repr=False)

    def names(self) -> tuple[str, ...]:
        """Everything of it by which they could be told."""
        return tuple(filter(None, (self.name, self.phone, self.id, self.handle)))


class Point(_Frozen):
    """Degrees east and north, and the system they are in (GCJ-02 is off by hundreds of metres)."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    crs: CRS = "WGS-84"


class History(_Frozen):
    """How an earlier report ended elsewhere; only a report taken in as history has it."""

    closed_at: Moment | None = None
    target_at: Moment | None = None
    outcome: Annotated[Said, Field(max_length=TEXT_CHARS)] | None = None
    department: Name | None = None
    on_time: bool | None = None


class ReportIn(_Frozen):
    """One report.  ``(source, external_id)`` recognises it when it comes again.

    ``class_strict``: refuse an unknown class instead of leaving it to the triage desk; ``division`` is a code,
    ``division_name`` what outside data calls the place; without ``reported_at`` it is reported now.
    """

    source: Code
    external_id: Code | None = None
    channel: Name | None = None
    title: Annotated[Said, Field(max_length=500)] = ""
    text: Annotated[Said, Field(max_length=TEXT_CHARS)] = ""
    address: Annotated[Said, Field(max_length=500)] = ""
    class_code: Code | None = None
    class_name: Name | None = None
    class_strict: bool = False
    division: Code | None = None
    division_name: Name | None = None
    grid: Code | None = None
    point: Point | None = None
    severity: Code | None = None
    reported_at: Moment | None = None
    reporter: Reporter | None = None
    history: History | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.title.strip() and not self.text.strip():
            raise PydanticCustomError("empty", "neither title nor text")
        return self


class PackFacts(Protocol):
    """What a pack knows about the names and places in a report."""

    def knows_class(self, code_or_name: str) -> str | None:
        """The code of a class."""
        ...

    def knows_division(self, code: str) -> bool:
        """Whether there is such a division."""
        ...

    def division_named(self, name: str) -> str | None:
        """The code of a division that outside data calls by ``name``."""
        ...

    def contains(self, point: Point) -> bool:
        """Whether the point lies in the locality; True where its boundary is not known."""
        ...

    def department(self, name: str) -> str | None:
        """The code of a department."""
        ...

    def channel(self, name: str) -> str | None:
        """The code of a channel."""
        ...


@dataclass(frozen=True, slots=True)
class Codes:
    """The pack's codes for what a report names; None where it names nothing or nothing known."""

    class_code: str | None
    division: str | None
    department: str | None
    channel: str | None


def read_report(said: Any) -> ReportIn:
    """Plain data (decoded JSON) to a report.

    Raises :class:`Refusal` ``REPORT_EMPTY`` or ``REPORT_BAD_FIELD`` with the field; what was in it is not quoted.
    """
    try:
        return ReportIn.model_validate(said)
    except ValidationError as error:
        raise refusal_of(error) from None


def refusal_of(error: ValidationError) -> Refusal:
    """What pydantic found wrong first, without the input."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "empty":
        return Refusal("REPORT_EMPTY", field="text")
    at = [str(part)[:80] for part in first["loc"]]
    if at[:1] == ["reporter"] and first["type"] == "extra_forbidden":
        at = at[:1]  # a misplaced key could itself say who it was
    return Refusal("REPORT_BAD_FIELD", field=".".join(at) or ".", why=first["msg"])


def codes_of(report: ReportIn, facts: PackFacts) -> Codes:
    """The pack's codes for the names in a report; a code beats a name."""
    named = report.class_code or report.class_name
    code = facts.knows_class(named) if named else None
    if code is None and report.class_code and report.class_name:
        code = facts.knows_class(report.class_name)
    division = report.division if report.division and facts.knows_division(report.division) else None
    if division is None and report.division is None and report.division_name:
        division = facts.division_named(report.division_name)
    department = report.history.department if report.history else None
    return Codes(
        class_code=code,
        division=division,
        department=facts.department(department) if department else None,
        channel=facts.channel(report.channel) if report.channel else None,
    )


def check_report(report: ReportIn, facts: PackFacts, now: datetime) -> list[Refusal]:
    """Everything the pack, the map and the clock say against a report; empty if it can be taken in.

    An unknown class is no reason (the triage desk has it) unless the report is ``class_strict``; an unknown
    channel never is.  ``now``: with a time zone.
    """
    codes = codes_of(report, facts)
    wrong: list[Refusal] = []
    named = report.class_code or report.class_name
    if report.class_strict and named and codes.class_code is None:
        field = "class_code" if report.class_code else "class_name"
        wrong.append(Refusal("REPORT_UNKNOWN_CLASS", field=field, value=named))
    if codes.division is None and (place := report.division or report.division_name):
        field = "division" if report.division else "division_name"
        wrong.append(Refusal("REPORT_UNKNOWN_DIVISION", field=field, value=place))
    if report.point is not None and not facts.contains(report.point):
        at = f"{report.point.lon},{report.point.lat} {report.point.crs}"
        wrong.append(Refusal("REPORT_POINT_OUTSIDE", field="point", value=at))
    if report.history and report.history.department and codes.department is None:
        value = report.history.department
        wrong.append(Refusal("REPORT_UNKNOWN_DEPARTMENT", field="history.department", value=value))
    closed_at = report.history.closed_at if report.history else None
    for field, time in (("reported_at", report.reported_at), ("history.closed_at", closed_at)):
        if time is not None and time > now + CLOCKS_APART:
            wrong.append(Refusal("REPORT_IN_FUTURE", field=field, value=time.isoformat()))
    wrong.extend(filter(None, [closed_before_opened(report)]))
    return wrong


def closed_before_opened(report: ReportIn) -> Refusal | None:
    """A history that ends before it begins."""
    closed_at = report.history.closed_at if report.history else None
    if closed_at is None or report.reported_at is None or closed_at >= report.reported_at:
        return None
    value, opened = closed_at.isoformat(), report.reported_at.isoformat()
    return Refusal("ROW_CLOSED_BEFORE_OPENED", field="history.closed_at", value=value, opened=opened)
