"""A mapping: which column of a file is what, written as YAML by whoever knows the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal
from govcore.events.report_in import CRS, Code
from govcore.files.rows import Limits

ISO, EXCEL = "iso", "excel"
"""Besides strptime's formats: ISO 8601, and Excel's count of days since 1899-12-30."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PydanticCustomError("zone", "no such time zone") from error
    return name


def _format(text: str) -> str:
    if text not in (ISO, EXCEL):
        try:
            datetime.strptime(datetime(2024, 2, 29, 13, 5, 59).strftime(text), text)
        except ValueError as error:
            raise PydanticCustomError("format", "not a date format of strptime, iso or excel") from error
    return text


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_many), Field(min_length=1)]
Formats = Annotated[tuple[Annotated[str, AfterValidator(_format)], ...], BeforeValidator(_many), Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Source(_Strict):
    """Where one value comes from.  ``optional``: files of this kind may lack the column."""

    optional: bool = False

    def columns_used(self) -> tuple[str, ...]:
        """The columns it reads."""
        return ()


class FromColumn(Source):
    """The cell as text."""

    column: str

    def columns_used(self) -> tuple[str, ...]:
        return (self.column,)


class FromText(Source):
    """Several cells as one text, one below the other unless ``join`` says otherwise; empty ones left out."""

    columns: Columns
    join: str = "\n"

    def columns_used(self) -> tuple[str, ...]:
        return self.columns


class FromTime(FromColumn):
    """A moment.  Real dates need no format, texts are tried with each; without an offset they are in the zone."""

    formats: Formats = (ISO,)


class FromName(FromColumn):
    """A word of the file; ``table`` puts another in its place (null: as if nothing stood there)."""

    table: dict[str, str | None] = {}


class FromClass(FromName):
    """A class by code, or by what the file calls it; what ``table`` gives is a code."""

    as_: Literal["code", "name"] = Field(default="name", alias="as")


class FromPlace(FromName):
    """A division by code, by what the file calls it, or a grid by its code; what ``table`` gives is a code."""

    as_: Literal["code", "name", "grid"] = Field(default="code", alias="as")


class FromChoice(FromColumn):
    """Yes or no, by the words for each."""

    table: dict[str, bool]


class FromPoint(Source):
    """Two columns in degrees."""

    lon: str
    lat: str
    crs: CRS

    def columns_used(self) -> tuple[str, ...]:
        return (self.lon, self.lat)


class FromPerson(Source):
    """Columns that say who reported; they go to the protected part and nowhere else."""

    name: str | None = None
    phone: str | None = None
    id: str | None = None
    handle: str | None = None

    def columns_used(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.phone, self.id, self.handle)))


class Fields(_Strict):
    """The parts of a report."""

    external_id: FromColumn
    reported_at: FromTime
    title: FromText | None = None
    text: FromText | None = None
    address: FromText | None = None
    class_: FromClass | None = Field(default=None, alias="class")
    place: FromPlace | None = None
    point: FromPoint | None = None
    channel: FromName | None = None
    severity: FromName | None = None
    reporter: FromPerson | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.title is None and self.text is None:
            raise PydanticCustomError("fields", "title or text is needed")
        return self


class Past(_Strict):
    """How it ended: read only when a file is taken in as history."""

    closed_at: FromTime | None = None
    target_at: FromTime | None = None
    outcome: FromText | None = None
    department: FromName | None = None
    on_time: FromChoice | None = None


class Constants(_Strict):
    """What is the same for every row, where no column says otherwise."""

    channel: str | None = None
    severity: Code | None = None
    class_code: Code | None = None
    division: Code | None = None
    title: str | None = None


_BEHIND = {"class_code": "class", "class_name": "class", "division": "place", "division_name": "place", "grid": "place"}
"""Which part of a mapping gives a field of a report, where the two are called differently."""


class Mapping(_Strict):
    """One kind of file.

    ``recognise``: the columns that tell it from others; ``source``: the system the ids are unique in; ``zone``: of
    times without an offset; ``encoding``: where the bytes do not tell; ``class_strict``: an unknown class is refused.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    source: Code
    pack: str
    zone: Annotated[str, AfterValidator(_zone)]
    recognise: Columns
    fields: Fields
    history: Past = Past()
    constants: Constants = Constants()
    rules: tuple[Literal["closed_before_opened"], ...] = ()
    class_strict: bool = False
    encoding: str | None = None
    limits: Limits = Limits()

    def sources(self) -> Iterator[tuple[str, Source]]:
        """Each part of a report that a column gives, and from where; ``history.`` before those of the past."""
        for part, before in ((self.fields, ""), (self.history, "history.")):
            for name in type(part).model_fields:
                found = getattr(part, name)
                if isinstance(found, Source):
                    yield before + name.rstrip("_"), found

    def identity_columns(self) -> frozenset[str]:
        """The columns that say who reported."""
        return frozenset(self.fields.reporter.columns_used() if self.fields.reporter else ())

    def prose_columns(self) -> frozenset[str]:
        """The columns with free text, in which anything may stand, names too."""
        texts = (self.fields.title, self.fields.text, self.fields.address, self.history.outcome)
        return frozenset(column for text in texts if text for column in text.columns)

    def columns_of(self, field: str) -> tuple[str, ...]:
        """The columns behind a field of a report (``reporter.phone``, ``class_name``); empty if a constant is."""
        part, _, rest = field.partition(".")
        wanted = field if part == "history" else _BEHIND.get(part, part)
        found = dict(self.sources()).get(wanted)
        if isinstance(found, FromPerson | FromPoint) and rest in type(found).model_fields:
            return tuple(filter(None, [getattr(found, rest)]))
        return found.columns_used() if found else ()


def check_columns(mapping: Mapping, columns: Iterable[str]) -> None:
    """That a file has what the mapping reads.

    Raises :class:`Refusal` ``FILE_MISSING_COLUMN`` naming it and the columns there are, or ``FILE_DUPLICATE_COLUMN``.
    """
    there = tuple(columns)
    wanted = [(column, False) for column in mapping.recognise]
    wanted += [(column, source.optional) for _, source in mapping.sources() for column in source.columns_used()]
    for column, optional in wanted:
        if column not in there and not optional:
            raise Refusal("FILE_MISSING_COLUMN", field=column, mapping=mapping.name, columns=", ".join(there))
        if f"{column}#2" in there:
            raise Refusal("FILE_DUPLICATE_COLUMN", field=column)


def choose_mapping(columns: Iterable[str], mappings: Iterable[Mapping]) -> Mapping:
    """The mapping whose columns the file has; of several the one that recognises most.

    Raises :class:`Refusal` ``MAPPING_NONE_FITS``, or ``MAPPING_SEVERAL_FIT`` where two recognise as many.
    """
    there, known = frozenset(columns), tuple(mappings)
    fitting = sorted((m for m in known if there.issuperset(m.recognise)), key=lambda m: -len(set(m.recognise)))
    if not fitting:
        names = ", ".join(mapping.name for mapping in known)
        raise Refusal("MAPPING_NONE_FITS", mappings=names, columns=", ".join(sorted(there)))
    best = [mapping for mapping in fitting if len(set(mapping.recognise)) == len(set(fitting[0].recognise))]
    if len(best) > 1:
        raise Refusal("MAPPING_SEVERAL_FIT", mappings=", ".join(mapping.name for mapping in best))
    return best[0]


SHIPPED = Path(__file__).parent / "mappings"
"""The folder of the mappings that come with the package."""
