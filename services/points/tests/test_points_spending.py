"""Points held, spent and given back through the service; the year's end; the book proved, and what breaks the proof."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from werkzeug.test import Client

from gov_points import store, upkeep
from gov_points.bootstrap import SPEC
from govcore.messages import EventClosed, EventReopened
from govcore.points import Account
from govmesh.http import Api

BUSY = "MESH_DATABASE_AWAY"
HOME = "household:340881001001-7"
RULES: dict[str, Any] = {
    "currency": {"zh": "积分", "en": "points"},
    "published": "2022-01-01",
    "floors": {"household": 0},
    "reset": {"day": "01-01", "kinds": ["household"]},
    "hold_minutes": 60,
    "rules": [
        {
            "id": "closed",
            "title": {"zh": "办结", "en": "closed"},
            "on": "event.closed.v1",
            "points": 10,
            "account": "household",
            "field": "duty_post",
            "basis": "village compact",
        }
    ],
}


def build(make: Callable[..., Any], url: str) -> Any:
    """A service whose pack has these rules."""
    made = make(url, rules=RULES["rules"], frame={key: RULES[key] for key in ("floors", "reset", "hold_minutes")})
    return made


def post(to: Any, path: str, **fields: Any) -> dict[str, Any]:
    answer = Client(Api(SPEC.routes(to.mesh))).post(f"/api/v1/points/{path}", json=fields)
    found: dict[str, Any] = answer.get_json()
    return found.get("error", found)


def earn(points: Any, said: Callable[..., Any], event: str, **fields: Any) -> None:
    points.hear(said(EventClosed, event, duty_post="340881001001-7", outcome="handled", **fields))


def test_held_spent_returned(make: Callable[..., Any], database_url: str, said: Callable[..., Any]) -> None:
    """Two steps out, one back; a repeat is answered as before; what is not there cannot be spent; the proof holds."""
    points = build(make, database_url)
    earn(points, said, "E-1")
    asked = {"hold_id": "h-1", "account": HOME, "points": 8, "what": "大米 5kg"}
    assert post(points, "holds", **asked)["state"] == "held"
    assert post(points, "holds", **asked)["state"] == "held"
    no = post(points, "holds", **{**asked, "hold_id": "h-2"})
    assert no["code"] == "POINTS_NOT_ENOUGH"
    assert points.get(f"accounts/{HOME}")["balance"] == 2
    assert [post(points, "holds/h-1/spend")["state"] for _ in range(2)] == ["spent", "spent"]
    assert post(points, "holds/h-1/release")["code"] == "POINTS_HOLD_ENDED"
    assert post(points, "holds/h-1/refund", reason="坏了")["state"] == "released"
    assert post(points, "holds/h-9/spend")["code"] == "POINTS_HOLD_UNKNOWN"
    upkeep.look(points.mesh)
    proof = points.get("proof")
    sums = {name: proof[name] for name in ("issued", "held", "spent", "expired", "reversed")}
    assert sums == {"issued": 10, "held": 10, "spent": 0, "expired": 0, "reversed": 0}
    assert (proof["balanced"], proof["chain"], proof["sealed"], proof["waiting"]) == (True, True, 5, 0)


def test_what_is_not_fetched_comes_back(make: Callable[..., Any], database_url: str, said: Callable[..., Any]) -> None:
    """A hold lapses by a durable promise, once; spent in time, it does not."""
    points = build(make, database_url)
    earn(points, said, "E-1")
    post(points, "holds", hold_id="h-1", account=HOME, points=4, what="米")
    post(points, "holds", hold_id="h-2", account=HOME, points=4, what="油")
    post(points, "holds/h-2/spend")
    points.clock.forward(timedelta(minutes=61))
    points.mesh.tick()
    assert points.get("holds/h-1")["state"] == "lapsed" and points.get("holds/h-2")["state"] == "spent"
    assert points.get(f"accounts/{HOME}")["balance"] == 6


def test_a_reopened_event_takes_back_what_is_there(
    make: Callable[..., Any], database_url: str, said: Callable[..., Any]
) -> None:
    """What was spent in good faith stays spent: no account goes below its floor, and the book still balances."""
    points = build(make, database_url)
    earn(points, said, "E-1")
    post(points, "holds", hold_id="h-1", account=HOME, points=7, what="米")
    post(points, "holds/h-1/spend")
    points.hear(said(EventReopened, "E-1", version=9, after=60))
    assert points.get(f"accounts/{HOME}")["balance"] == 0
    proof = points.get("proof")
    assert (proof["issued"], proof["held"], proof["spent"], proof["reversed"], proof["balanced"]) == (10, 0, 7, 3, True)
    last = points.get("events/E-1")["entries"][-1]
    assert last["why"]["cap"]["period"] == "floor" and "不得低于" in last["why"]["zh"]


def test_a_year_that_is_over_is_closed_once(
    make: Callable[..., Any], database_url: str, said: Callable[..., Any]
) -> None:
    """What was there at midnight expires; what came since stays; an account made since has nothing to lose."""
    points = build(make, database_url)
    earn(points, said, "E-1")
    with points.mesh.database.read() as conn:
        assert store.balance(conn, Account.parse(HOME)) == 10
    points.clock.set(points.clock.now().replace(year=points.clock.now().year + 1, month=1, day=2))
    earn(points, said, "E-2")
    for _ in range(3):
        upkeep.look(points.mesh)
    found = points.get(f"accounts/{HOME}")
    assert found["balance"] == 10
    assert [one["rule"] for one in found["entries"]] == ["closed", "closed", "expire"]
    assert points.get("proof")["expired"] == 10


def test_two_hundred_buyers_of_ten_points(
    make: Callable[..., Any], database_url: str, said: Callable[..., Any]
) -> None:
    """Whoever comes first: ten holds of one point each stand, 190 are told there is not enough."""
    points = build(make, database_url)
    earn(points, said, "E-1")
    told: list[str] = []

    def buy(first: int) -> None:
        for number in range(first, first + 50):
            answer = {"code": BUSY}
            while answer.get("code") == BUSY:  # the same again is the same hold
                answer = post(points, "holds", hold_id=f"h-{number}", account=HOME, points=1, what="末位商品")
            told.append(answer.get("state") or answer["code"])

    threads = [threading.Thread(target=buy, args=(start,)) for start in range(0, 200, 50)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (told.count("held"), told.count("POINTS_NOT_ENOUGH")) == (10, 190)
    assert points.get("proof")["balanced"]


def test_whoever_writes_past_the_service_is_found(
    make: Callable[..., Any], said: Callable[..., Any], tmp_path: Any
) -> None:
    """An entry altered, one taken away, a balance raised, a chain cut off and made anew."""
    points = build(make, f"sqlite:///{tmp_path}")
    for number in range(4):
        earn(points, said, f"E-{number}")
    upkeep.look(points.mesh)
    head = points.get("proof")["head"]
    assert points.get(f"proof?head={head}")["chain"]

    def spoilt(*statements: str) -> dict[str, Any]:
        with points.mesh.database.write() as conn:
            for trigger in ("entries_stand_update", "entries_stand_delete"):
                conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements:
                conn.exec_driver_sql(statement)
        return points.get(f"proof?head={head}")  # type: ignore[no-any-return]

    altered = spoilt("UPDATE entries SET doc = replace(doc, '\"points\":10', '\"points\":11') WHERE number = 2")
    assert (altered["chain"], altered["broken_at"]) == (False, 2)
    assert spoilt("UPDATE accounts SET points = points + 1")["wrong_accounts"] == [HOME]
    gone = spoilt("DELETE FROM entries WHERE number = 1")
    assert (gone["balanced"], gone["broken_at"]) == (False, 1)
    assert spoilt("DELETE FROM seals")["broken_at"] == 1
