"""Attach and detach again: both matters, their tasks, reports and messages."""

from __future__ import annotations

import pytest

from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.holder import assert_one_holder
from govcore.messages import EventAttached, EventDetached
from govcore.testing import AT, a_matter, a_report, a_way, an_event


def original(**changes: object) -> Event:
    return an_event(**{"id": "E-0", "reports": 2, **changes})


def merged(found: Changed) -> tuple[Changed, Changed]:
    assert found.event is not None
    return matter.merge(
        found.event, a_report(), found.handoffs, original(), by="desk:triage", at=AT, reason="同一处", score=0.9
    )


def code_of(call: object) -> str:
    with pytest.raises(Refusal) as refused:
        call()  # type: ignore[operator]
    return refused.value.code


def test_a_matter_that_departments_have_can_become_part_of_an_earlier_one() -> None:
    """Its tasks are withdrawn aloud, the original counts its reports, and both say so."""
    ended, grown = merged(a_matter(a_way("chengguan", ("gongan",))))
    assert ended.event is not None and grown.event is not None
    assert (ended.event.state, ended.event.part_of, ended.event.handoffs_open) == ("attached", "E-0", 0)
    assert [said.to for said in ended.said] == [("chengguan",), ("gongan",), ()]
    assert_one_holder(ended.event, ended.handoffs)
    assert (grown.event.reports, grown.event.state) == (3, "reported")
    about_it, about_original = ended.said[-1].payload, grown.said[-1].payload
    assert isinstance(about_it, EventAttached) and (about_it.into, about_it.score) == ("E-0", 0.9)
    assert isinstance(about_original, EventAttached) and (about_original.into, about_original.reports) == (None, 3)


def test_what_cannot_be_attached_is_refused_with_its_reason() -> None:
    """Into itself, into one that has ended, without a reason, one that is attached already."""
    one, other = an_event(), original()
    ended = original(state="closed", holder=None, closed_at=AT)

    def merge(event: Event, into: Event, reason: str = "same") -> object:
        return lambda: matter.merge(event, a_report(), (), into, by="desk:triage", at=AT, reason=reason)

    assert code_of(merge(one, one)) == "EVENT_INTO_ITSELF"
    assert code_of(merge(one, ended)) == "EVENT_NOT_OPEN"
    assert code_of(merge(one, other, " ")) == "EVENT_NO_REASON"
    assert code_of(merge(an_event(state="attached", holder=None), other)) == "EVENT_NOT_ALLOWED"


def test_an_attached_event_goes_its_own_way_again() -> None:
    """Detached, it is routed from where it is known to be, with new tasks; the count goes back."""
    ended, grown = merged(a_matter())
    assert ended.event is not None and grown.event is not None
    back, left = matter.unmerge(
        ended.event, a_report(), grown.event, by="desk:triage", at=AT, reason="地点不同", way=a_way()
    )
    assert back.event is not None and left.event is not None
    assert (back.event.state, back.event.part_of, back.event.closed_at) == ("assigned", None, None)
    assert_one_holder(back.event, (*ended.handoffs, *back.handoffs))
    assert [note.kind for note in back.notes][:3] == ["detach", "go_on", "route"]
    said = back.said[0].payload
    assert isinstance(said, EventDetached) and (said.was_part_of, said.reports_left) == ("E-0", 2)
    assert left.event.reports == 2 and left.notes[0].kind == "detach_event"
    with pytest.raises(Refusal) as refused:
        matter.unmerge(back.event, a_report(), left.event, by="desk:triage", at=AT, reason="again", way=a_way())
    assert refused.value.code == "EVENT_NOT_ATTACHED"


def test_a_report_that_attached_by_itself_becomes_an_event() -> None:
    """It opens like a new one, says that it was detached, and never takes the last report away."""
    first = original(id="E-000001")
    own, left = matter.part(
        first, a_report(id="R-2"), id="E-9", by="desk:triage", at=AT, reason="另一处", way=a_way(), trace=""
    )
    assert own.event is not None and left.event is not None
    assert (own.event.id, own.event.state, own.event.holder) == ("E-9", "reported", "desk:intake")
    assert [type(said.payload).__name__ for said in own.said] == ["EventReported", "EventDetached"]
    assert left.event.reports == 1
    for wrong in (left.event, original()):
        with pytest.raises(Refusal) as refused:
            matter.part(wrong, a_report(), id="E-8", by="d", at=AT, reason="r", way=a_way(), trace="")
        assert refused.value.code == "EVENT_NOT_ATTACHED"


@pytest.mark.parametrize(
    "state", ["reported", "triage", "assigned", "handling", "verifying", "closed", "rated", "void"]
)
def test_the_progress_of_the_original_is_told_in_words(state: str) -> None:
    """Whatever state it is in, in both languages, with its id."""
    found = matter.progress(original(state=state))
    assert "E-0" in found.text("zh_CN") and found.text("zh_CN") != found.text("en") != found.code
