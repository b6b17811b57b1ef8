"""Suspended and extended: a task's clock stands or gets more time, by rule and with approval."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from govcore.calendar import Pause, WorkCalendar, due
from govcore.errors import Refusal
from govcore.events import TRIAGE, Event, HandOff, assert_one_holder, matter
from govcore.events.decision import Changed
from govcore.events.way import End, Way
from govcore.messages import (
    EventExtended,
    EventResumed,
    EventSuspended,
    HandOffDenied,
    HandOffExtended,
    HandOffRequested,
    HandOffResumed,
    HandOffSuspended,
    OrderIssued,
)
from govcore.testing import AT, a_way, an_event
from govcore.testing.builders import a_where

HOUR = timedelta(hours=1)


class Case:
    """A matter whose lead has accepted, ten minutes after the offer; its term is four hours."""

    def __init__(self, way: Way | None = None, *, assists: tuple[str, ...] = ()) -> None:
        self.way = way or a_way(assists=assists)
        self.tasks: dict[str, HandOff] = {}
        self.event: Event = an_event()
        self.keep(matter.located(self.event, a_where(), at=AT, way=self.way))
        self.answer(matter.accept, at=AT + HOUR / 6, way=None)

    def keep(self, changed: Changed) -> Changed:
        self.event = changed.event or self.event
        self.tasks.update((task.id, task) for task in changed.handoffs)
        assert_one_holder(self.event, list(self.tasks.values()))
        return changed

    @property
    def task(self) -> HandOff:
        return next(iter(self.tasks.values()))

    def answer(self, ask: Any, *, at: datetime, **more: Any) -> Changed:
        said = {"by": self.task.dept, "generation": self.task.generation, "at": at, "way": self.way, **more}
        if said["way"] is None:
            del said["way"]
        return self.keep(ask(self.event, self.task, **said))

    def decide(self, ok: bool, *, at: datetime, **more: Any) -> Changed:
        return self.keep(matter.decide(self.event, self.task, ok=ok, by=TRIAGE, at=at, way=self.way, **more))

    def wake(self, kind: str, at: datetime) -> Changed:
        changed = matter.woken(kind, self.event, self.task, generation=self.task.generation, at=at, way=self.way)
        return self.keep(changed)


def refused(ask: Any) -> str:
    """The reason code; both texts are there."""
    with pytest.raises(Refusal) as no:
        ask()
    assert no.value.text("zh_CN") != no.value.code != no.value.text("en")
    return no.value.code


def kinds(changed: Changed) -> list[type]:
    return [type(said.payload) for said in changed.said]


ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "HANDOFF_STALE_GENERATION": ("suspend", {"generation": 0}),
    "HANDOFF_NOT_HOLDER": ("suspend", {"by": "gongan"}),
    "HANDOFF_SUSPEND_REASON": ("suspend", {"reason": "tired"}),
    "HANDOFF_TOO_LONG": ("suspend", {"term": "6d"}),
    "HANDOFF_TERM_OVER": ("suspend", {"at": AT + 5 * HOUR}),
    "HANDOFF_NOT_SUSPENDED": ("resume", {}),
    "HANDOFF_NO_REASON": ("extend", {"reason": " "}),
}


@pytest.mark.parametrize("code", ASKED)
def test_what_cannot_be_asked_is_refused(code: str) -> None:
    """Stale, not the holder, no such reason, too long, too late: each a no with its code, and nothing changes."""
    kind, wrong = ASKED[code]
    said: dict[str, Any] = {"at": AT + HOUR, **wrong}
    if kind == "suspend":
        said = {"reason": "awaiting_reporter", **said}
    if kind == "extend":
        said = {"term": "1wh", **said}
    case = Case()
    before = case.task
    assert refused(lambda: case.answer(getattr(matter, kind), **said)) == code
    assert case.task == before


def test_a_place_without_the_rule_allows_neither() -> None:
    """Where the pack says nothing about suspensions and extensions there are none."""
    case = Case(a_way(suspend=None, extend=None))
    later = AT + HOUR
    assert refused(lambda: case.answer(matter.suspend, reason="x", at=later)) == "HANDOFF_NO_SUSPENSION"
    assert refused(lambda: case.answer(matter.extend, term="1wh", reason="x", at=later)) == "HANDOFF_NO_EXTENSION"


def test_waiting_for_the_reporter_stops_the_clock_at_once() -> None:
    """No due time while it stands; when it goes on as much is left as there was; the matter goes with its lead."""
    case = Case()
    due_at = case.task.due_at
    assert due_at == case.event.due_at == AT + 4 * HOUR
    changed = case.answer(matter.suspend, reason="awaiting_reporter", term="1d", words="地址不详", at=AT + HOUR)
    assert kinds(changed) == [HandOffSuspended, EventSuspended]
    assert changed.said[0].to == ("chengguan",)
    assert (case.task.state, case.task.holder, case.task.due_at) == ("suspended", "dept:chengguan", None)
    assert (case.event.state, case.event.holder) == ("suspended", None)
    assert [(one.kind, one.at) for one in changed.promises] == [("resume", AT + 25 * HOUR)]
    changed = case.answer(matter.resume, at=AT + 3 * HOUR)
    assert kinds(changed) == [HandOffResumed, EventResumed]
    assert case.task.due_at == case.event.due_at == due_at + 2 * HOUR
    assert (case.task.state, case.event.state) == ("accepted", "handling")
    assert [(one.kind, one.at) for one in changed.promises] == [("finish", due_at + 2 * HOUR)]


def test_nothing_but_going_on_can_be_answered_meanwhile() -> None:
    """Finished, returned, passed on or suspended again: resume it first."""
    case = Case()
    case.answer(matter.suspend, reason="awaiting_reporter", at=AT + HOUR)
    later = AT + 2 * HOUR
    asks = (
        lambda: case.answer(matter.return_, reason="not_ours", proposed="gongan", at=later),
        lambda: case.answer(matter.transfer, to="gongan", reason="r", at=later),
        lambda: case.answer(matter.suspend, reason="awaiting_reporter", at=later),
        lambda: case.answer(matter.extend, term="1wh", reason="r", at=later),
    )
    assert [refused(ask) for ask in asks] == ["HANDOFF_SUSPENDED"] * 4


def test_a_timer_of_the_stopped_clock_finds_nothing() -> None:
    """The old term passes in silence while the clock stands, and no finding comes before the new one is over."""
    case = Case()
    case.answer(matter.suspend, reason="awaiting_reporter", at=AT + HOUR)
    assert not case.wake("finish", AT + 4 * HOUR)
    case.answer(matter.resume, at=AT + 5 * HOUR)
    assert not case.wake("finish", AT + 6 * HOUR)
    assert OrderIssued in kinds(case.wake("finish", AT + 8 * HOUR))


def test_a_suspension_ends_by_itself() -> None:
    """When its time is over the clock runs again, told to the department; an early timer changes nothing."""
    case = Case()
    case.answer(matter.suspend, reason="awaiting_reporter", term="2wh", at=AT + HOUR)
    assert not case.wake("resume", AT + 2 * HOUR)
    changed = case.wake("resume", AT + 3 * HOUR)
    assert kinds(changed) == [HandOffResumed, EventResumed]
    assert case.task.due_at == AT + 6 * HOUR
    assert not case.wake("resume", AT + 4 * HOUR)


def test_any_other_reason_needs_the_desk() -> None:
    """The clock runs on until the triage desk has decided; granted, it stands; no second request beside the first."""
    case = Case()
    changed = case.answer(matter.suspend, reason="awaiting_permit", term="1d", at=AT + HOUR)
    assert kinds(changed) == [HandOffRequested] and case.task.due_at == AT + 4 * HOUR
    assert [(one.kind, one.at) for one in changed.promises] == [("request", AT + 3 * HOUR)]
    again = refused(lambda: case.answer(matter.extend, term="1wh", reason="r", at=AT + HOUR))
    assert again == "HANDOFF_ALREADY_REQUESTED"
    changed = case.decide(True, at=AT + 2 * HOUR)
    assert kinds(changed) == [HandOffSuspended, EventSuspended]
    assert case.task.paused_until == AT + 26 * HOUR
    assert refused(lambda: case.decide(True, at=AT + 2 * HOUR)) == "HANDOFF_NOTHING_REQUESTED"


def test_the_desk_refuses_with_a_reason() -> None:
    """A refusal without one is refused itself; with one the department is told and may ask again."""
    case = Case()
    case.answer(matter.extend, term="2wh", reason="等配件", at=AT + HOUR)
    assert refused(lambda: case.decide(False, at=AT + 2 * HOUR)) == "EVENT_NO_REASON"
    changed = case.decide(False, at=AT + 2 * HOUR, reason="可先行围挡")
    assert kinds(changed) == [HandOffDenied] and changed.said[0].to == ("chengguan",)
    assert case.task.request is None and case.task.due_at == AT + 4 * HOUR
    assert kinds(case.answer(matter.extend, term="1wh", reason="等配件", at=AT + 2 * HOUR)) == [HandOffRequested]


def test_only_the_desk_decides() -> None:
    """A department cannot grant what it asked for."""
    case = Case()
    case.answer(matter.extend, term="2wh", reason="等配件", at=AT + HOUR)
    said: dict[str, Any] = {"ok": True, "by": "dept:chengguan", "at": AT + HOUR, "way": case.way}
    assert refused(lambda: matter.decide(case.event, case.task, **said)) == "LIFECYCLE_NOT_YOURS"


def test_a_desk_that_does_not_decide_gets_an_order() -> None:
    """After the desk's term an order goes to the desk, not to the department; once decided, none."""
    case = Case()
    case.answer(matter.extend, term="2wh", reason="等配件", at=AT + HOUR)
    early = case.wake("request", AT + 2 * HOUR)
    assert not (early.event or early.handoffs or early.said or early.notes)
    assert [(one.kind, one.at) for one in early.promises] == [("request", AT + 3 * HOUR)]
    (said,) = case.wake("request", AT + 3 * HOUR).said
    assert isinstance(said.payload, OrderIssued) and (said.payload.to, said.to) == (TRIAGE, ())
    case.decide(True, at=AT + 3 * HOUR)
    assert not case.wake("request", AT + 5 * HOUR)


def test_a_term_is_extended_as_often_as_the_rule_says() -> None:
    """Each extension adds to the term, for the task and for the matter it leads; the third is one too many."""
    case = Case()
    for number in (1, 2):
        case.answer(matter.extend, term="2wh", reason="等配件", at=AT + HOUR)
        changed = case.decide(True, at=AT + HOUR)
        assert kinds(changed) == [HandOffExtended, EventExtended]
        assert case.task.due_at == case.event.due_at == AT + (4 + 2 * number) * HOUR
        assert [(one.kind, one.at) for one in changed.promises] == [("finish", case.task.due_at)]
    ask = refused(lambda: case.answer(matter.extend, term="1wh", reason="等配件", at=AT + HOUR))
    assert ask == "HANDOFF_EXTENDED_ENOUGH"


def test_pauses_and_extensions_add_up() -> None:
    """Suspended twice and extended between: the due time leaves out both pauses and has both terms."""
    case = Case()
    for begin in (1, 3):
        case.answer(matter.suspend, reason="awaiting_reporter", at=AT + begin * HOUR)
        case.answer(matter.resume, at=AT + (begin + 1) * HOUR)
        if begin == 1:
            case.answer(matter.extend, term="3wh", reason="r", at=AT + 2 * HOUR)
            case.decide(True, at=AT + 2 * HOUR)
    assert case.task.due_at == AT + (4 + 3 + 2) * HOUR


def test_an_assisting_task_stands_alone() -> None:
    """Suspending an assisting task leaves the matter as it is."""
    case = Case(assists=("gongan",))
    lead, helper = case.tasks.values()
    case.tasks = {helper.id: helper, lead.id: lead}
    case.answer(matter.accept, at=AT + HOUR, way=None)
    changed = case.answer(matter.suspend, reason="awaiting_reporter", at=AT + HOUR)
    assert kinds(changed) == [HandOffSuspended] and case.event.state == "handling"


def test_a_new_offer_begins_a_new_clock() -> None:
    """Put right after verification: neither the old pauses nor the old extensions count any more."""
    case = Case(a_way(verify_share=1.0))
    case.answer(matter.suspend, reason="awaiting_reporter", at=AT + HOUR)
    case.answer(matter.resume, at=AT + 2 * HOUR)
    said: dict[str, Any] = {"by": "chengguan", "generation": 1, "result": "done", "way": case.way}
    case.keep(matter.finish(case.event, [case.task], handoff_id=case.task.id, at=AT + 3 * HOUR, **said))
    said = {"ok": False, "by": "desk:verify", "reason": "r", "way": case.way}
    case.keep(matter.verify(case.event, [case.task], at=AT + 4 * HOUR, **said))
    assert (case.task.due_at, case.task.pauses, case.task.extensions) == (AT + 6 * HOUR, (), 0)
    case.answer(matter.accept, at=AT + 4 * HOUR, way=None)
    case.answer(matter.suspend, reason="awaiting_reporter", at=AT + 4 * HOUR)
    case.answer(matter.resume, at=AT + 5 * HOUR)
    assert case.task.due_at == AT + 7 * HOUR


def test_the_calendar_counts_the_pause() -> None:
    """With China's calendar: five working days from 30 September, suspended over the holiday, end as ``due`` says."""
    china = WorkCalendar.china()
    start = china.here(datetime(2026, 9, 30, 9))

    def reckon(begin: datetime, term: str, _place: str, pauses: Any = ()) -> End:
        found = due(begin, term, china, pauses=[Pause(*one) for one in pauses])
        return End(found.at, found.provisional)

    def counted(begin: datetime, term: str, pauses: Any = ()) -> datetime:
        return reckon(begin, term, "", pauses).at

    plain = a_way(term="5wd")
    case = Case(Way(plain.rules, reckon, plain.route, plain.ids))
    stop, go = china.here(datetime(2026, 9, 30, 15)), china.here(datetime(2026, 10, 9, 15))
    clock = {"due_from": start, "due_at": counted(start, "5wd")}
    task = case.task.model_copy(update={"offered_at": start, **clock})
    case.tasks = {task.id: task}
    case.event = case.event.model_copy(update=clock)
    case.answer(matter.suspend, reason="awaiting_reporter", term="5d", at=stop)
    case.answer(matter.resume, at=go)
    assert case.task.due_at == case.event.due_at == counted(start, "5wd", [(stop, go)])
    assert case.task.due_at > counted(start, "5wd")


def test_a_task_written_before_all_this_reads() -> None:
    """A stored event and hand-off without the new fields follow the shipped loop, with their state's meaning."""
    new = ("workflow", "own_phase", "due_from", "due_term", "pauses", "paused_at", "paused_until", "extensions")
    case = Case()
    old = {k: v for k, v in case.task.model_dump(mode="json").items() if k not in (*new, "request")}
    read = HandOff.model_validate(old)
    assert (read.workflow, read.phase, read.open) == ("gbt30428/1", "held", True)
    event = {k: v for k, v in case.event.model_dump(mode="json").items() if k not in ("workflow", "own_phase")}
    assert Event.model_validate(event).phase == "departments"
