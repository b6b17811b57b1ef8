"""Repeats in dispatch: suggestions, attach, detach again, and the progress told."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govcore.events.fingerprint import bare

TEXT = "文昌街道菜市场东门口垃圾堆了两天，气味很大，请尽快派人清理干净。"
ALIKE = "文昌街道菜市场东门垃圾已经堆了两天，气味很大，请尽快派人清理。"
OTHER = "六尺巷小学门前的道路已经破损得很严重了，雨天积水，盼望修缮。"
TAIDI = "messages/taidi_messages.xlsx"


def filed(dispatch: Any, text: str, **more: Any) -> dict[str, Any]:
    said = {"source": "t", "text": text, "class_code": "010101", "division": "340881002", **more}
    answer: dict[str, Any] = dispatch.post("/api/v1/reports", said)
    assert answer["status"] == 200, answer
    return answer


def test_a_repeat_of_the_same_words_is_told_the_progress_of_the_original(dispatch: Any) -> None:
    """It attaches, and its answer says in both languages how far the first is; asked later, how far it is then."""
    first = filed(dispatch, TEXT)
    again = filed(dispatch, TEXT + "\n")
    assert (again["outcome"], again["event"]) == ("attached", first["event"])
    assert again["progress"]["code"] == "EVENT_PROGRESS_REPORTED" and again["progress"]["zh"] != again["progress"]["en"]
    dispatch.locate_late()
    now = dispatch.get(f"/api/v1/events/{first['event']}/progress")
    assert (now["state"], now["code"]) == ("assigned", "EVENT_PROGRESS_ASSIGNED") and now["lead"]


def test_equal_words_about_two_places_stay_two_matters(dispatch: Any) -> None:
    """The address contradicts: nothing attaches by itself, and a person sees the suggestion."""
    first = filed(dispatch, TEXT, address="东门 1 号")
    second = filed(dispatch, TEXT, address="西门 2 号")
    assert second["outcome"] == "accepted" and second["event"] != first["event"]
    found = dispatch.get(f"/api/v1/events/{second['event']}/suggestions")["suggestions"]
    assert [one["event"] for one in found] == [first["event"]]


def test_suggestions_come_with_score_and_reasons(dispatch: Any) -> None:
    """Like words of the class and town, or of the same reporter elsewhere; another matter is none."""
    phone = {"phone": "13912345678"}
    first = filed(dispatch, TEXT, reporter=phone)["event"]
    near = filed(dispatch, ALIKE)["event"]
    own = filed(dispatch, ALIKE + "谢谢", class_code="010201", division="340881103", reporter=phone)["event"]
    filed(dispatch, OTHER)
    filed(dispatch, ALIKE, division="340881100")
    found = dispatch.get(f"/api/v1/events/{first}/suggestions")["suggestions"]
    assert {one["event"] for one in found} == {near, own}
    for one in found:
        assert 0.6 <= one["score"] <= 1 and all(part["zh"] and part["en"] for part in one["reasons"])
    assert "13912345678" not in str(found)
    assert dispatch.get("/api/v1/events/E-none/suggestions")["status"] == 404


def test_a_suggestion_is_taken_and_taken_back(dispatch: Any) -> None:
    """Attached, its tasks are withdrawn and it tells of the original; detached, it has tasks of its own again."""
    first, second = filed(dispatch, TEXT)["event"], filed(dispatch, ALIKE)["event"]
    dispatch.locate_late()
    taken = dispatch.post(f"/api/v1/events/{second}/attach", {"into": first, "reason": "同一处垃圾"})
    assert taken["status"] == 200, taken
    assert (taken["event"]["state"], taken["event"]["part_of"], taken["original"]["reports"]) == ("attached", first, 2)
    assert dispatch.get(f"/api/v1/events/{second}/progress")["event_id"] == first
    assert len(dispatch.get(f"/api/v1/events/{first}/reports")["reports"]) == 2
    assert {one["state"] for one in dispatch.get(f"/api/v1/events/{second}/handoffs")["handoffs"]} == {"withdrawn"}
    assert dispatch.get("/api/v1/holders/check")["one_holder"]
    back = dispatch.post(f"/api/v1/events/{second}/detach", {"reason": "两处不同"})
    assert (back["event"]["state"], back["event"]["part_of"], back["original"]["reports"]) == ("assigned", None, 1)
    assert dispatch.get("/api/v1/holders/check")["one_holder"]
    kinds = [row[0] for row in dispatch.rows(f"SELECT kind FROM history WHERE subject = '{second}' ORDER BY seq")]
    assert [kind for kind in kinds if kind in ("attach", "detach")] == ["attach", "detach"]
    said = [row[0] for row in dispatch.rows("SELECT type FROM outbox WHERE exchange <> '' ORDER BY seq")]
    assert said.count("event.attached.v1") == 2 and said.count("event.detached.v1") == 1


def test_what_attached_by_itself_becomes_an_event_with_its_own_key(dispatch: Any) -> None:
    """Its reporter's record opens under the new matter's key only, and it is located and routed like any other."""
    first = filed(dispatch, TEXT)["event"]
    report = filed(dispatch, TEXT, reporter={"phone": "13912345678", "name": "王小明"})["report"]
    new = dispatch.post(f"/api/v1/events/{first}/detach", {"report_id": report, "reason": "另一处"})
    assert (new["status"], new["original"]["reports"], new["event"]["state"]) == (200, 1, "reported")
    event = new["event"]["id"]
    (sealed, of), (wrapped,) = (
        dispatch.rows(f"SELECT doc, event_id FROM people WHERE id = '{report}'")[0],
        dispatch.rows(f"SELECT doc FROM matter_keys WHERE id = '{event}'")[0],
    )
    assert of == event
    from gov_dispatch.store import KEYS, PEOPLE

    record = dispatch.mesh.vault.open(KEYS.read(wrapped).wrapped, event, PEOPLE.read(sealed).sealed)
    assert record["phone"] == "13912345678"
    dispatch.locate_late()
    assert dispatch.get(f"/api/v1/events/{event}")["state"] == "assigned"


@pytest.mark.parametrize(
    ("verb", "said", "status", "code"),
    [
        ("attach", {"reason": "x"}, 422, "HTTP_BAD_BODY"),
        ("attach", {"into": "E-none", "reason": "x"}, 404, "EVENT_UNKNOWN"),
        ("attach", {"into": "SELF", "reason": "x"}, 422, "EVENT_INTO_ITSELF"),
        ("attach", {"into": "OTHER", "reason": " "}, 422, "EVENT_NO_REASON"),
        ("detach", {"reason": "x"}, 422, "EVENT_NOT_ATTACHED"),
        ("detach", {"report_id": "R-none", "reason": "x"}, 422, "EVENT_NOT_ATTACHED"),
        ("detach", ["x"], 422, "HTTP_BAD_BODY"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    dispatch: Any, verb: str, said: Any, status: int, code: str
) -> None:
    """Each no has its code, and the matter stays as it was."""
    one, other = filed(dispatch, TEXT)["event"], filed(dispatch, OTHER)["event"]
    if isinstance(said, dict):
        said = {name: {"SELF": one, "OTHER": other}.get(value, value) for name, value in said.items()}
    before = dispatch.get(f"/api/v1/events/{one}")
    answer = dispatch.post(f"/api/v1/events/{one}/{verb}", said)
    assert (answer["status"], answer["error"]["code"]) == (status, code)
    assert dispatch.get(f"/api/v1/events/{one}") == before


@pytest.mark.slow
def test_real_repeats_attach_to_the_first_and_nothing_else_does(make: Any, tmp_path: Path) -> None:
    """Of 109 messages that repeat an earlier one's words at least 104 attach to it, of the others at most 20 do."""
    file = Path(os.environ.get("GOVMESH_DATA") or Path(__file__).parents[3].parent / "shared" / "data") / TAIDI
    if not file.exists():
        pytest.skip(f"missing data file {TAIDI} (set GOVMESH_DATA)")
    from openpyxl import load_workbook

    dispatch = make(f"sqlite:///{tmp_path}")
    rows = list(load_workbook(file, read_only=True).active.iter_rows(values_only=True))[1:]
    reports = [_report(row) for row in rows]
    results: list[dict[str, Any]] = []
    for start in range(0, len(reports), 500):
        results += dispatch.post("/api/v1/reports", {"reports": reports[start : start + 500]})["results"]
    first: dict[str, str] = {}
    right = wrong = repeats = 0
    for report, result in zip(reports, results, strict=True):
        words = bare(report["text"])
        if words in first:
            repeats += 1
            right += result["outcome"] == "attached" and result["event"] == first[words]
        else:
            first[words] = result["event"]
            wrong += result["outcome"] != "accepted"
    assert (len(rows), repeats) == (4326, 109)
    assert right >= 104 and wrong <= 20


def _report(row: tuple[Any, ...]) -> dict[str, Any]:
    at = row[3] if isinstance(row[3], datetime) else datetime.strptime(row[3].strip(), "%Y/%m/%d %H:%M:%S")
    return {
        "source": "taidi",
        "external_id": str(row[0]),
        "title": str(row[2]).strip() or "-",
        "text": str(row[4]),
        "reported_at": at.replace(tzinfo=ZoneInfo("Asia/Shanghai")).isoformat(),
        "reporter": {"handle": str(row[1])},
    }
