"""One element: what it is, where, whose, in which state; joined by members and by what they did together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from govcore.elements.codes import component_code
from govcore.elements.lifecycle import ACTIVE, COMPONENT
from govcore.errors import Refusal
from govcore.events.redact import without_identity
from govcore.messages.words import Point, Time
from govcore.persons.numbers import credit_code
from govcore.workflow import Lifecycle

Kind = Literal[
    "component", "organisation", "site", "patrol_point", "volunteer", "team", "mentor", "partner", "alliance"
]  # fmt: skip
JOINED = ("team", "alliance")
"""Kinds that have members."""
OF_PERSONS = ("volunteer", "mentor")
"""Kinds that are a person: named by the register's number, never by name."""
Text = Annotated[str, StringConstraints(max_length=200)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Activity(_Kept):
    """What an alliance or a team did (活动): how many of its units took part."""

    day: date
    what: Text
    took_part: tuple[str, ...] = ()


class Element(_Kept):
    """``code``: of a component 17 digits, of an organisation its unified credit code; ``group``: a component's class,
    a partner's kind, what kind of place; ``owner``: the department that answers for it (权属单位); ``person_id``:
    whose number in the register; ``members``: ids of elements."""

    id: str
    kind: Kind
    code: str | None = None
    name: Text = ""
    group: str = ""
    state: str = ""
    version: int = 0
    division: str
    grid: str | None = None
    place: str
    point: Point | None = None
    owner: str | None = None
    person_id: str | None = None
    members: tuple[str, ...] = ()
    activities: tuple[Activity, ...] = ()
    changed_at: Time
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the pack knows: counties, departments, partner kinds, component classes (empty: all)."""

    counties: Collection[str]
    departments: Collection[str]
    partners: Collection[str] = ()
    classes: Collection[str] = ()


def lifecycle_of(kind: str) -> Lifecycle:
    """Components have states of their own."""
    return COMPONENT if kind == "component" else ACTIVE


def roles(element: Element, by: str) -> frozenset[str]:
    """The parts ``by`` has in it: the owner department, a desk, a grid worker's post."""
    kind, _, name = by.partition(":")
    found = {"desk": {"desk"}, "post": {"worker"}, "dept": {"owner"} if element.owner == name else set()}
    return frozenset(found.get(kind, set()))


def register(new: Element, known: Known, *, by: str, at: datetime) -> Element:
    """It is there.

    Raises ``ELEMENT_NOT_ALLOWED``, ``LIFECYCLE_NOT_YOURS``, ``ELEMENT_OWNER``, ``ELEMENT_CODE_…``,
    ``PERSON_CREDIT_…``, ``ELEMENT_GROUP``, ``ELEMENT_PERSON`` and ``WORDS_SHOW_WHO``.
    """
    if new.owner is not None and new.owner not in known.departments:
        raise Refusal("ELEMENT_OWNER", field="owner", value=new.owner[:40])
    update: dict[str, Any] = {}
    if new.kind == "component":
        code = component_code(new.code or "", known.counties)
        if new.owner is None:
            raise Refusal("ELEMENT_OWNER", field="owner", value="")
        if known.classes and code.class_code not in known.classes:
            raise Refusal("ELEMENT_GROUP", field="code", value=code.class_code)
        update["group"] = code.class_code
    elif new.kind == "organisation" and new.code:
        update["code"] = credit_code(new.code).code
    elif new.kind == "partner" and new.group not in known.partners:
        raise Refusal("ELEMENT_GROUP", field="group", value=new.group[:40])
    if (new.kind in OF_PERSONS) != (new.person_id is not None) or (new.kind in OF_PERSONS and new.name):
        raise Refusal("ELEMENT_PERSON", field="person_id")
    if without_identity(new.name) != new.name:
        raise Refusal("WORDS_SHOW_WHO", field="name")
    return _moved(new.model_copy(update=update), "register", by, at)


def move(element: Element, action: str, *, by: str, at: datetime, reason: str = "") -> Element:
    """Its state changes by a line of its table.  Raises ``ELEMENT_NOT_ALLOWED`` and ``LIFECYCLE_NOT_YOURS``."""
    if without_identity(reason) != reason:
        raise Refusal("WORDS_SHOW_WHO", field="reason")
    return _moved(element.model_copy(update={"reason": reason}), action, by, at)


def join(element: Element, member: Element, *, leaves: bool, at: datetime) -> Element:
    """An element joins a team or an alliance, or leaves it.  Raises ``ELEMENT_NO_MEMBERS``."""
    if element.kind not in JOINED or element.state != "active":
        raise Refusal("ELEMENT_NO_MEMBERS", field="kind", value=element.kind)
    left = tuple(one for one in element.members if one != member.id)
    members = left if leaves else (*left, member.id)
    return element.model_copy(update={"members": members, "version": element.version + 1, "changed_at": at})


def record(element: Element, activity: Activity, *, at: datetime) -> Element:
    """They did something together.  Raises ``ELEMENT_NO_MEMBERS``; ``ELEMENT_NOT_MEMBER`` where who took part is none
    of them."""
    if element.kind not in JOINED or element.state != "active":
        raise Refusal("ELEMENT_NO_MEMBERS", field="kind", value=element.kind)
    for one in activity.took_part:
        if one not in element.members:
            raise Refusal("ELEMENT_NOT_MEMBER", field="took_part", value=one[:80])
    if without_identity(activity.what) != activity.what:
        raise Refusal("WORDS_SHOW_WHO", field="what")
    more = {"activities": (*element.activities, activity), "version": element.version + 1, "changed_at": at}
    return element.model_copy(update=more)


def _moved(element: Element, action: str, by: str, at: datetime) -> Element:
    lifecycle = lifecycle_of(element.kind)
    lifecycle.guard(element.state, action, by=by, roles=roles(element, by))
    state = lifecycle.step(element.state, action)
    return element.model_copy(update={"state": state, "version": element.version + 1, "changed_at": at})


def counted(elements: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Counts by kind, then by state."""
    found: dict[str, dict[str, int]] = {}
    for (kind, state), count in sorted(elements.items()):
        found.setdefault(kind, {})[state] = count
    return found


class Norm(_Kept):
    """A staffing norm (S04): so many posts of a kind for each ``per`` of what is counted."""

    code: str
    post: str
    number: float = Field(gt=0)
    per: int = Field(default=10_000, gt=0)
    of: str = Field(description="what is counted: population, migrants, households …")
    source: str = Field(min_length=1)

    def needed(self, counted: int) -> int:
        """Posts wanted for that many; a part of one is a whole one."""
        return -int(-counted * self.number // self.per)
