"""The pages beside events and hand-offs: operations, orders, visits, claims, alerts, notices, surges, the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from gov_console.listing import LISTS

pytestmark = pytest.mark.slow

NAME, PHONE = "王德发", "13911112222"
REPORTER = {"reporter": {"name": NAME, "phone": PHONE}}
DIVISION = "340881001007"
PROPERTY = "070101"


def post(console: Any, path: str, **said: Any) -> dict[str, Any]:
    answer = console.client.post(path, json=said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def surge(console: Any) -> str:
    """Thirty quiet days and three busy ones, filed at once; the surge that the last of them is."""
    today = console.clock.now()
    rows = [
        {
            "source": "past",
            "external_id": f"{day}-{number}",
            "text": f"第{day}天第{number}栋楼的电梯停运，物业无人修理",
            "class_code": PROPERTY,
            "division": "340881002",
            "reported_at": (today - timedelta(days=day)).isoformat(),
        }
        for day in range(1, 34)
        for number in range(4 if day > 3 else 12)
    ]
    answer = post(console, "/api/v1/reports", reports=rows)
    assert {one["outcome"] for one in answer["results"]} == {"accepted"}
    found = post(console, "/api/v1/surges", day=(today - timedelta(days=1)).date().isoformat())
    return str(next(one["id"] for one in found["surges"] if one["place"]))


@pytest.fixture(scope="module")
def full(busy: Any) -> Iterator[Any]:
    """One of each: a matter under a joint operation and an order, one ended with a visit, a wish, a project …"""
    event = busy.report(class_name="机动车乱停放", **REPORTER)
    busy.settle(minutes=1)
    operation = post(
        busy,
        "/api/v1/operations",
        kind="joint",
        events=[event],
        by="desk:triage",
        departments=["chengguan", "gongan"],
        why=f"联合整治，联系{PHONE}",
        meeting={"at": (busy.clock.now() + timedelta(days=1)).isoformat(), "address": "文昌路口"},
    )["id"]
    post(busy, f"/api/v1/operations/{operation}/answer", dept="gongan", coming=True)
    order = post(
        busy,
        "/api/v1/orders",
        kind="supervision",
        event_id=event,
        to="dept:chengguan",
        words="请限期处置",
        term="1wd",
    )["id"]
    ended = busy.report(class_name="机动车乱停放", channel="grid", **REPORTER)
    busy.settle(minutes=1)
    for verb, said in (("accept", {}), ("done", {"result": "已处置"})):
        for task in busy.handoffs(ended):
            busy.answer(task, verb, **said)
    post(busy, f"/api/v1/events/{ended}/verify", ok=True) if busy.get(f"/api/v1/events/{ended}").get_json()[
        "state"
    ] == "verifying" else None
    day = (busy.clock.now() + timedelta(days=7)).date().isoformat()
    visit = post(busy, f"/api/v1/events/{ended}/visits", days=[day], what="约定是否履行", by="desk:verify")["visits"][
        0
    ]["id"]
    post(busy, f"/api/v1/events/{ended}/rating", grade=5)
    until = (busy.clock.now() + timedelta(days=20)).isoformat()
    wish = post(
        busy,
        "/api/v1/claims",
        kind="wish",
        title="一套书桌",
        needs="孩子写字用",
        division=DIVISION,
        until=until,
        by="desk:claims",
        wisher={"name": NAME, "phone": PHONE},
    )["id"]
    project = post(
        busy, "/api/v1/projects", title="背街小巷改造", about="路灯与下水", division=DIVISION, by="desk:claims"
    )["id"]
    alert = post(
        busy,
        "/api/v1/alerts",
        gateway="fire",
        alert_id="a-1",
        kind="forest_fire",
        watcher="fire_tower",
        device="tower-3",
        division="340881103",
        reading=4,
        observed_at=busy.clock.now().isoformat(),
    )["event"]
    risen = surge(busy)
    busy.settle(minutes=20)
    yield SimpleNamespace(
        console=busy,
        event=event,
        operation=operation,
        order=order,
        ended=ended,
        visit=visit,
        wish=wish,
        project=project,
        alert=alert,
        surge=risen,
    )


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_a_page_without_identity(full: Any, name: str) -> None:
    """Whole, in both languages, and nowhere who reported or wished."""
    page = full.console.page(f"/{name}")
    assert 'lang="zh-CN"' in page and 'lang="en"' in page
    assert NAME not in page and PHONE not in page


def test_each_list_shows_what_there_is(full: Any) -> None:
    """Operation, order, visit, rated matter, wish, project, alert, notice and surge."""
    for name, ident in (
        ("operations", full.operation),
        ("orders", full.order),
        ("visits", full.visit),
        ("ratings", full.ended),
        ("claims", full.wish),
        ("projects", full.project),
        ("alerts", full.alert),
        ("notices", full.alert),
        ("surges", full.surge),
    ):
        assert ident in full.console.page(f"/{name}"), name
    notices = full.console.page("/notices")
    assert "林区火情" in notices and "应急广播" in notices


def test_an_operation_says_who_was_called_and_the_join_rule(full: Any) -> None:
    """Two departments, one coming; the place to meet; the matter with its join rule and its tasks."""
    page = full.console.page(f"/operations/{full.operation}")
    assert "将到场" in page and "待响应" in page and "文昌路口" in page
    assert "全部部门办结" in page and f"/events/{full.event}" in page
    assert PHONE not in page
    of_event = full.console.page(f"/events/{full.event}")
    assert f"/operations/{full.operation}" in of_event and f"/orders/{full.order}" in of_event


def test_an_order_stands_on_the_packs_ladder(full: Any) -> None:
    """Its own facts, the orders of the task, and every rung of the pack with when, to whom and how long."""
    page = full.console.page(f"/orders/{full.order}")
    assert "请限期处置" in page and "督办单" in page
    ladder = page[page.index('id="ladder"') :]
    rungs = full.console.meshes["console"].pack.terms.ladder
    assert ladder.count('<tr role="row"') == len(rungs) + 1


def test_a_surge_shows_the_events_behind_it(full: Any) -> None:
    """Some by name, the others by their numbers; every one is there."""
    kept = full.console.get(f"/api/v1/surges/{full.surge}").get_json()
    page = full.console.page(f"/surges/{full.surge}")
    assert len(kept["events"]) > 20
    assert set(re.findall(r'href="/events/(E-\w+)"', page)) >= set(kept["events"])


def test_the_ledger_names_every_department(full: Any) -> None:
    """In a month, week and day; another period gets its reason."""
    departments = full.console.meshes["console"].pack.departments
    for period in ("month", "week", "day"):
        page = full.console.page(f"/ledger?period={period}")
        assert all(f"/handoffs?dept={code}" in page for code in departments)
    assert "STATS" in full.console.page("/ledger?period=century", status=422)


def test_boards_and_what_is_not_there(full: Any) -> None:
    """A board a period; an unknown thing or state has a page with the reason."""
    for kind in ("month", "quarter", "year"):
        full.console.page(f"/projects/boards/{kind}")
    assert full.project in full.console.page(f"/projects/{full.project}")
    for path in (
        "/operations/J-x",
        "/orders/O-x",
        "/projects/J-x",
        "/stewards/G-x",
        "/surges/S-x",
        "/claims?state=lost",
    ):
        assert "UNKNOWN" in full.console.page(path, status=404)
