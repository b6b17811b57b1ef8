"""Surges in dispatch: counted from the reports, kept, said once, and told to whom the pack names."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

PROPERTY = "070101"
DAYS = 30


def rows_of_a_day(dispatch: Any, number: int) -> list[dict[str, Any]]:
    at = dispatch.clock.now()
    return [
        {
            "source": "t",
            "external_id": f"{at:%m%d}-{index}",
            "text": f"{at:%m%d}第{index}栋楼的物业服务不到位，电梯多日停运无人修理",
            "class_code": PROPERTY,
            "division": "340881002",
            "reported_at": at.isoformat(),
        }
        for index in range(number)
    ]


def a_day(dispatch: Any, number: int) -> None:
    """``number`` matters of one class in one town, and half past midnight after them."""
    results = dispatch.post("/api/v1/reports", {"reports": rows_of_a_day(dispatch, number)})["results"]
    assert {one["outcome"] for one in results} == {"accepted"}
    dispatch.clock.forward(timedelta(days=1))
    while dispatch.mesh.tick():
        pass


def said(dispatch: Any, queue: str) -> list[dict[str, Any]]:
    """The alerts sent straight to a queue, or (empty) to the topic."""
    where = f"exchange = '' AND routing_key = '{queue}'" if queue else "exchange <> ''"
    found = dispatch.rows(f"SELECT body FROM outbox WHERE type = 'surge.found.v1' AND {where} ORDER BY seq")
    return [json.loads(row[0])["data"] for row in found]


@pytest.mark.slow
def test_a_surge_is_found_the_night_after_and_told_once(dispatch: Any) -> None:
    """Quiet weeks, then three days of three times as many: one alert for the town and one for the county, kept,
    with the events behind it and its reason, sent to the departments the pack names and not said again."""
    start = dispatch.clock.now()
    for _ in range(DAYS):
        a_day(dispatch, 4)
    assert said(dispatch, "") == [] and dispatch.get("/api/v1/surges")["surges"] == []
    for _ in range(3):
        a_day(dispatch, 12)
    alerts = said(dispatch, "")
    assert {one["place"] for one in alerts} == {"", "34.08.81.002"} and len(alerts) == 2
    for one in alerts:
        assert one["class_code"] == PROPERTY and one["observed"] >= 2 * one["expected"] and 0 < one["score"] <= 1
        assert "物业服务" in one["zh"] and str(one["observed"]) in one["en"]
        assert len(one["events"]) == one["observed"]
    assert [len(said(dispatch, f"dept.{code}")) for code in ("zhujian", "shuju", "gongan")] == [2, 2, 0]
    kept = dispatch.get("/api/v1/surges")["surges"]
    assert {one["id"] for one in kept} == {one["surge_id"] for one in alerts}
    last = (start + timedelta(days=DAYS + 2)).date()
    assert max(one["until"] for one in kept) == last.isoformat()

    again = dispatch.post("/api/v1/surges", {"day": last.isoformat()})
    assert again["status"] == 200 and len(said(dispatch, "")) == 2
    look = dispatch.get(f"/api/v1/surges/look?first={start.date()}&last={last}")["surges"]
    assert {one["place"] for one in look} == {"", "34.08.81.002"} and all(one["zh"] for one in look)


def test_a_day_has_one_promise_to_be_looked_at(dispatch: Any) -> None:
    """However many reports and batches; a matter of the past promises nothing."""
    rows = rows_of_a_day(dispatch, 3)
    for row in rows:
        dispatch.post("/api/v1/reports", row)
    (due,) = dispatch.rows("SELECT due_at FROM timers WHERE kind = 'surge'")
    assert due
    dispatch.clock.forward(timedelta(days=1))
    for row in rows_of_a_day(dispatch, 2):
        dispatch.post("/api/v1/reports?as=history", row)
    assert dispatch.rows("SELECT count(*) FROM timers WHERE kind = 'surge'") == [(1,)]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?first=2026-03-01",
        "?first=x&last=2026-03-01",
        "?first=2026-03-02&last=2026-03-01",
        "?first=0001-01-01&last=0001-01-02",
    ],
)
def test_days_that_cannot_be_looked_at_are_refused(dispatch: Any, query: str) -> None:
    """A missing, unreadable, reversed or absurd day is named."""
    answer = dispatch.get(f"/api/v1/surges/look{query}")
    assert (answer["status"], answer["error"]["code"]) == (422, "HTTP_BAD_REQUEST")


def test_a_month_twice_the_year_before_is_told(dispatch: Any) -> None:
    """Month against month: kept as such, with the year before as what was expected."""
    month = [date(2026, 2, day) for day in range(1, 29)]
    rows = []
    for year, number in ((2025, 2), (2026, 4)):
        for day in month:
            for index in range(number):
                rows.append(
                    {
                        "source": "t",
                        "text": f"{year}年{day:%m%d}第{index}件：业主委员会成立备案久拖不决，请主管部门督促",
                        "class_code": PROPERTY,
                        "division": "340881002",
                        "reported_at": f"{year}-{day:%m-%d}T10:00:00+08:00",
                        "history": {"closed_at": f"{year}-{day:%m-%d}T11:00:00+08:00"},
                    }
                )
    results = dispatch.post("/api/v1/reports?as=history", {"reports": rows})["results"]
    assert {one["outcome"] for one in results} == {"accepted"}
    found = dispatch.post("/api/v1/surges", {"day": "2026-02-28"})["surges"]
    months = [one for one in found if one["kind"] == "month"]
    assert {(one["observed"], one["expected"], one["first"]) for one in months} == {(112, 56.0, "2026-02-01")}
    assert all("+100.00%" in one["zh"] and "+100.00%" in one["en"] for one in months)
    assert {one["kind"] for one in said(dispatch, "dept.zhujian")} >= {"month"}


def found_surge(dispatch: Any) -> str:
    """Three quiet weeks in the past and then a day of twelve: the surge of the whole county that is kept."""
    rows = [
        {
            "source": "t",
            "text": f"{day:02}日第{index}件：业主反映物业服务不到位，电梯多日停运无人修理",
            "class_code": PROPERTY,
            "division": "340881002",
            "reported_at": f"2026-02-{day:02}T10:00:00+08:00",
            "history": {"closed_at": f"2026-02-{day:02}T11:00:00+08:00"},
        }
        for day in range(1, 23)
        for index in range(12 if day == 22 else 2)
    ]
    dispatch.post("/api/v1/reports?as=history", {"reports": rows})
    found = dispatch.post("/api/v1/surges", {"day": "2026-02-22"})["surges"]
    return str(next(one["id"] for one in found if one["kind"] == "surge" and one["place"] == ""))


REFERRED = {"class_code": PROPERTY, "title": "物业诉求激增", "text": "请主管部门核查", "division": "340881002"}


def test_a_surge_is_handed_over_once_and_shows_what_was_answered(dispatch: Any) -> None:
    """A matter on the normal road, whose text says what surged; what the department answers stands beside it."""
    surge = found_surge(dispatch)
    assert dispatch.get(f"/api/v1/surges/{surge}")["answers"] == []
    event = dispatch.post(f"/api/v1/surges/{surge}/refer", REFERRED)["event_id"]
    shown = dispatch.get(f"/api/v1/events/{event}")
    assert (shown["source"], shown["title"]) == ("surge", "物业诉求激增")
    assert shown["text"].endswith("\n请主管部门核查")
    assert dispatch.get(f"/api/v1/surges/{surge}")["zh"] in shown["text"]

    again = dispatch.post(f"/api/v1/surges/{surge}/refer", {**REFERRED, "title": "再来一次"})
    assert again["event_id"] == event
    assert dispatch.rows("SELECT count(*) FROM reports WHERE source = 'surge'") == [(1,)]

    dispatch.locate_late()
    for task in dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]:
        of = f"/api/v1/events/{event}/handoffs/{task['id']}"
        own = {"dept": task["dept"], "generation": task["generation"]}
        dispatch.post(f"{of}/accept", own)
        dispatch.post(f"{of}/done", {**own, "result": "已核查，依法注销许可"})
    answers = dispatch.get(f"/api/v1/surges/{surge}")["answers"]
    assert [one["dept"] for one in answers if one["role"] == "lead"] == ["zhujian"], answers
    assert {(one["state"], one["result"]) for one in answers} == {("done", "已核查，依法注销许可")}

    looked = dispatch.post("/api/v1/surges", {"day": "2026-02-22"})["surges"]
    assert next(one for one in looked if one["id"] == surge)["event_id"] == event


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"class_code": "999999"}, "REPORT_UNKNOWN_CLASS", "class_code"),
        ({"division": "999999"}, "REPORT_UNKNOWN_DIVISION", "division"),
        ({"title": ""}, "HTTP_BAD_BODY", "title"),
        ({"text": None}, "HTTP_BAD_BODY", "text"),
        ({"colour": "red"}, "HTTP_BAD_BODY", "colour"),
    ],
)
def test_a_surge_that_cannot_be_handed_over_stays_as_it_is(
    dispatch: Any, changes: dict[str, Any], code: str, field: str
) -> None:
    """The field that is wrong is named, and nothing is filed."""
    surge = found_surge(dispatch)
    no = dispatch.post(f"/api/v1/surges/{surge}/refer", {**REFERRED, **changes})
    assert (no["status"], no["error"]["code"], no["error"]["field"]) == (422, code, field)
    assert dispatch.get(f"/api/v1/surges/{surge}")["event_id"] is None
    assert dispatch.rows("SELECT count(*) FROM reports WHERE source = 'surge'") == [(0,)]


def test_a_surge_that_nobody_knows_is_refused(dispatch: Any) -> None:
    """SURGE_UNKNOWN, in both languages, to be read or handed over."""
    answers = (dispatch.get("/api/v1/surges/S-none"), dispatch.post("/api/v1/surges/S-none/refer", REFERRED))
    assert {one["error"]["code"] for one in answers} == {"SURGE_UNKNOWN"}
    assert all("S-none" in one["error"]["zh"] and "S-none" in one["error"]["en"] for one in answers)
