"""A department is no more: what it had in hand goes to its successor, thing by thing, in the hop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from gov_dispatch.apply import apply, apply_joint, apply_order
from gov_dispatch.handlers import claims
from gov_dispatch.handlers.joint import BY_OPERATION
from gov_dispatch.handlers.needs import event, tasks
from gov_dispatch.handlers.orders import BY_ORDER
from gov_dispatch.standing import write
from gov_dispatch.store import CLAIMS, EVENTS, HANDOFFS, OPERATIONS, ORDERS, REVISITS
from gov_dispatch.succession_commands import SucceedClaim, SucceedDepartments, SucceedOperation, SucceedOrder
from govcore import joint, orders
from govcore.claims import claim
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.handoff import dept_of
from govcore.events.way import Way
from govcore.messages import Message
from govcore.packs import Pack
from govmesh.handlers import On
from govmesh.work import Need, Work


class Succession:
    """Asks the domain; where nothing of such a department is open, everything stays as it is."""

    def __init__(self, pack: Pack, way: Way) -> None:
        self._pack, self._way = pack, way

    def handlers(self) -> Sequence[On]:
        return (
            On(SucceedDepartments, self.succeed, _the_matter),
            On(SucceedOrder, self.order, _the_order, BY_ORDER),
            On(SucceedOperation, self.operation, _the_operation, BY_OPERATION),
            On(SucceedClaim, self.claim, _the_claim),
        )

    def succeed(self, message: Message[SucceedDepartments], work: Work) -> None:
        found, heir = event(work, message.data.event_id), self._pack.successor
        visits = work.find(REVISITS, "event_id", found.id)
        changed = matter.succeed(found, tasks(work, found), visits, at=work.now, way=self._way, successor=heir)
        apply(work, found, changed)

    def order(self, message: Message[SucceedOrder], work: Work) -> None:
        found, heir = work.get(ORDERS, message.data.order_id), self._pack.successor
        moved = orders.succeed(found, at=work.now, way=self._way, successor=heir) if found else None
        if found and moved:
            apply_order(work, moved, work.get(EVENTS, found.event_id))

    def operation(self, message: Message[SucceedOperation], work: Work) -> None:
        found = work.get(OPERATIONS, message.data.operation_id)
        if found is not None:
            apply_joint(work, None, joint.succeed(found, at=work.now, successor=self._pack.successor))

    def claim(self, message: Message[SucceedClaim], work: Work) -> None:
        found = work.get(CLAIMS, message.data.claim_id)
        dept = dept_of(found.holder) if found else None
        heir = self._pack.successor(dept) if dept else None
        if found and heir:
            write(work, CLAIMS, claims.TIMER, claim.succeed(found, successor=heir, at=work.now))


def answerable(on: On, pack: Pack) -> On:
    """The same handler of a command, for departments that are there.

    What one that is no more says, whenever it was sent, is refused with ``COMMAND_DEPARTMENT_GONE``: who has now what
    it had.  Its successor may have answered meanwhile, and a task has one holder.
    """

    def do(message: Message[Any], work: Work) -> None:
        code = (work.user or "").removeprefix("dept.")
        heir = pack.successor(code)
        if heir is not None:
            since = pack.former[code].since.isoformat()
            raise Refusal("COMMAND_DEPARTMENT_GONE", field="user_id", value=code, successor=heir, since=since)
        on.do(message, work)

    return replace(on, do=do) if pack.former else on


def _the_matter(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield EVENTS, "id", message.data.event_id
    yield HANDOFFS, "event_id", message.data.event_id
    yield REVISITS, "event_id", message.data.event_id


def _the_order(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    yield EVENTS, "id", event_id
    yield ORDERS, "id", message.data.order_id


def _the_operation(message: Message[Any], event_id: str | None) -> Iterable[Need]:
    yield EVENTS, "id", event_id
    yield OPERATIONS, "id", message.data.operation_id


def _the_claim(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield CLAIMS, "id", message.data.claim_id
