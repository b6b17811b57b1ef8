"""Reports through the API: each row is answered on its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest


def row(number: int, **more: Any) -> dict[str, Any]:
    return {"source": "t", "external_id": f"x{number}", "text": f"第{number}号路口的窨井盖破损，存在安全隐患", **more}


def test_good_rows_are_taken_and_bad_ones_told(dispatch: Any) -> None:
    """One answer a row, in order: a bad one has its reason and its number, and holds up none of the others."""
    rows = [
        row(1),
        "not a report",
        row(2, text=""),
        row(3, division="999999"),
        row(4, reporter={"phone": 13800000000}),
        row(5),
        None,
    ]
    answer = dispatch.post("/api/v1/reports", {"reports": rows})
    found = [(one["row"], one["outcome"], one.get("reason", {}).get("code")) for one in answer["results"]]
    assert answer["status"] == 200
    assert found == [
        (0, "accepted", None),
        (1, "rejected", "REPORT_BAD_FIELD"),
        (2, "rejected", "REPORT_EMPTY"),
        (3, "rejected", "REPORT_UNKNOWN_DIVISION"),
        (4, "rejected", "REPORT_BAD_FIELD"),
        (5, "accepted", None),
        (6, "rejected", "REPORT_BAD_FIELD"),
    ]
    assert dispatch.rows("SELECT count(*) FROM reports") == [(2,)]


def test_a_row_that_comes_again_is_one_report(dispatch: Any) -> None:
    """Twice in one request, and once more later: the first answer again, and nothing new."""
    answer = dispatch.post("/api/v1/reports", {"reports": [row(1), row(2), row(1, text="换了说法的同一件事情")]})
    again = dispatch.post("/api/v1/reports", row(1))
    first, _, repeat = answer["results"]
    assert (first["new"], repeat["new"], again["new"]) == (True, False, False)
    assert first["event"] == repeat["event"] == again["event"]
    assert dispatch.rows("SELECT count(*) FROM reports") == [(2,)]


def test_an_unknown_class_goes_to_the_triage_desk(dispatch: Any) -> None:
    """It is taken in; once its locate term is over the triage desk holds it, with a term."""
    answer = dispatch.post(
        "/api/v1/reports", row(1, class_name="没有人听说过的类别", text="一件谁也说不清归谁管的事情")
    )
    assert (answer["status"], answer["outcome"]) == (200, "accepted")
    dispatch.locate_late()
    event = dispatch.get(f"/api/v1/events/{answer['event']}")
    assert (event["state"], event["holder"]) == ("triage", "desk:triage")
    assert dispatch.rows("SELECT kind FROM timers WHERE kind <> 'surge'") == [("triage",)]


def test_who_reported_stands_nowhere_else(dispatch: Any) -> None:
    """Neither table nor answer has the name or the number in clear, also where the row is refused."""
    who = {"name": "王小明姓名", "phone": "13912345678"}
    answers = [
        dispatch.post("/api/v1/reports", row(1, reporter=who)),
        dispatch.post("/api/v1/reports", row(2, reporter={**who, "13912345678": "王小明姓名"})),
        dispatch.post("/api/v1/reports", row(3, reporter=who, division="999999")),
    ]
    names = [
        found[0]
        for found in dispatch.rows(_TABLES[dispatch.mesh.database.postgres].format(dispatch.mesh.database.schema))
    ]
    assert {"people", "events", "outbox", "history", "parking", "reports"} <= set(names)
    told = str(answers) + "".join(str(dispatch.rows(f'SELECT * FROM "{name}"')) for name in names)
    assert "13912345678" not in told and "王小明" not in told
    assert dispatch.rows("SELECT count(*) FROM people") == [(1,)]


_TABLES = {
    True: "SELECT table_name FROM information_schema.tables WHERE table_schema = '{}'",
    False: "SELECT name FROM sqlite_master WHERE type = 'table'",
}


@pytest.mark.parametrize(
    "more", [{"text": "长" * 100_000}, {"text": "字\x00符" * 9}, {"external_id": "x\x00"}, {"title": "\u202e倒" * 200}]
)
def test_odd_texts_are_taken_whole_or_refused(dispatch: Any, more: dict[str, Any]) -> None:
    """Very long ones, and characters that no database keeps; with the reason, and no other row suffers."""
    odd, well = dispatch.post("/api/v1/reports", {"reports": [row(1, **more), row(2)]})["results"]
    assert well["outcome"] == "accepted"
    assert odd["outcome"] == "accepted" or odd["reason"]["code"] == "REPORT_BAD_FIELD"
    if odd["outcome"] == "accepted":
        (report,) = dispatch.get(f"/api/v1/events/{odd['event']}/reports")["reports"]
        assert [report[name] for name in more] == list(more.values())


def test_a_request_has_bounds(dispatch: Any) -> None:
    """Too many at once, or no list: a reason, nothing taken."""
    for said in ({"reports": [row(1)] * 1001}, {"reports": {"a": 1}}, [row(1)], "x"):
        answer = dispatch.post("/api/v1/reports", said)
        assert answer["status"] == 422 and answer["error"]["code"], said
    assert dispatch.rows("SELECT count(*) FROM reports") == [(0,)]


@pytest.mark.broker
def test_two_instances_take_the_same_rows_once(make: Callable[..., Any], pg_url: str) -> None:
    """A client's repeat of a request still under way, at another instance and in another order: every row once."""
    ours = [make(pg_url, "twice_"), make(pg_url, "twice_")]
    answers: list[Any] = []
    for number in range(6):
        rows = [row(100 * number + at) for at in range(20)]
        both = [
            threading.Thread(
                target=lambda one=one, rows=rows, step=step: answers.append(
                    one.post("/api/v1/reports", {"reports": rows[::step]})
                )
            )
            for one, step in zip(ours, (1, -1), strict=True)
        ]
        single = [
            threading.Thread(
                target=lambda one=one, n=number: answers.append(one.post("/api/v1/reports", row(9000 + n)))
            )
            for one in ours
        ]
        for thread in (*both, *single):
            thread.start()
        for thread in (*both, *single):
            thread.join()
    outcomes = {one["outcome"] for answer in answers for one in answer.get("results", [answer])}
    assert {answer["status"] for answer in answers} == {200}, answers
    assert outcomes <= {"accepted", "attached"}
    assert ours[0].rows("SELECT count(*), count(DISTINCT key) FROM reports") == [(126, 126)]


def test_reports_are_listed_without_who_said_them(dispatch: Any) -> None:
    """What was said and which event it is part of, by source; never by whom."""
    dispatch.post("/api/v1/reports", {"reports": [row(1, reporter={"name": "王小明"}), row(2), row(3, source="other")]})
    found = dispatch.get("/api/v1/reports?source=t")["reports"]
    assert sorted(one["external_id"] for one in found) == ["x1", "x2"]
    assert all(one["event_id"].startswith("E-") for one in found)
    assert "王小明" not in str(found)
