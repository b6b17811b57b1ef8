"""A petition comes in, goes on to dispatch, and is answered by what becomes of its event, in any order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from govcore.messages import (
    EventAttached,
    EventClosed,
    EventFiled,
    EventReopened,
    EventReworked,
    EventVoided,
    HandOffAccepted,
    Message,
)

pytestmark = pytest.mark.slow

Said = Callable[..., Message[Any]]


def test_a_claim_is_registered_and_goes_on_to_dispatch(petitions: Any) -> None:
    """One command: registered and referred are said in order, under one trace, with the class and the place."""
    key = petitions.new()
    one = petitions.get(f"/{key}")
    assert (one["state"], one["holder"]) == ("referred", "desk:petition")
    assert (one["place"], one["class_name"]) == ("34.08.81.001.004", "暴露垃圾")
    assert petitions.said() == ["petition.registered.v1", "petition.referred.v1"]
    assert petitions.steps(key) == ["register", "refer"]
    traces = petitions.rows("SELECT DISTINCT trace FROM history")
    assert [row[0] for row in traces] == [one["trace_id"]]
    assert all(one["trace_id"] in row[0] for row in petitions.rows("SELECT body FROM outbox"))


def test_a_petition_that_comes_again_changes_nothing(petitions: Any) -> None:
    """The same source and number find the first one."""
    key = petitions.new(source="xinfang", external_id="2026-17")
    again = petitions.post(channel="visit", text="同一件事", source="xinfang", external_id="2026-17")
    assert (again["petition"], again["new"]) == (key, False) and len(petitions.said()) == 2


@pytest.mark.parametrize(
    "more",
    [{"path": "accusation"}, {"path": "claim", "accused": "城市管理综合执法局"}, {"path": None}],
    ids=["accusation", "accused", "unread"],
)
def test_what_must_not_be_left_to_rules_stays_at_the_desk(petitions: Any, more: dict[str, Any]) -> None:
    """An accusation, what accuses a unit, and what nobody has read yet are never referred by themselves (art 30)."""
    key = petitions.new(**more)
    assert petitions.get(f"/{key}")["state"] == "registered"
    assert petitions.said() == ["petition.registered.v1"]
    petitions.forward(40)
    assert "petition.referred.v1" not in petitions.said()
    (finding,) = petitions.mesh.stalled().rows
    assert (finding.kind, finding.subject, finding.holder) == ("petition.overdue", key, "desk:petition")


def test_an_accusation_goes_only_to_whom_the_office_names(petitions: Any) -> None:
    """Not to rules, not to the accused; to a named organ by hand, and the mesh says nothing of it."""
    key = petitions.new(path="accusation", accused="gongan")
    for to, code in ((None, "PETITION_ORGAN_NEEDED"), ("gongan", "PETITION_ACCUSED_UNIT")):
        assert petitions.post(f"/{key}/refer", to=to)["error"]["code"] == code
    assert petitions.post(f"/{key}/refer", to="jiwei")["state"] == "referred"
    petitions.post(f"/{key}/answer", by="dept:jiwei", outcome="not_supported", result="经查不属实")
    assert petitions.said() == ["petition.registered.v1", "petition.answered.v1"]
    bodies = "".join(row[0] for row in petitions.rows("SELECT body FROM outbox"))
    for secret in ("accusation", "gongan", "jiwei", "暴露垃圾", "340881001004", "不属实"):
        assert secret not in bodies


def test_the_event_of_a_petition_answers_it(petitions: Any, said: Said) -> None:
    """Filed: the event is known; accepted: the 60 days run; closed: answered, in time, and said."""
    key = petitions.new()
    petitions.hear(said(EventFiled, key, version=2), said(HandOffAccepted, None, version=2, hours=2))
    one = petitions.get(f"/{key}")
    assert (one["state"], one["event_id"], one["lead"]) == ("handling", "E-000001", "chengguan")
    assert [each["clause"] for each in petitions.get(f"/{key}/clock")["deadlines"]][-1] == "handle"
    petitions.hear(said(EventClosed, key, version=5, hours=30))
    one = petitions.get(f"/{key}")
    assert (one["state"], one["outcome"]) == ("answered", "handled")
    assert petitions.said()[-1] == "petition.answered.v1"
    body = petitions.rows("SELECT body FROM outbox ORDER BY seq DESC")[0][0]
    assert '"on_time":true' in body and key in body
    assert petitions.steps(key) == ["register", "refer", "link", "accept", "answer"]
    assert petitions.rows("SELECT count(*) FROM timers")[0][0] == 0


def test_every_order_of_arrival_ends_answered_once(petitions: Any, said: Said) -> None:
    """Filed, accepted, closed, reopened, closed: in all 120 orders, together or one by one, the last answer stands."""
    for number, order in enumerate(permutations(range(5))):
        key, event = petitions.new(), f"E-{number}"
        life = [
            said(EventFiled, key, version=2, event_id=event),
            said(HandOffAccepted, None, version=2, hours=2, event_id=event),
            said(EventClosed, key, version=4, hours=3, event_id=event, outcome="first"),
            said(EventReopened, key, version=5, hours=4, event_id=event),
            said(EventClosed, key, version=8, hours=5, event_id=event, outcome="second"),
        ]
        petitions.hear(*(life[i] for i in order), batch=number % 2 == 0)
        one = petitions.get(f"/{key}")
        assert (one["state"], one["outcome"], one["event_id"]) == ("answered", "second", event), order
    assert petitions.mesh.parking.list() == []


def test_what_comes_twice_answers_once(petitions: Any, said: Said) -> None:
    """The same message again, and the same closing said again, say nothing more."""
    key = petitions.new()
    closed = said(EventClosed, key)
    petitions.hear(closed, closed)
    petitions.hear(closed, said(EventClosed, key))
    assert petitions.said().count("petition.answered.v1") == 1


@pytest.mark.parametrize("undone", [EventReworked, EventReopened])
def test_an_answer_that_does_not_stand_is_taken_back(petitions: Any, said: Said, undone: type[Any]) -> None:
    """Rework and reopening send it back to handling; an older closing heard after that changes nothing."""
    key = petitions.new()
    petitions.hear(said(EventClosed, key, version=5), said(undone, key, version=6, hours=2))
    petitions.hear(said(EventClosed, key, version=4))
    one = petitions.get(f"/{key}")
    assert (one["state"], one["answered_at"]) == ("handling", None)


def test_a_voided_event_gives_the_petition_back_to_the_desk(petitions: Any, said: Said) -> None:
    """Nobody's matter in dispatch: the office has it again, answers itself or refers it once more."""
    key = petitions.new()
    petitions.hear(said(EventFiled, key, version=2), said(EventVoided, key, version=3))
    one = petitions.get(f"/{key}")
    assert (one["state"], one["event_id"]) == ("registered", None)
    petitions.hear(said(EventClosed, key, version=2), said(HandOffAccepted, None, version=9))
    assert petitions.get(f"/{key}")["state"] == "registered"
    assert petitions.post(f"/{key}/refer")["state"] == "referred"
    referrals = petitions.rows("SELECT body FROM outbox WHERE type = 'petition.referred.v1' ORDER BY seq")
    assert [f'"referral_id":"{key}-{number}"' in row[0] for number, row in enumerate(referrals, 1)] == [True, True]


def test_a_merged_event_answers_through_the_one_it_went_into(petitions: Any, said: Said) -> None:
    """The petition's event became part of another: that one's closing answers it, though it names another cause."""
    key = petitions.new()
    petitions.hear(said(EventFiled, key, version=2, event_id="E-1"))
    petitions.hear(said(EventAttached, key, version=3, event_id="E-1", into="E-2"))
    petitions.hear(said(EventClosed, None, version=9, event_id="E-2"))
    one = petitions.get(f"/{key}")
    assert (one["state"], one["event_id"]) == ("answered", "E-2")


def test_events_of_others_are_left_alone(petitions: Any, said: Said) -> None:
    """No cause, and a cause that is no petition here: nothing is written, nothing parked."""
    petitions.hear(
        said(EventClosed, None), said(EventFiled, "P-elsewhere", event_id="E-9"), said(HandOffAccepted, None)
    )
    assert petitions.said() == [] and petitions.mesh.parking.list() == []
    assert petitions.rows("SELECT count(*) FROM links")[0][0] == 0
