"""A service's small HTTP API: routes in, JSON out, refusals with their reason code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from govcore.errors import Refusal
from govmesh.database import BadData, DatabaseAway
from govmesh.logs import log, place_of

MOST_BODY = 32 * 1024 * 1024
MOST_OFFSET = 1_000_000_000
Answer = Response | BaseModel | dict[str, Any] | list[Any] | None
Handler = Callable[..., Answer]

STATUS = {
    "UNKNOWN": 404,
    "NOT_FOUND": 404,
    "STALE": 409,
    "ALREADY": 409,
    "NOT_OPEN": 409,
    "NOT_HOLDER": 403,
    "NOT_ALLOWED": 403,
    "NOT_YOURS": 403,
    "RATE_LIMIT": 429,
    "TOO_LARGE": 413,
}
"""Which HTTP status a reason code gets, by a part of its name; 422 for the others."""


@dataclass(frozen=True, slots=True)
class Route:
    """``call(request, **path parameters)`` answers ``method path``."""

    method: str
    path: str
    call: Handler


class Api:
    """A WSGI application over a list of routes."""

    def __init__(self, routes: Sequence[Route]) -> None:
        rules = [Rule(route.path, methods=[route.method], endpoint=route.call) for route in routes]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MOST_BODY
        return self.answer(request)(environ, start_response)

    def answer(self, request: Request) -> Response:
        """The response, whatever happens: a reasoned no is never a bare 500."""
        try:
            if "\x00" in request.path:
                raise NotFound
            endpoint, params = self._map.bind_to_environ(request.environ).match()
            found = endpoint(request, **params)
            return found if isinstance(found, Response) else reply(found)
        except Refusal as refusal:
            return reply({"error": refusal.as_dict()}, status_of(refusal.code))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            return reply({"error": Refusal("HTTP_BAD_BODY", field=where, why=first["type"]).as_dict()}, 422)
        except DatabaseAway:
            return reply({"error": Refusal("MESH_DATABASE_AWAY").as_dict()}, 503)
        except BadData:
            return reply({"error": Refusal("MESH_BAD_DATA").as_dict()}, 422)
        except HTTPException as error:
            return refused(error, request)
        except Exception as error:
            return broken(error)


def refused(error: HTTPException, request: Request) -> Response:
    """What the request itself had wrong."""
    code = {404: "HTTP_NOT_FOUND", 405: "HTTP_BAD_METHOD", 413: "HTTP_TOO_LARGE"}.get(
        error.code or 0, "HTTP_BAD_REQUEST"
    )
    return reply({"error": Refusal(code, field="path", value=request.path[:200]).as_dict()}, error.code or 400)


def broken(error: Exception) -> Response:
    """An error nobody foresaw: where in the program, never its text, which may quote what was said."""
    where = place_of(error)
    log("http").error("request failed", error=where)
    return reply({"error": Refusal("MESH_HANDLER_FAILED", value=where).as_dict()}, 500)


def status_of(code: str) -> int:
    """The HTTP status of a reason code; what a report or an alert says is wrong in its body, never a path that is not
    there."""
    if code.startswith(("REPORT_", "ALERT_")) and not code.endswith("RATE_LIMIT"):
        return 422
    return next((status for part, status in STATUS.items() if part in code), 422)


def reply(value: Any, status: int = 200) -> Response:
    """``value`` as JSON."""
    return Response(to_json(value), status=status, content_type="application/json; charset=utf-8")


def body(request: Request) -> Any:
    """The request's JSON.  Raises ``HTTP_NOT_JSON``."""
    try:
        return from_json(request.get_data(cache=False), allow_inf_nan=False)
    except ValueError as error:
        raise Refusal("HTTP_NOT_JSON", field="body") from error


def fields(request: Request) -> dict[str, Any]:
    """The request's JSON, which must be an object.  Raises ``HTTP_NOT_JSON``, ``HTTP_BAD_BODY``."""
    found = body(request)
    if not isinstance(found, dict):
        raise Refusal("HTTP_BAD_BODY", field="body", why="object")
    return found


def page(request: Request, most: int = 200) -> tuple[int, int]:
    """``limit`` and ``offset`` of a list request."""
    try:
        limit, offset = int(request.args.get("limit", 50)), int(request.args.get("offset", 0))
    except ValueError as error:
        raise Refusal("HTTP_BAD_REQUEST", field="limit") from error
    return max(1, min(limit, most)), max(0, min(offset, MOST_OFFSET))


__all__ = ["Answer", "Api", "Handler", "Request", "Response", "Route", "body", "fields", "page", "reply", "status_of"]
