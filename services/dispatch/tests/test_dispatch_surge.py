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
