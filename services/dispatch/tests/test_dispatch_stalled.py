"""What has stood past its time at departments and desks, page by page, and the indexes that make it cheap."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

_NUMBERS = count(1)
OLD = {
    "handoffs_late": "CREATE INDEX handoffs_late ON handoffs (late_at) WHERE late_at IS NOT NULL",
    "events_held": "CREATE INDEX events_held ON events (holder, held_since) WHERE holder IS NOT NULL",
}
NEW = {"handoffs_overdue", "handoffs_held", "events_at_desk"}


@pytest.mark.parametrize("asked", ["limit=x", "cursor=nonsense", "cursor=eyJoYW5kb2ZmcyI6IngifQ"])
def test_a_page_nobody_can_give_is_refused(dispatch: Any, asked: str) -> None:
    """A limit that is no number, a cursor that is none, one whose mark is none: with the parameter's name."""
    answer = dispatch.get(f"/ops/stalled?{asked}")
    assert (answer["status"], answer["error"]["code"]) == (422, "HTTP_BAD_REQUEST")
    assert answer["error"]["field"] == asked.partition("=")[0]


def test_every_late_thing_is_on_one_page_once(dispatch: Any) -> None:
    """Tasks nobody accepted, one that is not done and matters at the triage desk: the longest past its time first."""
    tasks, lost = _offered(dispatch, 4), _reported(dispatch, 3)
    assert dispatch.post(_path(tasks[0]), {"dept": "chengguan", "generation": 1})["status"] == 200
    dispatch.locate_late()
    dispatch.clock.forward(timedelta(days=20))
    whole = dispatch.get("/ops/stalled?limit=500")
    rows = [_without_cursor(row) for row in whole["findings"]]
    kinds = {(row["kind"], row["subject"]) for row in rows}
    assert {("handoff.unaccepted", task["id"]) for task in tasks[1:]} <= kinds
    assert ("handoff.late", tasks[0]["id"]) in kinds and {("event.untriaged", one) for one in lost} <= kinds
    assert whole["next"] is None and len(rows) >= 7
    assert [row["late_since"] for row in rows] == sorted(row["late_since"] for row in rows)
    found, cursor = [], ""
    while cursor is not None:
        page = dispatch.get(f"/ops/stalled?limit=2&cursor={cursor}")
        found += [_without_cursor(row) for row in page["findings"]]
        cursor = page["next"]
    assert found == rows


def test_what_is_dealt_with_between_two_pages_costs_no_other_its_place(dispatch: Any) -> None:
    """The first page's last task is accepted before the second page is read: the rest follows, each once."""
    tasks = {task["id"]: task for task in _offered(dispatch, 4)}
    dispatch.clock.forward(timedelta(hours=5))
    rows = dispatch.get("/ops/stalled")["findings"]
    at = [number for number, row in enumerate(rows) if row["kind"] == "handoff.unaccepted"]
    last = rows[at[1]]
    assert dispatch.post(_path(tasks[last["subject"]]), {"dept": "chengguan", "generation": 1})["status"] == 200
    rest = dispatch.get(f"/ops/stalled?cursor={last['cursor']}")["findings"]
    behind = [row["subject"] for row in rest if row["kind"] == "handoff.unaccepted"]
    assert behind == [rows[number]["subject"] for number in at[2:]] and len(behind) == 2


def test_a_database_of_before_gets_the_indexes(dispatch: Any) -> None:
    """The indexes there were go, those that are read page by page come; a second start changes nothing."""
    with dispatch.mesh.database.write() as conn:
        conn.exec_driver_sql("DELETE FROM alembic_version WHERE substr(version_num, 1, 1) = 'd'")
        conn.exec_driver_sql("INSERT INTO alembic_version VALUES ('d0001')")
        for name in NEW:
            conn.exec_driver_sql(f"DROP INDEX {name}")
        for sql in OLD.values():
            conn.exec_driver_sql(sql)
    for _ in range(2):
        dispatch.mesh.prepare()
        names = {row[0] for row in dispatch.rows(_indexes(dispatch))}
        assert names >= NEW and not names & OLD.keys()


@pytest.mark.broker
def test_the_first_page_is_read_from_an_index(make: Any, pg_url: str) -> None:
    """However many rows there are, the oldest are the first of an index: nothing is sorted, nothing read in vain."""
    dispatch = make(pg_url)
    for sql, index in (
        ("FROM handoffs WHERE late_at < now() ORDER BY late_at, id LIMIT 500", "handoffs_overdue"),
        ("FROM events WHERE holder = 'desk:triage' ORDER BY held_since, id LIMIT 500", "events_at_desk"),
    ):
        with dispatch.mesh.database.read() as conn:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
            conn.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            plan = "\n".join(row[0] for row in conn.exec_driver_sql(f"EXPLAIN SELECT doc {sql}"))
        assert index in plan and "Sort" not in plan, plan


def _reported(dispatch: Any, number: int) -> list[str]:
    """So many matters nobody can say whose they are."""
    texts = [f"说不清归谁管的第{one}件事情，编号{next(_NUMBERS)}" for one in range(number)]
    return [dispatch.post("/api/v1/reports", {"source": "t", "text": text})["event"] for text in texts]


def _offered(dispatch: Any, number: int) -> list[dict[str, Any]]:
    """So many tasks offered to one department within a moment."""
    events = _reported(dispatch, number)
    dispatch.locate_late()
    for event in events:
        assert dispatch.post(f"/api/v1/events/{event}/assign", {"lead": "chengguan", "reason": "所辖"})["status"] == 200
    return [dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"][0] for event in events]


def _path(task: dict[str, Any]) -> str:
    return f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/accept"


def _without_cursor(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "cursor"}


def _indexes(dispatch: Any) -> str:
    if dispatch.mesh.database.postgres:
        return "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    return "SELECT name FROM sqlite_master WHERE type = 'index'"
