"""Stories (故事) of a pack: what a way of working does, told in steps over the public API, with the figures to be seen.

One file ``stories/<id>.yaml`` each.  ``govmesh story ID`` runs it on an embedded mesh of its own, whose clock stands
still until a step lets it go on, and in which nobody answers but the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal
from govcore.packs._validate import validated
from govcore.packs._yaml import Document, read_yaml
from govcore.packs.schema import Both, Code, DepartmentCode, Strict

FOLDER = "stories"
OF_A_ROW = ("n", "at")
"""What a repeated body can say of each row."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Length = Annotated[str, Field(pattern=r"^[1-9][0-9]*[mhd]$")]
_UNIT = {"m": "minutes", "h": "hours", "d": "days"}
_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Answer(Strict):
    """What departments say to their hand-offs of one matter, one after the other.

    ``by: all``: every department that can say it now.  The hand-off and its generation are looked up; ``generation``
    answers another one.
    """

    event: Name
    by: Literal["all"] | tuple[DepartmentCode, ...]
    verb: Literal["accept", "return", "transfer", "done"]
    generation: int | None = None
    reason: str | None = None
    proposed: DepartmentCode | None = None
    note: str | None = None
    to: DepartmentCode | None = None
    result: str | None = None

    def departments(self) -> Iterator[tuple[str, str]]:
        """(key, code) of every department it names."""
        for code in self.by if self.by != "all" else ():
            yield "by", code
        for key in ("proposed", "to"):
            if code := getattr(self, key):
                yield key, code


class Expect(Strict):
    """A figure to be seen: of the pack (``figure``), or at a path of what the API answers (``get``, ``at``).

    ``at`` goes down by dots: a key, a position, ``[key=value]`` those of a list, ``*`` the next part of each of a list,
    ``#`` how many, ``distinct``, ``sum``.
    """

    figure: Name | None = None
    get: str | None = None
    at: str = ""
    is_: Any = Field(default=None, alias="is")
    at_least: float | None = None
    has: Any = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.figure is None) == (self.get is None):
            raise PydanticCustomError("PACK_STORY_STEP", "either figure or get")
        given = {"is_", "at_least", "has"} & self.model_fields_set
        if len(given) != 1:
            raise PydanticCustomError("PACK_STORY_STEP", "one of is, at_least, has")
        return self


class Repeat(Strict):
    """So many rows of one body in one post: what ``{n}`` counts from 1 in it, and ``{at}`` is the moment of.

    The rows are spread evenly over ``days`` from ``since`` on, from the story's own now where it is absent; those of a
    day that is still to come are posted once the clock has gone there.
    """

    times: int = Field(ge=1, le=5000)
    days: int = Field(default=1, ge=1, le=366)
    since: AwareDatetime | None = None

    def rows(self, begin: datetime) -> Iterator[tuple[int, datetime]]:
        """The number and the moment of each row, the first at ``begin``."""
        for number in range(1, self.times + 1):
            yield number, begin + timedelta(days=(number - 1) * self.days // self.times)


class Step(Strict):
    """One thing done (``post`` a body, ``look`` at a path, ``answer`` as departments, ``advance`` the clock), then what
    is to be seen.

    ``repeat`` posts the body as many rows, ``{"reports": [...]}`` where the path ends with ``reports``; ``keep`` names
    parts of what came back, to be written ``{name}`` from then on; ``refused`` is the reason code of a no that the
    story wants to hear.
    """

    say: Both
    post: str | None = None
    look: str | None = None
    body: Mapping[str, Any] = Field(default_factory=dict)
    repeat: Repeat | None = None
    keep: Mapping[Name, str] = Field(default_factory=dict)
    answer: Answer | None = None
    advance: Length | None = None
    refused: str | None = None
    expect: tuple[Expect, ...] = ()

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(one is not None for one in (self.post, self.look, self.answer, self.advance)) > 1:
            raise PydanticCustomError("PACK_STORY_STEP", "one of post, look, answer, advance")
        if (self.body or self.repeat) and self.post is None:
            raise PydanticCustomError("PACK_STORY_STEP", "body and repeat belong to post")
        if self.keep and self.post is None and self.look is None:
            raise PydanticCustomError("PACK_STORY_STEP", "keep belongs to post or look")
        return self

    def names(self) -> set[str]:
        """Every name it takes to be known."""
        said = (self.post or "", self.look or "", str(dict(self.body)), *(expect.get or "" for expect in self.expect))
        used = {name for text in said for name in _NAMED.findall(text)}
        given = {*self.keep, *(OF_A_ROW if self.repeat else ())}
        return (used | {self.answer.event} if self.answer else used) - given


class Story(Strict):
    """``starts``: where the story's clock begins; ``changes``: what is otherwise in its pack, file by file."""

    id: Code
    title: Both
    about: Both
    starts: AwareDatetime
    changes: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)


def length_of(text: str) -> timedelta:
    """``20m``, ``4h``, ``3d``."""
    return timedelta(**{_UNIT[text[-1]]: int(text[:-1])})


def read_stories(folder: Path, departments: set[str] | None, findings: list[Refusal]) -> dict[str, Story]:
    """The stories of a pack by their ids; wrong ones are among ``findings``.  ``departments`` None: not readable.

    ``PACK_STORY_ID`` (not its file's name), ``PACK_STORY_STEP``, ``PACK_STORY_NAME`` (used before anything is kept
    under it), ``PACK_DEPARTMENT_UNKNOWN``, ``PACK_FILE_MISSING`` (a change of a file that is not there).
    """
    found: dict[str, Story] = {}
    for file in sorted((folder / FOLDER).glob("*.yaml")):
        if (document := read_yaml(file, findings)) is None:
            continue
        story = validated(Story, document, findings, document.value)
        if story is None:
            continue
        wrong = list(_wrong(story, document, folder, file.stem, departments))
        findings.extend(wrong)
        if not wrong:
            found[story.id] = story
    return found


def _wrong(
    story: Story, document: Document, folder: Path, stem: str, departments: set[str] | None
) -> Iterator[Refusal]:
    if story.id != stem:
        yield document.refuse("PACK_STORY_ID", ("id",), story.id)
    for name in story.changes:
        if not (folder / name).is_file():
            yield document.refuse("PACK_FILE_MISSING", ("changes", name))
    known: set[str] = set()
    for at, step in enumerate(story.steps):
        for name in sorted(step.names() - known):
            yield document.refuse("PACK_STORY_NAME", ("steps", at), name)
        known |= set(step.keep)
        if step.answer and not step.refused and departments is not None:
            for key, code in step.answer.departments():
                if code not in departments:
                    yield document.refuse("PACK_DEPARTMENT_UNKNOWN", ("steps", at, "answer", key), code)
