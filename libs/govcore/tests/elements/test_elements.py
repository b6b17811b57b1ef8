"""Elements, patrols, norms, and draws by lot that anybody can check."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from govcore.elements import element, lot, patrol
from govcore.elements.codes import component_code
from govcore.elements.element import Activity, Element, Known, Norm
from govcore.elements.lot import Terms
from govcore.elements.patrol import Patrol
from govcore.errors import Refusal

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
KNOWN = Known(counties={"340881"}, departments={"zhujian"}, partners={"party"})
LAMP = "34088101001000001"


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as no:
        call(*args, **kwargs)
    return no.value.code


def new(kind: str = "component", **more: Any) -> Element:
    said = {"code": LAMP, "owner": "zhujian"} if kind == "component" else {}
    return Element.model_validate(
        {"id": "B-1", "kind": kind, "division": "340881", "place": "34.08.81", "changed_at": AT, **said, **more}
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (LAMP[:-1], "ELEMENT_CODE_SHAPE"), (LAMP + "1", "ELEMENT_CODE_SHAPE"), ("x" + LAMP[1:], "ELEMENT_CODE_SHAPE"),
        ("110101" + LAMP[6:], "ELEMENT_CODE_COUNTY"), ("34088100001000001", "ELEMENT_CODE_NOUGHT"),
        ("34088101000000001", "ELEMENT_CODE_NOUGHT"), ("34088101001000000", "ELEMENT_CODE_NOUGHT"),
    ],
)  # fmt: skip
def test_a_components_code_is_county_class_and_number(code: str, why: str) -> None:
    """Seventeen digits of a county there is."""
    assert component_code(LAMP, {"340881"}).class_code == "01001"
    assert refused(component_code, code, {"340881"}) == why


def test_an_element_is_what_its_kind_asks_for() -> None:
    """A component has an owner, a volunteer a number and no name, a partner a kind of the pack."""
    good = element.register(new(), KNOWN, by="dept:zhujian", at=AT)
    assert (good.state, good.group) == ("good", "01001")
    for wrong, code in (
        (new(owner="nobody"), "ELEMENT_OWNER"), (new(owner=None), "ELEMENT_OWNER"),
        (new("volunteer"), "ELEMENT_PERSON"), (new("volunteer", person_id="N-1", name="王五"), "ELEMENT_PERSON"),
        (new("site", person_id="N-1"), "ELEMENT_PERSON"), (new("partner", group="x"), "ELEMENT_GROUP"),
        (new("organisation", code="91340881MA2X"), "PERSON_CREDIT_SHAPE"),
        (new("site", name="联系电话13812345678"), "WORDS_SHOW_WHO"),
    ):  # fmt: skip
        assert refused(element.register, wrong, KNOWN, by="desk:grid", at=AT) == code
    assert refused(element.register, new(), KNOWN, by="dept:gongan", at=AT) == "LIFECYCLE_NOT_YOURS"


def test_only_the_owner_says_that_it_is_repaired() -> None:
    """Anybody in the grid says it is broken; it is whole again when its owner says so."""
    lamp = element.register(new(), KNOWN, by="desk:grid", at=AT)
    broken = element.move(lamp, "damage", by="post:p1", at=AT)
    assert refused(element.move, broken, "repair", by="post:p1", at=AT) == "LIFECYCLE_NOT_YOURS"
    assert element.move(broken, "repair", by="dept:zhujian", at=AT).state == "good"
    assert refused(element.move, lamp, "repair", by="dept:zhujian", at=AT) == "ELEMENT_NOT_ALLOWED"


def test_an_alliance_has_members_and_what_they_did() -> None:
    """Who took part is a member; nothing that has no members is joined."""
    alliance = element.register(new("alliance", name="文昌片区联盟"), KNOWN, by="desk:grid", at=AT)
    unit = new("organisation").model_copy(update={"id": "B-2"})
    joined = element.join(alliance, unit, leaves=False, at=AT)
    did = Activity(day=date(2026, 3, 1), what="义诊", took_part=("B-2",))
    assert element.record(joined, did, at=AT).activities == (did,)
    assert refused(element.record, alliance, did, at=AT) == "ELEMENT_NOT_MEMBER"
    assert element.join(joined, unit, leaves=True, at=AT).members == ()
    assert refused(element.join, unit, alliance, leaves=False, at=AT) == "ELEMENT_NO_MEMBERS"


@pytest.mark.parametrize(("people", "posts"), [(0, 0), (1, 1), (10_000, 5), (10_001, 6), (240_000, 120)])
def test_a_norm_rounds_up(people: int, posts: int) -> None:
    """Five for each ten thousand (S04), and a part of one is a whole one."""
    assert Norm(code="patrol", post="patrol", number=5, of="population", source="S04").needed(people) == posts


def _due(start: datetime, term: str, _place: str) -> datetime:
    return start + timedelta(days=int(term[:-1]))


def test_a_round_is_done_with_its_last_point_or_missed_with_its_time() -> None:
    """Each round is counted once, as done or as missed, and the next begins."""
    made = Patrol(id="L-1", points=("a", "b"), every="1d", holder="post:p", place="", due_at=None, planned_at=AT)
    walk = patrol.plan(made, at=AT, due=_due)
    say: dict[str, Any] = {"by": "post:p", "at": AT, "due": _due}
    half = patrol.seen(walk, "a", round=1, **say)
    assert patrol.seen(half, "a", round=1, **say) == half, "the same point again changes nothing"
    done = patrol.seen(half, "b", round=1, **say)
    assert (done.done, done.round, done.seen) == (1, 2, ())
    assert refused(patrol.seen, done, "a", round=1, **say) == "PATROL_STALE_ROUND"
    assert refused(patrol.seen, done, "c", round=2, **say) == "PATROL_UNKNOWN_POINT"
    assert refused(patrol.seen, done, "a", round=2, **{**say, "by": "post:q"}) == "PATROL_NOT_YOURS"
    assert patrol.woken(done, at=AT, due=_due) is None
    missed = patrol.woken(done, at=AT + timedelta(days=1), due=_due)
    assert missed is not None and (missed.missed, missed.late, missed.round) == (1, True, 3)
    assert patrol.end(missed, at=AT).wake_at is None


def terms(subjects: int = 40, count: int = 8, **more: Any) -> Terms:
    names = tuple(f"B-{number:03d}" for number in range(subjects))
    said = {"subjects": names, "inspectors": ("dept:a", "dept:b", "dept:c", "dept:d"), "count": count, **more}
    return Terms.model_validate({"beacon": "双色球当期号码", **said})


def test_what_was_drawn_can_be_computed_again_and_nothing_else_passes() -> None:
    """Another seed, beacon, list, order or result is found."""
    frozen = terms(excluded={"B-000": ("dept:a",)})
    committed = lot.commit(frozen, "seed")
    chosen = lot.draw(frozen, "seed", "03 11 19").chosen
    lot.verify(frozen, committed, "seed", "03 11 19", chosen)
    first, *_ = chosen
    other = {**chosen, first: ("dept:a", "dept:b") if chosen[first] != ("dept:a", "dept:b") else ("dept:c", "dept:d")}
    for args, code in (
        ((frozen, committed, "seed2", "03 11 19", chosen), "LOT_OTHER_SEED"),
        ((frozen, committed, "seed", "03 11 20", chosen), "LOT_OTHER_DRAW"),
        ((terms(), committed, "seed", "03 11 19", chosen), "LOT_OTHER_SEED"),
        ((terms(beacon="别的"), committed, "seed", "03 11 19", chosen), "LOT_OTHER_SEED"),
        ((frozen, committed, "seed", "03 11 19", other), "LOT_OTHER_DRAW"),
        ((frozen, committed, "seed", "03 11 19", dict(reversed(chosen.items()))), "LOT_OTHER_DRAW"),
    ):
        assert refused(lot.verify, *args) == code
    for wrong in ({"count": 41}, {"each": 5}, {"subjects": 0}, {"excluded": {"B-001": ("dept:a", "dept:b", "dept:c")}}):
        assert refused_or_invalid(wrong)


def refused_or_invalid(more: dict[str, Any]) -> bool:
    try:
        lot.commit(terms(**more), "seed")
    except (Refusal, ValueError):
        return True
    return False


def test_everybody_is_drawn_equally_often() -> None:
    """Over 2,000 seeds each of 40 is drawn about 400 times of 2,000 (8 of 40), each inspector about as often."""
    frozen, chance = terms(), random.Random(7)
    drawn: Counter[str] = Counter()
    inspects: Counter[str] = Counter()
    for _ in range(2000):
        chosen = lot.draw(frozen, str(chance.random()), "b").chosen
        drawn.update(list(chosen))
        inspects.update(who for whom in chosen.values() for who in whom)
    assert len(drawn) == 40 and all(320 < times < 480 for times in drawn.values())
    assert all(7600 < times < 8400 for times in inspects.values())
