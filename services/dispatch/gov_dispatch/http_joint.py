"""The API of operations: called, answered, recorded and ended; lists, and what each unit did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from gov_dispatch import joint_commands
from gov_dispatch.store import joint as store
from gov_dispatch.who import speaks
from govcore.errors import Refusal
from govcore.joint import Operation
from govcore.messages import AnswerOperation, ArriveOperation, Payload
from govmesh.clock import trace_id
from govmesh.http import Request, Route, body
from govmesh.mesh import Mesh
from govmesh.paging import asked

_DEPARTMENTS: Mapping[str, type[Payload]] = {"answer": AnswerOperation, "arrive": ArriveOperation}
_CALLERS: Mapping[str, type[Payload]] = {
    "record": joint_commands.RecordOperation,
    "conclude": joint_commands.ConcludeOperation,
    "cancel": joint_commands.CancelOperation,
}
_WANTED = ("kind", "state", "caller", "event", "dept")
YEAR = timedelta(days=366)


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route of operations."""
    api = _Api(mesh)
    return (
        Route("POST", "/api/v1/operations", api.call),
        Route("GET", "/api/v1/operations", api.list),
        Route("GET", "/api/v1/operations/units", api.units),
        Route("GET", "/api/v1/operations/<operation_id>", api.one),
        Route("POST", "/api/v1/operations/<operation_id>/<verb>", api.do),
    )


class _Api:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def call(self, request: Request) -> dict[str, Any]:
        """A desk or a street calls departments."""
        return _shown(self._mesh.obey(joint_commands.CallOperation.model_validate(_object(body(request)))))

    def list(self, request: Request) -> dict[str, Any]:
        """Operations, the latest first; of a kind, state, caller, event or department."""
        limit, cursor = asked(request)
        wanted = {name: request.args.get(name) for name in _WANTED}
        with self._mesh.database.read() as conn:
            found = store.list_operations(conn, wanted, limit=limit, cursor=cursor)
        return found.told("operations", _shown)

    def units(self, request: Request) -> dict[str, Any]:
        """What each unit did in the operations called from ``since`` to ``until``, the last year where absent."""
        until = _moment(request, "until") or self._mesh.clock.now()
        since = _moment(request, "since") or until - YEAR
        if not since < until <= since + YEAR:
            raise Refusal("HTTP_BAD_REQUEST", field="since")
        with self._mesh.database.read() as conn:
            found = store.units(conn, since, until)
        return {
            "since": since,
            "until": until,
            "units": [{"dept": dept, **count.shown()} for dept, count in found.items()],
        }

    def one(self, request: Request, operation_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.operation(conn, operation_id)
        if found is None:
            raise Refusal("JOINT_UNKNOWN", field="operation_id", value=operation_id[:80])
        return _shown(found)

    def do(self, request: Request, operation_id: str, verb: str) -> dict[str, Any]:
        """A called department's answer given by hand, or what the caller decides: the same commands, the same rules."""
        said = {**_object(body(request)), "operation_id": operation_id}
        if (command := _CALLERS.get(verb)) is not None:
            return _shown(self._mesh.obey(command.model_validate(said)))
        if (answer := _DEPARTMENTS.get(verb)) is None:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        dept = speaks(self._mesh.pack, said)
        return _shown(self._mesh.obey(answer.model_validate(said), user=f"dept.{dept}"))


def _shown(operation: Operation) -> dict[str, Any]:
    """An operation for the API; it has no field that says who reported."""
    return {**operation.model_dump(mode="json"), "late_at": operation.late_at, "trace_id": trace_id(operation.trace)}


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return said


def _moment(request: Request, name: str) -> datetime | None:
    said = request.args.get(name)
    try:
        return datetime.fromisoformat(said).astimezone(UTC) if said else None
    except (ValueError, OverflowError) as error:
        raise Refusal("HTTP_BAD_REQUEST", field=name) from error
