"""A year's notice is heard, or loaded where petition runs alone: stored dues and promises of petitions are renewed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from govcore.calendar import Notice
from govcore.messages import Message
from govcore.messages.calendar import CalendarNoticed
from govmesh import ops
from govmesh.http import Api

PATH = "/renewals"
SPRING = Notice(year=2027, name="Spring Festival", holidays="0206-0226")


@pytest.fixture
def february(petitions: Any) -> Any:
    """The service in February 2027, whose notice is not known."""
    petitions.clock.set(petitions.mesh.pack.calendar.read("2027-02-04T08:00"))
    return petitions


def load(petitions: Any, *holidays: Notice) -> Any:
    api = Client(Api([*ops.routes(petitions.mesh)]))
    answer = api.post("/ops/calendar", json={"notices": [one.model_dump() for one in holidays]})
    return {"status": answer.status_code, **answer.get_json()}


def promised(petitions: Any, petition: str) -> dict[str, datetime]:
    """Its promises, by clause."""
    rows = petitions.rows(f"SELECT kind, due_at FROM timers WHERE subject = '{petition}'")
    return {kind: datetime.fromisoformat(str(due)) for kind, due in rows}


def running(petitions: Any, petition: str) -> dict[str, datetime]:
    """The ends of its terms that run, as the statutory clock reckons them now."""
    found = petitions.get(f"/{petition}/clock")["deadlines"]
    return {each["clause"]: datetime.fromisoformat(each["due"]) for each in found if each["state"] == "running"}


def test_a_stored_due_and_its_promise_move_with_the_notice(february: Any) -> None:
    """Asked for, nothing changes; done, the due is what the clock says, and the promise stands there; twice is once."""
    petition = february.new()
    before = february.get(f"/{petition}")
    assert february.get(PATH)["renewed"] == []
    assert load(february, SPRING)["changed"] == [2027] and load(february, SPRING)["changed"] == []
    (one,) = february.get(PATH)["renewed"]
    assert (one["id"], one["was_due_at"]) == (petition, before["due_at"])
    assert february.get(f"/{petition}")["due_at"] == before["due_at"]
    assert february.post(PATH)["renewed"] == [one]
    after = february.get(f"/{petition}")
    (office,) = [each for each in february.get(f"/{petition}/clock")["deadlines"] if each["clause"] == "register"]
    due = datetime.fromisoformat(after["due_at"])
    assert due == datetime.fromisoformat(office["due"])
    assert promised(february, petition) == running(february, petition) != {}
    assert due > datetime.fromisoformat(before["due_at"]) and after["late_at"] == one["late_at"]
    assert february.post(PATH)["renewed"] == [] and february.steps(petition).count("renew") == 1


def test_the_old_due_passes_in_peace_and_the_new_one_is_late(february: Any) -> None:
    """Nobody is late at a time that no longer holds."""
    petition = february.new()
    was = datetime.fromisoformat(february.get(f"/{petition}")["due_at"])
    load(february, SPRING)
    (one,) = february.post(PATH)["renewed"]
    for due, late in ((was, False), (datetime.fromisoformat(one["due_at"]), True)):
        february.clock.set(due + timedelta(seconds=1))
        february.mesh.tick()
        assert ("overdue" in february.steps(petition)) is late


def test_what_dispatch_says_is_kept_and_what_is_older_is_not(february: Any) -> None:
    """Heard by message, in any order and twice: the newest of each year holds."""
    calendar, clock = february.mesh.pack.calendar, february.clock
    day = datetime(2027, 2, 8).date()
    assert calendar.is_working(day)
    old = _noticed(clock.now(), Notice(year=2027, name="x", holidays="0210"))
    new = _noticed(clock.now() + timedelta(hours=1), SPRING)
    for message in (new, old, new):
        february.hear(message)
        february.mesh.years._look_at = 0.0
        february.mesh.tick()
        assert not february.mesh.pack.calendar.is_working(day)


def _noticed(at: datetime, *holidays: Notice) -> Any:
    lines = tuple((int(one.year), one.name, one.holidays, one.makeup) for one in holidays)
    data = CalendarNoticed(holidays=lines, noticed_at=at)
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    return Message(f"m-{holidays[0].name[0]}", "/dispatch", "calendar", 1, "", at, trace, data)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "HTTP_BAD_BODY"),
        ({"notices": []}, "HTTP_BAD_BODY"),
        ({"notices": [{"year": "*", "name": "x"}]}, "HTTP_BAD_BODY"),
        ({"notices": [{"year": 2027, "name": "x", "holidays": "0230"}]}, "CALENDAR_BAD_NOTICE"),
        ({"notices": [{"year": 2027, "name": "x", "holidays": "0210-0201"}]}, "CALENDAR_BAD_NOTICE"),
    ],
)
def test_a_wrong_notice_is_refused_and_nothing_is_kept(february: Any, body: Any, code: str) -> None:
    """With its reason; the calendar is as it was."""
    answer = Client(Api([*ops.routes(february.mesh)])).post("/ops/calendar", json=body)
    assert answer.get_json()["error"]["code"] == code
    assert february.rows("SELECT * FROM years") == []
