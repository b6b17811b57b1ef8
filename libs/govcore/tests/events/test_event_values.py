"""The small rules: join, sample, grades, masks, holders, the pack's numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.events import HandOff, assert_one_holder, dept_of, who_holds, without_identity
from govcore.events.join import check_join, joined
from govcore.events.rating import GRADES
from govcore.events.verify import sampled
from govcore.i18n import label
from govcore.testing import AT, a_handoff, a_matter, a_way, an_event, rules


def _tasks(*states: str) -> list[HandOff]:
    roles = ("lead", *["assist"] * (len(states) - 1))
    pairs = enumerate(zip(states, roles, strict=True))
    return [a_handoff(id=f"H-{number}", state=state, role=role) for number, (state, role) in pairs]


@pytest.mark.parametrize(
    ("rule", "states", "met"),
    [
        ("all", ("done", "done"), True),
        ("all", ("done", "accepted"), False),
        ("all", ("done", "withdrawn"), True),
        ("all", ("withdrawn", "withdrawn"), False),
        ("all", (), False),
        ("lead", ("done", "offered"), True),
        ("lead", ("accepted", "done"), False),
        ("quorum:2", ("done", "done", "offered"), True),
        ("quorum:2", ("done", "offered", "offered"), False),
        ("quorum:2", ("accepted", "done", "done"), False),
        ("quorum:9", ("done", "done"), True),
    ],
)
def test_when_a_joint_operation_is_done(rule: str, states: tuple[str, ...], met: bool) -> None:
    """All, the lead alone, or a quorum with the lead; withdrawn tasks do not count."""
    assert joined(rule, _tasks(*states) if states else []) is met


@pytest.mark.parametrize("rule", ["", "any", "quorum", "quorum:", "quorum:0", "quorum:-1", "quorum:x", "quorum:²"])
def test_a_join_rule_nobody_knows_is_refused(rule: str) -> None:
    """At start, not at the thousandth event."""
    with pytest.raises(Refusal) as refused:
        check_join(rule)
    assert refused.value.code == "EVENT_BAD_JOIN"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("join", "some", "EVENT_BAD_JOIN"),
        ("max_returns", 0, "EVENT_BAD_RULES"),
        ("reoffers", -1, "EVENT_BAD_RULES"),
        ("verify_share", 1.5, "EVENT_BAD_RULES"),
        ("ladder", (), "EVENT_BAD_RULES"),
    ],
)
def test_rules_that_cannot_be_are_refused(field: str, value: Any, code: str) -> None:
    """A pack's numbers are looked at when they are read."""
    with pytest.raises(Refusal) as refused:
        rules(**{field: value})
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_sample_is_stable_and_as_large_as_asked() -> None:
    """The same event is always in or out; a larger share contains the smaller; about the share is in."""
    ids = [f"E-{number}" for number in range(4000)]
    tenth = {id for id in ids if sampled(id, 0.1)}
    half = {id for id in ids if sampled(id, 0.5)}
    assert tenth < half and tenth == {id for id in ids if sampled(id, 0.1)}
    assert 300 < len(tenth) < 500 and 1850 < len(half) < 2150
    assert not any(sampled(id, 0.0) for id in ids) and all(sampled(id, 1.0) for id in ids)


def test_every_grade_has_a_word() -> None:
    """Five grades, named in Chinese and English."""
    assert sorted(GRADES) == [1, 2, 3, 4, 5]
    assert {label(word, "zh_CN") for word in GRADES.values()} >= {"非常满意", "非常不满意"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请回电13912345678，谢谢", "请回电***，谢谢"),
        ("+86 139-1234-5678 张", "*** 张"),
        ("身份证34088119800101123x。", "身份证***。"),
        ("a.b+c@mail.example.cn 投诉", "*** 投诉"),
        ("座机0556-6121234", "座机***"),
        ("call (617) 555-0123 or 617-555-0123", "call *** or ***"),
        ("文昌街道12号楼3单元501室，2026年3月2日9时", "文昌街道12号楼3单元501室，2026年3月2日9时"),
        ("网格340881103004001，工单20260302000171234567", "网格340881103004001，工单20260302000171234567"),
    ],
)
def test_identity_is_masked_and_places_are_not(text: str, masked: str) -> None:
    """Telephone numbers, citizen ids, mail addresses; not house numbers, dates, grid codes or order numbers."""
    assert without_identity(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我是王小明，楼道灯坏了", "我是***，楼道灯坏了"),
        ("我叫欧阳测密，住在3栋的人都反映", "我叫***，住在***的人都反映"),
        ("姓名：李四 电话：１３９１２３４５６７８", "姓名：*** 电话：***"),
        ("联系人张女士，微信：wx_id_77", "联系人***，微信：***"),
        ("家住龙眠小区8栋2单元502室，楼上漏水", "家住龙眠小区***，楼上漏水"),
        ("My name is Jane Doe and the light is out", "My name is *** and the light is out"),
        (
            "我是龙眠街道的居民，我是一名老师，本人于三月二日路过",
            "我是龙眠街道的居民，我是一名老师，本人于三月二日路过",
        ),
        ("龙眠小区8栋2单元漏水，请联系人社局", "龙眠小区8栋2单元漏水，请联系人社局"),
    ],
)
def test_who_says_who_they_are_is_masked(text: str, masked: str) -> None:
    """Names given, accounts, and the door somebody lives behind; not places, roles or what is to be repaired."""
    assert without_identity(text) == masked


def test_what_is_known_is_masked_however_it_is_spaced() -> None:
    """The record's own words, with spaces and in full-width signs; one sign alone says nothing."""
    text = "诉求：测 密（ＡＢ１２）反映，电话 0556 612 3456，王"
    assert without_identity(text, ("测密", "ab12", "05566123456", "王")) == "诉求：***（***）反映，电话 ***，王"


@given(st.text(alphabet="王我是电话13812345678住8栋室，。 -@a.", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    """What is masked stays so, and no number of a mobile telephone is left."""
    once = without_identity(text)
    assert without_identity(once) == once and "13812345678" not in once


def test_what_one_identity_hides_is_masked_too() -> None:
    """A name that stands inside what an address has taken in; a record of stars alone takes out nothing."""
    assert without_identity("我住我是王我住8栋", ("**", "***")) == "我住我是***住***"


def test_a_long_text_is_masked_quickly() -> None:
    """No text, however unfortunate, makes the mask search for ever."""
    for piece in ("1", "a", "a.", "a@", "0", "-1", "(617", "家住", "我是王", "微信:", "联系人"):
        assert without_identity(piece * 20_000) is not None


def test_who_holds_what_since_when() -> None:
    """The desk while it has the matter, then each task's holder."""
    event = an_event()
    assert who_holds(event, []) == [("E-000001", "desk:intake", AT)]
    routed = a_matter(a_way("chengguan", ("gongan",)))
    assert routed.event is not None
    assert [(held.task, held.holder) for held in who_holds(routed.event, routed.handoffs)] == [
        (routed.handoffs[0].id, "desk:intake"),
        (routed.handoffs[1].id, "desk:intake"),
    ]


@pytest.mark.parametrize(
    ("event", "task"),
    [
        ({"holder": "desk:triage"}, {}),
        ({"state": "triage"}, {}),
        ({"state": "closed", "holder": "desk:verify"}, {}),
        ({"handoffs_open": 2}, {}),
        ({"handoffs_open": 0}, {"state": "done", "holder": None}),
        ({"handoffs_open": 0, "state": "closed"}, {"state": "done"}),
        ({}, {"holder": None}),
        ({}, {"holder": "desk:verify"}),
        ({}, {"state": "accepted", "holder": "dept:gongan"}),
    ],
)
def test_a_broken_holder_is_found(event: dict[str, Any], task: dict[str, Any]) -> None:
    """No holder, two claims, a wrong count: each is reported with what is wrong."""
    routed = a_matter()
    assert routed.event is not None
    with pytest.raises(Refusal) as refused:
        assert_one_holder(routed.event.model_copy(update=event), [routed.handoffs[0].model_copy(update=task)])
    assert refused.value.code == "EVENT_HOLDER_BROKEN" and refused.value.value


def test_a_holder_is_a_department_or_a_desk() -> None:
    """The department's code, or none."""
    assert [dept_of(holder) for holder in ("dept:gongan", "desk:triage", None)] == ["gongan", None, None]


def test_a_way_without_a_term_has_no_end() -> None:
    """No term, no due time, but a time to accept in; a term ends where the calendar says, from when it began."""
    way = a_way()
    assert way.times(AT, None, "") == (None, AT, None, AT + timedelta(hours=1), False, (), None)
    earlier = AT - timedelta(hours=1)
    assert way.times(AT, "4wh", "", earlier) == (
        "4wh",
        earlier,
        AT + timedelta(hours=3),
        AT + timedelta(hours=1),
        False,
        (),
        AT + timedelta(hours=3),
    )
