"""No rule gets past the guard that lets speaking up cost anybody anything."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.points import Rule, Rulebook, against_rights


def rule(on: str, points: int, *, account: str = "post", field: str = "duty_post", **more: Any) -> dict[str, Any]:
    """A rule as a pack writes it."""
    plain = {
        "id": "r1",
        "title": {"zh": "规则", "en": "a rule"},
        "basis": "村规民约",
        "account": account,
        "field": field,
    }
    return {**plain, "on": on, "points": points, **more}


VILLAGE: dict[str, Any] = {"account": "village", "field": "division"}
DEPT: dict[str, Any] = {"account": "department", "field": "lead"}

SMUGGLED = {
    "a petition registered": rule("petition.registered.v1", -5, **VILLAGE),
    "S19: one resident's petition costs the village its funds": rule("petition.referred.v1", -130, **VILLAGE),
    "a petition answered costs the department, late or not": rule("petition.answered.v1", -1, **DEPT),
    "a late answer costs the village that did not handle it": rule(
        "petition.answered.v1", -1, when={"on_time": False}, **VILLAGE
    ),
    "a fault that no answer escapes": rule("petition.answered.v1", -1, when={"on_time": [True, False]}, **DEPT),
    "a report filed": rule("event.reported.v1", -1),
    "one more report attached": rule("event.attached.v1", -1),
    "three reports or more": rule("event.attached.v1", -3, when={"reports": {"at_least": 3}}),
    "every event filed": rule("event.filed.v1", -1, **DEPT),
    "every event closed": rule("event.closed.v1", -1, **VILLAGE),
    "events closed that came by hotline": rule("event.closed.v1", -1, when={"channel": "hotline"}),
    "events closed that a petition caused": rule("event.closed.v1", -1, when={"cause": "P-*"}),
    "late events, but only those a petition caused": rule(
        "event.closed.v1", -1, when={"on_time": False, "cause": "P-*"}, **DEPT
    ),
    "a fault nobody is free of": rule("event.closed.v1", -1, when={"reworks": {"at_least": 0}}),
    "any grade at all": rule("event.rated.v1", -1, when={"grade": {"at_most": 5}}),
    "the resident objected": rule("event.reopened.v1", -2),
    "every task offered": rule("handoff.offered.v1", -1, account="department", field="dept"),
    "a household whose matter was late": rule(
        "event.closed.v1", -1, account="household", field="duty_post", when={"on_time": False}
    ),
    "counted by the month": rule("month.ended.v1", -1, when={"petitions": {"at_least": 1}}, **VILLAGE),
    "counted in pinyin": rule("month.ended.v1", -1, when={"XinFang_liang": {"at_least": 1}}, **VILLAGE),
    "counted in full-width letters": rule(
        "month.ended.v1", -1, when={"ｐｅｔｉｔｉｏｎｓ": {"at_least": 1}}, **VILLAGE
    ),
    "hidden in a value": rule("village.assessed.v1", -10, when={"item": ["卫生", "有人进京上访"]}, **VILLAGE),
    "hidden in the title": rule(
        "village.assessed.v1", -10, title={"zh": "信访量超标", "en": "too many"}, when={"item": "i7"}, **VILLAGE
    ),
    "hidden in the id": rule("village.assessed.v1", -10, id="complaint-count", **VILLAGE),
    "an account found through who petitioned": rule("patrol.missed.v1", -1, account="person", field="petitioner_id"),
    "a suit filed": rule("lawsuit.filed.v1", -5, **VILLAGE),
    "a review asked for": rule("review.requested.v1", -5, **VILLAGE),
    "consent refused": rule("consent.refused.v1", -5, account="household", field="household"),
    "an objection to the board": rule("board.objected.v1", -1, account="person", field="person"),
    "a reward for nobody having petitioned": rule("month.ended.v1", 10, when={"petitions": 0}, **VILLAGE),
    "a reward for few complaints": rule("month.ended.v1", 10, when={"complaints": {"at_most": 2}}, **VILLAGE),
    "a reward for no suit": rule("month.ended.v1", 10, when={"lawsuit": False}, **VILLAGE),
    "a reward for a petition withdrawn": rule("petition.withdrawn.v1", 10),
}

FAIR = {
    "closed on time": rule("event.closed.v1", 2, when={"on_time": True}),
    "somebody reported a hazard": rule("event.reported.v1", 1, when={"severity": "urgent"}),
    "closed late": rule("event.closed.v1", -2, when={"on_time": False}, **DEPT),
    "a poor grade for the work": rule("event.rated.v1", -2, when={"grade": {"at_most": 2}}, **DEPT),
    "reworked": rule("event.reworked.v1", -1, **DEPT),
    "nobody answered an offer": rule("handoff.expired.v1", -1, account="department", field="expired_dept"),
    "a petition answered late, to whoever answered": rule("petition.answered.v1", -2, when={"on_time": False}, **DEPT),
    "a petition answered in time": rule("petition.answered.v1", 2, when={"on_time": True}, **DEPT),
    "the worker on duty was late": rule(
        "event.closed.v1", -1, account="person", field="duty_person", when={"on_time": False}
    ),
    "a patrol missed": rule("patrol.missed.v1", -1),
    "a broken object not seen": rule("object.missed.v1", -1),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_rule_that_punishes_speaking_up_is_refused_with_the_article(name: str) -> None:
    """However it is dressed, the rulebook does not load, and says which rule, which key and which articles."""
    data = {"currency": {"zh": "积分", "en": "points"}, "published": "2026-01-01", "rules": [SMUGGLED[name]]}
    with pytest.raises(Refusal) as no:
        Rulebook.load(data, "tongcheng", UTC)
    assert no.value.code == "POINTS_RIGHTS"
    assert (no.value.field or "").startswith("rules[0].")
    assert "18, 46" in no.value.text("en") and "信访工作条例" in no.value.text("zh_CN")


@pytest.mark.parametrize("name", FAIR)
def test_a_rule_about_handling_is_let_through(name: str) -> None:
    """Good and bad handling may count, and so may what nobody's voice has a part in."""
    assert against_rights(Rule.model_validate(FAIR[name])) is None
