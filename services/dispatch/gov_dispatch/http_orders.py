"""dispatch's API for orders 三单一函: lists, one, giving one, answers, sending back, closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch.order_commands import AnswerByHand, CloseOrder, GiveOrder, RejectAnswer
from gov_dispatch.store import orders as store
from gov_dispatch.who import speaks
from govcore.errors import Refusal
from govcore.messages import AnswerOrder, Payload
from govcore.orders import Order
from govmesh.http import Request, Route, body
from govmesh.mesh import Mesh
from govmesh.paging import asked


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about orders."""
    api = _Orders(mesh)
    return [
        Route("GET", "/api/v1/orders", api.listed),
        Route("POST", "/api/v1/orders", api.give),
        Route("GET", "/api/v1/orders/<order_id>", api.shown),
        Route("POST", "/api/v1/orders/<order_id>/answer", api.answer),
        Route("POST", "/api/v1/orders/<order_id>/reject", api.reject),
        Route("POST", "/api/v1/orders/<order_id>/close", api.close),
    ]


class _Orders:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def listed(self, request: Request) -> dict[str, Any]:
        """Orders, those that wait for an answer by the earliest time first; of one ``event``, ``dept``, ``to`` …"""
        limit, cursor = asked(request)
        args = request.args
        wanted = {"event_id": args.get("event"), "addressee": args.get("to")}
        wanted |= {name: args.get(name) for name in ("state", "kind", "dept")}
        with self._mesh.database.read() as conn:
            found = store.list_orders(conn, wanted, limit, cursor)
            times = store.order_times(conn, [one.id for one in found.rows])
        return found.told("orders", lambda one: _told(one, times))

    def shown(self, request: Request, order_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.order(conn, order_id)
            if found is None:
                raise Refusal("ORDER_UNKNOWN", field="order_id", value=order_id[:80])
            return _told(found, store.order_times(conn, [order_id]))

    def give(self, request: Request) -> dict[str, Any]:
        given: Order = self._mesh.obey(GiveOrder.model_validate(_object(body(request))))
        return self.shown(request, given.id)

    def answer(self, request: Request, order_id: str) -> dict[str, Any]:
        """As the department ``dept``, with the same command it could send; or ``by`` a desk or a leader's post."""
        said = _object(body(request))
        if "dept" not in said:
            return self._done(AnswerByHand, said, request, order_id)
        dept = speaks(self._mesh.pack, said)
        self._mesh.obey(AnswerOrder.model_validate({**said, "order_id": order_id}), user=f"dept.{dept}")
        return self.shown(request, order_id)

    def reject(self, request: Request, order_id: str) -> dict[str, Any]:
        return self._done(RejectAnswer, _object(body(request)), request, order_id)

    def close(self, request: Request, order_id: str) -> dict[str, Any]:
        return self._done(CloseOrder, _object(body(request)), request, order_id)

    def _done(self, command: type[Payload], said: dict[str, Any], request: Request, order_id: str) -> dict[str, Any]:
        """A desk's command about the order and the matter it is about; the order as it is after."""
        about = self.shown(request, order_id)["event_id"]
        self._mesh.obey(command.model_validate({**said, "order_id": order_id, "event_id": about}))
        return self.shown(request, order_id)


def _told(order: Order, times: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {**order.model_dump(mode="json"), **times.get(order.id, {})}


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return said
