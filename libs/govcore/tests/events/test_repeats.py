"""Whether two matters are one: the score, its reasons, and where to look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govcore.events import matter
from govcore.events.event import Event
from govcore.events.fingerprint import telling
from govcore.events.repeats import RepeatRules, block_of, likeness, metres, suggested
from govcore.testing import AT, a_report, an_event

RULES = RepeatRules()
TEXT = "文昌街道菜市场东门口垃圾堆了两天，气味很大，请尽快派人清理干净。"
ALIKE = "文昌街道菜市场东门垃圾已经堆了两天，气味很大，请尽快派人清理。"
OTHER = "六尺巷小学门前道路破损严重，雨天积水，孩子上学很不方便，望修缮。"


def event(id: str = "E-2", **changes: object) -> Event:
    return an_event(**{"id": id, "text": TEXT, "point": (116.95, 31.05), **changes})


def test_what_is_not_known_never_counts_against_it() -> None:
    """Without a point, a class, a reporter the texts speak alone, and a further likeness only raises the score."""
    alone = likeness(event(point=None, class_code=None), event("E-3", point=None), same_reporter=False, rules=RULES)
    more = likeness(event(), event("E-3"), same_reporter=True, rules=RULES)
    assert [part.code for part in alone.parts] == ["REPEAT_TEXT", "REPEAT_TIME"]
    assert 0.8 <= alone.score < more.score <= 1
    assert {part.code for part in more.parts} >= {"REPEAT_NEAR", "REPEAT_REPORTER", "REPEAT_CLASS"}
    assert likeness(event(text="", title=""), event("E-3"), same_reporter=False, rules=RULES).score < 0.6


def test_every_part_says_why_in_both_languages() -> None:
    """With what was measured in it."""
    found = likeness(event(), event("E-3", text=ALIKE, point=(116.9505, 31.05)), same_reporter=True, rules=RULES)
    said = {part.code: (part.text("zh_CN"), part.text("en")) for part in found.parts}
    assert said["REPEAT_NEAR"] == ("两处相距 48 米", "the places are 48 m apart")
    assert all(zh != en and "{" not in zh + en for zh, en in said.values())


def test_like_matters_come_first_and_others_not_at_all() -> None:
    """The same words nearer the top than like words; another matter of the class next door is no suggestion."""
    others = [
        event("E-3", text=OTHER, point=(116.953, 31.05), opened_at=AT - timedelta(days=9)),
        event("E-4", text=ALIKE),
        event("E-5"),
    ]
    found = suggested(event(), [*others, event()], by_same_reporter=frozenset(), rules=RULES)
    assert [one.event_id for one in found] == ["E-5", "E-4"]
    assert suggested(event(), others, by_same_reporter=frozenset(), rules=RepeatRules(most=1))[0].event_id == "E-5"


def test_equal_words_at_two_places_are_two_matters() -> None:
    """A kilometre apart, or with two addresses, they do not attach; an unknown place contradicts nothing."""
    far = (116.96, 31.05)
    assert suggested(event(), [event("E-3", point=far)], by_same_reporter=frozenset(), rules=RULES) == []
    words = telling(TEXT, RULES.characters)
    first = event(fingerprint=words, address="东门 1 号")

    def same(**changes: object) -> bool:
        return matter.same(first, a_report(text=TEXT, **changes), words, at=AT, rules=RULES)

    assert same(point=None, address="") and same(point=(116.9501, 31.05), address="东门1号")
    assert not same(point=far) and not same(address="西门 2 号")
    assert not matter.same(first, a_report(text=TEXT), None, at=AT, rules=RULES)


def test_candidates_lie_in_the_class_the_town_and_the_time() -> None:
    """The block is what an index can answer: class, town, from and until."""
    block = block_of(event(place="34.08.81.103.004", class_code="10401"), RULES)
    assert (block.class_code, block.place) == ("10401", "34.08.81.103")
    assert block.until - block.since == 2 * timedelta(days=RULES.days)
    assert block_of(event(place=""), RULES).place == ""


def test_a_text_that_says_little_has_no_fingerprint() -> None:
    """The number of characters is the pack's."""
    assert telling("路灯 不亮", 5) is None and telling("路灯 不亮", 4) is not None


def test_metres_are_metres() -> None:
    """A degree of latitude is 111.2 km, and the same place is none away."""
    assert metres((117, 31), (117, 32)) == pytest.approx(111_195, rel=1e-3)
    assert metres((117, 31), (117, 31)) == 0
