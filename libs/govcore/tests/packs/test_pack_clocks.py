"""A task's clock by a division's own calendar, with pauses, extensions and a notice that comes out meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from govcore.calendar import Notice, Pause, WorkCalendar, due
from govcore.events import TRIAGE, matter
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.way import Extending, Way
from govcore.memory import SequentialIds
from govcore.packs import Pack, load_pack, way_of
from govcore.testing import a_way, an_event, rules

PackMaker = Callable[[dict[str, str]], Path]

HEAD = """\
calendar:
  base: china
  sessions: "08:00-12:00,14:00-18:00"
  source: test
  divisions:
    - {division: "340881001", sessions: "09:00-17:00", file: fair.csv, source: notice of the subdistrict}
"""
FAIR = "year,name,holidays,makeup\n2026,庙会,0306,0307\n"
PLACE = "34.08.81.001.002"
OUT = [Notice(year=2027, name="Spring Festival", holidays="0206-0212", makeup="")]


@pytest.fixture
def own(make_pack: PackMaker, sound: dict[str, str]) -> Pack:
    line = 'calendar: {base: china, sessions: "08:00-12:00,14:00-18:00", source: test}\n'
    return load_pack(make_pack({"pack.yaml": sound["pack.yaml"].replace(line, HEAD), "fair.csv": FAIR}))


class Case:
    """A matter in the subdistrict whose department has accepted at once; its term is two working days."""

    def __init__(self, pack: Pack, start: str) -> None:
        self.here = pack.calendars.of(PLACE)
        self.way = way(pack)
        self.event: Event = an_event(place=PLACE, opened_at=self.here.read(start))
        self.keep(matter.go_on(self.event, at=self.here.read(start), way=self.way, reason="EVENT_LOCATE_LATE"))
        self.keep(matter.accept(self.event, self.task, by="chengguan", generation=1, at=self.here.read(start)))

    def keep(self, changed: Changed) -> Changed:
        self.event = changed.event or self.event
        if changed.handoffs:
            (self.task,) = changed.handoffs
        return changed

    task: HandOff

    def suspend(self, at: str) -> Changed:
        said = {"by": "chengguan", "generation": 1, "reason": "awaiting_reporter"}
        return self.keep(matter.suspend(self.event, self.task, **said, at=self.here.read(at), way=self.way))

    def resume(self, at: str) -> Changed:
        return self.keep(
            matter.resume(self.event, self.task, by="chengguan", generation=1, at=self.here.read(at), way=self.way)
        )

    def extend(self, at: str, term: str) -> Changed:
        said = {"by": "chengguan", "generation": 1, "term": term, "reason": "等配件"}
        self.keep(matter.extend(self.event, self.task, **said, at=self.here.read(at), way=self.way))
        return self.keep(matter.decide(self.event, self.task, ok=True, by=TRIAGE, at=self.here.read(at), way=self.way))


def way(pack: Pack) -> Way:
    """The pack's calendars, the builders' numbers and routing."""
    return replace(
        way_of(pack, SequentialIds()), route=a_way(term="2wd").route, rules=rules(extend=Extending(2, "5wd"))
    )


def counted(calendar: WorkCalendar, start: str, term: str, *pauses: tuple[str, str]) -> datetime:
    """What the calendar itself answers."""
    left_out = [Pause(calendar.read(since), calendar.read(until)) for since, until in pauses]
    return due(calendar.read(start), term, calendar, pauses=left_out).at


def test_a_divisions_calendar_counts_pauses_and_extensions(own: Pack) -> None:
    """Its shifts, its day off and the day worked for it, two pauses and an extension: task and matter are due as the
    subdistrict's calendar says, not as the county's does, and a reminder after a transfer does not forget any of it.
    """
    case = Case(own, "2026-03-04T10:00")
    case.suspend("2026-03-04T12:00")
    case.resume("2026-03-04T15:00")
    case.extend("2026-03-05T09:00", "1wd")
    case.suspend("2026-03-05T10:00")
    case.resume("2026-03-07T10:00")
    pauses = ("2026-03-04T12:00", "2026-03-04T15:00"), ("2026-03-05T10:00", "2026-03-07T10:00")
    wanted = counted(case.here, "2026-03-04T10:00", "2wd+1wd", *pauses)
    assert case.task.due_at == case.event.due_at == wanted
    assert wanted != counted(own.calendar, "2026-03-04T10:00", "2wd+1wd", *pauses)
    assert case.event.pauses == case.task.pauses and case.event.due_term == case.task.due_term == "2wd+1wd"
    at = case.here.read("2026-03-07T11:00")
    said = {"by": "chengguan", "generation": 1, "to": "gongan", "reason": "非本辖区"}
    case.keep(matter.transfer(case.event, case.task, **said, at=at, way=case.way))
    late = case.task.accept_due_at
    assert late is not None
    case.keep(matter.woken("accept", case.event, case.task, generation=2, at=late, way=case.way))
    assert (case.task.generation, case.task.due_at, case.task.extensions) == (3, wanted, 1)
    assert case.task.pauses == case.event.pauses


def test_a_notice_leaves_pauses_out_and_extensions_in(own: Pack) -> None:
    """Reckoned again, a task keeps what its clock left out and what it got more; so does the matter it leads."""
    case = Case(own, "2027-02-03T10:00")
    case.suspend("2027-02-03T12:00")
    assert case.task.due_at is None and not case.task.provisional
    case.resume("2027-02-04T12:00")
    case.extend("2027-02-04T13:00", "1wd")
    assert case.task.provisional and case.event.provisional
    out = own.with_notices(OUT)
    case.keep(matter.renew(case.event, [case.task], at=case.here.read("2027-02-04T14:00"), way=way(out)))
    pause = ("2027-02-03T12:00", "2027-02-04T12:00")
    wanted = counted(out.calendars.of(PLACE), "2027-02-03T10:00", "2wd+1wd", pause)
    assert wanted > counted(case.here, "2027-02-03T10:00", "2wd+1wd", pause)
    assert case.task.due_at == case.event.due_at == wanted
    assert not case.task.provisional and not case.event.provisional


def test_a_task_whose_clock_stands_waits_for_the_new_calendar(own: Pack) -> None:
    """A notice that comes out during a pause tells the department nothing: when it goes on its new time has it all."""
    case = Case(own, "2027-02-03T10:00")
    case.suspend("2027-02-03T12:00")
    out = way(own.with_notices(OUT))
    at = case.here.read("2027-02-03T14:00")
    assert matter.moved(case.event, [case.task], way=out) == []
    changed = case.keep(matter.renew(case.event, [case.task], at=at, way=out))
    assert not changed.handoffs and not changed.said
    case.way = out
    case.resume("2027-02-04T12:00")
    calendar = own.with_notices(OUT).calendars.of(PLACE)
    wanted = counted(calendar, "2027-02-03T10:00", "2wd", ("2027-02-03T12:00", "2027-02-04T12:00"))
    assert case.task.due_at == case.event.due_at == wanted
    assert not case.task.provisional and not case.event.provisional


def test_a_desk_asked_for_time_looks_again_by_the_new_calendar(own: Pack) -> None:
    """What a department asked for waits at the desk by the calendar of today: the promise moves with the notice."""
    case = Case(own, "2027-02-05T09:00")
    at = case.here.read("2027-02-05T16:00")
    said = {"by": "chengguan", "generation": 1, "term": "1wd", "reason": "等配件"}
    asked = case.keep(matter.extend(case.event, case.task, **said, at=at, way=case.way))
    before = [one.at for one in asked.promises if one.kind == "request"]
    assert before == [case.here.read("2027-02-08T10:00")]
    after = case.here.read("2027-02-15T10:00")
    renewed = matter.renew(case.event, [case.task], at=at, way=way(own.with_notices(OUT)))
    assert [one.at for one in renewed.promises if one.kind == "request"] == [after]
    early = matter.woken("request", case.event, case.task, generation=1, at=before[0], way=way(own.with_notices(OUT)))
    assert [one.at for one in early.promises] == [after] and not early.said
