"""The way of a petition: who does what when, what is said of it, and what is never said."""

from __future__ import annotations

import doctest
from datetime import datetime, timedelta
from typing import Any

import pytest

import govcore.petitions
from govcore.errors import Refusal
from govcore.messages import PetitionAnswered, PetitionReferred, PetitionRegistered
from govcore.petitions import (
    OFFICE,
    PETITION,
    ROLES,
    Changed,
    Petition,
    accept,
    answer,
    ask_rereview,
    ask_review,
    begin_hearing,
    clock,
    close,
    end_hearing,
    extend,
    linked,
    object_jurisdiction,
    redo,
    refer,
    register,
    rereview,
    review,
    send_back,
    tell,
    woken,
)
from govcore.testing.petitions import CAME, CHINA, LAW, ORGAN, after, days, new
from govcore.workflow import check


def refusal(code: str) -> Any:
    """The refusal of that code, whose texts exist in both languages."""
    return pytest.raises(Refusal, check=lambda no: no.code == code and code not in no.text("zh_CN") + no.text("en"))


def accepted(**more: Any) -> Petition:
    """Referred on the first day, accepted on the second."""
    sent = after(refer(new(**more), by=OFFICE, at=days(1), law=LAW))
    return after(accept(sent, by=ORGAN, at=days(2), law=LAW, lead="chengguan"))


def test_the_table_is_sound() -> None:
    """Every state is reached, leads to the end, and every role is held by somebody."""
    assert check(PETITION, ROLES) == []


def test_a_petition_goes_all_the_way() -> None:
    """Registered, referred, accepted, told, answered, closed: the office answers for it until the end."""
    changed = register(
        Petition(id="P-1", state="", channel="visit", received_at=CAME, registered_at=CAME), by=OFFICE, law=LAW
    )
    one = after(changed)
    assert (one.state, one.holder, one.due_at) == ("registered", OFFICE, CHINA.here(datetime(2026, 3, 18)))
    assert [(each.kind, each.at) for each in changed.promises] == [("register", one.due_at)]
    assert isinstance(changed.said[0].payload, PetitionRegistered)

    changed = refer(one, by=OFFICE, at=days(1), law=LAW)
    assert [each.kind for each in changed.promises] == ["tell"]
    said = changed.said[0].payload
    assert isinstance(said, PetitionReferred) and said.referral_id == "P-1-1"

    one = after(linked(after(changed), event_id="E-1", by="dispatch"))
    assert linked(one, event_id="E-1", by="dispatch") == Changed()
    changed = accept(one, by=ORGAN, at=days(2), law=LAW, lead="chengguan")
    assert [(each.kind, each.at) for each in changed.promises] == [("handle", CHINA.here(datetime(2026, 5, 7)))]
    one = after(tell(after(changed), by=ORGAN, at=days(3)))
    assert tell(one, by=ORGAN, at=days(4)) == Changed()

    changed = answer(one, by=ORGAN, at=days(20), outcome="supported", law=LAW, result="已清运")
    said_last = changed.said[0].payload
    assert isinstance(said_last, PetitionAnswered)
    assert (said_last.outcome, said_last.on_time, said_last.lead, said_last.event_id) == (
        "supported",
        True,
        "chengguan",
        "E-1",
    )
    one = after(close(after(changed), by=OFFICE, at=days(60), reason="信访人认可"))
    assert (one.state, one.holder, one.version) == ("closed", None, 7)
    assert [each.state for each in clock(one, CHINA, days(90))] == ["met", "lapsed", "met", "met", "lapsed"]


def test_an_answer_after_its_term_is_late() -> None:
    """Judged by the petition's own clock unless somebody says."""
    late = answer(accepted(), by=ORGAN, at=days(80), outcome="explained", law=LAW).said[0].payload
    assert isinstance(late, PetitionAnswered) and late.on_time is False
    said = answer(accepted(), by=ORGAN, at=days(80), outcome="explained", law=LAW, on_time=True).said[0].payload
    assert isinstance(said, PetitionAnswered) and said.on_time is True


def test_messages_that_come_in_the_wrong_order_end_in_the_same_place() -> None:
    """The answer before the acceptance: the acceptance only fills in its moment, once."""
    sent = after(refer(new(), by=OFFICE, at=days(1), law=LAW))
    one = after(answer(sent, by=ORGAN, at=days(5), outcome="supported", law=LAW, lead="chengguan"))
    changed = accept(one, by=ORGAN, at=days(2), law=LAW)
    assert after(changed).state == "answered" and after(changed).accepted_at == days(2) and not changed.said
    assert accept(after(changed), by=ORGAN, at=days(2), law=LAW) == Changed()


def test_an_objection_to_the_jurisdiction_has_five_working_days_and_reasons() -> None:
    """Then the office has it again and may refer it once more."""
    sent = after(refer(new(), by=OFFICE, at=days(1), law=LAW))
    with refusal("PETITION_NO_REASON"):
        object_jurisdiction(sent, by=ORGAN, at=days(3), reason=" ", law=LAW)
    with refusal("PETITION_OBJECTION_LATE"):
        object_jurisdiction(sent, by=ORGAN, at=days(9), reason="属住建", law=LAW)
    back = after(object_jurisdiction(sent, by=ORGAN, at=days(8), reason="属住建", law=LAW))
    assert (back.state, back.holder, back.objected_at) == ("registered", OFFICE, days(8))
    again = refer(back, by=OFFICE, at=days(9), law=LAW)
    payload = again.said[0].payload
    assert isinstance(payload, PetitionReferred) and payload.referral_id == "P-1-2"
    assert after(again).referred_at == days(1), "the office's own term was kept by the first referral"


def test_what_dispatch_voids_comes_back_to_the_office() -> None:
    """And is answered by the office itself."""
    back = after(send_back(accepted(), by="dispatch", at=days(3), reason="非职责事项"))
    assert back.state == "registered" and back.accepted_at is None
    assert after(answer(back, by=OFFICE, at=days(4), outcome="not_accepted", law=LAW)).state == "answered"


def test_an_extension_is_given_once_in_time_with_approval_and_reasons() -> None:
    """Article 34."""
    one = accepted()
    with refusal("PETITION_NO_APPROVAL"):
        extend(one, by=ORGAN, at=days(50), reason="情况复杂", approved_by="", law=LAW)
    with refusal("PETITION_EXTENSION_LATE"):
        extend(one, by=ORGAN, at=days(70), reason="情况复杂", approved_by="局长", law=LAW)
    changed = extend(one, by=ORGAN, at=days(50), reason="情况复杂", approved_by="局长", law=LAW)
    assert changed.promises[0].at == CHINA.here(datetime(2026, 6, 3)), "accepted on 4 March: 90 d end on 2 June"
    with refusal("PETITION_EXTENDED_TWICE"):
        extend(after(changed), by=ORGAN, at=days(70), reason="情况复杂", approved_by="局长", law=LAW)


def test_an_answer_that_does_not_stand_sets_the_clock_going_again() -> None:
    """Not from the start: from where it was."""
    answered = after(answer(accepted(), by=ORGAN, at=days(20), outcome="supported", law=LAW))
    changed = redo(answered, by="dispatch", at=days(25), reason="复发", law=LAW)
    assert after(changed).state == "handling" and after(changed).outcome is None
    assert changed.promises[0].at == CHINA.here(datetime(2026, 5, 7))


def test_review_and_re_review_have_their_own_terms_and_the_last_is_final() -> None:
    """Asked within 30 d each; a hearing stops the clock of the second; then it is closed."""
    one = after(answer(accepted(), by=ORGAN, at=days(10), outcome="not_supported", law=LAW))
    with refusal("PETITION_REVIEW_LATE"):
        ask_review(one, by="petitioner", at=days(60), law=LAW)
    changed = ask_review(one, by="petitioner", at=days(30), law=LAW)
    assert [each.kind for each in changed.promises] == ["review"]
    one = after(review(after(changed), by="dept:zhengfu", at=days(50), outcome="upheld"))
    with refusal("PETITION_REVIEW_LATE"):
        ask_rereview(one, by="petitioner", at=days(90), law=LAW)
    one = after(ask_rereview(one, by="petitioner", at=days(60), law=LAW))
    one = after(begin_hearing(one, by="dept:shi", at=days(70)))
    with refusal("PETITION_HEARING"):
        begin_hearing(one, by="dept:shi", at=days(71))
    heard = end_hearing(one, by="dept:shi", at=days(75), law=LAW)
    assert [each.kind for each in heard.promises] == ["rereview"]
    with refusal("PETITION_NO_OUTCOME"):
        rereview(after(heard), by="dept:shi", at=days(80), outcome=" ")
    one = after(rereview(after(heard), by="dept:shi", at=days(80), outcome="upheld"))
    assert (one.state, one.outcome, one.closed_at) == ("closed", "upheld", days(80))
    with refusal("PETITION_NOT_ALLOWED"):
        ask_review(one, by="petitioner", at=days(81), law=LAW)


def test_a_promise_wakes_to_what_is_overdue_and_to_nothing_else() -> None:
    """Done in time: nothing; too early: promised again; passed: a line of history with the article."""
    one = accepted()
    early = woken(one, clause="handle", at=days(3), law=LAW)
    assert not early.notes and early.promises[0].kind == "handle"
    (note,) = woken(one, clause="handle", at=days(70), law=LAW).notes
    assert (note.kind, note.reason) == ("overdue", "信访工作条例 34")
    assert woken(one, clause="register", at=days(70), law=LAW) == Changed()


def test_nothing_happens_before_it_came() -> None:
    """A moment before the petition was received is refused."""
    with refusal("PETITION_TIME_BACKWARDS"):
        refer(new(), by=OFFICE, at=CAME - timedelta(seconds=1), law=LAW)
    with refusal("PETITION_TIME_BACKWARDS"):
        new(registered_at=CAME - timedelta(seconds=1))


def test_the_packages_own_example_runs() -> None:
    """The docstring of the package says what happens."""
    assert doctest.testmod(govcore.petitions).failed == 0
