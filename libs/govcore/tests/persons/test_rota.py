"""A rota in one rule: whose turn it is, who is asked first."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from govcore.persons import Duty, Post, Rota

ZONE = ZoneInfo("Asia/Shanghai")
POSTS = [
    Post(id="c", kind="chief", area="g"),
    *(Post(id=f"w{n}", kind="worker", area="g") for n in (2, 1, 3)),
    Post(id="w9", kind="worker", area="h"),
]
ROTA = Rota(order=("worker", "chief"), turns=("worker",), start=date(2026, 3, 1))


def on(rota: Rota, area: str, moment: datetime) -> list[str]:
    duty = Duty(POSTS, rota.shifts(POSTS), zone=ZONE, above=lambda code: [code], kinds=rota.order)
    return [one.post.id for one in duty.on(area, moment)]


def test_posts_of_a_kind_take_turns_a_day_each() -> None:
    """One worker of a grid answers a day, from midnight to midnight of the place, then the next; the chief always."""
    midnight = datetime(2026, 3, 1, tzinfo=ZONE)
    days = [on(ROTA, "g", midnight + timedelta(days=day, hours=hour)) for day in range(4) for hour in (0, 23)]
    assert days == [[f"w{n}", "c"] for n in (1, 1, 2, 2, 3, 3, 1, 1)]
    assert on(ROTA, "h", midnight) == on(ROTA, "h", midnight + timedelta(days=1)) == ["w9"]


def test_before_the_rota_starts_only_the_others_answer() -> None:
    """Nobody has a turn before the first day."""
    assert on(ROTA, "g", datetime(2026, 2, 28, 12, tzinfo=ZONE)) == ["c"]


def test_without_turns_everybody_answers_in_the_order_of_the_kinds() -> None:
    """A rota that says nothing leaves all posts standing, chiefs first."""
    assert on(Rota(), "g", datetime(2026, 3, 1, tzinfo=ZONE)) == ["c", "w1", "w2", "w3"]


def test_areas_take_turns_in_the_same_way() -> None:
    """The area whose day it is comes first, the others after it; no areas, no turns."""
    assert [ROTA.in_turn(["a", "b", "c"], date(2026, 3, day))[0] for day in (1, 2, 3, 4)] == ["a", "b", "c", "a"]
    assert ROTA.in_turn(["a", "b", "c"], date(2026, 2, 28)) == ["c", "a", "b"]
    assert ROTA.in_turn([], date(2026, 3, 1)) == []


def test_hours_that_cannot_be_read_are_refused() -> None:
    """Turns within hours need hours."""
    with pytest.raises(ValidationError, match="hours such as"):
        Rota(hours="8 to 12")
