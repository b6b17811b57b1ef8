"""Texts that say the same, white space aside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govcore.events.fingerprint import bare, fingerprint, tidy

SPACES = st.text(st.sampled_from(" \t\n\r\x0b\u3000\xa0\u2009\ufeff\u200b"), max_size=3)


@given(words=st.lists(st.tuples(st.text(max_size=8), SPACES), max_size=8))
def test_white_space_of_any_kind_changes_nothing(words: list[tuple[str, str]]) -> None:
    """Line ends, tabs, no-break, ideographic and invisible spaces, wherever they stand."""
    plain = "".join(word for word, _ in words)
    spaced = "".join(word + space for word, space in words)
    assert fingerprint(spaced) == fingerprint(plain)
    assert fingerprint(tidy(spaced)) == fingerprint(plain)


def test_other_words_have_another_fingerprint() -> None:
    """One mark is enough, and full-width marks are not half-width ones."""
    assert fingerprint("路灯不亮") != fingerprint("路灯不亮。") != fingerprint("路灯不亮.")
    assert fingerprint("a;b") != fingerprint("a；b")
    assert len(fingerprint("")) == 64


def test_tidy_text_keeps_its_lines_and_words() -> None:
    """What stood around the lines goes, the lines stay."""
    assert tidy("\n\t\t\n\t\t 一 二\u3000\n\n 三\t\n") == "一 二\n三"
    assert bare(" 一\u3000二\n") == "一二"
