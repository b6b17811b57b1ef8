"""Services in dispatch: the catalogue, and an application as an event that goes straight to its unit."""

from __future__ import annotations

from typing import Any

import pytest

NAME, PHONE = "李测密", "13988887777"


def apply(dispatch: Any, code: str, **more: Any) -> Any:
    said = {"division": "340881002001", "source": "t", "applicant": {"name": NAME, "phone": PHONE}}
    return dispatch.post(f"/api/v1/services/{code}/applications", said | more)


def test_the_catalogue_is_the_packs(dispatch: Any, tongcheng: Any) -> None:
    """Every service with its unit's name in both languages, its term and its basis; those of one unit if asked."""
    found = dispatch.get("/api/v1/services")
    assert [one["code"] for one in found["services"]] == list(tongcheng.services)
    assert found["counts"]["services"] == len(tongcheng.services) > found["counts"]["open"] > 0
    assert all(one["unit_name"]["zh"] and one["term"] and one["basis"] for one in found["services"])
    own = dispatch.get("/api/v1/services?unit=gongan")["services"]
    assert {one["unit"] for one in own} == {"gongan"}
    assert dispatch.get("/api/v1/services/business_licence")["term"] == "3wd"


def test_an_application_goes_straight_to_its_unit(dispatch: Any) -> None:
    """One hand-off, with the service's term, by the service's rule; done like any other; its applicant is sealed."""
    event = apply(dispatch, "business_licence", external_id="a-1")["event"]
    dispatch.locate_late()
    found = dispatch.get(f"/api/v1/events/{event}")
    assert (found["lead"], found["due_term"], found["channel"]) == ("shichang", "3wd", "service")
    assert found["matched"] == [found["class_code"]] == ["service.business_licence"]
    (task,) = dispatch.get(f"/api/v1/events/{event}/handoffs")["handoffs"]
    assert (task["dept"], task["role"], task["due_term"]) == ("shichang", "lead", "3wd")
    routing = dispatch.get(f"/api/v1/events/{event}/routing")
    assert [one["matched"] for one in routing["rules"]] == [True] and "19" in routing["rules"][0]["basis"]
    assert routing["facts"]["class"]["name"]["en"] == "Registration of a business"
    tables = ("events", "reports", "people", "outbox", "history")
    kept = str([dispatch.rows(f"SELECT * FROM {table}") for table in tables])
    assert NAME not in kept and PHONE not in kept
    assert dispatch.rows("SELECT event_id FROM people") == [(event,)]


def test_a_repeat_is_one_and_another_applicant_is_another(dispatch: Any) -> None:
    """The same application again changes nothing; the same service for somebody else is no repeat of it."""
    first, again = (apply(dispatch, "legal_aid", external_id="a-1") for _ in range(2))
    assert first["event"] == again["event"] and (first["new"], again["new"]) == (True, False)
    assert apply(dispatch, "legal_aid", external_id="a-2")["event"] != first["event"]
    assert len(dispatch.get("/api/v1/events")["events"]) == 2


@pytest.mark.parametrize(
    ("code", "more", "status", "reason"),
    [
        ("flying_licence", {}, 404, "SERVICE_UNKNOWN"),
        ("temporary_residence", {}, 422, "SERVICE_CLOSED"),
        ("legal_aid", {"division": "110101"}, 422, "REPORT_UNKNOWN_DIVISION"),
        ("legal_aid", {"applicant": {"who": NAME}}, 422, "HTTP_BAD_BODY"),
        ("legal_aid", {"text": "某局领导受贿"}, 422, "HTTP_BAD_BODY"),
    ],
)
def test_what_cannot_be_applied_for_is_refused(
    dispatch: Any, code: str, more: dict[str, Any], status: int, reason: str
) -> None:
    """An unknown or closed service, an unknown place, a field that is none: named, nothing kept, nobody quoted."""
    no = apply(dispatch, code, **more)
    assert (no["status"], no["error"]["code"]) == (status, reason), no
    assert no["error"]["zh"] and no["error"]["en"] and NAME not in str(no)
    assert dispatch.get("/api/v1/events")["events"] == []
