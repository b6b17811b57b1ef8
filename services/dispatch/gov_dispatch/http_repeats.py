"""dispatch's API for repeats: suggestions, attach, detach again, and how far the original is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch import store
from gov_dispatch.contracts import AttachEvent, DetachEvent, DetachReport
from gov_dispatch.handlers.repeats import shown
from gov_dispatch.store import repeats
from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.repeats import Likeness, block_of, suggested
from govcore.events.repeats_join import progress
from govmesh.http import Request, Route, body
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about repeats."""
    api = _Repeats(mesh)
    return [
        Route("GET", "/api/v1/events/<event_id>/suggestions", api.suggestions),
        Route("GET", "/api/v1/events/<event_id>/progress", api.progress),
        Route("POST", "/api/v1/events/<event_id>/attach", api.attach),
        Route("POST", "/api/v1/events/<event_id>/detach", api.detach),
    ]


class _Repeats:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._rules = mesh, mesh.pack.header.repeats

    def suggestions(self, request: Request, event_id: str) -> dict[str, Any]:
        """Which matters this one may be a repeat of, or they of it, each with a score and its reasons."""
        rules = self._rules
        with self._mesh.database.read() as conn:
            event = _event(store.event(conn, event_id), event_id)
            near = repeats.candidates(conn, block_of(event, rules), event, rules.looked_at)
            own = repeats.of_same_reporter(conn, event_id, rules.looked_at)
        others = {one.id: one for one in (*near, *own)}
        found = suggested(event, others.values(), by_same_reporter=frozenset(one.id for one in own), rules=rules)
        return {"event": event_id, "suggestions": [_told(one, others[one.event_id]) for one in found]}

    def progress(self, request: Request, event_id: str) -> dict[str, Any]:
        """How far the matter is; of one that was attached, how far the original is."""
        with self._mesh.database.read() as conn:
            event = _event(store.event(conn, event_id), event_id)
            original = store.event(conn, event.part_of) if event.part_of else None
        return shown(progress(original or event))

    def attach(self, request: Request, event_id: str) -> Any:
        return self._mesh.obey(AttachEvent.model_validate({**_object(body(request)), "event_id": event_id}))

    def detach(self, request: Request, event_id: str) -> Any:
        """With ``report_id``: that report of the event; without: the event itself, which had become part of another."""
        said = {**_object(body(request)), "event_id": event_id}
        if "report_id" in said:
            return self._mesh.obey(DetachReport.model_validate(said))
        with self._mesh.database.read() as conn:
            event = _event(store.event(conn, event_id), event_id)
        if event.part_of is None:
            raise Refusal("EVENT_NOT_ATTACHED", field="event_id", value=event_id[:80])
        return self._mesh.obey(DetachEvent.model_validate({**said, "original": event.part_of}))


def _told(one: Likeness, other: Event) -> dict[str, Any]:
    return {
        "event": one.event_id,
        "state": other.state,
        "title": other.title,
        "opened_at": other.opened_at,
        "score": one.score,
        "reasons": [{**part._asdict(), "zh": part.text("zh_CN"), "en": part.text("en")} for part in one.parts],
    }


def _event(found: Event | None, event_id: str) -> Event:
    if found is None:
        raise Refusal("EVENT_UNKNOWN", field="event_id", value=event_id[:80])
    return found


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return said
