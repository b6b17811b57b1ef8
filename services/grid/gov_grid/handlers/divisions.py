"""A change of the list of divisions: its versions before and after, said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

from gov_grid import store
from gov_grid.contracts import ChangeDivision
from gov_grid.store import LISTED
from govcore.grids import CodeProfile, Listed
from govcore.grids.divisions_change import Change, Step, codes_of, decide
from govcore.messages import DivisionChanged, Message
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Work


class Divisions:
    """Answers with how many divisions changed; none where the change has been made before."""

    def __init__(self, mesh: Mesh) -> None:
        self._profile: CodeProfile = mesh.pack.header.code

    def handlers(self) -> Sequence[On]:
        return (On(ChangeDivision, self.change),)

    def change(self, message: Message[ChangeDivision], work: Work) -> None:
        change = message.data.change
        below = tuple(self._below(work, self._profile.normal(change.code), deep=change.kind == "recoded"))
        known = {code: _versions(work, code) for code in sorted(codes_of(change, below, self._profile))}
        known |= {one.code: _versions(work, one.code) for one in below}
        steps = decide(change, known, below, self._profile)
        for step in steps:
            self._make(step, change, work)
        if names := [one.name for step in steps for one in step.after]:
            work.extras.append(partial(store.index_names, names=names))
        work.result = len(steps)

    def _make(self, step: Step, change: Change, work: Work) -> None:
        for one in (step.before, *step.after):
            if one is not None:
                work.put(LISTED, one)
        was = step.before or step.after[0]
        work.say(
            DivisionChanged(
                code=was.code,
                name=was.name,
                change=step.kind,
                effective=change.on,
                to=tuple((one.code, one.name) for one in step.after),
            ),
            subject=was.code,
            version=step.number,
            place=was.place,
        )
        work.note(was.code, step.kind, place=was.place, reason=str(change.on))

    def _below(self, work: Work, code: str, *, deep: bool) -> Iterable[Listed]:
        """The divisions in force directly below, and if asked all below those."""
        if self._profile.widths and self._profile.level(code) == len(self._profile.widths):
            return
        for one in work.find(LISTED, "parent", code):
            if one.until is None:
                yield one
                if deep:
                    yield from self._below(work, one.code, deep=True)


def _versions(work: Work, code: str) -> list[Listed]:
    return sorted(work.find(LISTED, "code", code), key=lambda one: one.since or date.min)
