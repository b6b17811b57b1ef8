"""Led projects: raised, chosen, decided, led from milestone to milestone, solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.project_commands import (
    ChooseProject,
    DecideProject,
    DeclineProject,
    DropProject,
    RaiseProject,
    ReachMilestone,
    SolveProject,
)
from gov_dispatch.sealing import hidden, named, seal
from gov_dispatch.standing import write
from gov_dispatch.store import KEYS, PEOPLE
from gov_dispatch.store.projects import PROJECTS
from govcore.claims import Changed, Milestone, Project, project
from govcore.errors import Refusal
from govcore.messages import Message
from govcore.packs import leader_of
from govcore.storage import check_keys
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

TIMER = "milestone"


class Projects:
    """Local commands; each answers with the project as it is after."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._vault, self._storage = mesh.pack, mesh.vault, mesh.storage

    def handlers(self) -> Sequence[On]:
        return (
            On(RaiseProject, self.raise_, _by_key),
            On(ChooseProject, self.choose, _the_project),
            On(DeclineProject, self.decline, _the_project),
            On(DecideProject, self.decide, _the_project),
            On(ReachMilestone, self.reach, _the_project),
            On(SolveProject, self.solve, _the_project),
            On(DropProject, self.drop, _the_project),
        )

    def raise_(self, message: Message[RaiseProject], work: Work) -> None:
        """A repeat changes nothing."""
        said, key = message.data, _key(message.data)
        if earlier := work.find(PROJECTS, "key", key):
            work.result = earlier[0]
            return
        if said.division not in self._pack.divisions:
            raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=said.division)
        place, who = self._pack.place_of(said.division), named(said.raiser)
        new = Project(
            id=work.new_id("J"),
            key=key,
            place=place,
            raised_by=said.by,
            raised_at=work.now,
            trace=message.trace,
            raiser_known=bool(who),
            **said.model_dump(include={"title", "about", "division"}),
        )
        self._write(work, project.raise_(new, at=work.now, hidden=who))
        seal(work, self._vault, said.raiser, id=new.id, matter=new.id, place=place, source=said.source)

    def choose(self, message: Message[ChooseProject], work: Work) -> None:
        found, by = _found(work), message.data.by
        self._write(work, project.choose(found, by=by, leader=leader_of(self._pack, by), at=work.now))

    def decline(self, message: Message[DeclineProject], work: Work) -> None:
        said, found = message.data, _found(work)
        changed = project.decline(
            found,
            by=said.by,
            leader=leader_of(self._pack, said.by),
            reason=said.reason,
            at=work.now,
            hidden=self._hidden(work, found),
        )
        self._write(work, changed)

    def decide(self, message: Message[DecideProject], work: Work) -> None:
        said, found = message.data, _found(work)
        plan = [Milestone(title=one.title, due_at=one.due_at) for one in said.milestones]
        self._write(
            work, project.decide(found, by=said.by, milestones=plan, at=work.now, hidden=self._hidden(work, found))
        )

    def reach(self, message: Message[ReachMilestone], work: Work) -> None:
        said = message.data
        check_keys(said.evidence, self._storage)
        changed = project.reach(_found(work), by=said.by, number=said.number, evidence=said.evidence, at=work.now)
        self._write(work, changed)

    def solve(self, message: Message[SolveProject], work: Work) -> None:
        said, found = message.data, _found(work)
        changed = project.solve(
            found,
            by=said.by,
            problems=said.problems,
            result=said.result,
            at=work.now,
            hidden=self._hidden(work, found),
        )
        self._write(work, changed)

    def drop(self, message: Message[DropProject], work: Work) -> None:
        said, found = message.data, _found(work)
        changed = project.drop(found, by=said.by, reason=said.reason, at=work.now, hidden=self._hidden(work, found))
        self._write(work, changed)

    def woken(self, subject: str, work: Work) -> None:
        """A milestone is due."""
        found = work.get(PROJECTS, subject)
        if found is not None:
            self._write(work, project.woken(found, at=work.now))

    def _hidden(self, work: Work, found: Project) -> tuple[str, ...]:
        return hidden(work, self._vault, id=found.id, matter=found.id) if found.raiser_known else ()

    def _write(self, work: Work, changed: Changed[Project]) -> None:
        write(work, PROJECTS, TIMER, changed)
        work.result = changed.after


def _by_key(message: Message[RaiseProject], _found: Any) -> Iterable[Need]:
    yield PROJECTS, "key", _key(message.data)


def _the_project(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield PROJECTS, "id", message.data.project_id
    yield KEYS, "id", message.data.project_id
    yield PEOPLE, "id", message.data.project_id


def _key(said: RaiseProject) -> str | None:
    return f"{said.source}|{said.external_id}" if said.external_id else None


def _found(work: Work) -> Project:
    """The project a command names.  Raises ``PROJECT_UNKNOWN``."""
    key = str(work.message.data.project_id)
    found = work.get(PROJECTS, key)
    if found is None:
        raise Refusal("PROJECT_UNKNOWN", field="project_id", value=key[:80])
    return found
