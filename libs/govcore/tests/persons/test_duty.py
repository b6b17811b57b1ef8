from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from govcore.calendar import WorkCalendar
from govcore.errors import Refusal
from govcore.persons import Absence, Cycle, Duty, Post, Shift

ZONE = ZoneInfo("Asia/Shanghai")
ABOVE = {
    "g1": ["g1", "village", "town"],
    "g2": ["g2", "village", "town"],
    "village": ["village", "town"],
    "town": ["town"],
}
POSTS = [
    Post(id="w1", kind="worker", area="g1", person="P-1"),
    Post(id="c1", kind="chief", area="g1", person="P-2"),
    Post(id="w2", kind="worker", area="g2", person="P-3"),
    Post(id="v1", kind="secretary", area="village", person="P-4"),
    Post(id="t1", kind="leader", area="town", person="P-5"),
    Post(id="t2", kind="leader", area="town", person="P-6"),
]


def above(area: str) -> Sequence[str]:
    if area not in ABOVE:
        raise Refusal("GRID_UNKNOWN_CODE", field="division", value=area)
    return ABOVE[area]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type, misc]


def duty(shifts: Sequence[Shift] = (), absences: Sequence[Absence] = (), posts: Sequence[Post] = POSTS) -> Duty:
    return Duty(posts, shifts, absences, zone=ZONE, above=above, working=WorkCalendar.china().is_working)


def ids(of: Duty, area: str, moment: datetime) -> list[str]:
    return [one.post.id for one in of.on(area, moment)]


def test_posts_answer_up_the_chain() -> None:
    """Without a rota every post in force answers: chief before worker, own grid before village before town."""
    found = duty().on("g1", at(2026, 3, 2, 3))
    assert [(one.post.id, one.area, one.level, one.why) for one in found] == [
        ("c1", "g1", 0, "standing"),
        ("w1", "g1", 0, "standing"),
        ("v1", "village", 1, "standing"),
        ("t1", "town", 2, "standing"),
        ("t2", "town", 2, "standing"),
    ]
    assert duty().first("g1", at(2026, 3, 2, 3), kind="leader").post.id == "t1"
    assert duty().first("g2", at(2026, 3, 2, 3)).post.id == "w2"


def test_a_rota_by_weekday_and_hours() -> None:
    """A post with a rota answers inside its hours only; the lunch break goes up the chain."""
    day = duty([Shift(post="w2", hours="08:00-12:00,14:00-18:00", weekdays=("mon", "tue", "wed", "thu", "fri"))])
    moments = {
        (2, 8, 0): "w2",
        (2, 12, 0): "v1",
        (2, 14, 0): "w2",
        (2, 17, 59): "w2",
        (2, 18, 0): "v1",
        (7, 9, 0): "v1",
    }
    for (number, hour, minute), wanted in moments.items():
        assert day.first("g2", at(2026, 3, number, hour, minute)).post.id == wanted, (number, hour)
    assert day.first("g2", at(2026, 3, 2, 9)).why == "shift"


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    """Friday's shift from 20:00 to 06:00 covers Saturday morning, not Friday's."""
    night = duty([Shift(post="w2", hours="20:00-06:00", weekdays=("fri",))])
    assert [
        ids(night, "g2", moment)[0] for moment in (at(2026, 3, 6, 5), at(2026, 3, 6, 20), at(2026, 3, 7, 5, 59))
    ] == ["v1", "w2", "w2"]
    assert ids(night, "g2", at(2026, 3, 7, 6))[0] == "v1"


def test_the_moment_may_come_in_any_zone() -> None:
    """A rota is kept by the clock of the place."""
    day = duty([Shift(post="w2", hours="08:00-18:00")])
    assert ids(day, "g2", datetime(2026, 3, 2, 0, 30, tzinfo=UTC))[0] == "w2"
    assert ids(day, "g2", datetime(2026, 3, 2, 12, 30, tzinfo=UTC))[0] == "v1"


def test_working_days_rest_days_and_makeup_days() -> None:
    """Shifts on working or rest days follow the calendar: National Day rests, the make-up Saturday works."""
    both = duty([Shift(post="t1", days="working"), Shift(post="t2", days="rest")])
    assert [ids(both, "town", at(2026, 10, day, 9)) for day in (9, 10, 11, 1)] == [["t1"], ["t1"], ["t2"], ["t2"]]


def test_monthly_and_cyclic_rotas() -> None:
    """Receptions on days of the month, the last one too, and turns that come round every so many days."""
    monthly = duty(
        [
            Shift(post="t1", month_days=(5, -1)),
            Shift(post="t2", cycle=Cycle(start=date(2026, 3, 2), length=14, days=(0, 1))),
        ]
    )
    assert [day for day in range(1, 32) if "t1" in ids(monthly, "town", at(2026, 3, day, 9))] == [5, 31]
    assert "t1" in ids(monthly, "town", at(2026, 2, 28, 9)) and "t1" not in ids(monthly, "town", at(2028, 2, 28, 9))
    assert [day for day in range(1, 32) if "t2" in ids(monthly, "town", at(2026, 3, day, 9))] == [2, 3, 16, 17, 30, 31]


def test_a_substitute_answers_for_who_is_away() -> None:
    """The substitute answers at the level of the post it stands in for, and may itself be stood in for."""
    gone = [
        Absence(post="w2", since=at(2026, 3, 2), until=at(2026, 3, 4), substitute="w1"),
        Absence(post="w1", since=at(2026, 3, 3), until=at(2026, 3, 4), substitute="c1"),
    ]
    found = duty(absences=gone)
    one = found.first("g2", at(2026, 3, 2, 9))
    assert (one.post.id, one.why, one.instead_of, one.level, one.area) == ("w1", "substitute", "w2", 0, "g2")
    assert found.first("g2", at(2026, 3, 3, 9)).post.id == "c1"
    assert found.first("g2", at(2026, 3, 4)).post.id == "w2"
    assert found.on("g1", at(2026, 3, 3, 9))[0].why == "standing"


def test_nobody_stands_in_for_a_circle() -> None:
    """Who is away without a substitute, or with one that is away for the other, does not answer; the chain goes on."""
    since, until = at(2026, 3, 2), at(2026, 3, 4)
    alone = duty(absences=[Absence(post="w2", since=since, until=until)])
    circle = duty(
        absences=[Absence(post=a, since=since, until=until, substitute=b) for a, b in (("w1", "w2"), ("w2", "w1"))]
    )
    assert alone.first("g2", at(2026, 3, 3)).post.id == circle.first("g2", at(2026, 3, 3)).post.id == "v1"


def test_posts_are_held_for_a_time() -> None:
    """A post answers from its first day to the day before its last; the person's posts of a day can be asked for."""
    posts = [Post(id="x", kind="worker", area="town", person="P-9", since=date(2026, 3, 1), until=date(2026, 4, 1))]
    held = duty(posts=posts)
    assert [
        ids(held, "town", at(*day)) for day in ((2026, 2, 28, 23, 59), (2026, 3, 1), (2026, 3, 31, 23), (2026, 4, 1))
    ] == [[], ["x"], ["x"], []]
    assert held.held_by("P-9", date(2026, 3, 5)) == (posts[0],) and held.held_by("P-9", date(2026, 4, 1)) == ()
    with pytest.raises(Refusal) as no:
        held.first("town", at(2026, 4, 1))
    assert no.value.code == "PERSON_NOBODY_ON_DUTY" and "town" in no.value.text("zh_CN")


def test_broken_rotas_are_refused() -> None:
    """Double or unknown posts, naive times, unknown areas and impossible hours are refused."""
    since, until = at(2026, 3, 2), at(2026, 3, 4)
    with pytest.raises(Refusal, match="PERSON_DUPLICATE_POST"):
        duty(posts=[*POSTS, POSTS[0]])
    with pytest.raises(Refusal, match="PERSON_UNKNOWN_POST"):
        duty([Shift(post="nobody")])
    with pytest.raises(Refusal, match="PERSON_UNKNOWN_POST"):
        duty(absences=[Absence(post="w1", since=since, until=until, substitute="nobody")])
    with pytest.raises(Refusal, match="PERSON_UNKNOWN_POST"):
        duty().post("nobody")
    with pytest.raises(Refusal, match="PERSON_NAIVE_TIME"):
        duty().on("g1", datetime(2026, 3, 2))
    with pytest.raises(Refusal, match="GRID_UNKNOWN_CODE"):
        duty().on("g9", since)
    for hours in ("8-12", "08:00-08:00", "24:00-08:00", "08:00-12:00;14:00-18:00", ""):
        with pytest.raises(ValidationError, match="hours such as"):
            Shift(post="w1", hours=hours)
    with pytest.raises(ValidationError, match="ends before"):
        Absence(post="w1", since=until, until=since - timedelta(days=1))
