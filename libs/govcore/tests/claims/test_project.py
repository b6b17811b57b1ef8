"""Led projects: raised, chosen where they lie, decided with a plan, led by it, and solved when all of it is reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from govcore.claims import PROJECT, ROLES, Changed, Leader, Milestone, Project, project
from govcore.errors import Refusal
from govcore.messages import ProjectDelayed, ProjectReached, ProjectSolved
from govcore.packs import leader_of, load_pack
from govcore.testing import AT
from govcore.workflow import check

PACK = load_pack("tongcheng")
DAY = timedelta(days=1)
SECRETARY, ORGANISATION = "secretary:340881002", "organisation:340881002"
TOWN = leader_of(PACK, SECRETARY)
WHO = ("赵测名", "13955601234")
SHOWN = ("sha256:1",)


def new(**more: Any) -> Project:
    """Not yet raised."""
    said: dict[str, Any] = {
        "id": "J-1",
        "title": "背街小巷改造",
        "about": "巷道破损，雨天积水，居民盼改造",
        "place": "34.08.81.002.001",
        "raised_by": "resident",
        "raised_at": AT,
    }
    return Project(**{**said, **more})


def after(changed: Changed[Project]) -> Project:
    assert changed.after is not None
    return changed.after


def plan(*days: int) -> list[Milestone]:
    return [Milestone(title=f"第{day}天", due_at=AT + day * DAY) for day in days]


def chosen() -> Project:
    raised = after(project.raise_(new(), at=AT, hidden=WHO))
    return after(project.choose(raised, by=SECRETARY, leader=TOWN, at=AT))


def leading(*days: int) -> Project:
    return after(project.decide(chosen(), by=ORGANISATION, milestones=plan(*(days or (10, 20))), at=AT))


def reached(of: Project, number: int, at: datetime = AT + DAY) -> Project:
    return after(project.reach(of, by=SECRETARY, number=number, evidence=SHOWN, at=at))


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        call()
    assert no.value.text("zh_CN") != no.value.code != no.value.text("en")
    assert not any(one in str(no.value) for one in WHO)
    return no.value.code


def test_the_table_is_sound() -> None:
    """Every state is reached and left, every role held, every line has its reason."""
    assert check(PROJECT, ROLES) == []


def test_a_project_goes_all_the_way() -> None:
    """The desk, the secretary and nobody hold it in turn; it is solved with its problems, on time by its plan."""
    raised = after(project.raise_(new(), at=AT, hidden=WHO))
    assert (raised.holder, chosen().holder, leading().holder) == ("desk:projects", SECRETARY, SECRETARY)
    assert (chosen().level, leading().due_at) == ("town", AT + 20 * DAY)
    done = reached(reached(leading(), 1), 2)
    changed = project.solve(done, by=SECRETARY, problems=3, result="巷道已改造", at=AT + 30 * DAY)
    said = changed.said[0].payload
    assert isinstance(said, ProjectSolved) and (said.problems, said.on_time, said.reached) == (3, True, 2)
    assert (after(changed).state, after(changed).holder, after(changed).late_at) == ("solved", None, None)
    late = reached(reached(leading(), 1), 2, AT + 21 * DAY)
    assert after(project.solve(late, by=SECRETARY, problems=1, result="完成", at=AT + 22 * DAY)).on_time is False


def test_a_milestone_is_reached_once_and_shown() -> None:
    """With evidence, by whoever leads it, by its number; twice, without evidence or too early to solve is refused."""
    changed = project.reach(leading(), by=SECRETARY, number=1, evidence=SHOWN, at=AT + 11 * DAY)
    said = changed.said[0].payload
    assert isinstance(said, ProjectReached) and (said.number, said.on_time, said.reached) == (1, False, 1)
    once = after(changed)
    assert refused(lambda: reached(once, 1)) == "PROJECT_ALREADY_REACHED"
    assert refused(lambda: reached(once, 3)) == refused(lambda: reached(once, 0)) == "PROJECT_UNKNOWN_MILESTONE"
    none: dict[str, Any] = {"number": 2, "evidence": (), "at": AT}
    assert refused(lambda: project.reach(once, by=SECRETARY, **none)) == "PROJECT_NO_EVIDENCE"
    early: dict[str, Any] = {"problems": 1, "result": "完成", "at": AT}
    assert refused(lambda: project.solve(once, by=SECRETARY, **early)) == "PROJECT_NOT_READY"


def test_a_late_milestone_is_said_once() -> None:
    """The clock says each once; the project stays behind its plan until the milestone is reached."""
    due = AT + 10 * DAY
    assert not project.woken(leading(), at=due - DAY).after
    changed = project.woken(leading(), at=due)
    late, said = after(changed), changed.said[0].payload
    assert isinstance(said, ProjectDelayed) and (said.number, said.late_since) == (1, due)
    assert (late.late_at, late.wake_at) == (due, AT + 20 * DAY)
    assert not project.woken(late, at=due + DAY).after
    both = after(project.woken(late, at=AT + 20 * DAY))
    assert (both.late_at, both.wake_at) == (due, None)
    assert reached(late, 1, AT + 12 * DAY).late_at == AT + 20 * DAY


def test_who_leads_elsewhere_has_no_say() -> None:
    """A secretary of another town cannot choose it, nor another organisation decide it; the county's could."""
    raised = after(project.raise_(new(), at=AT))
    other = leader_of(PACK, "secretary:340881001")
    assert refused(lambda: project.choose(raised, by="secretary:340881001", leader=other, at=AT)) == "PROJECT_ELSEWHERE"
    county = leader_of(PACK, "secretary:340881")
    assert after(project.choose(raised, by="secretary:340881", leader=county, at=AT)).level == "county"
    for by in ("organisation:340881001", "organisation:340881"):
        assert refused(lambda by=by: project.decide(chosen(), by=by, milestones=plan(1), at=AT)) == "PROJECT_NOT_YOURS"  # type: ignore[misc]
    assert refused(lambda: project.decide(chosen(), by=SECRETARY, milestones=plan(1), at=AT)) == "LIFECYCLE_NOT_YOURS"
    reach: dict[str, Any] = {"number": 1, "evidence": SHOWN, "at": AT}
    assert refused(lambda: project.reach(leading(), by="secretary:340881001", **reach)) == "PROJECT_NOT_YOURS"
    again = refused(lambda: project.choose(chosen(), by=SECRETARY, leader=TOWN, at=AT))
    assert again == "PROJECT_NOT_ALLOWED"


def test_not_everything_raised_is_led() -> None:
    """Declined by a secretary of the place, decided against or given up by the organisation: with the reason, over."""
    raised = after(project.raise_(new(), at=AT))
    no: dict[str, Any] = {"reason": "已列入其他计划", "at": AT}
    assert after(project.decline(raised, by=SECRETARY, leader=TOWN, **no)).state == "declined"
    assert after(project.decline(chosen(), by=ORGANISATION, leader=TOWN, **no)).holder is None
    assert after(project.drop(leading(), by=ORGANISATION, **no)).state == "dropped"
    assert refused(lambda: project.decline(raised, by=SECRETARY, leader=TOWN, reason=" ", at=AT)) == "WORDS_MISSING"


@pytest.mark.parametrize("days", [(), (0,), (-1, 3), (10, 5), (5, 5)])
def test_a_plan_goes_forward(days: tuple[int, ...]) -> None:
    """No milestone, one of today or the past, two in the wrong order or at once: that is no plan."""
    call = lambda: project.decide(chosen(), by=ORGANISATION, milestones=plan(*days), at=AT)  # noqa: E731
    assert refused(call) == "PROJECT_BAD_PLAN"


@pytest.mark.parametrize("by", ["secretary:34", "secretary:999999", "secretary:", "王书记"])
def test_only_posts_of_the_three_levels_lead(by: str) -> None:
    """A province, an unknown division, none at all, a person: no post of a county, a town or a village."""
    assert refused(lambda: leader_of(PACK, by)) == "PROJECT_UNKNOWN_LEADER"
    assert isinstance(leader_of(PACK, "secretary:340881002001"), Leader)


@pytest.mark.parametrize("words", ["赵测名说的", "电话13955609999"])
def test_no_word_says_who_raised_it(words: str) -> None:
    """Wherever words are taken."""
    done: dict[str, Any] = {"problems": 1, "result": words, "at": AT, "hidden": WHO}
    for call in (
        lambda: project.raise_(new(about=words), at=AT, hidden=WHO),
        lambda: project.decide(
            chosen(), by=ORGANISATION, milestones=[Milestone(title=words, due_at=AT + DAY)], at=AT, hidden=WHO
        ),
        lambda: project.solve(reached(reached(leading(), 1), 2), by=SECRETARY, **done),
        lambda: project.drop(leading(), by=ORGANISATION, reason=words, at=AT, hidden=WHO),
    ):
        assert refused(call) == "WORDS_SHOW_WHO"
