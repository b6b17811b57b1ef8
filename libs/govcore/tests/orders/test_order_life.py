"""An order is given, received, answered, sent back, closed; or nobody answers and the next one follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events.way import Rung
from govcore.messages import OrderGiven, OrderUnanswered
from govcore.orders import LIFECYCLE, Order, answer, close, give, received, reject, unanswered
from govcore.testing import AT, a_way

LADDER = (
    Rung("reminder", at=0.8),
    Rung("task", at=1.0, answer="2wh"),
    Rung("directive", at=1.5, to="supervisor", answer="1wh"),
    Rung("supervision", at=2.0, to="duty", answer="1wh"),
)
WAY = a_way(ladder=LADDER)


def an_order(**changes: Any) -> Order:
    said: dict[str, Any] = {"kind": "task", "to": "dept:chengguan", "by": "desk:command", "words": "请报送进展"}
    return give(**{**said, "term": "4wh", "place": "34.08.81", "at": AT, "way": WAY, **changes}).order


def test_an_order_goes_to_its_department_and_is_answered_and_closed() -> None:
    """Its queue gets it; the answer is said to it and to everybody; whoever gave it closes it."""
    given = give(
        kind="task", to="dept:chengguan", by="desk:command", words="请报送进展", term="4wh", place="", at=AT, way=WAY
    )
    (said,) = given.said
    assert isinstance(said.payload, OrderGiven) and said.to == ("chengguan",)
    assert [one.kind for one in given.promises] == ["order_receipt", "order_answer"]
    order = given.order
    assert (order.state, order.answer_due_at) == ("issued", AT + timedelta(hours=4))
    there = received(order, at=AT + timedelta(minutes=15))
    assert there is not None and there.order.state == "received"
    done = answer(there.order, by="dept:chengguan", round=1, words="已整治", evidence=("sha256:a",), at=AT)
    assert (done.order.state, done.order.in_time, done.order.evidence) == ("answered", True, ("sha256:a",))
    assert received(done.order, at=AT) is None
    ended = close(done.order, by="desk:command", reason="到位", at=AT)
    assert (ended.order.state, ended.order.open, ended.order.version) == ("closed", False, 4)


def test_an_answer_that_is_sent_back_is_asked_for_again() -> None:
    """A new round and a new time; an answer to the round before is stale."""
    done = answer(an_order(), by="dept:chengguan", round=1, words="正在办理", at=AT).order
    back = reject(done, by="desk:command", reason="缺照片", at=AT, way=WAY, term="1wh")
    assert (back.order.state, back.order.round, back.order.answer_due_at) == ("received", 2, AT + timedelta(hours=1))
    assert [(one.kind, one.generation) for one in back.promises] == [("order_answer", 2)]
    with pytest.raises(Refusal, match="ORDER_STALE_ROUND"):
        answer(back.order, by="dept:chengguan", round=1, words="正在办理", at=AT)
    assert unanswered(back.order, None, None, round=1, at=AT, way=WAY)[0] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"by": "dept:gongan"}, "ORDER_NOT_YOURS"),
        ({"by": "desk:triage"}, "ORDER_NOT_YOURS"),
        ({"round": 2}, "ORDER_STALE_ROUND"),
        ({"words": " "}, "ORDER_NO_WORDS"),
    ],
)
def test_a_wrong_answer_gets_its_reason(wrong: dict[str, Any], code: str) -> None:
    """Somebody else's, another round, no words."""
    with pytest.raises(Refusal, match=code):
        answer(an_order(), **{"by": "dept:chengguan", "round": 1, "words": "已办", "at": AT, **wrong})


def test_what_is_over_cannot_be_done_again() -> None:
    """A second answer, a second closing, sending back what nobody answered, closing somebody else's order."""
    order = an_order()
    done = answer(order, by="dept:chengguan", round=1, words="已办", at=AT).order
    ended = close(done, by="desk:command", reason="到位", at=AT).order
    for wrong, code in (
        (lambda: answer(done, by="dept:chengguan", round=1, words="又办", at=AT), "ORDER_NOT_ALLOWED"),
        (lambda: close(ended, by="desk:command", reason="再销", at=AT), "ORDER_NOT_ALLOWED"),
        (lambda: reject(order, by="desk:command", reason="未报", at=AT, way=WAY), "ORDER_NOT_ALLOWED"),
        (lambda: close(done, by="desk:verify", reason="到位", at=AT), "ORDER_NOT_YOURS"),
        (lambda: close(done, by="desk:command", reason=" ", at=AT), "ORDER_NO_REASON"),
        (lambda: an_order(words=""), "ORDER_NO_WORDS"),
        (lambda: an_order(to="dept:nobody"), "HANDOFF_UNKNOWN_DEPARTMENT"),
    ):
        with pytest.raises(Refusal, match=code):
            wrong()


def test_words_that_identify_never_leave() -> None:
    """A telephone number in an order or an answer is masked before anybody hears it."""
    order = an_order(words="请回复13912345678的诉求")
    done = answer(order, by="dept:chengguan", round=1, words="已回复13912345678", at=AT)
    assert "139" not in order.words + done.order.answer + str(done.said)


def test_an_order_by_hand_climbs_the_ladder_until_its_last_rung() -> None:
    """Each unanswered one is followed by the next, in the same name; on the last rung it stays unanswered."""
    order, kinds, number = an_order(), [], 0
    while True:
        several, changed = unanswered(order, None, None, round=1, at=order.answer_due_at or AT, way=WAY)
        assert not changed
        told = several[0]
        assert told.order.state == "unanswered" and isinstance(told.said[0].payload, OrderUnanswered)
        number += 1
        if len(several) == 1:
            break
        assert (told.order.next_order, several[1].order.follows) == (several[1].order.id, order.id)
        order = several[1].order
        kinds.append((order.kind, order.to, order.dept, order.number))
    assert kinds == [("directive", "dept:gongan", "gongan", 2), ("supervision", "dept:gongan", "gongan", 3)]
    late = answer(several[0].order, by="dept:gongan", round=1, words="补报", at=AT + timedelta(days=9))
    assert late.order.state == "answered" and late.order.in_time is False


def test_every_line_of_the_table_has_its_reason_and_every_state_an_end() -> None:
    """One table; nothing but a closed order rests for ever."""
    assert all(line.reason and line.roles for line in LIFECYCLE.transitions)
    for state in LIFECYCLE.states - LIFECYCLE.ends:
        assert {"close"} <= set(LIFECYCLE.actions(state))
    assert not LIFECYCLE.actions("closed")
