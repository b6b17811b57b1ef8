"""Looks after departments that are no more: no open task stays with one, no message lies unread in its queue.

Another instance may still run the older pack and give it work, so this is looked at again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gov_dispatch.store import succession as store
from gov_dispatch.succession_commands import SucceedClaim, SucceedDepartments, SucceedOperation, SucceedOrder
from govcore.errors import Refusal
from govcore.messages import Payload
from govcore.packs.diff import unfollowed
from govmesh.broker import topology
from govmesh.broker.port import BrokerAway
from govmesh.mesh import Mesh

if TYPE_CHECKING:
    from govmesh.items import Item


def check(mesh: Mesh, conn: Any) -> None:
    """Raises ``PACK_DEPARTMENT_GONE`` at the start where an open task is one's that the pack gives no successor."""
    for refusal in unfollowed(mesh.pack, store.departments_with_work(conn)):
        raise refusal


def look(mesh: Mesh) -> int:
    """One page of what they still have, and what lies in their queues; how much there was."""
    gone = list(mesh.pack.former)
    if not gone:
        return 0
    commands = _commands(mesh, gone)
    items: list[Item] = mesh.submit(commands) if commands else []
    for item in items:
        if item.refusal is not None or item.error is not None:
            code = item.refusal.code if item.refusal else "MESH_HANDLER_FAILED"
            what = next(iter(item.message.data.model_dump().values()), "") if item.message else ""
            mesh.log.error("not handed over", what=what, code=code)
    return len(items) + _readdressed(mesh, gone)


def _commands(mesh: Mesh, gone: list[str]) -> list[Payload]:
    """Matters first: what the ladder issued about their tasks then finds these where they are."""
    most = mesh.settings.batch
    with mesh.database.read() as conn:
        matters = {one for held in store.MATTERS for one in store.with_work(conn, held, gone, most)}
        orders = store.with_work(conn, store.OPEN_ORDERS, gone, most)
        running = store.with_work(conn, store.RUNNING, gone, most)
        claims = store.with_work(conn, store.CLAIMED, gone, most)
    return [
        *(SucceedDepartments(event_id=one) for one in sorted(matters)[:most]),
        *(SucceedOrder(order_id=one) for one in orders),
        *(SucceedOperation(operation_id=one) for one in running),
        *(SucceedClaim(claim_id=one) for one in claims),
    ]


def _readdressed(mesh: Mesh, gone: list[str]) -> int:
    done = 0
    for code in gone:
        to = mesh.pack.successor(code)
        try:
            done += topology.readdress(mesh.broker, code, to) if to else 0
        except (BrokerAway, Refusal):
            mesh.log.warning("waiting", away="BrokerAway")
            break
    return done
