"""A department is no more: what it had in hand goes to its successor, matter by matter, in the hop."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.apply import apply
from gov_dispatch.contracts import SucceedDepartments
from gov_dispatch.handlers.needs import event, tasks, the_matter
from govcore.events import matter
from govcore.events.way import Way
from govcore.messages import Message
from govcore.packs import Pack
from govmesh.handlers import On
from govmesh.work import Work


class Succession:
    """Asks the domain; a matter in which nothing of such a department is open stays as it is."""

    def __init__(self, pack: Pack, way: Way) -> None:
        self._pack, self._way = pack, way

    def handlers(self) -> Sequence[On]:
        return (On(SucceedDepartments, self.succeed, the_matter),)

    def succeed(self, message: Message[SucceedDepartments], work: Work) -> None:
        found = event(work, message.data.event_id)
        changed = matter.succeed(found, tasks(work, found), at=work.now, way=self._way, successor=self._pack.successor)
        apply(work, found, changed)
