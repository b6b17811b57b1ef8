"""An accusation never reaches the accused, and nothing ends without an outcome, whatever is tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govcore.petitions
from govcore.errors import Refusal
from govcore.messages import PetitionReferred
from govcore.petitions import OFFICE, Changed, Petition, answer, clock, may_see, refer, register
from govcore.testing.petitions import CAME, CHINA, LAW, ORGAN, SECRET, after, days, new


def refusal(code: str) -> Any:
    """The refusal of that code, whose texts exist in both languages."""
    return pytest.raises(Refusal, check=lambda no: no.code == code and code not in no.text("zh_CN") + no.text("en"))


def test_an_accusation_never_goes_where_routing_rules_or_the_accused_would_have_it() -> None:
    """The office names the organ; it is said to nobody; the accused may not see it (article 30)."""
    one = new(path="accusation", accused="chengguan")
    with refusal("PETITION_ORGAN_NEEDED"):
        refer(one, by=OFFICE, at=days(1), law=LAW)
    with refusal("PETITION_ACCUSED_UNIT"):
        refer(one, by=OFFICE, at=days(1), law=LAW, to="chengguan")
    changed = refer(one, by=OFFICE, at=days(1), law=LAW, to="jijian")
    assert changed.said == () and after(changed).referred_to == "jijian"
    assert may_see(after(changed), "jijian")
    assert not may_see(after(changed), "chengguan") and not may_see(after(changed), "gongan")
    assert may_see(new(), "chengguan")


def test_what_leaves_says_nothing_of_who_petitioned() -> None:
    """A claim goes without telephone numbers; of an accusation not even path, class, village or result are told."""
    payload = refer(new(), by=OFFICE, at=days(1), law=LAW).said[0].payload
    assert isinstance(payload, PetitionReferred) and "13812345678" not in payload.model_dump_json()
    one = new(path="accusation", accused="chengguan")
    told = [register(one.model_copy(update={"state": ""}), by=OFFICE, law=LAW).said[0].payload]
    one = after(refer(one, by=OFFICE, at=days(1), law=LAW, to="jijian"))
    told.append(answer(one, by="dept:jijian", at=days(5), outcome="handled", law=LAW, result=SECRET).said[0].payload)
    for each in told:
        text = each.model_dump_json()
        assert not any(
            word in text for word in ("accusation", "chengguan", "jijian", "城管", "10401", "103.004", "340881103")
        )


STEPS = [
    *("refer", "accept", "tell", "object_jurisdiction", "send_back", "extend", "answer", "redo"),
    *("ask_review", "review", "ask_rereview", "rereview", "close"),
]


def take(step: str, one: Petition, at: datetime, path_organ: str | None) -> Changed:
    """One step with whatever it asks for."""
    more: dict[str, Any] = {"by": ORGAN, "at": at}
    if step in ("object_jurisdiction", "send_back", "extend", "redo", "close"):
        more["reason"] = "理由"
    if step in ("answer", "review", "rereview"):
        more |= {"outcome": "supported", "result": SECRET}
    if step == "extend":
        more["approved_by"] = "局长"
    if step == "refer":
        more["to"] = path_organ
    if step not in ("tell", "send_back", "review", "rereview", "close"):
        more["law"] = LAW
    function: Any = getattr(govcore.petitions, step)
    return function(one, **more)  # type: ignore[no-any-return]


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), max_size=20),
    st.sampled_from(["claim", "suggestion", "accusation", None]),
)
def test_no_path_closes_without_an_outcome_or_shows_an_accusation(
    steps: list[tuple[str, int]], path: str | None
) -> None:
    """Whatever is tried in whatever order: closed means answered, versions only grow, nothing betrays the accuser."""
    accusing = path == "accusation"
    one, now = new(path=path, accused="gongan" if accusing else None), CAME
    for step, wait in steps:
        now += timedelta(days=wait)
        try:
            changed = take(step, one, now, "jijian" if accusing else None)
        except Refusal:
            continue
        if changed.petition is None:
            continue
        assert changed.petition.version == one.version + 1
        one = changed.petition
        assert not (accusing and any(SECRET[:5] in str(each.payload) for each in changed.said))
        assert (one.holder is None) == (one.state == "closed")
        for each in clock(one, CHINA, now):
            assert each.due is None or each.due > each.started
    if one.state == "closed":
        assert one.outcome and one.answered_at and one.closed_at
