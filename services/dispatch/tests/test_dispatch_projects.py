"""Led projects in dispatch: through the real hop from raised to solved, late milestones stalled, boards of them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from openpyxl import load_workbook

from govcore.claims.boards import Board, sheets
from govcore.stats.book import workbook_of
from govcore.testing import AT

NAME, PHONE = "赵测名", "13955601234"
SECRETARY, ORGANISATION = "secretary:340881002", "organisation:340881002"
SHOWN = ["urn:projects:photo-1"]
_NUMBERS = count(1)


def raised(dispatch: Any, **more: Any) -> Any:
    said = {
        "title": "背街小巷改造",
        "about": "巷道破损，雨天积水，居民盼改造",
        "division": "340881002001",
        "source": "t",
        "external_id": f"p-{next(_NUMBERS)}",
        "raiser": {"name": NAME, "phone": PHONE},
    }
    return dispatch.post("/api/v1/projects", said | more)


def say(dispatch: Any, project: str, verb: str, by: str = SECRETARY, **said: Any) -> Any:
    return dispatch.post(f"/api/v1/projects/{project}/{verb}", {"by": by, **said})


def leading(dispatch: Any, *days: int) -> str:
    """Raised, chosen and decided, with milestones so many days from now."""
    project = str(raised(dispatch)["id"])
    assert say(dispatch, project, "choose")["state"] == "chosen"
    now = dispatch.clock.now()
    plan = [{"title": f"第{day}天", "due_at": (now + timedelta(days=day)).isoformat()} for day in days]
    assert say(dispatch, project, "decide", ORGANISATION, milestones=plan)["state"] == "leading"
    return project


def test_a_project_is_led_to_its_end(dispatch: Any) -> None:
    """Each step once, told and noted; who raised it is sealed and in no message, note or answer."""
    first = raised(dispatch, external_id="same")
    assert first["status"] == 200 and raised(dispatch, external_id="same")["id"] == first["id"]
    project = leading(dispatch, 10, 20)
    for number in (1, 2):
        assert say(dispatch, project, "reach", number=number, evidence=SHOWN)["reached"] == number
    assert say(dispatch, project, "reach", number=2, evidence=SHOWN)["status"] == 409
    done = say(dispatch, project, "solve", problems=2, result="巷道已改造")
    assert (done["state"], done["holder"], done["on_time"]) == ("solved", None, True)
    told = dispatch.rows(f"SELECT type FROM outbox WHERE subject = '{project}' ORDER BY seq")
    verbs = ("raised", "chosen", "decided", "reached", "reached", "solved")
    assert [row[0] for row in told] == [f"project.{verb}.v1" for verb in verbs]
    assert dispatch.rows("SELECT id FROM timers WHERE kind = 'milestone'") == []
    assert say(dispatch, project, "drop", ORGANISATION, reason="不再需要")["error"]["code"] == "PROJECT_NOT_ALLOWED"
    tables = ("projects", "people", "outbox", "history", "inbox", "parking")
    kept = str([dispatch.rows(f"SELECT * FROM {table}") for table in tables])
    assert NAME not in kept and PHONE not in kept and len(dispatch.rows("SELECT id FROM people")) == 2
    assert len(dispatch.get("/api/v1/projects?place=34.08.81.002&state=solved")["projects"]) == 1


def test_a_late_milestone_is_stalled_until_it_is_reached(dispatch: Any) -> None:
    """Said once, listed with its secretary, gone once it is reached."""
    project = leading(dispatch, 10, 60)
    dispatch.clock.forward(timedelta(days=11))
    for _ in range(2):
        dispatch.mesh.tick()
    assert dispatch.rows("SELECT count(*) FROM outbox WHERE type = 'project.delayed.v1'") == [(1,)]
    late = [one for one in dispatch.get("/ops/stalled")["findings"] if one["kind"] == "project.milestone"]
    assert [(one["subject"], one["holder"], one["detail"]) for one in late] == [(project, SECRETARY, "0/2")]
    assert say(dispatch, project, "reach", number=1, evidence=SHOWN)["status"] == 200
    assert not [one for one in dispatch.get("/ops/stalled")["findings"] if one["kind"] == "project.milestone"]


def test_wrong_hands_and_wrong_plans_are_refused(dispatch: Any) -> None:
    """Another town's secretary, another organisation, no plan, no evidence, words that say who, a thing that is not."""
    project = str(raised(dispatch)["id"])
    no = say(dispatch, project, "choose", "secretary:340881001")
    assert (no["status"], no["error"]["code"]) == (422, "PROJECT_ELSEWHERE")
    assert say(dispatch, project, "choose", "secretary:34")["error"]["code"] == "PROJECT_UNKNOWN_LEADER"
    assert say(dispatch, project, "choose", "desk:projects")["status"] in (403, 404)
    assert say(dispatch, project, "decline", reason=f"已答复{NAME}")["error"]["code"] == "WORDS_SHOW_WHO"
    assert say(dispatch, project, "choose")["state"] == "chosen"
    plan = [{"title": "完工", "due_at": (AT + timedelta(days=9)).isoformat()}]
    assert say(dispatch, project, "decide", "organisation:340881", milestones=plan)["status"] == 403
    assert say(dispatch, project, "decide", ORGANISATION, milestones=[])["error"]["code"] == "PROJECT_BAD_PLAN"
    odd = [{"title": "完工", "due_at": "soon"}]
    assert say(dispatch, project, "decide", ORGANISATION, milestones=odd)["error"]["code"] == "HTTP_BAD_BODY"
    assert say(dispatch, project, "decide", ORGANISATION, milestones=plan)["status"] == 200
    assert say(dispatch, project, "reach", number=1)["error"]["code"] == "PROJECT_NO_EVIDENCE"
    assert say(dispatch, project, "reach", number=7, evidence=SHOWN)["status"] == 404
    unknown = say(dispatch, project, "reach", number=1, evidence=["sha256:" + "0" * 64])
    assert unknown["error"]["code"] == "EVIDENCE_UNKNOWN"
    assert say(dispatch, project, "solve", problems=1, result="完成")["error"]["code"] == "PROJECT_NOT_READY"
    assert say(dispatch, "J-none", "choose")["status"] == dispatch.get("/api/v1/projects/J-none")["status"] == 404
    assert raised(dispatch, division="110101")["error"]["code"] == "REPORT_UNKNOWN_DIVISION"
    assert raised(dispatch, title=f"{NAME}家门口的路")["error"]["code"] == "WORDS_SHOW_WHO"
    assert len(dispatch.get("/api/v1/projects")["projects"]) == 1


def test_boards_of_the_month_the_quarter_and_the_year(dispatch: Any) -> None:
    """Of what was led: shown, ranked, reviewed, each readable as a board and writable as a workbook."""
    good, slow = leading(dispatch, 5, 10), leading(dispatch, 5, 40)
    for number in (1, 2):
        say(dispatch, good, "reach", number=number, evidence=SHOWN)
    say(dispatch, good, "solve", problems=3, result="已解决")
    dispatch.clock.forward(timedelta(days=12))
    boards = {}
    for kind in ("month", "quarter", "year"):
        answer = dispatch.get(f"/api/v1/projects/boards/{kind}")
        assert answer.pop("status") == 200
        boards[kind] = Board.model_validate(answer)
        assert load_workbook(BytesIO(workbook_of(sheets(boards[kind])))).sheetnames
    shown = {one.code: (one.reached, one.solved) for one in boards["month"].tables["projects"]}
    assert shown == {good: (2, 1), slow: (0, 0)}
    ranks = [(one.rank, one.code, one.share) for one in boards["quarter"].tables["projects"]]
    assert ranks == [(1, good, 1.0), (2, slow, 0.0)]
    (unit,) = boards["quarter"].tables["units"]
    assert (unit.led, unit.zh, unit.done, unit.of) == (2, "文昌街道", 2, 3)
    (whole,) = (one for one in boards["year"].tables["levels"] if one.code == "all")
    assert (whole.led, whole.solved, whole.problems, whole.share) == (2, 1, 3, 1.0)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("week", "PROJECT_BAD_BOARD"),
        ("month?date=soon", "STATS_BAD_DATE"),
        ("quarter?date=2090-01-01", "PROJECT_BOARD_FUTURE"),
    ],
)
def test_a_board_nobody_can_give_is_refused(dispatch: Any, where: str, code: str) -> None:
    """Another kind, no day, a quarter that has not begun."""
    answer = dispatch.get(f"/api/v1/projects/boards/{where}")
    assert (answer["status"], answer["error"]["code"]) == (422, code)
