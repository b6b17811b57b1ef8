"""Persons of the register: why they may be kept, who may see what, what happens when sources differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.packs import load_pack
from govcore.persons import entitled, keeping
from govcore.persons.record import Kept, Person
from govcore.persons.said import Consent, consents_of, fields_of, words
from govcore.persons.values import age

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
RULES = load_pack("tongcheng").persons
ADULT = {"name": "王小明", "citizen_id": "34088119900101123X", "phone": "+8613812345678"}
YES = Consent(separate=True, proof="同意书一份")
DUTY = Consent()


def new() -> Person:
    return Person(id="N-1", division="340881001007", grid="g1", place="34.08.81", created_at=AT, changed_at=AT)


def register(fields: dict[str, str] | None = None, **consents: Consent) -> Kept:
    said = fields or ADULT
    granted = consents or {"residence": DUTY}
    return keeping.register(new(), said, granted, by="dept:gongan", at=AT, today=TODAY, rules=RULES)


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as no:
        call(*args, **kwargs)
    assert "王小明" not in str(no.value) and "138" not in str(no.value)
    return no.value.code


@pytest.mark.parametrize(
    ("fields", "consents", "code"),
    [
        (ADULT, {"nowhere": YES}, "PERSON_NO_SUCH_PURPOSE"),
        (ADULT, {"grid_service": YES}, "PERSON_NOT_NEEDED"),
        ({**ADULT, "hobby": "下棋"}, {"residence": DUTY}, "PERSON_NO_SUCH_FIELD"),
        ({"citizen_id": ADULT["citizen_id"]}, {"residence": DUTY}, "PERSON_FIELD_MISSING"),
        ({"name": "王小明"}, {"residence": DUTY}, "PERSON_AGE_MISSING"),
        ({"name": "王小明", "born": "1990-01-01"}, {"grid_service": DUTY}, "PERSON_NO_CONSENT"),
        ({"name": "王小明", "born": "1990-01-01", "need": "助餐"}, {"care": Consent(proof="同意书")},
         "PERSON_NO_SEPARATE_CONSENT"),
        ({"name": "王小明", "born": "2012-03-03"}, {"residence": YES}, "PERSON_GUARDIAN_MISSING"),
        ({"name": "王小明", "born": "1990-13-01"}, {"residence": DUTY}, "PERSON_BAD_VALUE"),
        ({"name": "王小明", "born": "1990-01-01", "residence": "月球"}, {"residence": DUTY}, "PERSON_BAD_VALUE"),
    ],
)  # fmt: skip
def test_who_may_not_be_kept_is_refused(fields: dict[str, str], consents: dict[str, Consent], code: str) -> None:
    """No field without a purpose, no purpose without its ground, no child without a guardian, and no word quoted."""
    assert refused(register, fields, **consents) == code


def test_the_day_of_the_fourteenth_birthday_ends_the_guardians_part() -> None:
    """Under fourteen by full years of age, also for who was born on 29 February."""
    assert age(date(2012, 3, 2), TODAY) == 14 and age(date(2012, 3, 3), TODAY) == 13
    assert age(date(2012, 2, 29), date(2026, 2, 28)) == 13 and age(date(2012, 2, 29), date(2026, 3, 1)) == 14
    assert not register({"name": "王小明", "born": "2012-03-02"}, residence=DUTY).person.minor
    child = register({"name": "王小明", "born": "2012-03-03"}, residence=Consent(given_by="guardian", proof="同意书"))
    assert child.person.minor


def test_each_system_is_told_what_it_may_have() -> None:
    """Only systems of the person's purposes, and of their fields exactly those that are there."""
    kept = register(residence=DUTY, allowance=DUTY)
    told = {one.dept: dict(one.fields) for one in kept.told}
    assert told == {"gongan": ADULT, "minzheng": ADULT}
    only = keeping.change(
        kept.person, kept.secret, {"residence": "流动"}, by="dept:gongan", at=AT, today=TODAY, ids=["X1"], rules=RULES
    )
    assert [one.dept for one in only.told] == ["gongan"], "minzheng has no field of that name"


def test_what_another_source_says_is_shown_and_not_overwritten() -> None:
    """A conflict stands beside; the same source replaces its own; a decision takes or drops; a correction ends all."""
    first = register()
    common: dict[str, Any] = {"at": AT, "today": TODAY, "rules": RULES}
    second = keeping.change(first.person, first.secret, {"name": "王晓明"}, by="dept:x", ids=["X1"], **common)
    assert second.secret.now["name"] == "王小明" and second.secret.other == {"X1": "王晓明"} and not second.told
    again = keeping.change(second.person, second.secret, {"name": "王筱明"}, by="dept:x", ids=["X2"], **common)
    assert again.secret.other == {"X2": "王筱明"} and len(again.person.conflicts) == 1
    taken = keeping.decide(again.person, again.secret, "X2", take=True, by="desk:person", **common)
    assert taken.secret.now["name"] == "王筱明" and not taken.person.conflicts
    assert taken.person.sources["name"].by == "dept:x" and [one.dept for one in taken.told] == ["gongan"]
    dropped = keeping.decide(again.person, again.secret, "X2", take=False, by="desk:person", **common)
    assert dropped.secret.now["name"] == "王小明" and not dropped.secret.other and not dropped.told
    fixed = keeping.change(
        again.person, again.secret, {"name": "王明"}, by="desk:person", ids=["X3"], corrects=True, **common
    )
    assert fixed.secret.now["name"] == "王明" and not fixed.person.conflicts
    assert refused(keeping.decide, fixed.person, fixed.secret, "X2", take=True, by="d", **common) == (
        "PERSON_CONFLICT_UNKNOWN"
    )


def test_a_purpose_that_ends_takes_its_fields_along() -> None:
    """What no other purpose needs goes, its system is told; the last one is a deletion; statutory keeping holds."""
    kept = register(residence=DUTY, allowance=DUTY)
    less = keeping.withdraw(kept.person, kept.secret, ["residence"], at=AT, rules=RULES)
    assert set(less.secret.now) == {"name", "citizen_id", "phone"} and [t.change for t in less.told] == ["withdrawn"]
    assert refused(keeping.withdraw, less.person, less.secret, ["allowance"], at=AT, rules=RULES) == (
        "PERSON_LAST_PURPOSE"
    )
    end: dict[str, Any] = {"by": "d", "reason": "r", "digests": ("a", "b"), "at": AT, "rules": RULES}
    assert refused(keeping.erase, kept.person, proof="p", asked=True, **end) == "PERSON_MUST_KEEP"
    assert refused(keeping.erase, less.person, proof=" ", asked=True, **end) == "PERSON_PROOF_MISSING"
    gone = keeping.erase(less.person, proof="p", asked=True, **end)
    assert gone.person.state == "erased" and not gone.secret.now and gone.person.wake_at is None
    assert [(one.dept, one.change, dict(one.fields)) for one in gone.told] == [("minzheng", "erased", {})]
    assert refused(keeping.withdraw, gone.person, gone.secret, ["allowance"], at=AT, rules=RULES) == "PERSON_ERASED"
    assert keeping.over(kept.person, AT + timedelta(days=1095)) == ("allowance",)


def test_purpose_and_viewer_decide_together() -> None:
    """A post sees its own grid; a department its purpose; care only its team."""
    person = register(residence=DUTY).person
    ground = person.purposes["residence"]
    person = person.model_copy(update={"purposes": dict.fromkeys(("residence", "grid_service", "care"), ground)})
    grid = {"post1": "g1", "post2": "g2"}.get

    def sees(viewer: str, purpose: str, *fields: str, team: frozenset[str] = frozenset()) -> tuple[str, ...]:
        return entitled.granted(RULES, person, viewer, purpose, fields, grid, team=team)

    assert sees("dept:gongan", "residence", "name") == ("name",)
    assert sees("post:post1", "grid_service") == RULES.purpose["grid_service"].fields
    assert sees("post:doctor", "care", "need", team=frozenset({"post:doctor"})) == ("need",)
    for wrong in (
        ("dept:minzheng", "residence"), ("post:post2", "grid_service"), ("post:*", "grid_service"),
        ("dept:minzheng", "care"), ("dept:gongan", "allowance"), ("dept:gongan", "residence", "need"),
    ):  # fmt: skip
        assert refused(sees, *wrong) == "PERSON_NOT_ALLOWED", wrong


def test_what_everybody_sees_has_nothing_of_care_or_age() -> None:
    """The outline masks, and leaves out what only care needs."""
    kept = register({"name": "王小明", "born": "1990-01-01", "need": "助餐"}, grid_service=YES, care=YES)
    seen = entitled.outline(RULES, kept.person, kept.secret)
    assert seen["fields"] == {"name": "王**", "born": "***"} and "care" not in seen["purposes"]
    assert "need" not in seen["sources"] and "minor" not in seen


@pytest.mark.parametrize("said", [None, [], {"name": 1}, {"name": ["王小明"]}, "王小明"])
def test_what_is_no_form_is_refused_without_a_word_of_it(said: Any) -> None:
    """Fields and consents are read so that nothing of them is quoted."""
    assert refused(fields_of, said) == "PERSON_BAD_FIELDS"
    assert refused(consents_of, {"王小明": said} if said is not None else said) == "PERSON_BAD_CONSENT"
    assert refused(words, "王小明来电13812345678", "proof") == "WORDS_SHOW_WHO"
