"""What is gathered over all services, and what is left when some of them are missing."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from govcore.i18n import label
from govmesh.edge import Outside
from govmesh.http import Request, Response

pytestmark = pytest.mark.slow


@dataclass
class Broken:
    """A service in another process that answers nonsense, or nothing; counts how often it was asked."""

    answer: Callable[[], Response]
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request, path: str) -> Response:
        self.asked.append(path)
        return self.answer()


def _raises() -> Response:
    raise RuntimeError("out of order")


def test_stalled_is_gathered_oldest_first(console: Any) -> None:
    """A matter at the triage desk past its term and a hand-off nobody accepted: oldest first, with holder and age."""
    lost = console.report(title="说不清的事")
    console.settle(minutes=30)
    known = console.report(class_name="机动车乱停放")
    console.settle(minutes=1)
    tasks = {task["id"] for task in console.handoffs(known)}
    assert console.get("/api/v1/stalled").get_json()["stalled"] == []
    console.settle(days=3)
    found = console.get("/api/v1/stalled").get_json()
    assert found["away"] == [] and found["now"] == console.clock.now().isoformat()
    rows = found["stalled"]
    (untriaged,) = [row for row in rows if row["subject"] == lost]
    assert (untriaged["kind"], untriaged["holder"]) == ("event.untriaged", "desk:triage")
    assert untriaged["age_s"] >= 3 * 86400 and untriaged["service"] == "dispatch"
    assert [row["late_since"] for row in rows] == sorted(row["late_since"] for row in rows)
    assert tasks & {row["subject"] for row in rows}
    pages = list(_pages(console))
    assert [len(page) for page in pages] == [1] * len(rows) and [row for page in pages for row in page] == rows
    assert f'href="/stalled?cursor={_cursor(console)}"' in console.page("/stalled?limit=1")
    assert console.get("/api/v1/stalled?cursor=nonsense").status_code == 422
    assert "HTTP_BAD_REQUEST" in console.page("/stalled?cursor=nonsense", status=422)
    page = console.page("/stalled")
    assert "未分拨" in page and f'href="/events/{lost}"' in page and "3天" in page
    assert all(row["subject"] in page for row in rows)
    assert f'<span class="count">{len(rows)}</span>' in console.page("/")


def _pages(console: Any) -> Iterator[list[dict[str, Any]]]:
    """One finding at a time, as long as there is a next one."""
    after = ""
    while after is not None:
        found = console.get(f"/api/v1/stalled?limit=1&cursor={after}").get_json()
        yield found["stalled"]
        after = found.get("next")


def _cursor(console: Any) -> str:
    return str(console.get("/api/v1/stalled?limit=1").get_json()["next"])


def test_a_parked_message_is_seen(console: Any) -> None:
    """Bytes that are no message are parked, counted on the first page, and stand in the list of what stalls."""
    console.send("dispatch", b"{not json")
    console.settle(minutes=1)
    page = console.page("/")
    tiles = page[page.index('class="tiles"') :].partition("</ul>")[0]
    assert tiles.count('class="bad"') == 2
    page = console.page("/stalled")
    assert "消息搁置" in page and "网格内部（dispatch）" in page


def test_health_is_that_of_every_service(console: Any) -> None:
    """console tells its own health and that of all others; asked for itself it does not go round in a circle."""
    found = console.get("/healthz").get_json()
    assert found["ok"] is True and found["service"] == "console" and found["database"] is True
    assert set(found["services"]) == {"dispatch", "grid", "points"}
    assert found["services"]["grid"]["counts"]["divisions"] > 200
    assert console.get("/svc/console/healthz").get_json() == found


def test_alone_it_still_has_all_its_pages(make: Any) -> None:
    """Without any other service every page is there and says what is not deployed."""
    console = make("console")
    page = console.page("/")
    assert page.count("<code>MESH_NOT_DEPLOYED") >= 4
    assert "MESH_NOT_DEPLOYED" in console.page("/events")
    assert "MESH_NOT_DEPLOYED" in console.page("/handoffs")
    assert "MESH_NOT_DEPLOYED" in console.page("/events/E-1", status=404)
    assert console.page("/stalled")
    assert console.get("/healthz").get_json()["ok"] is True
    assert console.get("/api/v1/stalled").get_json()["stalled"] == []


def test_without_points_the_rest_is_shown(make: Any) -> None:
    """A service that is not deployed leaves its own section empty, and no other."""
    console = make("grid", "dispatch", "console")
    event = console.report(class_name="机动车乱停放")
    console.settle(minutes=1)
    first, page = console.page("/"), console.page(f"/events/{event}")
    assert "points" in first and first.count("<code>MESH_NOT_DEPLOYED") == 1
    assert page.count("<code>MESH_NOT_DEPLOYED") == 1 and "交办" in page and 'class="service">grid<' in page


def test_a_service_that_is_away_is_named(make: Any) -> None:
    """A service whose process does not answer is named in its section and in the list of services."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        outside = {"grid": Outside("grid", f"http://127.0.0.1:{closed.getsockname()[1]}")}
        console = make("dispatch", "points", "console", outside=outside)
        event = console.report(class_name="机动车乱停放")
        console.settle(minutes=30)
        assert "MESH_SERVICE_AWAY" in console.page("/")
        page = console.page(f"/events/{event}")
        assert page.count("<code>MESH_SERVICE_AWAY") == 1 and 'class="service">dispatch<' in page
        away = console.get("/api/v1/stalled").get_json()["away"]
        assert [one["service"] for one in away] == ["grid"]
        health = console.get("/healthz").get_json()
        assert health["ok"] is False and health["services"]["grid"]["problem"]["code"] == "MESH_SERVICE_AWAY"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (_raises, "CONSOLE_SERVICE_FAILED"),
        (lambda: Response("<h1>gateway</h1>", status=502, content_type="text/html"), "CONSOLE_BAD_ANSWER"),
        (lambda: Response("{", status=200, content_type="application/json"), "CONSOLE_BAD_ANSWER"),
        (lambda: Response("[1]", status=200, content_type="application/json"), "CONSOLE_BAD_ANSWER"),
    ],
)
def test_a_broken_service_breaks_no_page(make: Any, answer: Callable[[], Response], code: str) -> None:
    """One that fails or answers nonsense is named with its reason, is asked once a page, and the page is whole."""
    broken = Broken(answer)
    console = make("points", "console", outside={"dispatch": broken})
    page = console.page("/")
    assert code in page and label(code, "en").split("{")[0] in page
    assert len(broken.asked) == 1
    assert code in console.page("/events")
