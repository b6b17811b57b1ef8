"""Posting over HTTP: a mesh that is away for a while is waited for, one that says no is believed."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.files import Mapping, Table
from govmesh.client import Client
from govmesh.importing import Away, Counts, Patience, default_rejects, patiently, posting_to, run_import

pytestmark = pytest.mark.slow

Tables = Callable[..., Table]


class Edge(ThreadingHTTPServer):
    """Answers ``POST /api/v1/reports`` from ``counter``; ``moods`` are statuses it answers with first."""

    def __init__(self, counter: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.counter = counter
        self.moods: list[int] = []
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Edge

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.paths.append(self.path)
        status, answer = 200, {"results": self.server.counter.post(said["reports"])}
        if self.server.moods:
            status = self.server.moods.pop(0)
            answer = {"error": {"code": "HTTP_BUSY", "zh": "忙", "en": "busy"}}
        raw = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Nothing to standard error."""


@pytest.fixture
def edge(counter: Any) -> Iterator[Edge]:
    with Edge(counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def waiting(slept: list[float], seconds: float = 60) -> Patience:
    return Patience(first=1, most=8, seconds=seconds, sleep=slept.append)


def test_run_posts_as_asked_and_counts(edge: Edge, table: Tables, mapping: Mapping, tmp_path: Path) -> None:
    """The whole way of the command: rejected rows beside the file, counts back."""
    rows = table()
    counts, rejects = run_import((rows, mapping), Client(edge.url), home=tmp_path / "home", target="m", as_="history")
    assert counts == Counts(read=60, accepted=38, attached=9, rejected=13, new=47)
    assert rejects == rows.path.with_name("desk.csv.rejected.csv") and rejects.exists()
    assert edge.paths == ["/api/v1/reports?as=history"]
    again, _ = run_import((rows, mapping), Client(edge.url), home=tmp_path / "home", target="m", as_="history")
    assert again.as_dict() == counts.as_dict()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_mesh_that_is_busy_is_tried_again(edge: Edge, status: int) -> None:
    """With growing waits; the answer in the end is the mesh's."""
    slept: list[float] = []
    told: list[str] = []
    edge.moods = [status] * 5
    post = patiently(posting_to(Client(edge.url), "live"), waiting(slept), told.append)
    assert [result["outcome"] for result in post([{"source": "x", "text": "y"}])] == ["accepted"]
    assert (slept, told) == ([1, 2, 4, 8, 8], ["HTTP_BUSY"] * 5)


def test_batch_taken_in_before_the_answer_was_lost_is_counted_once(
    edge: Edge, table: Tables, mapping: Mapping, counter: Any, tmp_path: Path
) -> None:
    """The mesh took the batch and then answered 503: posted again, recognised, counted once."""
    edge.moods = [503, 503]
    counts, _ = run_import(
        (table(), mapping), Client(edge.url), home=tmp_path, target="m", patience=waiting([]), bar_on=io.StringIO()
    )
    assert counts.as_dict() == {"read": 60, "accepted": 38, "attached": 9, "rejected": 13}
    assert len(counter.taken) == 47


def test_mesh_that_stays_away_is_said_with_what_is_safe(table: Tables, mapping: Mapping, tmp_path: Path) -> None:
    """Nobody listens: after so many seconds the import gives up, and says that it can go on."""
    slept: list[float] = []
    away = Client("http://127.0.0.1:9")
    said = io.StringIO()
    with pytest.raises(Refusal) as no:
        run_import(
            (table(), mapping), away, home=tmp_path, target="m", patience=waiting(slept, seconds=20), bar_on=said
        )
    assert (no.value.code, sum(slept)) == ("IMPORT_SERVER_AWAY", 23)
    assert "0 rows" in no.value.text("en") and "23 s" in no.value.text("en")
    assert said.getvalue().count("http://127.0.0.1:9") == len(slept)


def test_import_goes_on_where_the_mesh_went_away(
    edge: Edge, table: Tables, mapping: Mapping, counter: Any, tmp_path: Path
) -> None:
    """The error names the rows that are in; the next run adds the others."""
    from govmesh.importing import import_file

    rows, calls = table(), iter(range(3))

    def fails_later(reports: list[dict[str, Any]]) -> Any:
        if next(calls, None) is None:
            raise Away("gone")
        return counter.post(reports)

    def go(post: Any) -> Counts:
        return import_file(
            rows, mapping, patiently(post, waiting([], 5)), "live", lambda _: None, tmp_path / "r.csv",
            states=tmp_path / "imports", target="m", rows_at_once=7,
        )  # fmt: skip

    with pytest.raises(Refusal) as no:
        go(fails_later)
    assert no.value.params["read"] == 21
    assert go(counter.post).as_dict() == {"read": 60, "accepted": 38, "attached": 9, "rejected": 13}


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_mesh_that_says_no_is_not_asked_again(edge: Edge, status: int) -> None:
    """The batch will not get better by waiting."""
    edge.moods = [status]
    with pytest.raises(Refusal) as no:
        patiently(posting_to(Client(edge.url), "live"), waiting([]))([{"source": "x", "text": "y"}])
    assert no.value.code == "IMPORT_REFUSED" and "HTTP_BUSY" in no.value.text("en") and edge.paths


def test_rejected_rows_go_home_where_the_folder_is_closed(tmp_path: Path) -> None:
    """A file on a read-only disk can be imported too."""
    assert default_rejects(tmp_path / "a.csv", tmp_path / "home") == tmp_path / "a.csv.rejected.csv"
    gone = tmp_path / "closed" / "a.csv"
    assert default_rejects(gone, tmp_path / "home") == tmp_path / "home" / "imports" / "a.csv.rejected.csv"


def test_bar_is_shown_on_a_terminal_only(edge: Edge, table: Tables, mapping: Mapping, tmp_path: Path) -> None:
    """Piped into a file there is nothing of it."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        run_import((table(), mapping), Client(edge.url), home=tmp_path, target="m", bar_on=stream)
        assert ("desk.csv" in stream.getvalue()) is shown
