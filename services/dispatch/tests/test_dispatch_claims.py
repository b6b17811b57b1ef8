"""Wishes and posts in dispatch: the board through the real hop, one claimer at a time, and nobody learns who wished."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gov_dispatch.bootstrap import SPEC
from govcore.messages import FinishClaim, ReturnClaim, TakeClaim
from govcore.testing import AT
from govmesh.testing.alone import Alone

NAME, PHONE = "王桂花", "13955601234"
VOLUNTEER = "volunteer:V0001260"
SHOWN = {"result": "轮椅已送到", "evidence": ["urn:claims:photo-1"]}
_NUMBERS = count(1)


def wish(**more: Any) -> dict[str, Any]:
    """What a grid worker says of a wish."""
    said = {
        "kind": "wish",
        "title": "一辆轮椅",
        "needs": "腿脚不便，需一辆折叠轮椅",
        "division": "340881002001",
        "until": (AT + timedelta(days=60)).isoformat(),
        "by": "post:post-340881002001001",
        "source": "t",
        "external_id": f"w-{next(_NUMBERS)}",
        "wisher": {"name": NAME, "phone": PHONE},
    }
    return {**said, **more}


def put_up(dispatch: Any, **more: Any) -> str:
    answer = dispatch.post("/api/v1/claims", wish(**more))
    assert answer["status"] == 200, answer
    return str(answer["id"])


def say(dispatch: Any, claim: str, verb: str, **said: Any) -> Any:
    return dispatch.post(f"/api/v1/claims/{claim}/{verb}", said)


def take(dispatch: Any, claim: str, claimer: str = VOLUNTEER, generation: int = 1) -> Any:
    return say(dispatch, claim, "take", claimer=claimer, generation=generation)


def test_a_wish_is_claimed_fulfilled_and_confirmed(dispatch: Any) -> None:
    """Put up, twice said and once there; claimed, done with evidence, confirmed; told, noted, nothing left to do."""
    said = wish()
    first, again = (dispatch.post("/api/v1/claims", said) for _ in range(2))
    assert first["status"] == again["status"] == 200 and first["id"] == again["id"]
    assert take(dispatch, first["id"])["holder"] == VOLUNTEER
    done = say(dispatch, first["id"], "done", claimer=VOLUNTEER, generation=1, **SHOWN)
    assert (done["state"], done["holder"]) == ("done", "desk:claims")
    ended = say(dispatch, first["id"], "confirm", by="wisher")
    assert (ended["state"], ended["holder"]) == ("fulfilled", None)
    (board,) = dispatch.get("/api/v1/claims?place=34.08.81.002&kind=wish&state=fulfilled")["claims"]
    assert board == {name: value for name, value in ended.items() if name != "status"}
    told = f"SELECT type FROM outbox WHERE subject = '{first['id']}' AND exchange {{}} '' ORDER BY seq"
    verbs = ("offered", "taken", "done", "fulfilled")
    assert [row[0] for row in dispatch.rows(told.format("<>"))] == [f"claim.{verb}.v1" for verb in verbs]
    assert dispatch.rows(told.format("=")) == [("claim.offered.v1",)], "to the department the pack offers it to"
    noted = dispatch.rows(f"SELECT kind, holder FROM history WHERE subject = '{first['id']}' ORDER BY seq")
    assert [tuple(row) for row in noted] == [
        ("put_up", "desk:claims"),
        ("take", VOLUNTEER),
        ("finish", "desk:claims"),
        ("confirm", None),
    ]
    assert dispatch.rows("SELECT id FROM timers WHERE kind = 'claim'") == []


def test_who_wished_is_sealed_and_in_no_other_word(dispatch: Any) -> None:
    """The record is there and unreadable; the board, the messages, the history and the refusals do not know it."""
    claim = put_up(dispatch)
    take(dispatch, claim)
    for verb, words in (("return", "reason"), ("done", "result")):
        said = {**SHOWN, words: f"与{NAME}说好了"} if verb == "done" else {words: f"与{NAME}说好了"}
        no = say(dispatch, claim, verb, claimer=VOLUNTEER, generation=1, **said)
        assert (no["status"], no["error"]["code"], no["error"]["field"]) == (422, "WORDS_SHOW_WHO", words)
        assert NAME not in str(no)
    for bad in (wish(title=f"{NAME}要一辆轮椅"), wish(needs=f"请打电话{PHONE}"), wish(wisher={"call": PHONE})):
        no = dispatch.post("/api/v1/claims", bad)
        assert no["status"] == 422 and NAME not in str(no) and PHONE not in str(no)
    (sealed,) = dispatch.rows("SELECT event_id, doc FROM people")
    assert sealed[0] == claim
    tables = ("claims", "people", "outbox", "history", "inbox", "parking", "timers", "matter_keys")
    kept = str([dispatch.rows(f"SELECT * FROM {table}") for table in tables])
    assert NAME not in kept and PHONE not in kept
    assert NAME not in str(dispatch.get("/api/v1/claims")) and dispatch.get(f"/api/v1/claims/{claim}")["wished"] is True


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"division": "110101"}, 422, "REPORT_UNKNOWN_DIVISION"),
        ({"until": AT.isoformat()}, 422, "CLAIM_OVER"),
        ({"until": "2026-04-01"}, 422, "HTTP_BAD_BODY"),
        ({"kind": "favour"}, 422, "HTTP_BAD_BODY"),
        ({"title": ""}, 422, "HTTP_BAD_BODY"),
        ({"needs": " "}, 422, "WORDS_MISSING"),
        ({"by": "somebody"}, 403, "LIFECYCLE_NOT_YOURS"),
    ],
)
def test_what_cannot_be_put_up_is_refused(dispatch: Any, change: dict[str, Any], status: int, code: str) -> None:
    """With the code and the field; nothing is kept."""
    no = dispatch.post("/api/v1/claims", wish(**change))
    assert (no["status"], no["error"]["code"]) == (status, code) and no["error"]["zh"]
    assert dispatch.get("/api/v1/claims")["claims"] == []


def test_answers_that_come_too_late_twice_or_from_others(dispatch: Any) -> None:
    """The second claim, a stale one, one by hand for nobody, one about nothing: each with its reason."""
    claim = put_up(dispatch)
    assert take(dispatch, claim)["status"] == 200
    assert take(dispatch, claim)["error"]["code"] == "CLAIM_ALREADY_TAKEN"
    assert take(dispatch, claim, "dept:chengguan")["status"] == 409
    assert say(dispatch, claim, "return", generation=1, reason="不能")["error"]["code"] == "COMMAND_NO_SENDER"
    other = {"claimer": "volunteer:V7", "generation": 1}
    assert say(dispatch, claim, "done", **other, **SHOWN)["error"]["code"] == "CLAIM_NOT_YOURS"
    back = say(dispatch, claim, "return", claimer=VOLUNTEER, generation=1, reason="所需型号停产")
    assert (back["state"], back["generation"], back["holder"]) == ("open", 2, "desk:claims")
    assert say(dispatch, claim, "return", claimer=VOLUNTEER, generation=1, reason="再还一次")["status"] == 403
    assert take(dispatch, claim, generation=1)["error"]["code"] == "CLAIM_STALE_GENERATION"
    assert take(dispatch, "C-none")["error"]["code"] == "CLAIM_UNKNOWN"
    assert say(dispatch, claim, "praise")["status"] == 404
    assert dispatch.get("/api/v1/claims/C-none")["status"] == 404


@pytest.mark.parametrize(
    ("key", "code"),
    [("sha256:" + "0" * 64, "EVIDENCE_UNKNOWN"), ("sha256:0", "EVIDENCE_UNKNOWN"), ("a.jpg", "EVIDENCE_BAD_KEY")],
)
def test_evidence_must_be_there(dispatch: Any, key: str, code: str) -> None:
    """A picture nobody has stored is refused with its reason, and the claim stays with its claimer."""
    claim = put_up(dispatch)
    take(dispatch, claim)
    no = say(dispatch, claim, "done", claimer=VOLUNTEER, generation=1, result="已送到", evidence=[key])
    assert (no["error"]["code"], no["error"]["field"]) == (code, "evidence")
    assert dispatch.get(f"/api/v1/claims/{claim}")["state"] == "claimed"


def test_the_clock_puts_it_on_the_board_again(dispatch: Any) -> None:
    """Not fulfilled in its term it is there for anybody; what nobody claims lapses; what nobody confirms is stalled."""
    claim, forgotten = put_up(dispatch), put_up(dispatch)
    take(dispatch, claim)
    dispatch.clock.forward(timedelta(days=35))
    dispatch.mesh.tick()
    assert dispatch.get(f"/api/v1/claims/{claim}")["state"] == "open"
    assert take(dispatch, claim, generation=2)["status"] == 200
    assert say(dispatch, claim, "done", claimer=VOLUNTEER, generation=2, **SHOWN)["status"] == 200
    dispatch.clock.forward(timedelta(days=30))
    dispatch.mesh.tick()
    assert dispatch.get(f"/api/v1/claims/{forgotten}")["state"] == "lapsed"
    assert take(dispatch, forgotten)["error"]["code"] == "CLAIM_NOT_ALLOWED"
    found = [one for one in dispatch.get("/ops/stalled")["findings"] if one["kind"].startswith("claim.")]
    assert [(one["kind"], one["subject"], one["holder"]) for one in found] == [("claim.done", claim, "desk:claims")]
    again = say(dispatch, claim, "redo", reason="尺寸不合")
    assert (again["state"], again["holder"], again["redos"]) == ("claimed", VOLUNTEER, 1)
    gone = say(dispatch, claim, "withdraw", reason="已由家人购置")
    assert gone["state"] == "withdrawn"


def test_of_many_who_claim_at_once_one_has_it(make: Callable[..., Any], database_url: str) -> None:
    """Two instances, twenty claimers: one is told so, all others that it is taken, and the history says it once."""
    services = [make(database_url, "claimers_") for _ in range(2)]
    claim = put_up(services[0])
    answers: list[Any] = []
    claimers = [
        threading.Thread(target=lambda n=n: answers.append(take(services[n % 2], claim, f"volunteer:V{n:07}")))
        for n in range(20)
    ]
    for one in claimers:
        one.start()
    for one in claimers:
        one.join()
    told = Counter(one["error"]["code"] if "error" in one else one["state"] for one in answers)
    assert told == {"claimed": 1, "CLAIM_ALREADY_TAKEN": 19}
    (winner,) = (one["claimer"] for one in answers if "error" not in one)
    assert services[1].get(f"/api/v1/claims/{claim}")["claimer"] == winner
    assert len(services[0].rows("SELECT seq FROM history WHERE kind = 'take'")) == 1


def test_a_department_claims_over_the_broker(tmp_path: Path, tongcheng: Any) -> None:
    """As itself and for nobody else; a message twice is one; each no is answered with its reason."""
    service = Alone(SPEC, f"sqlite:///{tmp_path}", tmp_path, tongcheng, AT)
    try:
        claim = service.api.post("/api/v1/claims", json=wish(kind="post", title="岗位")).get_json()["id"]
        items: list[Any] = []
        bodies = [
            service.message(said, claim).encode()
            for said in (
                TakeClaim(claim_id=claim, generation=1, claimer="dept:gongan"),
                TakeClaim(claim_id=claim, generation=1),
                ReturnClaim(claim_id=claim, generation=2, reason="人手不足"),
                FinishClaim(claim_id=claim, generation=1, **SHOWN),
            )
        ]
        service.send(service.mesh.commands, "dept.chengguan", [*bodies, bodies[1]])
        service.work(items.append)
        codes = [item.refusal.code if item.refusal else None for item in items]
        assert codes == ["CLAIM_NOT_YOURS", None, "CLAIM_STALE_GENERATION", None, None]
        assert items[-1].repeat and not any(item.error for item in items)
        assert service.api.get(f"/api/v1/claims/{claim}").get_json()["claimer"] == "dept:chengguan"
        answered = "SELECT count(*) FROM outbox WHERE type = 'command.refused.v1' AND routing_key = 'dept.chengguan'"
        assert service.rows(answered) == [(2,)]
    finally:
        service.close()
