"""From a decision about a claim, a led project or a stewardship to the unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, TypeVar

from govcore.claims import Changed
from govmesh.kinds import Kind
from govmesh.work import Work


class Standing(Protocol):
    """What stands for a while and has to be looked at again at ``wake_at``."""

    @property
    def id(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def trace(self) -> str: ...
    @property
    def wake_at(self) -> datetime | None: ...


S = TypeVar("S", bound=Any)


def write(work: Work, kind: Kind[S], timer: str, changed: Changed[S]) -> None:
    """Write ``changed`` down; its one promise, of kind ``timer``, is made anew or taken back."""
    if changed.after is None:
        return
    after: Standing = changed.after
    work.put(kind, changed.after)
    for said in changed.said:
        work.say(
            said.payload,
            subject=said.subject,
            version=said.version,
            place=said.place,
            dept=said.dept,
            to=tuple(f"dept.{code}" for code in said.to),
            trace=after.trace,
        )
    for note in changed.notes:
        work.note(
            note.subject,
            note.kind,
            place=after.place,
            from_state=note.from_state or None,
            to_state=note.to_state,
            holder=note.holder,
            actor=note.actor,
            reason=note.reason or None,
            trace=after.trace,
        )
    key = f"{timer}:{after.id}"
    if after.wake_at is None:
        work.forget(key)
    else:
        work.promise(key, after.wake_at, timer, subject=after.id, place=after.place)
