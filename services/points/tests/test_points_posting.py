"""Closed and rated events earn what the rulebook says, once; what undoes an event takes it back."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from govcore.errors import Refusal
from govcore.messages import (
    EventClosed,
    EventImported,
    EventRated,
    EventReopened,
    EventReworked,
    EventVoided,
    HandOffExpired,
    Message,
)
from govmesh.database import BadData

pytestmark = pytest.mark.slow

POST = "post:post-340881103004001"
OPEN = {
    "title": {"zh": "按时办结", "en": "closed on time"},
    "on": "event.closed.v1",
    "account": "post",
    "field": "duty_post",
    "basis": "test",
}


def test_a_good_closing_earns_what_the_rulebook_says(points: Any, said: Callable[..., Message[Any]]) -> None:
    """On time and without rework: two entries for the post, their balance in each message, the reason beside each."""
    points.hear(said(EventClosed))
    found = points.get("events/E-1")
    assert {(row["rule"], row["points"]) for row in found["entries"]} == {
        ("handled_on_time", 2),
        ("handled_at_first", 1),
    }
    assert all("handled" in row["why"]["en"] and row["why"]["zh"] for row in found["entries"])
    bodies = [row[0] for row in points.rows("SELECT body FROM outbox ORDER BY seq")]
    assert len(bodies) == 2 and '"balance":2' in bodies[0] and '"balance":3' in bodies[1]
    assert points.get(f"accounts/{POST}")["balance"] == 3


def test_history_keeps_every_posting_under_the_trace_of_its_event(
    points: Any, said: Callable[..., Message[Any]]
) -> None:
    """Each entry and each reversal stands in the history of the event, under the message's own trace."""
    points.hear(said(EventClosed), said(EventReopened, version=6, after=60))
    rows = points.rows("SELECT kind, trace, holder, reason FROM history WHERE subject = 'E-1' ORDER BY seq")
    assert [row[0] for row in rows] == ["points.posted"] * 2 + ["points.reversed"] * 2
    assert {row[1] for row in rows} == {"a" * 32} and {row[2] for row in rows} == {POST}
    assert [row[3] for row in rows] == [
        "handled_on_time +2",
        "handled_at_first +1",
        "handled_on_time -2",
        "handled_at_first -1",
    ]


@pytest.mark.parametrize("together", [True, False])
def test_what_comes_twice_counts_once(points: Any, said: Callable[..., Message[Any]], together: bool) -> None:
    """The same message again, the same closing said again, and a second grade of one closing post nothing."""
    closed, rated = said(EventClosed), said(EventRated, version=6, after=9)
    again, regrade = said(EventClosed, version=6), said(EventRated, version=7, after=99)
    points.hear(closed, closed, rated, rated, again, regrade, batch=together)
    points.hear(rated, closed, batch=together)
    assert points.get("summary")["entries"] == 4 and points.get("events/E-1")["points"] == 5


@pytest.mark.parametrize("undone", [EventReworked, EventReopened, EventVoided])
def test_what_an_event_had_earned_is_taken_back(
    points: Any, said: Callable[..., Message[Any]], undone: type[Any]
) -> None:
    """Rework, reopening and voiding reverse every gain; both entries stay, the account ends where it began."""
    points.hear(said(EventClosed), said(EventRated, version=6, after=5))
    points.hear(said(undone, version=7, after=60))
    found = points.get("events/E-1")
    assert found["points"] == 0 and len(found["entries"]) == 8
    assert sorted(filter(None, (row["reverses"] for row in found["entries"]))) == sorted(
        row["id"] for row in found["entries"] if not row["reverses"]
    )
    assert points.get(f"accounts/{POST}")["balance"] == 0
    assert points.get("summary")["balanced"]


def test_a_reversal_that_comes_first_still_ends_right(points: Any, said: Callable[..., Message[Any]]) -> None:
    """A closing that arrives after the message that undid it earns nothing; the next closing earns again."""
    points.hear(said(EventReopened, version=6, after=60))
    points.hear(said(EventClosed, version=5))
    assert points.get("events/E-1")["entries"] == []
    points.hear(said(EventRated, version=9, after=90, closing=2))
    assert points.get("events/E-1")["points"] == 2


@pytest.mark.parametrize("clock", ["true", "still", "backwards"])
def test_every_order_of_arrival_ends_in_the_same_book(
    make: Callable[..., Any], said: Callable[..., Message[Any]], clock: str
) -> None:
    """Two closings and two undoings, in all 120 orders, also where the speaker's clock stood or ran back."""
    rules = [{**OPEN, "id": "closed", "points": 2}, {**OPEN, "id": "rated", "on": "event.rated.v1", "points": 3}]
    service = make(rules=rules)
    step = {"true": 60, "still": 0, "backwards": -60}[clock]
    orders = list(permutations(range(5)))
    random.Random(5).shuffle(orders)
    for number, order in enumerate(orders):
        event = f"E-{number}"
        life = [
            said(EventClosed, event, version=4, after=0, closing=1),
            said(EventReopened, event, version=5, after=step),
            said(EventClosed, event, version=7, after=2 * step, closing=2),
            said(EventReworked, event, version=8, after=3 * step),
            said(EventRated, event, version=9, after=4 * step, closing=2),
        ]
        service.hear(*(life[i] for i in order), batch=number % 2 == 0)
    by_event = service.rows("SELECT event_id, sum(points) FROM entries GROUP BY event_id")
    assert len(by_event) == len(orders) and {int(row[1]) for row in by_event} == {3}
    assert service.get("summary")["balanced"]


def test_caps_hold_within_a_batch_and_across_batches(points: Any, said: Callable[..., Message[Any]]) -> None:
    """Fifteen closings on one day: 20 and 10 points at most by the two rules; a reversal makes room again."""
    points.hear(*(said(EventClosed, f"E-{number}") for number in range(8)))
    points.hear(*(said(EventClosed, f"E-{number}") for number in range(8, 15)))
    by_rule = {row["rule"]: row["points"] for row in points.get("summary")["by_rule"]}
    assert by_rule == {"handled_on_time": 20, "handled_at_first": 10}
    points.hear(said(EventReopened, "E-0", version=6, after=60), said(EventClosed, "E-99", after=90))
    by_rule = {row["rule"]: row["points"] for row in points.get("summary")["by_rule"]}
    assert by_rule == {"handled_on_time": 20, "handled_at_first": 10}
    assert points.get("events/E-99")["points"] == 3


def test_a_fault_of_handling_may_cost_and_is_not_given_back(
    make: Callable[..., Any], said: Callable[..., Message[Any]]
) -> None:
    """A rule on expired hand-offs takes points from the post; reopening the event does not return them."""
    service = make(rules=[{**OPEN, "id": "expired", "on": "handoff.expired.v1", "points": -2}])
    expired = said(HandOffExpired)
    service.hear(expired, said(EventReopened, version=9, after=60))
    assert service.get(f"accounts/{POST}")["balance"] == -2


def test_points_are_double_entry(points: Any, said: Callable[..., Message[Any]]) -> None:
    """What the posts hold is what the authority has issued, at any past moment too."""
    points.hear(said(EventClosed))
    points.clock.set(points.clock.now().replace(hour=12))
    points.hear(said(EventReopened, version=6, after=60), said(EventClosed, "E-2"))
    issued = points.get("accounts/authority:tongcheng")
    assert issued["balance"] == -3 and len(issued["entries"]) == 6
    assert points.get("accounts/authority:tongcheng?at=2026-03-02T11:00:00%2B08:00")["balance"] == -3
    assert points.get(f"accounts/{POST}?at=2026-03-02T08:00:00%2B08:00")["balance"] == 0
    found = points.get("summary")
    assert (found["points"], found["held"], found["issued"], found["reversals"]) == (3, 3, -3, 2)


def test_an_entry_cannot_be_changed(points: Any, said: Callable[..., Message[Any]]) -> None:
    """The database itself refuses to change or delete an entry."""
    points.hear(said(EventClosed))
    for sql in ("UPDATE entries SET points = 99", "DELETE FROM entries"):
        with pytest.raises(BadData), points.mesh.database.write() as conn:
            conn.exec_driver_sql(sql)
    assert points.get("summary")["points"] == 3


def test_a_batch_asks_each_table_once(points: Any, said: Callable[..., Message[Any]]) -> None:
    """A hundred events cost as many queries as one."""
    asked: list[str] = []
    sa.event.listen(
        points.mesh.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: asked.append(statement),
    )
    counted = []
    for size in (1, 100):
        asked.clear()
        fresh = [said(EventClosed, f"E-{size}-{number}", duty_post=f"post-{size}-{number}") for number in range(size)]
        points.hear(*fresh, *(said(EventReopened, f"E-{size}-{number}", version=6, after=9) for number in range(size)))
        asked_again = len([one for one in asked if one.lstrip().upper().startswith("SELECT")])
        points.hear(*(said(EventReworked, f"E-{size}-{number}", version=7, after=99) for number in range(size)))
        counted.append((asked_again, len([one for one in asked if one.lstrip().upper().startswith("SELECT")])))
    assert counted[0] == counted[1]


def test_what_earns_nothing_here_is_heard_and_left_alone(
    make: Callable[..., Any], said: Callable[..., Message[Any]], tongcheng: Any
) -> None:
    """A late closing, one outside any grid, a bad grade and a fault without a rule post nothing and park nothing."""
    service = make()
    service.hear(
        said(EventClosed, "E-1", on_time=False, reworks=1),
        said(EventClosed, "E-2", duty_post=None),
        said(EventRated, "E-3", grade=1),
        said(HandOffExpired, "E-4"),
    )
    assert service.get("summary")["entries"] == 0 and service.mesh.parking.list() == []


def test_an_imported_event_is_not_even_heard(points: Any, said: Callable[..., Message[Any]]) -> None:
    """History earns nothing: points does not listen for what was taken over from the past."""
    points.hear(said(EventImported))
    assert points.mesh.parking.list()[0].code == "MSG_UNKNOWN_TYPE" and points.get("summary")["entries"] == 0


def test_a_rule_that_waits_for_what_never_comes_fails_at_start(make: Callable[..., Any]) -> None:
    """A rulebook that asks for a message points does not hear, or for a field nobody has, starts nothing."""
    for on, field, code in (
        ("event.filed.v1", "duty_post", "POINTS_UNHEARD_TYPE"),
        ("event.closed.v1", "duty_pots", "POINTS_UNKNOWN_FIELD"),
    ):
        with pytest.raises(Refusal) as no:
            make(rules=[{**OPEN, "id": "r", "points": 1, "on": on, "field": field}])
        assert no.value.code == code


def test_the_api_says_no_with_a_reason(points: Any) -> None:
    """An account nobody has, one that is none, and a moment that is none each get their code."""
    for path, status, code in (
        ("accounts/post:nobody", 404, "POINTS_ACCOUNT_UNKNOWN"),
        ("accounts/nonsense", 422, "POINTS_BAD_ACCOUNT"),
        (f"accounts/{POST}?at=yesterday", 422, "HTTP_BAD_REQUEST"),
    ):
        found = points.get(path)
        assert (found["status"], found["error"]["code"]) == (status, code)
    assert points.get("balances") == {"status": 200, "balances": []}
