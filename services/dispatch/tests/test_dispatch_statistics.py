"""Day, week, month and ledger over HTTP: read from real rows, on each database, by the pack's own midnights."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from govcore.packs import Pack
from govcore.stats import Ledger, Period, Report

pytestmark = pytest.mark.slow

NEXT_DAY = timedelta(days=1)


def act(dispatch: Any, handoff: dict[str, Any], verb: str, **said: Any) -> dict[str, Any]:
    """One answer to the present offer of a hand-off, after a minute."""
    dispatch.clock.forward(timedelta(minutes=1))
    now = dispatch.get(f"/api/v1/handoffs/{handoff['id']}")
    said = {"dept": now["dept"], "generation": now["generation"], **said}
    path = f"/api/v1/events/{handoff['event_id']}/handoffs/{handoff['id']}/{verb}"
    found: dict[str, Any] = dispatch.post(path, {k: v for k, v in said.items() if v is not None})
    assert found["status"] == 200, found
    return found


def designate(dispatch: Any, handoff: dict[str, Any], dept: str) -> None:
    act(dispatch, handoff, "designate", dept=dept, generation=None, reason="指定")


def closed(dispatch: Any, handoff: dict[str, Any]) -> None:
    """The task is accepted, done after an hour, and found to be done."""
    act(dispatch, handoff, "accept")
    dispatch.clock.forward(timedelta(hours=1))
    act(dispatch, handoff, "done", result="已修复")
    event = handoff["event_id"]
    if dispatch.get(f"/api/v1/events/{event}")["state"] == "verifying":
        assert dispatch.post(f"/api/v1/events/{event}/verify", {"ok": True})["status"] == 200


def report(dispatch: Any, kind: str = "day", day: date | None = None) -> Report:
    """Read a minute later."""
    dispatch.clock.forward(timedelta(minutes=1))
    said = dispatch.get(f"/api/v1/stats/{kind}" + (f"?date={day}" if day else ""))
    assert said.pop("status") == 200, said
    return Report.model_validate(said)


def ledger(dispatch: Any, more: str = "") -> dict[str, Any]:
    dispatch.clock.forward(timedelta(minutes=1))
    said = dispatch.get(f"/api/v1/stats/ledger?period=day{more}")
    assert said.pop("status") == 200, said
    return {one.code: one for one in Ledger.model_validate(said).departments}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("year", 422, "STATS_BAD_PERIOD"),
        ("day?date=2026-13-01", 422, "STATS_BAD_DATE"),
        ("day?date=%00", 422, "STATS_BAD_DATE"),
        ("month?date=0001-01-01", 422, "STATS_BAD_DATE"),
        ("week?date=9999-12-31", 422, "STATS_BAD_DATE"),
        ("day?date=2027-01-01", 422, "STATS_FUTURE"),
        ("ledger?period=year", 422, "STATS_BAD_PERIOD"),
        ("ledger?dept=nobody", 404, "HANDOFF_UNKNOWN_DEPARTMENT"),
    ],
)
def test_what_cannot_be_asked_gets_its_reason(dispatch: Any, path: str, status: int, code: str) -> None:
    """No such period, date or department, or nothing of it past yet: a code in both languages."""
    answer = dispatch.get(f"/api/v1/stats/{path}")
    assert (answer["status"], answer["error"]["code"]) == (status, code)
    assert answer["error"]["zh"] != answer["error"]["en"]


def test_nothing_yet_is_no_data(dispatch: Any) -> None:
    """An empty mesh answers with no number at all, and with every department of the pack in its ledger."""
    found = report(dispatch, "month")
    assert (found.total.now.counts, found.tables["dept"]) == ({}, ())
    assert [one.code for one in found.ledger] == list(dispatch.mesh.pack.departments)


def test_a_day_by_hand(dispatch: Any) -> None:
    """Three matters: one closed in time, rated bad and so offered again, one accepted, one void after it was filed."""
    _, first = dispatch.assigned()
    closed(dispatch, first)
    _, second = dispatch.assigned()
    act(dispatch, second, "accept")
    third, _ = dispatch.assigned()
    assert dispatch.post(f"/api/v1/events/{third}/void", {"reason": "误报"})["status"] == 200
    assert dispatch.post(f"/api/v1/events/{first['event_id']}/rating", {"grade": 2})["status"] == 200
    found = report(dispatch)
    assert {code: number for code, number in found.total.now.counts.items() if number and code != "verdicts"} == {
        "received": 3, "no_matter": 1, "closed": 1, "closed_termed": 1, "closed_on_time": 1, "open": 1, "followed": 1,
        "rated": 1, "filed": 3, "filed_right": 2, "assigned": 3, "assigned_on_time": 3 - late(dispatch), "offered": 4,
        "to_accept": 2, "accepted": 2, "accepted_on_time": 2, "asked": 2, "responded": 2,
    }  # fmt: skip
    rates = found.total.now.rates
    assert (rates["timely_closing"].value, rates["due_closing"].why, rates["satisfaction"].value) == (1.0, "empty", 0.0)
    assert (rates["solution"].value, rates["response"].value, rates["missing"].why) == (0.0, 1.0, "no_data")
    assert rates["score"].value == pytest.approx(0.1)
    assert [(row.code, row.now.counts["received"]) for row in found.tables["dept"]] == [("chengguan", 3)]
    assert found.year_before.label == "2025-03-02" and found.total.year_before.counts == {}


def test_each_rework_is_counted(make: Any, database_url: str, tongcheng: Pack) -> None:
    """A matter sent back twice and then found good: one matter reworked, two reworks of three verdicts."""
    header = tongcheng.header
    all_of_them = header.model_copy(update={"verify": header.verify.model_copy(update={"share": 1.0})})
    dispatch = make(database_url, pack=replace(tongcheng, header=all_of_them))
    event, handoff = dispatch.assigned()
    for ok in (False, False, True):
        dispatch.clock.forward(timedelta(hours=1))
        act(dispatch, handoff, "accept")
        act(dispatch, handoff, "done", result="已修复")
        said = {"ok": ok, "reason": "" if ok else "未达标"}
        assert dispatch.post(f"/api/v1/events/{event}/verify", said)["status"] == 200
    total = report(dispatch).total.now
    assert [total.counts[code] for code in ("reworked", "followed", "reworks", "verdicts")] == [1, 1, 2, 3]
    share = total.rates["sending_back"]
    assert (share.numerator, share.denominator, total.rates["rework"].value) == (2, 3, 1.0)
    assert sum(row.now.counts["reworks"] for row in report(dispatch).tables["dept"]) == 2


def late(dispatch: Any) -> int:
    """How many matters the triage desk was ordered to hurry with."""
    return len(dispatch.rows("SELECT DISTINCT subject FROM history WHERE kind = 'order' AND from_state = 'triage'"))


def test_a_desk_that_was_ordered_to_hurry_assigned_late(dispatch: Any) -> None:
    """One matter lies at the triage desk for a week, another is given on at once."""
    slow = dispatch.post("/api/v1/reports", {"source": "t", "text": "一件没有人愿意管的疑难事情"})["event"]
    dispatch.locate_late()
    for _ in range(7):
        dispatch.clock.forward(NEXT_DAY)
        dispatch.mesh.tick()
    assert dispatch.post(f"/api/v1/events/{slow}/assign", {"lead": "gongan", "reason": "所辖"})["status"] == 200
    dispatch.assigned()
    assert late(dispatch) == 1
    assert report(dispatch).total.now.rates["assigning"].value == 0.5


def test_what_fell_due_unclosed_is_owed_and_overdue(dispatch: Any) -> None:
    """A month later it is neither closed nor forgotten: owed in the month it fell due, open and overdue ever since."""
    event, handoff = dispatch.assigned()
    act(dispatch, handoff, "accept")
    due = datetime.fromisoformat(dispatch.get(f"/api/v1/events/{event}")["due_at"])
    dispatch.clock.set(due + timedelta(days=40))
    month = report(dispatch, "month", due.astimezone(dispatch.mesh.pack.zone).date())
    counts = month.total.now.counts
    assert [counts[code] for code in ("due", "due_on_time", "open", "overdue")] == [1, 0, 1, 1]
    assert month.total.now.rates["due_closing"].value == 0.0
    assert report(dispatch).total.now.counts["overdue"] == 1


def test_the_day_turns_at_the_places_midnight(dispatch: Any) -> None:
    """What came in at 23:59 in Tongcheng is of that day, what came in two minutes later of the next; UTC has no say."""
    zone = dispatch.mesh.pack.zone
    midnight = datetime(2026, 3, 5, tzinfo=zone).astimezone(UTC)
    for moment in (midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)):
        dispatch.clock.set(moment)
        dispatch.post("/api/v1/reports", {"source": "t", "text": f"{moment:%d日%H时%M分}发现窨井盖破损"})
    dispatch.clock.forward(NEXT_DAY)
    days = [report(dispatch, day=date(2026, 3, day)).total.now.counts["received"] for day in (4, 5, 6)]
    assert days == [1, 1, 0]
    week = report(dispatch, "week")
    assert {day.label: day.figures.counts.get("received") for day in week.days} == {
        "2026-03-02": None, "2026-03-03": None, "2026-03-04": 1, "2026-03-05": 1, "2026-03-06": 0,
    }  # fmt: skip


def test_the_ledger_of_returns(dispatch: Any) -> None:
    """A return that goes elsewhere is upheld, one after which the same department is designated is overruled."""
    _, upheld = dispatch.assigned()
    act(dispatch, upheld, "return", reason="not_responsible", proposed="gongan")
    _, overruled = dispatch.assigned()
    act(dispatch, overruled, "return", reason="wrong_class", note="找张三问问", proposed="gongan")
    act(dispatch, overruled, "return", reason="outside_area", proposed="shichang")
    designate(dispatch, overruled, "gongan")
    found = ledger(dispatch)
    chengguan, gongan = found["chengguan"], found["gongan"]
    assert (chengguan.counts["offered"], chengguan.counts["returned"], chengguan.counts["returns_upheld"]) == (2, 2, 2)
    assert [(one.code, one.number) for one in chengguan.reasons] == [("not_responsible", 1), ("wrong_class", 1)]
    assert (gongan.counts["offered"], gongan.counts["returned"], gongan.returns_overruled) == (3, 1, 1)
    assert (gongan.waiting, chengguan.held, found["shichang"].counts["offered"]) == (2, 0, 0)
    assert "张三" not in str(found)
    assert list(ledger(dispatch, "&dept=gongan")) == ["gongan"]


def test_the_ledger_of_silence_and_work(dispatch: Any) -> None:
    """Who never answered has not accepted in time; what is done has an age; what is held has an oldest."""
    _, silent = dispatch.assigned("gongan")
    _, first = dispatch.assigned()
    closed(dispatch, first)
    _, second = dispatch.assigned()
    taken = act(dispatch, second, "accept")
    dispatch.clock.set(datetime.fromisoformat(silent["accept_due_at"]) + timedelta(days=3))
    dispatch.mesh.tick()
    today = Period.holding("day", date(2026, 3, 2), dispatch.mesh.pack.zone)
    found = ledger(dispatch, f"&date={today.label}")
    gongan, chengguan = found["gongan"], found["chengguan"]
    assert gongan.counts["to_accept"] == gongan.counts["offered"] >= 1
    assert (gongan.rates["accepting"].value, gongan.counts["accepted"]) == (0.0, 0)
    assert (chengguan.rates["accepting"].value, chengguan.done, chengguan.done_on_time) == (1.0, 1, 1)
    assert chengguan.median_hours == chengguan.p90_hours == pytest.approx(1.03, abs=0.01)
    assert (chengguan.held, chengguan.oldest) == (1, datetime.fromisoformat(taken["accepted_at"]))


def test_history_taken_over_has_its_closings_and_no_more(dispatch: Any) -> None:
    """Imported matters count by their own times; rework, filing and offers, which nobody recorded, have no value."""
    rows = [
        {
            "source": "old", "external_id": f"o{number}", "text": f"旧系统第{number}号：路灯不亮", "channel": "hotline",
            "reported_at": "2026-02-03T09:00:00+08:00", "division": "340881103",
            "history": {"closed_at": closed_at, "target_at": "2026-02-05T18:00:00+08:00", "department": "chengguan"},
        }
        for number, closed_at in enumerate(["2026-02-04T10:00:00+08:00", "2026-02-06T10:00:00+08:00", None])
    ]  # fmt: skip
    answer = dispatch.post("/api/v1/reports?as=history", {"reports": rows})
    assert [one["outcome"] for one in answer["results"]] == ["accepted"] * 3, answer
    month = report(dispatch, "month", date(2026, 2, 10))
    rates = month.total.now.rates
    assert (rates["due_closing"].numerator, rates["due_closing"].denominator) == (1, 3)
    assert (rates["timely_closing"].numerator, rates["timely_closing"].denominator) == (1, 2)
    assert {rates[code].why for code in ("rework", "solution", "filing", "accepting", "assigning")} == {"empty"}
    assert [(row.code, row.now.counts["received"]) for row in month.tables["place"]] == [("34.08.81.103", 3)]
