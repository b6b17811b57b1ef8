"""Whatever a client sends, it gets a reason code and never a traceback."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from werkzeug.test import Client

from govcore.errors import Refusal
from govmesh.edge import Edge, Inside, Outside
from govmesh.http import Api, Route, body, page


def _boom(_request: Any) -> None:
    raise RuntimeError("secret words of a reporter")


def _large(request: Any) -> dict[str, int]:
    return {"bytes": len(body(request)["text"])}


API = Api(
    [
        Route("GET", "/boom", _boom),
        Route("POST", "/body", _large),
        Route("GET", "/page", lambda request: {"page": list(page(request))}),
        Route("GET", "/named/<name>", lambda _request, name: {"name": name}),
    ]
)


@pytest.fixture(params=["api", "edge"])
def client(request: pytest.FixtureRequest) -> Client:
    """The service's own API, and the same through the edge."""
    edge = Edge({"toy": Inside(API)}, {"/": "toy"}, "p", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    edge._prefixes = [("", "toy")]
    return Client(API if request.param == "api" else edge)


def test_an_error_nobody_foresaw_is_a_reasoned_500(client: Client) -> None:
    """A 500 with the code and the place in the program; nothing of what was said."""
    answer = client.get("/boom")
    assert answer.status_code == 500
    assert answer.get_json()["error"]["code"] == "MESH_HANDLER_FAILED"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_path_may_hold_any_characters(client: Client) -> None:
    """Chinese arrives whole; what no database keeps is nowhere to be found."""
    assert client.get("/named/%E5%8D%97%E9%97%A8").get_json() == {"name": "南门"}
    assert client.get("/named/a%00b").status_code == 404
    assert client.get("//boom").status_code == 404


@pytest.mark.parametrize("said", [b"{", b'{"text":"\\ud800"}', b'{"text":NaN}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_not_json_is_told_so(client: Client, said: bytes) -> None:
    """Broken, with half a character, with a number that is none, too deep, not even text."""
    answer = client.post("/body", data=said)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "HTTP_NOT_JSON")


def test_too_large_a_body_is_refused(client: Client) -> None:
    """Before it is read."""
    answer = client.post("/body", data=b'{"text":"' + b"x" * (33 * 1024 * 1024) + b'"}')
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "HTTP_TOO_LARGE")


def test_a_page_has_bounds(client: Client) -> None:
    """No list is asked of a database with a number it cannot hold."""
    assert client.get("/page?limit=9999&offset=" + "9" * 30).get_json() == {"page": [200, 1_000_000_000]}
    assert client.get("/page?offset=x").status_code == 422


class _Session:
    """Stands for the wire to another process: keeps what would be sent."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def request(self, _method: str, url: str, **_more: Any) -> Any:
        self.urls.append(url)
        raise Refusal("ENOUGH")


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/events/a%3Fdept=b", "/events/a%3Fdept%3Db"),
        ("/events/a%0D%0AHost:%20x", "/events/a%0D%0AHost%3A%20x"),
        ("/events/%23x", "/events/%23x"),
        ("/events/%E5%8D%97", "/events/%E5%8D%97"),
    ],
)
def test_the_edge_passes_a_path_on_as_a_path(path: str, sent: str) -> None:
    """What was quoted stays quoted: no path becomes a query, a fragment or a header on the way."""
    session = _Session()
    outside = Outside("toy", "http://127.0.0.1:1", session)  # type: ignore[arg-type]
    edge = Edge({"toy": outside}, {"/events": "toy"}, "p", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    Client(edge).get(path)
    assert session.urls == [f"http://127.0.0.1:1/svc/toy{sent}"]


class _Greedy(BaseHTTPRequestHandler):
    """A service that sets a cookie and keeps what it is sent."""

    seen: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("cookie"))
        self.send_response(200)
        self.send_header("set-cookie", "who=me")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


def test_the_edge_keeps_no_cookies() -> None:
    """Its one session to a service serves everybody: a cookie set for one does not go out for another."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Greedy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    outside = Outside("toy", f"http://127.0.0.1:{server.server_port}")
    edge = Edge({"toy": outside}, {"/x": "toy"}, "p", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    for _ in range(2):
        assert Client(edge, use_cookies=False).get("/x").headers["set-cookie"] == "who=me"
    server.shutdown()
    assert _Greedy.seen == [None, None]


def test_the_edge_reads_no_body_without_end() -> None:
    """The limit holds for what is passed on, too."""
    edge = Edge(
        {"toy": Outside("toy", "http://127.0.0.1:1")}, {"/x": "toy"}, "p", lambda: datetime(2026, 3, 2, tzinfo=UTC)
    )
    answer = Client(edge).post("/x", data=b"x" * (33 * 1024 * 1024))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "HTTP_TOO_LARGE")
