from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from govcore.calendar import Stage, Term, TermField, Unit
from govcore.errors import Refusal


class Rule(BaseModel):
    term: TermField


def test_term_is_read_and_written_back() -> None:
    """A staged term reads into its stages and writes back the same text."""
    term = Term.parse("3uh + 8uh+5wd")
    assert [stage.unit for stage in term.stages] == [Unit.URGENT_HOURS, Unit.URGENT_HOURS, Unit.WORKING_DAYS]
    assert str(term) == "3uh+8uh+5wd"
    assert str(Term.parse("1.5wh")) == "1.5wh"


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "0wd", "-1d", "1.5d", "5wd+", "5 wd", "5w", "5WD", "٣wd", "1e3wh", "5wd\n6wd"]
)
def test_what_is_no_term_is_refused(text: str) -> None:
    """Zero, negative, broken or half days, foreign digits and stray signs are refused with one code."""
    with pytest.raises(Refusal) as no:
        Term.parse(text)
    assert no.value.code == "CALENDAR_BAD_TERM"


def test_absurd_amounts_are_refused() -> None:
    """A slip of the pen such as a million days is refused instead of reckoned."""
    with pytest.raises(Refusal) as no:
        Term.parse("1000000d")
    assert no.value.code == "CALENDAR_TERM_TOO_LONG"
    assert "10000" in no.value.text("zh_CN") and "10000" in no.value.text("en")


def test_extension_of_the_same_unit_is_one_period() -> None:
    """60 d extended by 30 d is 90 d, while another unit becomes a stage of its own."""
    assert Term.parse("60d").extended("30d") == Term((Stage(90, Unit.CALENDAR_DAYS),))
    assert str(Term.parse("3uh+5wd").extended("2wd+1d")) == "3uh+7wd+1d"
    assert str(Term.parse("5wd").extended("8wh")) == "5wd+8wh"


def test_term_is_a_field_of_a_model() -> None:
    """A pack model reads a term from text, dumps it as text, and names the field when it is wrong."""
    assert Rule.model_validate({"term": "5wd"}).model_dump() == {"term": "5wd"}
    for wrong in ("5 days", 5):
        with pytest.raises(ValidationError) as bad:
            Rule.model_validate({"term": wrong})
        assert bad.value.errors()[0]["type"] == "CALENDAR_BAD_TERM"
        assert bad.value.errors()[0]["loc"] == ("term",)
