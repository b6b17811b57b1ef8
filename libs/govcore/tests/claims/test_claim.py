"""A wish or a post: one claimer at a time, a way back to the board, and nobody's words say who wished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from govcore.claims import BOARD, CLAIM, ROLES, Changed, Claim, claim
from govcore.errors import Refusal
from govcore.messages import CLAIMS, ClaimFulfilled, ClaimReturned
from govcore.packs import claim_rules_of, load_pack
from govcore.testing import AT
from govcore.workflow import check

RULES = claim_rules_of(load_pack("tongcheng"))
PLACE = "34.08.81.002.001"
WHO = ("王桂花", "13955601234")
VOLUNTEER, OTHER = "volunteer:V0001260", "volunteer:V0000007"
PARTNER = "partner:91350100M000100Y43"


def wish(**more: Any) -> Claim:
    """A new wish, not yet on the board."""
    said: dict[str, Any] = {
        "id": "C-1",
        "kind": "wish",
        "title": "一辆轮椅",
        "needs": "腿脚不便，需一辆折叠轮椅",
        "place": PLACE,
        "put_up_by": BOARD,
        "put_up_at": AT,
        "until": AT + timedelta(days=60),
        "wished": True,
    }
    return Claim(**{**said, **more})


def after(changed: Changed[Claim]) -> Claim:
    assert changed.after is not None
    return changed.after


def on_board(**more: Any) -> Claim:
    return after(claim.put_up(wish(**more), at=AT, hidden=WHO))


def taken(by: str = VOLUNTEER) -> Claim:
    return after(claim.take(on_board(), by=by, generation=1, at=AT, rules=RULES))


def finished(at: datetime = AT) -> Claim:
    return after(
        claim.finish(
            taken(), by=VOLUNTEER, generation=1, result="已送到", evidence=("sha256:1",), at=at, rules=RULES, hidden=WHO
        )
    )


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        call()
    assert no.value.text("zh_CN") != no.value.code != no.value.text("en")
    assert not any(one in str(no.value) for one in WHO)
    return no.value.code


def test_the_table_is_sound() -> None:
    """Every state is reached and left, every role held, every line has its reason."""
    assert check(CLAIM, ROLES) == []


def test_a_wish_goes_all_the_way() -> None:
    """Put up, claimed, fulfilled with evidence, confirmed by the wisher; each with its holder and message."""
    steps = [claim.put_up(wish(), at=AT, hidden=WHO)]
    steps.append(claim.take(after(steps[-1]), by=VOLUNTEER, generation=1, at=AT, rules=RULES))
    done = {"result": "已送到", "evidence": ("sha256:1",), "at": AT, "rules": RULES, "hidden": WHO}
    steps.append(claim.finish(after(steps[-1]), by=VOLUNTEER, generation=1, **done))
    steps.append(claim.confirm(after(steps[-1]), by="wisher", at=AT))
    assert [after(one).holder for one in steps] == [BOARD, VOLUNTEER, BOARD, None]
    assert [after(one).state for one in steps] == ["open", "claimed", "done", "fulfilled"]
    assert [after(one).version for one in steps] == [1, 2, 3, 4]
    said = [one.said[0].payload for one in steps]
    assert [one.type for one in said] == [
        "claim.offered.v1",
        "claim.taken.v1",
        "claim.done.v1",
        "claim.fulfilled.v1",
    ]
    assert isinstance(said[-1], ClaimFulfilled)
    assert (said[-1].claimer_kind, said[-1].claimer_id, said[-1].on_time) == ("volunteer", "V0001260", True)
    assert all("轮椅" not in one.model_dump_json() and "送到" not in one.model_dump_json() for one in said)


def test_the_first_has_it() -> None:
    """A second claim is refused, whoever makes it, also once it is done."""
    for state in (taken(), finished()):
        for by in (OTHER, VOLUNTEER, PARTNER, "dept:chengguan"):
            again = partial(claim.take, state, by=by, generation=1, at=AT, rules=RULES)
            assert refused(again) == "CLAIM_ALREADY_TAKEN"


def test_given_back_it_is_there_for_anybody() -> None:
    """With the reason; an answer to the time before is stale, and what the clock promised then changes nothing."""
    changed = claim.give_back(taken(), by=VOLUNTEER, generation=1, reason="型号停产", at=AT, hidden=WHO)
    back = after(changed)
    assert (back.state, back.holder, back.claimer, back.generation, back.returns) == ("open", BOARD, None, 2, 1)
    assert isinstance(changed.said[0].payload, ClaimReturned) and changed.said[0].payload.claimer == VOLUNTEER
    assert refused(lambda: claim.take(back, by=OTHER, generation=1, at=AT, rules=RULES)) == "CLAIM_STALE_GENERATION"
    again = after(claim.take(back, by=PARTNER, generation=2, at=AT + timedelta(days=3), rules=RULES))
    late = {"result": "已送到", "evidence": ("sha256:1",), "at": AT, "rules": RULES}
    assert refused(lambda: claim.finish(again, by=VOLUNTEER, generation=1, **late)) == "CLAIM_STALE_GENERATION"
    assert refused(lambda: claim.finish(again, by=VOLUNTEER, generation=2, **late)) == "CLAIM_NOT_YOURS"
    first_due = taken().due_at
    assert first_due is not None and not claim.woken(again, at=first_due).after


def test_what_is_not_fulfilled_in_time_comes_back_or_lapses() -> None:
    """After its term the clock puts it on the board again; past ``until`` it ends, for a claimer and for nobody's."""
    held = taken()
    assert held.due_at is not None and not claim.woken(held, at=held.due_at - timedelta(seconds=1)).after
    back = claim.woken(held, at=held.due_at)
    assert after(back).state == "open" and back.said[0].payload.model_dump()["why"] == "expired"
    assert after(claim.woken(held.model_copy(update={"until": held.due_at}), at=held.due_at)).state == "lapsed"
    lapsed = claim.woken(on_board(), at=AT + timedelta(days=60))
    assert after(lapsed).state == "lapsed" and after(lapsed).late_at is after(lapsed).wake_at is None
    assert refused(lambda: claim.take(after(lapsed), by=OTHER, generation=1, at=AT, rules=RULES)) == "CLAIM_NOT_ALLOWED"


def test_what_is_not_so_goes_back_to_the_claimer() -> None:
    """Redone it is the same claimer's, for another term; done after its term it is confirmed, but not on time."""
    day = timedelta(days=1)
    again = after(claim.redo(finished(), by="wisher", reason="尺寸不合", at=AT + day, rules=RULES, hidden=WHO))
    assert (again.state, again.holder, again.redos, again.done_at) == ("claimed", VOLUNTEER, 1, None)
    assert again.due_at is not None and again.due_at > AT + day
    late = claim.confirm(finished(AT + 40 * day), by=BOARD, at=AT + 41 * day).said[0].payload
    assert isinstance(late, ClaimFulfilled) and late.on_time is False


def test_what_nobody_confirms_is_late_at_the_desk() -> None:
    """It stays where it is until somebody says so: the clock confirms nothing by itself."""
    waiting = finished()
    assert waiting.late_at is not None and waiting.wake_at is None
    assert not claim.woken(waiting, at=waiting.late_at + timedelta(days=90)).after


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("dept:feidieju", "CLAIM_BAD_CLAIMER"),
        ("partner:91350100M000100Y44", "CLAIM_BAD_CLAIMER"),
        ("partner:", "CLAIM_BAD_CLAIMER"),
        ("volunteer:13955601234", "CLAIM_BAD_CLAIMER"),
        ("volunteer:34088119600101001X", "CLAIM_BAD_CLAIMER"),
        ("volunteer:", "CLAIM_BAD_CLAIMER"),
        ("desk:claims", "CLAIM_BAD_CLAIMER"),
        ("wisher", "CLAIM_BAD_CLAIMER"),
    ],
)
def test_only_who_can_be_told_from_others_claims(by: str, code: str) -> None:
    """An unknown department, a credit code that does not check, a telephone or an id as a number, a desk."""
    assert refused(lambda: claim.take(on_board(), by=by, generation=1, at=AT, rules=RULES)) == code


@pytest.mark.parametrize(
    "words", ["请联系王桂花", "电话 13955601234", "电话 13955609999", "证件34088119600101001X", "a@b.cn"]
)
def test_no_word_says_who_wished(words: str) -> None:
    """The wisher's own name and number, and anybody's number, are refused wherever words are taken, never repeated."""
    done = {"result": words, "evidence": ("sha256:1",), "at": AT, "rules": RULES, "hidden": WHO}
    for call in (
        lambda: claim.put_up(wish(title=words), at=AT, hidden=WHO),
        lambda: claim.put_up(wish(needs=words), at=AT, hidden=WHO),
        lambda: claim.give_back(taken(), by=VOLUNTEER, generation=1, reason=words, at=AT, hidden=WHO),
        lambda: claim.finish(taken(), by=VOLUNTEER, generation=1, **done),
        lambda: claim.redo(finished(), by=BOARD, reason=words, at=AT, rules=RULES, hidden=WHO),
        lambda: claim.withdraw(on_board(), by=BOARD, reason=words, at=AT, hidden=WHO),
    ):
        assert refused(call) == "WORDS_SHOW_WHO"


def test_what_is_missing_is_named() -> None:
    """No words, no evidence, an end that is past, somebody who may not."""
    assert refused(lambda: claim.put_up(wish(needs="  "), at=AT)) == "WORDS_MISSING"
    assert refused(lambda: claim.put_up(wish(until=AT), at=AT)) == "CLAIM_OVER"
    assert refused(lambda: claim.put_up(wish(put_up_by="wisher"), at=AT)) == "LIFECYCLE_NOT_YOURS"
    none: dict[str, Any] = {"result": "已送到", "evidence": (), "at": AT, "rules": RULES}
    assert refused(lambda: claim.finish(taken(), by=VOLUNTEER, generation=1, **none)) == "CLAIM_NO_EVIDENCE"
    assert refused(lambda: claim.confirm(finished(), by=VOLUNTEER, at=AT)) == "LIFECYCLE_NOT_YOURS"
    assert refused(lambda: claim.confirm(finished(), by="somebody", at=AT)) == "LIFECYCLE_NOT_YOURS"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("take", "give_back", "finish", "confirm", "redo", "withdraw", "clock")),
        st.sampled_from((VOLUNTEER, OTHER, PARTNER)),
        st.sampled_from((0, 0, 0, -1, 1)),
        st.integers(0, 40),
    ),
    max_size=30,
)


def _tried(now: Claim, action: str, by: str, generation: int, at: datetime) -> Changed[Claim]:
    if action == "take":
        return claim.take(now, by=by, generation=generation, at=at, rules=RULES)
    if action == "give_back":
        return claim.give_back(now, by=by, generation=generation, reason="不能", at=at)
    if action == "finish":
        return claim.finish(
            now, by=by, generation=generation, result="已送到", evidence=("sha256:1",), at=at, rules=RULES
        )
    if action == "confirm":
        return claim.confirm(now, by="wisher", at=at)
    if action == "redo":
        return claim.redo(now, by=BOARD, reason="不合", at=at, rules=RULES)
    if action == "withdraw":
        return claim.withdraw(now, by=BOARD, reason="不再需要", at=at)
    return claim.woken(now, at=at)


@given(STEPS)
def test_one_claimer_at_a_time_whatever_is_done(steps: list[tuple[str, str, int, int]]) -> None:
    """In any order, late, doubled and foreign: who has it took it last, each version is said once, an end is one."""
    now, at, had = on_board(), AT, ""
    for action, by, off, days in steps:
        at += timedelta(days=days) if action == "clock" else timedelta()
        try:
            changed = _tried(now, action, by, max(1, now.generation + off), at)
        except Refusal:
            continue
        if changed.after is None:
            continue
        had = by if action == "take" else had
        assert CLAIM.allows(now.state, changed.notes[0].kind) and changed.after.version == now.version + 1
        now = changed.after
        assert (now.holder is None) == (now.state in CLAIM.ends)
        assert (now.state == "claimed") == (now.holder not in (None, BOARD))
        assert now.claimer in (None, had) and {type(one.payload) for one in changed.said} <= set(CLAIMS)
