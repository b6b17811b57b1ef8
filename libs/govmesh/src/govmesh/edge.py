"""One listener before the services: each path goes to the service that answers for it.

``/svc/<service>/…`` reaches a service's own paths (ops), ``/mesh`` tells which services there are;
every other path goes by the prefixes the services declare, and the rest to the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import quote

import requests
from pydantic_core import from_json
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from govcore.errors import Refusal
from govmesh.http import MOST_BODY, broken, refused, reply

_HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "server", "date"}


class Upstream(Protocol):
    """Something that answers a request for a path."""

    def __call__(self, request: Request, path: str) -> Response: ...


@dataclass(frozen=True, slots=True)
class Inside:
    """A service in this process."""

    app: Any

    def __call__(self, request: Request, path: str) -> Response:
        environ = {**request.environ, "PATH_INFO": path.encode().decode("latin-1")}
        return Response.from_app(self.app, environ)


@dataclass(frozen=True, slots=True)
class Outside:
    """A service in another process, by name and URL; its own edge takes the path apart."""

    name: str
    url: str
    session: requests.Session = field(default_factory=lambda: _session())

    def __call__(self, request: Request, path: str) -> Response:
        try:
            answer = self.session.request(
                request.method,
                f"{self.url.rstrip('/')}/svc/{self.name}{quote(path)}",
                params=list(request.args.items(multi=True)),
                data=request.get_data(),
                headers={name: value for name, value in request.headers if name.lower() not in {"host", *_HOP_HEADERS}},
                timeout=(3, 60),
                allow_redirects=False,
            )
        except requests.RequestException:
            return reply({"error": Refusal("MESH_SERVICE_AWAY", field="service", value=self.name).as_dict()}, 503)
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_HEADERS]
        return Response(answer.content, answer.status_code, headers)


def _session() -> requests.Session:
    """For everybody's requests to one service: keeps nobody's cookies, heeds no proxy of the environment."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


class Edge:
    """The WSGI application of the listener."""

    def __init__(
        self,
        upstreams: Mapping[str, Upstream],
        prefixes: Mapping[str, str],
        pack: str,
        now: Callable[[], datetime],
        let_go: Callable[[datetime], None] | None = None,
        zone: str = "UTC",
    ) -> None:
        self._zone = zone
        self._upstreams, self._pack, self._now, self._let_go = dict(upstreams), pack, now, let_go
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[0]))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MOST_BODY
        try:
            found = self.answer(request)
        except HTTPException as error:
            found = refused(error, request)
        except Exception as error:
            found = broken(error)
        return found(environ, start_response)

    def answer(self, request: Request) -> Response:
        path = request.path
        if path == "/mesh":
            return reply(
                {
                    "services": sorted(self._upstreams),
                    "pack": self._pack,
                    "zone": self._zone,
                    "now": self._now().isoformat(),
                }
            )
        if path == "/mesh/clock" and request.method == "POST" and self._let_go is not None:
            return self._clock(request, self._let_go)
        if path.startswith("/svc/"):
            name, _, rest = path[5:].partition("/")
            return self._pass(name, request, "/" + rest)
        for prefix, name in self._prefixes:
            if path == prefix or path.startswith(prefix + "/"):
                return self._pass(name, request, path)
        if path == "/healthz" and "console" not in self._upstreams:
            return reply({"services": sorted(self._upstreams)})
        return self._pass("console", request, path)

    def _clock(self, request: Request, let_go: Callable[[datetime], None]) -> Response:
        """``{"until": …}``: a clock held by hand may go on to that moment, ISO 8601 with its offset."""
        try:
            until = datetime.fromisoformat(from_json(request.get_data())["until"])
            if until.tzinfo is None:
                raise ValueError("no offset")
            let_go(until.astimezone(self._now().tzinfo))
        except (ValueError, TypeError, KeyError):
            return reply({"error": Refusal("HTTP_BAD_REQUEST", field="until").as_dict()}, 400)
        return reply({"now": self._now().isoformat(), "until": until.isoformat()})

    def ask(self, name: str, path: str) -> Response:
        """GET a path of a service from inside, for pages that gather."""
        request = Request.from_values(path)
        return self._pass(name, request, request.path)

    @property
    def services(self) -> list[str]:
        return sorted(self._upstreams)

    def _pass(self, name: str, request: Request, path: str) -> Response:
        upstream = self._upstreams.get(name)
        if upstream is None:
            return reply({"error": Refusal("MESH_NOT_DEPLOYED", field="service", value=name).as_dict()}, 404)
        return upstream(request, path)
