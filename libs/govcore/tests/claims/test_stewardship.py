"""Stewards: a visit every week of the calendar, one at a time, late ones said once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from govcore.claims import ROLES, STEWARDSHIP, Changed, Stewardship, Visit, stewardship
from govcore.errors import Refusal
from govcore.messages import StewardMissed, StewardVisited
from govcore.packs import claim_rules_of, load_pack
from govcore.testing import AT
from govcore.workflow import check

PACK = load_pack("tongcheng")
RULES = claim_rules_of(PACK)
STEWARD = "steward:hi-tech-07"


def new(**more: Any) -> Stewardship:
    """Not yet appointed."""
    said: dict[str, Any] = {
        "id": "G-1",
        "kind": "enterprise",
        "name": "某某科技有限公司",
        "steward": STEWARD,
        "level": 3,
        "place": "34.08.81.002.001",
        "appointed_by": "desk:stewards",
        "appointed_at": AT,
    }
    return Stewardship(**{**said, **more})


def after(changed: Changed[Stewardship]) -> Stewardship:
    assert changed.after is not None
    return changed.after


def serving(at: datetime = AT) -> Stewardship:
    return after(stewardship.appoint(new(appointed_at=at), at=at, rules=RULES))


def called(of: Stewardship, at: datetime, **more: Any) -> tuple[Changed[Stewardship], Visit]:
    said: dict[str, Any] = {
        "id": "V-1",
        "by": STEWARD,
        "round": of.round,
        "outcome": "fixed",
        "found": "门前道路积水",
        "done": "当场疏通",
        "event_id": None,
    }
    return stewardship.visit(of, **{**said, **more}, at=at, rules=RULES)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        call()
    assert no.value.text("zh_CN") != no.value.code != no.value.text("en")
    return no.value.code


def test_the_table_is_sound() -> None:
    """Every state is reached and left, every role held, every line has its reason."""
    assert check(STEWARDSHIP, ROLES) == []


def test_a_week_by_the_calendar() -> None:
    """Seven days; where the last of them is none of work, the first one after it: the National Day holiday of 2026."""
    usual = serving(datetime(2026, 3, 2, 1, 0, tzinfo=UTC)).visit_due_at
    assert usual is not None and usual.astimezone(PACK.zone).date().isoformat() in ("2026-03-09", "2026-03-10")
    holiday = serving(datetime(2026, 9, 25, 1, 0, tzinfo=UTC)).visit_due_at
    assert holiday is not None
    last = holiday.astimezone(PACK.zone) - timedelta(seconds=1)
    assert PACK.calendar.is_working(last.date()) and last.date() >= datetime(2026, 10, 8).date()


def test_each_visit_begins_a_new_week() -> None:
    """Counted by what came of it; the message stands alone; what was put right is the visit's own record."""
    changed, visit = called(serving(), AT + timedelta(days=3))
    now, said = after(changed), changed.said[0].payload
    assert (now.round, now.visits, now.fixed, now.recorded, now.state) == (2, 1, 1, 0, "serving")
    assert isinstance(said, StewardVisited) and (said.outcome, said.on_time, said.round) == ("fixed", True, 2)
    assert (visit.round, visit.on_time, visit.done) == (1, True, "当场疏通")
    assert now.visit_due_at is not None and now.visit_due_at > AT + timedelta(days=9)
    recorded, kept = called(now, AT + timedelta(days=5), outcome="recorded", done="", event_id="E-1")
    assert after(recorded).recorded == 1 and kept.event_id == "E-1"
    assert "积水" not in said.model_dump_json()


def test_a_late_visit_is_said_once_and_can_still_be_made() -> None:
    """The clock says so once; the visit that follows is late, and the next one is due a week after it."""
    due = serving().visit_due_at
    assert due is not None and not stewardship.woken(serving(), at=due - timedelta(seconds=1)).after
    changed = stewardship.woken(serving(), at=due)
    late = after(changed)
    assert (late.state, late.missed, late.wake_at, late.late_at) == ("late", 1, None, due)
    assert isinstance(changed.said[0].payload, StewardMissed)
    assert not stewardship.woken(late, at=due + timedelta(days=30)).after
    made, visit = called(late, due + timedelta(days=1), outcome="quiet", found="", done="")
    assert not visit.on_time and after(made).state == "serving" and after(made).missed == 1


def test_what_is_wrong_is_named() -> None:
    """Another post, a visit of another week, nothing said, a name with a telephone, no steward at all."""
    one = serving()
    assert refused(lambda: called(one, AT, by="steward:other")) == "STEWARD_NOT_YOURS"
    assert refused(lambda: called(one, AT, by="desk:stewards")) == "LIFECYCLE_NOT_YOURS"
    assert refused(lambda: called(one, AT, round=2)) == "STEWARD_STALE_ROUND"
    assert refused(lambda: called(after(called(one, AT)[0]), AT, round=1)) == "STEWARD_STALE_ROUND"
    assert refused(lambda: called(one, AT, found=" ")) == "WORDS_MISSING"
    assert refused(lambda: called(one, AT, done="")) == "WORDS_MISSING"
    assert refused(lambda: called(one, AT, found="电话 13955601234")) == "WORDS_SHOW_WHO"
    named: dict[str, Any] = {"outcome": "recorded", "found": "某某科技有限公司反映门前积水"}
    assert refused(lambda: called(one, AT, **named)) == "WORDS_SHOW_WHO"
    assert refused(lambda: stewardship.appoint(new(steward="王某"), at=AT, rules=RULES)) == "STEWARD_BAD_POST"
    ended = after(stewardship.end(one, by="desk:stewards", reason="项目竣工", at=AT))
    assert (ended.state, ended.holder, ended.late_at) == ("ended", None, None)
    assert refused(lambda: called(ended, AT)) == "STEWARD_NOT_ALLOWED"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=25))
def test_every_week_has_one_visit_or_one_miss(steps: list[tuple[bool, int]]) -> None:
    """Whatever the clock and the steward do: rounds go up by one a visit, a miss is counted once, somebody holds it."""
    now, at = serving(), AT
    for visits, days in steps:
        at += timedelta(days=days)
        changed = called(now, at)[0] if visits else stewardship.woken(now, at=at)
        if changed.after is None:
            continue
        assert changed.after.version == now.version + 1 and changed.after.holder == STEWARD
        assert changed.after.round == now.round + visits and changed.after.missed == now.missed + (not visits)
        now = changed.after
        assert now.visits == now.round - 1 and now.missed <= now.round
