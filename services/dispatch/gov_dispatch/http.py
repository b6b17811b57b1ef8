"""dispatch's API: reports in, events and hand-offs out, answers by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gov_dispatch import contracts, statistics, store
from gov_dispatch.order_commands import CommentEvent
from gov_dispatch.store import figures, routing
from gov_dispatch.who import speaks
from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.holder import who_holds
from govcore.events.report_in import read_report
from govcore.messages import (
    AcceptHandOff,
    ExtendHandOff,
    FinishHandOff,
    Payload,
    ResumeHandOff,
    ReturnHandOff,
    SuspendHandOff,
    TransferHandOff,
)
from govcore.packs import recalled
from govmesh.clock import trace_id
from govmesh.http import Request, Route, body
from govmesh.mesh import Mesh
from govmesh.paging import asked

MOST_AT_ONCE = 1000
_ANSWERS: dict[str, type[Payload]] = {
    "accept": AcceptHandOff,
    "return": ReturnHandOff,
    "transfer": TransferHandOff,
    "done": FinishHandOff,
    "suspend": SuspendHandOff,
    "resume": ResumeHandOff,
    "extend": ExtendHandOff,
}
_DECISIONS: dict[str, type[Payload]] = {
    "designate": contracts.DesignateHandOff,
    "decide": contracts.DecideRequest,
    "end_pause": contracts.EndPause,
}
_DESKS: dict[str, type[Payload]] = {
    "assign": contracts.AssignEvent,
    "verify": contracts.VerifyEvent,
    "rating": contracts.RateEvent,
    "void": contracts.VoidEvent,
    "reopen": contracts.ReopenEvent,
    "comment": CommentEvent,
}


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route of dispatch."""
    api = _Api(mesh)
    found = [
        *statistics.routes(mesh),
        Route("POST", "/api/v1/reports", api.post_reports),
        Route("GET", "/api/v1/reports", api.get_reports),
        Route("GET", "/api/v1/events", api.get_events),
        Route("GET", "/api/v1/events/<event_id>", api.get_event),
        Route("GET", "/api/v1/events/<event_id>/handoffs", api.get_event_handoffs),
        Route("GET", "/api/v1/events/<event_id>/reports", api.get_event_reports),
        Route("GET", "/api/v1/events/<event_id>/holders", api.get_event_holders),
        Route("GET", "/api/v1/events/<event_id>/routing", api.get_event_routing),
        Route("GET", "/api/v1/handoffs", api.get_handoffs),
        Route("GET", "/api/v1/handoffs/<handoff_id>", api.get_handoff),
        Route("GET", "/api/v1/handoffs/<handoff_id>/told", api.get_told),
        Route("GET", "/api/v1/holders", api.get_holders),
        Route("GET", "/api/v1/holders/check", api.check_holders),
        Route("GET", "/api/v1/events/summary", api.get_summary),
        Route("POST", "/api/v1/events/<event_id>/handoffs/<handoff_id>/<verb>", api.answer),
        Route("POST", "/api/v1/events/<event_id>/<verb>", api.at_desk),
    ]
    return found


class _Api:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def post_reports(self, request: Request) -> dict[str, Any]:
        """One report, or ``{"reports": […]}``: each answered on its own, the good ones taken in one hop."""
        said = body(request)
        history = request.args.get("as", "live") == "history"
        bulk = isinstance(said, dict) and "reports" in said
        rows = said["reports"] if bulk else [said]
        if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
            raise Refusal("HTTP_TOO_MANY", field="reports", value=MOST_AT_ONCE)
        results = self._file(rows, history)
        if bulk:
            return {"results": results}
        if results[0]["outcome"] == "rejected":
            raise _Said(results[0]["reason"])
        return results[0]

    def _file(self, rows: list[Any], history: bool) -> list[dict[str, Any]]:
        results: list[dict[str, Any] | None] = [None] * len(rows)
        good: list[int] = []
        payloads: list[Payload] = []
        for index, row in enumerate(rows):
            try:
                payloads.append(contracts.FileReport.model_construct(report=read_report(row), history=history))
                good.append(index)
            except Refusal as refusal:
                results[index] = _rejected(index, refusal)
        batch = self._mesh.settings.batch
        for start in range(0, len(payloads), batch):
            items = self._mesh.submit(payloads[start : start + batch])
            for index, item in zip(good[start : start + batch], items, strict=True):
                if item.refusal is not None:
                    results[index] = _rejected(index, item.refusal)
                elif item.error is not None:
                    results[index] = _rejected(index, Refusal("MESH_HANDLER_FAILED", value=item.error))
                else:
                    results[index] = {"row": index, **item.result}
        return [result for result in results if result is not None]

    def get_reports(self, request: Request) -> dict[str, Any]:
        """What was said, and which event it is part of; never by whom."""
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            found = store.list_reports(conn, source=request.args.get("source"), limit=limit, cursor=cursor)
        return found.told("reports", lambda one: {**one.report.model_dump(mode="json"), "attached": one.attached})

    def get_events(self, request: Request) -> dict[str, Any]:
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            found = store.list_events(
                conn,
                state=request.args.get("state"),
                holder=request.args.get("holder"),
                closed_since=_moment(request, "closed_since"),
                limit=limit,
                cursor=cursor,
            )
        return found.told("events", _shown)

    def get_event(self, request: Request, event_id: str) -> dict[str, Any]:
        return _shown(self._event(event_id))

    def get_event_handoffs(self, request: Request, event_id: str) -> dict[str, Any]:
        self._event(event_id)
        with self._mesh.database.read() as conn:
            return {"handoffs": self._with_times(conn, store.handoffs_of(conn, event_id))}

    def get_event_reports(self, request: Request, event_id: str) -> dict[str, Any]:
        self._event(event_id)
        with self._mesh.database.read() as conn:
            return {"reports": [report.model_dump(mode="json") for report in store.reports_of(conn, event_id)]}

    def get_event_holders(self, request: Request, event_id: str) -> dict[str, Any]:
        event = self._event(event_id)
        with self._mesh.database.read() as conn:
            held = who_holds(event, store.handoffs_of(conn, event_id))
        return {"holders": [{"task": task, "holder": holder, "since": since} for task, holder, since in held]}

    def get_event_routing(self, request: Request, event_id: str) -> dict[str, Any]:
        """Which rules spoke when it was routed, and what each of the others lacked."""
        event = self._event(event_id)
        with self._mesh.database.read() as conn:
            first, filed = routing.first_report(conn, event_id), routing.filed(conn, event)
        return recalled(self._mesh.pack, event, first, filed)

    def get_handoffs(self, request: Request) -> dict[str, Any]:
        limit, cursor = asked(request)
        with self._mesh.database.read() as conn:
            found = store.list_handoffs(
                conn, dept=request.args.get("dept"), state=request.args.get("state"), limit=limit, cursor=cursor
            )
            times = store.offer_times(conn, [task.id for task in found.rows])
        return found.told("handoffs", lambda task: _timed(task, times))

    def get_handoff(self, request: Request, handoff_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.handoff(conn, handoff_id)
            if found is None:
                raise Refusal("HANDOFF_UNKNOWN", field="handoff_id", value=handoff_id[:80])
            return self._with_times(conn, [found])[0]

    def get_told(self, request: Request, handoff_id: str) -> dict[str, Any]:
        """What departments were told of it straight, as it went to each; the first said first."""
        with self._mesh.database.read() as conn:
            return {"told": store.told(conn, handoff_id)}

    def get_holders(self, request: Request) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            return {"holders": figures.holders(conn)}

    def check_holders(self, request: Request) -> dict[str, Any]:
        """Whether every open matter and task has exactly one holder, at one moment."""
        with self._mesh.database.read(still=True) as conn:
            return figures.holding(conn)

    def get_summary(self, request: Request) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            return figures.summary(conn)

    def answer(self, request: Request, event_id: str, handoff_id: str, verb: str) -> dict[str, Any]:
        """A department's answer given by hand, or a desk's decision about the task.

        The same command, the same rules, the same refusals.
        """
        if (decision := _DECISIONS.get(verb)) is not None:
            said = {**_object(body(request)), "event_id": event_id, "handoff_id": handoff_id}
            self._belongs(event_id, handoff_id)
            self._mesh.obey(decision.model_validate(said))
            return self.get_handoff(request, handoff_id)
        command = _ANSWERS.get(verb)
        if command is None:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        said = _object(body(request))
        dept = speaks(self._mesh.pack, said)
        self._belongs(event_id, handoff_id)
        self._mesh.obey(command.model_validate({**said, "handoff_id": handoff_id}), user=f"dept.{dept}")
        return self.get_handoff(request, handoff_id)

    def at_desk(self, request: Request, event_id: str, verb: str) -> dict[str, Any]:
        command = _DESKS.get(verb)
        if command is None:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        return _shown(self._mesh.obey(command.model_validate({**_object(body(request)), "event_id": event_id})))

    def _belongs(self, event_id: str, handoff_id: str) -> None:
        with self._mesh.database.read() as conn:
            found = store.handoff(conn, handoff_id)
        if found is None or found.event_id != event_id:
            raise Refusal("HANDOFF_UNKNOWN", field="handoff_id", value=handoff_id[:80])

    def _event(self, event_id: str) -> Event:
        with self._mesh.database.read() as conn:
            found = store.event(conn, event_id)
        if found is None:
            raise Refusal("EVENT_UNKNOWN", field="event_id", value=event_id[:80])
        return found

    def _with_times(self, conn: Any, found: Sequence[HandOff]) -> list[dict[str, Any]]:
        times = store.offer_times(conn, [task.id for task in found])
        return [_timed(task, times) for task in found]


class _Said(Refusal):
    """A refusal that has been put into words already."""

    def __init__(self, reason: dict[str, Any]) -> None:
        super().__init__(reason["code"], field=reason.get("field"), value=reason.get("value"))
        self._reason = reason

    def as_dict(self) -> dict[str, Any]:
        return self._reason


def _shown(event: Event) -> dict[str, Any]:
    """An event for the API; it has no field that says who reported."""
    return {**event.model_dump(mode="json"), "trace_id": trace_id(event.trace)}


def _timed(task: HandOff, times: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    return {**task.model_dump(mode="json"), **times.get(task.id, {})}


def _rejected(index: int, refusal: Refusal) -> dict[str, Any]:
    return {"row": index, "outcome": "rejected", "reason": refusal.as_dict()}


def _moment(request: Request, name: str) -> datetime | None:
    said = request.args.get(name)
    try:
        return datetime.fromisoformat(said).astimezone(UTC) if said else None
    except (ValueError, OverflowError) as error:
        raise Refusal("HTTP_BAD_REQUEST", field=name) from error


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return said
