"""A report becomes a matter and finds its departments, or the triage desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govcore.errors import Refusal
from govcore.events import Changed, assert_one_holder, matter, who_holds
from govcore.events.routing import Decision
from govcore.messages import EventAttached, EventCorrected, EventFiled, EventImported, EventReported, HandOffOffered
from govcore.testing import AT, a_matter, a_report, a_way, a_where, an_event

TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


def _types(changed: Changed) -> list[str]:
    return [said.payload.type for said in changed.said]


def _code(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def test_from_the_first_moment_the_intake_desk_holds_it() -> None:
    """A filed report is an event with a holder, a message, a history line and the locate promise."""
    changed = matter.file(a_report(), at=AT, way=a_way(), trace=TRACE, fingerprint="f")
    event = changed.event
    assert event is not None and (event.state, event.holder, event.held_since) == ("reported", "desk:intake", AT)
    assert (event.trace, event.fingerprint, event.version) == (TRACE, "f", 1)
    assert _types(changed) == ["event.reported.v1"]
    (note,) = changed.notes
    assert (note.from_state, note.to_state, note.actor) == ("", "reported", "channel:hotline")
    assert [(one.kind, one.at) for one in changed.promises] == [("locate", AT + timedelta(minutes=10))]
    assert_one_holder(event, [])


def test_what_leaves_the_house_says_nothing_about_the_reporter() -> None:
    """Telephone numbers, citizen ids and mail in free text are masked in messages and kept in the event's own row."""
    secret = "13912345678", "34088119800101123X", "zhang@example.org", "0556-6121234"
    text = f"请回电{secret[0]}，身份证{secret[1]}，{secret[2]}，或{secret[3]}。垃圾没人清"
    filed = matter.file(a_report(title=text, text=text, address=text), at=AT, way=a_way(), trace=TRACE)
    assert filed.event is not None and filed.event.text == text
    routed = matter.located(filed.event, a_where(), at=AT, way=a_way())
    for said in (*filed.said, *routed.said):
        body = said.payload.model_dump_json()
        assert not [word for word in secret if word in body]
        if isinstance(said.payload, EventReported | HandOffOffered):
            assert "垃圾没人清" in said.payload.title


def test_a_located_matter_is_offered_to_lead_and_assists() -> None:
    """Each department gets its own offer, straight to its queue; the offerer holds every one of them."""
    changed = a_matter(a_way("chengguan", ("gongan", "gongan", "chengguan"), severity="urgent", term="2wh"))
    event = changed.event
    assert event is not None and (event.state, event.holder, event.lead) == ("assigned", None, "chengguan")
    assert (event.place, event.duty_post, event.located) == ("34.08.81.103.004", "post-340881103004001", True)
    assert [(one.role, one.dept, one.state, one.holder) for one in changed.handoffs] == [
        ("lead", "chengguan", "offered", "desk:intake"),
        ("assist", "gongan", "offered", "desk:intake"),
    ]
    assert {one.due_at for one in changed.handoffs} == {AT + timedelta(hours=2)} == {event.due_at}
    assert _types(changed) == ["event.filed.v1", "handoff.offered.v1", "handoff.offered.v1"]
    assert [said.to for said in changed.said] == [(), ("chengguan",), ("gongan",)]
    assert {said.payload.severity for said in changed.said if isinstance(said.payload, HandOffOffered)} == {"urgent"}
    assert [note.to_state for note in changed.notes] == ["located", "assigned", "offered", "offered"]
    assert [one.kind for one in changed.promises] == ["accept", "finish", "receipt"] * 2
    assert len(who_holds(event, changed.handoffs)) == 2
    assert_one_holder(event, changed.handoffs)


def test_an_assistant_has_its_own_term_where_its_rule_says_one() -> None:
    """Its task is due then; the lead's and the matter's own term stay what they were."""
    own = Decision("chengguan", ("gongan", "shichang"), None, "2wh", ("r",), (("gongan", "1wh"),))
    changed = a_matter(a_way(route=lambda _: own))
    terms = {one.dept: (one.term, one.due_at) for one in changed.handoffs}
    assert terms == {
        "chengguan": ("2wh", AT + timedelta(hours=2)),
        "gongan": ("1wh", AT + timedelta(hours=1)),
        "shichang": ("2wh", AT + timedelta(hours=2)),
    }
    assert changed.event is not None and changed.event.due_at == AT + timedelta(hours=2)


@pytest.mark.parametrize(
    ("lead", "assists", "reason"),
    [
        (None, (), "EVENT_NO_RULE"),
        ("nobody", (), "HANDOFF_UNKNOWN_DEPARTMENT"),
        ("chengguan", ("nobody",), "HANDOFF_UNKNOWN_DEPARTMENT"),
    ],
)
def test_what_no_rule_can_place_is_held_by_the_triage_desk(
    lead: str | None, assists: tuple[str, ...], reason: str
) -> None:
    """No lead, or a department the pack has not: the triage desk, with a term like anybody else."""
    changed = a_matter(a_way(lead, assists))
    event = changed.event
    assert event is not None and (event.state, event.holder) == ("triage", "desk:triage")
    assert changed.handoffs == ()
    assert [(one.kind, one.at) for one in changed.promises] == [("triage", AT + timedelta(hours=2))]
    assert changed.notes[-1].reason == reason
    assert_one_holder(event, [])


def test_routing_sees_the_place_that_was_found() -> None:
    """The rules are asked about the located event, not about the report."""
    seen = []
    way = a_way()
    asked = a_way(route=lambda event: (seen.append(event.place), way.route(event))[1])
    a_matter(asked)
    assert seen == ["34.08.81.103.004"]


@pytest.mark.parametrize("reason", ["EVENT_LOCATE_LATE", "EVENT_NO_GRID_SERVICE", "GRID_POINT_OUTSIDE"])
def test_without_a_location_it_goes_on_and_says_so(reason: str) -> None:
    """The division that came with the report has to do; the message and the history give the reason."""
    changed = matter.go_on(an_event(), at=AT, way=a_way(), reason=reason)
    assert changed.event is not None
    assert (changed.event.state, changed.event.located, changed.event.place) == ("assigned", False, "34.08.81.103")
    filed = changed.said[0].payload
    assert isinstance(filed, EventFiled) and (filed.located, filed.reason) == (False, reason)
    assert changed.notes[0].reason == reason
    assert not matter.go_on(changed.event, at=AT, way=a_way(), reason=reason)


def test_a_late_location_corrects_the_place_without_moving_the_matter() -> None:
    """Nobody's task changes hands; event and open tasks learn the place, the departments are told, once."""
    gone = matter.go_on(an_event(), at=AT, way=a_way("chengguan", ("gongan",)), reason="EVENT_LOCATE_LATE")
    assert gone.event is not None
    tasks = (gone.handoffs[0], gone.handoffs[1].model_copy(update={"state": "withdrawn", "holder": None}))
    late = matter.located(gone.event, a_where(), at=AT + timedelta(hours=1), way=a_way("shichang"), handoffs=tasks)
    assert late.event is not None
    assert (late.event.state, late.event.lead, late.event.place) == ("assigned", "chengguan", "34.08.81.103.004")
    assert [(one.id, one.holder, one.generation, one.place) for one in late.handoffs] == [
        (tasks[0].id, "desk:intake", 1, "34.08.81.103.004")
    ]
    said = late.said[0]
    assert isinstance(said.payload, EventCorrected) and said.payload.was_place == "34.08.81.103"
    assert said.to == ("chengguan",)
    assert not late.promises
    assert not matter.located(late.event, a_where(), at=AT, way=a_way(), handoffs=tasks)


def test_the_triage_desk_names_the_departments() -> None:
    """Its offers are its own: it holds them until somebody accepts."""
    at_desk = a_matter(a_way(None)).event
    assert at_desk is not None
    changed = matter.triage(
        at_desk, lead="gongan", assists=("zhujian",), reason="职责清单", by="desk:triage", at=AT, way=a_way()
    )
    assert changed.event is not None and (changed.event.state, changed.event.holder) == ("assigned", None)
    assert {one.holder for one in changed.handoffs} == {"desk:triage"}
    assert _types(changed)[0] == "event.triaged.v1"
    assert_one_holder(changed.event, changed.handoffs)
    for lead, reason, code in (
        ("nobody", "why", "HANDOFF_UNKNOWN_DEPARTMENT"),
        ("gongan", " ", "EVENT_NO_REASON"),
    ):
        with pytest.raises(Refusal) as refused:
            matter.triage(at_desk, lead=lead, reason=reason, by="desk:triage", at=AT, way=a_way())
        assert _code(refused) == code
    with pytest.raises(Refusal) as refused:
        matter.triage(changed.event, lead="gongan", reason="again", by="desk:triage", at=AT, way=a_way())
    assert _code(refused) == "EVENT_NOT_ALLOWED"


def test_a_repeat_is_attached_to_the_open_matter() -> None:
    """The event counts its reports and moves nowhere; an ended event takes none."""
    event = an_event()
    changed = matter.attach(event, a_report(id="R-2"), at=AT, reason="EVENT_REPEAT_SAME_TEXT", score=1.0)
    assert changed.event is not None and (changed.event.reports, changed.event.state) == (2, "reported")
    said = changed.said[0].payload
    assert isinstance(said, EventAttached) and (said.report_id, said.reports, said.into) == ("R-2", 2, None)
    with pytest.raises(Refusal) as refused:
        matter.attach(event.model_copy(update={"state": "closed"}), a_report(), at=AT, reason="x")
    assert _code(refused) == "EVENT_NOT_OPEN"


def test_nobodys_matter_is_voided_and_its_tasks_withdrawn_aloud() -> None:
    """Every open task ends with a message to its department."""
    routed = a_matter(a_way("chengguan", ("gongan",)))
    assert routed.event is not None
    changed = matter.void(routed.event, routed.handoffs, by="desk:triage", at=AT, reason="误报")
    assert changed.event is not None and changed.event.state == "void"
    assert [said.to for said in changed.said] == [("chengguan",), ("gongan",), ()]
    assert_one_holder(changed.event, changed.handoffs)
    with pytest.raises(Refusal) as refused:
        matter.void(changed.event, changed.handoffs, by="desk:triage", at=AT, reason="again")
    assert _code(refused) == "EVENT_NOT_ALLOWED"


@pytest.mark.parametrize(("hours", "due", "on_time"), [(1, 2, True), (3, 2, False), (1, None, None)])
def test_a_matter_of_the_past_keeps_its_own_times(hours: int, due: int | None, on_time: bool | None) -> None:
    """Taken over as it ended: no offer, no promise, no order, and on-time judged by its own dates."""
    changed = matter.take_over(
        a_report(reported_at=AT),
        at=AT + timedelta(days=900),
        trace=TRACE,
        closed_at=AT + timedelta(hours=hours),
        due_at=None if due is None else AT + timedelta(hours=due),
        lead="chengguan",
        result="Case resolved.",
    )
    event = changed.event
    assert event is not None
    assert (event.state, event.holder, event.opened_at, event.on_time) == ("closed", None, AT, on_time)
    assert (changed.handoffs, changed.promises) == ((), ())
    assert [type(said.payload) for said in changed.said] == [EventImported]
    assert_one_holder(event, [])


def test_an_unended_matter_of_the_past_stands_at_triage() -> None:
    """Somebody must hold it, and nothing is started for it."""
    changed = matter.take_over(a_report(reported_at=AT), at=AT, trace=TRACE)
    assert changed.event is not None and (changed.event.state, changed.event.holder) == ("triage", "desk:triage")
    assert not changed.promises
    assert_one_holder(changed.event, [])


def test_a_past_that_ends_before_it_begins_is_refused() -> None:
    """Closed before opened: a code and the field."""
    with pytest.raises(Refusal) as refused:
        matter.take_over(a_report(reported_at=AT), at=AT, trace=TRACE, closed_at=AT - timedelta(seconds=1))
    assert (_code(refused), refused.value.field) == ("EVENT_CLOSED_BEFORE_OPENED", "closed_at")
