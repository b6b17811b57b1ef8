"""Words are found in one pass, and free texts classified by them or left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govcore.events._words import WordScanner
from govcore.events.classify import HEADING, READ_OF_TEXT, Classifier, Guess

LETTERS = "ab噪音 1.("


def _plainly(words: list[str], text: str) -> frozenset[str]:
    """The slow and obvious way."""
    found = set()
    for word in {word.lower() for word in words}:
        for match in re.finditer(f"(?={re.escape(word)})", text.lower()):
            start, end = match.start(), match.start() + len(word)
            around = (text[start - 1] if start else " ", text[end] if end < len(text) else " ")
            inner = (word[0], word[-1])
            if not any(
                a.isascii() and a.isalnum() and b.isascii() and b.isalnum() for a, b in zip(around, inner, strict=True)
            ):
                found.add(word)
    return frozenset(found)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=4), max_size=8), st.text(LETTERS + "AB", max_size=20))
def test_all_words_are_found_also_inside_others(words: list[str], text: str) -> None:
    """The one pass finds what looking for each word alone finds."""
    assert WordScanner(words).all(text) == _plainly(words, text)


def test_latin_words_stand_alone_chinese_ones_anywhere() -> None:
    """No art in part, but 噪音 in 噪音扰民; case does not matter."""
    scanner = WordScanner(["art", "噪音", "5G"])
    assert scanner.all("PART of the Art") == {"art"}
    assert scanner.all("hearty") == frozenset()
    assert scanner.all("噪音扰民，没有5g信号") == {"噪音", "5g"}


def test_the_longest_word_covers_the_shorter() -> None:
    """From left to right, none overlapping another."""
    scanner = WordScanner(["垃圾", "垃圾站", "站点", "点"])
    assert scanner.longest("垃圾站点有垃圾") == ["垃圾站", "点", "垃圾"]
    assert WordScanner([]).longest("x") == [] and WordScanner([]).all("x") == frozenset()


WEIGHTS = {
    "noise": {"噪音": 2, "扰民": 1, "施工": -1},
    "work": {"施工": 2, "工地": 1, "施工噪音": 3},
    "school": {"小学": 2, "老师": 1, "学生": 1, "小学门口": 0.5},
}


def test_a_clear_winner_is_named_with_its_words() -> None:
    """Score, distance to the next class, and which words spoke for it."""
    classifier = Classifier(WEIGHTS, threshold=2, margin=0.5)
    assert classifier.classify("楼下噪音扰民") == Guess("noise", 3, 3, ("噪音", "扰民"))
    assert classifier.classify("工地施工噪音") == Guess("work", 4, 4, ("工地", "施工噪音"))


def test_nothing_is_said_without_a_clear_winner() -> None:
    """Too weak, too close, or nothing known: the triage desk decides."""
    classifier = Classifier(WEIGHTS, threshold=2, margin=1.5)
    assert classifier.classify("扰民") is None
    assert classifier.classify("小学施工") is None
    assert classifier.classify("路灯不亮") is None
    assert classifier.classify("") is None


def test_the_body_counts_less_and_never_alone_beside_a_title() -> None:
    """A body full of words adds at most `most`: long texts mention much that they are not about."""
    classifier = Classifier(WEIGHTS, threshold=2, margin=0.5, share=0.5, most=1)
    body = "老师和学生都说，小学很吵"
    assert classifier.classify("反映一个问题", body) is None
    assert classifier.classify("路口噪音", body) == Guess("noise", 2, 1, ("噪音",))
    assert classifier.classify("小学门口噪音", "") == Guess("noise", 2, 1.5, ("噪音",))


def test_a_report_without_title_is_known_by_its_beginning() -> None:
    """The first words stand for the title; what comes after the first thousand characters is not read."""
    classifier = Classifier(WEIGHTS)
    assert classifier.classify("", "  楼下噪音扰民") == Guess("noise", 3, 3, ("噪音", "扰民"))
    assert classifier.classify("", "。" * (HEADING + 1) + "噪音") is None
    guess = classifier.classify("噪音", "。" * READ_OF_TEXT + "扰民")
    assert guess is not None and guess.score == 2
