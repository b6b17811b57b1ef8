"""Components, organisations, places, helpers and patrols: load, ask the domain, save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from gov_grid import element_commands as say
from gov_grid.store.elements import ELEMENTS, PATROLS, of_key
from gov_grid.store.persons import PERSONS
from govcore.calendar import due
from govcore.elements import element, patrol
from govcore.elements.element import Element
from govcore.elements.patrol import Patrol
from govcore.errors import Refusal
from govcore.messages import Message
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

TIMER = "patrol.round"


class Elements:
    """Local commands; each answers with the element or patrol as it is after."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._pack = mesh, mesh.pack
        pack = mesh.pack
        self._known = element.Known(
            counties=frozenset(code[:6] for code in pack.divisions if code[:6].isdigit() and len(code) >= 6),
            departments=frozenset(pack.departments),
            partners=frozenset(one.code for one in pack.header.partners),
        )

    def handlers(self) -> Sequence[On]:
        return (
            On(say.RegisterElement, self.register),
            On(say.MoveElement, self.move, _element),
            On(say.JoinElement, self.join, _joined),
            On(say.RecordActivity, self.record, _element),
            On(say.PlanPatrol, self.plan),
            On(say.SeePoint, self.see, _patrol),
            On(say.EndPatrol, self.end, _patrol),
        )

    def register(self, message: Message[say.RegisterElement], work: Work) -> None:
        """The same kind and code again answers with the first one."""
        said = message.data
        with self._mesh.database.read() as conn:
            known = of_key(conn, said.kind, said.code) if said.code else None
        if known is not None:
            work.result = {"element": known, "new": False}
            return
        if said.person is not None and work.get(PERSONS, said.person) is None:
            raise Refusal("PERSON_UNKNOWN", field="person")
        new = Element(
            id=work.new_id("B"),
            place=place_of(self._pack, said.division),
            person_id=said.person,
            changed_at=work.now,
            **said.model_dump(include={"kind", "code", "name", "group", "division", "grid", "point", "owner"}),
        )
        self._save(work, element.register(new, self._known, by=said.by, at=work.now), "registered", said.by, "")
        work.result = {"element": work.result, "new": True}

    def move(self, message: Message[say.MoveElement], work: Work) -> None:
        said, of = message.data, found(work, ELEMENTS, message.data.element_id)
        after = element.move(of, said.action, by=said.by, at=work.now, reason=said.reason)
        self._save(work, after, said.action, said.by, of.state)

    def join(self, message: Message[say.JoinElement], work: Work) -> None:
        said, of = message.data, found(work, ELEMENTS, message.data.element_id)
        member = found(work, ELEMENTS, said.member)
        after = element.join(of, member, leaves=said.leaves, at=work.now)
        self._save(work, after, "left" if said.leaves else "joined", said.by, of.state)

    def record(self, message: Message[say.RecordActivity], work: Work) -> None:
        said, of = message.data, found(work, ELEMENTS, message.data.element_id)
        self._save(work, element.record(of, said.activity, at=work.now), "activity", said.by, of.state)

    def plan(self, message: Message[say.PlanPatrol], work: Work) -> None:
        said = message.data
        for point in said.points:
            if found(work, ELEMENTS, point).kind != "patrol_point":
                raise Refusal("PATROL_UNKNOWN_POINT", field="points", value=point)
        new = Patrol(
            id=work.new_id("L"),
            place=place_of(self._pack, said.division),
            due_at=work.now,
            planned_at=work.now,
            **said.model_dump(include={"points", "every", "holder", "grid"}),
        )
        self._walk(work, patrol.plan(new, at=work.now, due=self._due), "planned", said.by)

    def see(self, message: Message[say.SeePoint], work: Work) -> None:
        said, of = message.data, found(work, PATROLS, message.data.patrol_id)
        after = patrol.seen(of, said.point, by=said.by, round=said.round, at=work.now, due=self._due)
        self._walk(work, after, "round done" if after.done > of.done else "seen", said.by)

    def end(self, message: Message[say.EndPatrol], work: Work) -> None:
        self._walk(
            work, patrol.end(found(work, PATROLS, message.data.patrol_id), at=work.now), "ended", message.data.by
        )

    def woken(self, subject: str, work: Work) -> None:
        """The round's time is over."""
        of = work.get(PATROLS, subject)
        after = patrol.woken(of, at=work.now, due=self._due) if of is not None else None
        if after is not None:
            self._walk(work, after, "round missed", "clock")

    def _due(self, start: datetime, term: str, place: str) -> datetime:
        return due(start, term, self._pack.calendars.of(place)).at

    def _save(self, work: Work, after: Element, what: str, by: str, was: str) -> None:
        work.put(ELEMENTS, after)
        work.note(
            after.id, what, place=after.place, from_state=was or None, to_state=after.state, actor=by,
            reason=after.reason or None,
        )  # fmt: skip
        work.result = after

    def _walk(self, work: Work, after: Patrol, what: str, by: str) -> None:
        work.put(PATROLS, after)
        work.note(after.id, what, place=after.place, holder=after.holder, actor=by, reason=f"round {after.round}")
        if after.wake_at is None:
            work.forget(f"{TIMER}:{after.id}")
        else:
            work.promise(f"{TIMER}:{after.id}", after.wake_at, TIMER, subject=after.id, place=after.place)
        work.result = after


def place_of(pack: Any, division: str) -> str:
    """Raises ``REPORT_UNKNOWN_DIVISION``."""
    if division not in pack.divisions:
        raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=division)
    return str(pack.place_of(division))


def found(work: Work, kind: Any, ident: str) -> Any:
    """Raises ``ELEMENT_UNKNOWN``."""
    there = work.get(kind, ident)
    if there is None:
        raise Refusal("ELEMENT_UNKNOWN", field="id", value=ident)
    return there


def _element(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield ELEMENTS, "id", message.data.element_id


def _joined(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield ELEMENTS, "id", message.data.element_id
    yield ELEMENTS, "id", message.data.member


def _patrol(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield PATROLS, "id", message.data.patrol_id
