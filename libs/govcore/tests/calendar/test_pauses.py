from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from govcore.calendar import Pause, WorkCalendar, due, judge, moment_at
from govcore.errors import Refusal

At = Callable[..., datetime]


@pytest.mark.parametrize(
    ("term", "since", "until", "wanted"),
    [
        ("3wd", (2026, 3, 3, 9), (2026, 3, 5, 9), (2026, 3, 9, 9)),
        ("3wd", (2026, 3, 7), (2026, 3, 8), (2026, 3, 5, 9)),
        ("8wh", (2026, 3, 2, 10), (2026, 3, 2, 15), (2026, 3, 3, 12)),
        ("8wh", (2026, 3, 2, 18), (2026, 3, 3, 8), (2026, 3, 3, 9)),
        ("8wh", (2026, 3, 2, 12), (2026, 3, 2, 14), (2026, 3, 3, 9)),
        ("3uh", (2026, 3, 2, 10), (2026, 3, 2, 10, 30), (2026, 3, 2, 12, 30)),
        ("3uh", (2026, 3, 2, 12), (2026, 3, 2, 13), (2026, 3, 2, 12)),
        ("3uh", (2026, 3, 2, 8), (2026, 3, 2, 10), (2026, 3, 2, 13)),
        ("15d", (2026, 3, 5, 9), (2026, 3, 8, 9), (2026, 3, 21)),
        ("15d", (2026, 3, 17, 9), (2026, 3, 19, 9), (2026, 3, 20)),
        ("15d", (2026, 3, 18), (2026, 3, 20), (2026, 3, 18)),
    ],
)
def test_suspended_time_is_left_out(
    term: str, since: tuple[int, ...], until: tuple[int, ...], wanted: tuple[int, ...], cn: WorkCalendar, at: At
) -> None:
    """From Monday 09:00 on, each kind of time leaves out of a pause what it would have counted."""
    found = due(at(2026, 3, 2, 9), term, cn, "days", [Pause(at(*since), at(*until))])
    assert found.at == at(*wanted)


def test_a_pause_over_night_holds_a_due_at_opening(cn: WorkCalendar, at: At) -> None:
    """A term due at 08:00 that is suspended the evening before waits for the end of the pause."""
    found = due(at(2026, 3, 2, 7), "1wd", cn, "days", [Pause(at(2026, 3, 2, 20), at(2026, 3, 4, 20))])
    assert found.at == at(2026, 3, 5, 8)


def test_a_pause_while_the_last_day_waits(cn: WorkCalendar, at: At) -> None:
    """A last day moved from Saturday to Monday, with the Sunday to Wednesday suspended, falls on Wednesday."""
    found = due(at(2026, 3, 6, 9), "1d", cn, "civil-code", [Pause(at(2026, 3, 8, 9), at(2026, 3, 11, 9))])
    assert found.wall == "2026-03-11 24:00"


def test_overlapping_pauses_count_once(cn: WorkCalendar, at: At) -> None:
    """Pauses that overlap or touch, given in any order, leave out their union."""
    one = [Pause(at(2026, 3, 3, 9), at(2026, 3, 5, 9))]
    many = [Pause(at(2026, 3, 4, 9), at(2026, 3, 5, 9)), Pause(at(2026, 3, 3, 9), at(2026, 3, 4, 12))]
    assert due(at(2026, 3, 2, 9), "3wd", cn, pauses=many).at == due(at(2026, 3, 2, 9), "3wd", cn, pauses=one).at


def test_warnings_and_judgements_know_pauses(cn: WorkCalendar, at: At) -> None:
    """A warning waits as long as the matter was suspended, and an answer is judged against the later due."""
    pause = [Pause(at(2026, 3, 3, 9), at(2026, 3, 4, 9))]
    assert moment_at(at(2026, 3, 2, 9), "4wd", 0.5, cn, pauses=pause) == at(2026, 3, 5, 9)
    verdict = judge(at(2026, 3, 2, 9), at(2026, 3, 5, 9), "4wd", cn, pauses=pause)
    assert (verdict.late, verdict.share) == (False, 0.5)


def test_impossible_pauses_are_refused(at: At) -> None:
    """A pause that ends before it starts, or carries no zone, is refused."""
    with pytest.raises(Refusal, match="CALENDAR_BAD_PAUSE"):
        Pause(at(2026, 3, 4), at(2026, 3, 3))
    with pytest.raises(Refusal, match="CALENDAR_NAIVE_TIME"):
        Pause(datetime(2026, 3, 3), datetime(2026, 3, 4))
