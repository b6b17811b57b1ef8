"""Passing the buck (推诿): returns with reason and owner, consultation after so many, no passing on in a circle."""

from __future__ import annotations

from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events import matter
from govcore.messages import HandOffStalled
from govcore.testing import a_way

from .test_matter_handling import LATER, Case, _types


def test_after_the_packs_number_of_returns_the_triage_desk_has_it() -> None:
    """Passed round: the supervising department is told, and there is no further offer by rule, however late it gets."""
    case = Case(a_way(max_returns=2, supervisor="zhujian"))
    first = case.give_back("chengguan", "shichang")
    changed = case.give_back("shichang", "gongan")
    assert case.seen() == ("returned", "shichang", "desk:triage", 2)
    assert _types(changed) == ["handoff.returned.v1", "handoff.stalled.v1"]
    (_, told) = changed.said
    assert isinstance(told.payload, HandOffStalled) and told.to == ("zhujian",)
    assert (told.payload.finding, told.payload.returns, told.payload.holder) == ("passed_round", 2, "desk:triage")
    assert all(said.to != ("zhujian",) for said in first.said)
    late = case.wake("triage", changed.promises[0].at)
    assert case.seen() == ("returned", "shichang", "desk:triage", 2) and "handoff.offered.v1" not in _types(late)
    case.designate("gongan")
    with pytest.raises(Refusal) as refused:
        case.give_back("gongan", "zhujian")
    assert (refused.value.code, case.task.dept) == ("HANDOFF_CANNOT_RETURN", "gongan")


def test_a_return_that_was_passed_on_goes_to_consultation_too() -> None:
    """With the last return allowed nobody gets it back by rule, not even whoever passed it on."""
    case = Case(a_way(max_returns=1))
    case.accept("chengguan")
    case.pass_on("chengguan", "shichang")
    changed = case.give_back("shichang", "chengguan")
    assert case.seen() == ("returned", "shichang", "desk:triage", 2)
    assert _types(changed) == ["handoff.returned.v1", "handoff.stalled.v1"]


def test_a_task_is_not_passed_on_in_a_circle() -> None:
    """Whoever returned it or passed it on is not passed it again: that is a return, and counts as one."""
    case = Case(a_way(max_returns=9))
    case.accept("chengguan")
    case.pass_on("chengguan", "shichang")
    case.accept("shichang")
    with pytest.raises(Refusal) as refused:
        case.pass_on("shichang", "chengguan")
    assert (refused.value.code, refused.value.field) == ("HANDOFF_PASSED_ROUND", "to")
    assert case.seen() == ("accepted", "shichang", "dept:shichang", 2)
    changed = case.give_back("shichang", "chengguan")
    assert case.seen() == ("accepted", "chengguan", "dept:chengguan", 3) and case.task.returns == 1
    assert _types(changed) == ["handoff.returned.v1", "handoff.regained.v1"]
    with pytest.raises(Refusal) as refused:
        case.pass_on("chengguan", "shichang")
    assert refused.value.code == "HANDOFF_PASSED_ROUND"


@pytest.mark.parametrize(
    ("reason", "proposed", "code", "field"),
    [
        ("", "shichang", "HANDOFF_NO_REASON", "reason"),
        ("because", "shichang", "HANDOFF_BAD_REASON", "reason"),
        ("not_ours", "nobody", "HANDOFF_UNKNOWN_DEPARTMENT", "proposed"),
        ("not_ours", "chengguan", "HANDOFF_TO_ITSELF", "proposed"),
    ],
)
def test_a_return_says_why_and_whose_it_is(reason: str, proposed: str, code: str, field: str) -> None:
    """A reason of the pack and another department of the pack, both; else the field is named and nothing changes."""
    case = Case()
    said: dict[str, Any] = {"by": "chengguan", "reason": reason, "proposed": proposed, **case.now(LATER)}
    with pytest.raises(Refusal) as refused:
        matter.return_(case.event, case.task, **said)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.text("zh_CN") != code != refused.value.text("en")
