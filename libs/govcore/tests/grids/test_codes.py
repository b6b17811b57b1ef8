from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from govcore.errors import Refusal
from govcore.grids import CHINA_CODES, GRID_CODES, CodeProfile, GridCodeProfile

BOSTON = CodeProfile(separator=".", levels=("country", "state", "city", "neighborhood"))


def test_twelve_digits_make_a_place() -> None:
    """A village code splits 2+2+2+3+3, and runs back from its place."""
    assert CHINA_CODES.place("340881103004") == "34.08.81.103.004"
    assert CHINA_CODES.code("34.08.81.103.004") == "340881103004"
    assert CHINA_CODES.chain("340881103004") == ("340881103004", "340881103", "340881", "3408", "34")
    assert (CHINA_CODES.level("340881103004"), CHINA_CODES.level_name("340881")) == (5, "county")


def test_noughts_at_the_end_are_levels_that_are_not_there() -> None:
    """County and town codes written in full are the same divisions as their short forms."""
    assert CHINA_CODES.normal("340881000000") == CHINA_CODES.normal("340881") == "340881"
    assert CHINA_CODES.padded("340881") == "340881000000"
    assert CHINA_CODES.chain("441900003000") == ("441900003", "4419", "44")


@pytest.mark.parametrize(
    "code", ["", "3", "34088", "3408811030041", "34088110300x", "３４０８８１", "00", "34.08", "340881 ", "-34"]
)
def test_malformed_division_codes_are_refused(code: str) -> None:
    """Wrong length, letters, wide digits, noughts alone and blanks are refused with one code."""
    with pytest.raises(Refusal) as no:
        CHINA_CODES.words(code)
    assert (no.value.code, no.value.value) == ("GRID_BAD_CODE", code)


@pytest.mark.slow
def test_every_real_code_fits_the_profile(shared: Callable[[str], Path]) -> None:
    """All 620,573 villages have codes of five words whose first four are those of their town, bar towns of noughts."""
    with gzip.open(shared("divisions/villages_2023.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        rows = [(row["code"], row["streetCode"]) for row in csv.DictReader(lines)]
    assert len(rows) == 620_573
    for code, street in rows[::7]:
        assert CHINA_CODES.level(code) == 5
        assert CHINA_CODES.words(code)[:4] == tuple(street[a:b] for a, b in ((0, 2), (2, 4), (4, 6), (6, 9)))


def test_another_country_separates_its_words() -> None:
    """Codes with a separator are places already."""
    assert BOSTON.place("us.ma.bos.jamaica-plain") == "us.ma.bos.jamaica-plain"
    assert BOSTON.parent("us.ma.bos") == "us.ma" and BOSTON.parent("us") is None
    assert BOSTON.level_name("us.ma.bos.jamaica-plain") == "neighborhood"
    assert BOSTON.padded("us.ma") == "us.ma"
    for code in ("us..bos", "us.ma.bos.a.b.c", "us.MA", "us.ma.", "us.#"):
        with pytest.raises(Refusal, match="GRID_BAD_CODE"):
            BOSTON.words(code)


@pytest.mark.parametrize(
    "data", [{}, {"widths": [2], "separator": "."}, {"widths": [2, 2], "levels": ["a"]}, {"widths": [0]}]
)
def test_a_profile_has_one_way(data: dict[str, object]) -> None:
    """Neither or both of widths and separator, or more names than levels, are no profile."""
    with pytest.raises(ValidationError):
        CodeProfile.model_validate(data)


@pytest.mark.parametrize(
    ("length", "code"), [(14, "34088110300401"), (15, "340881103004001"), (16, "3408811030040001")]
)
def test_grid_codes_by_length(length: int, code: str) -> None:
    """Grid codes of each length part into village and sequence, and are made from them."""
    assert GRID_CODES[length].parts(code) == ("340881103004", code[12:])
    assert GRID_CODES[length].make("340881103004", 1) == code
    assert GRID_CODES[20].parts("34088110300400000001").division == "340881103004"


@pytest.mark.parametrize(
    "code", ["34088110300400", "3408811030040011", "34088110300400a", "", "３40881103004001", "340881103004001\n"]
)
def test_malformed_grid_codes_are_refused(code: str) -> None:
    """A code of another length or with other signs is refused."""
    with pytest.raises(Refusal, match="GRID_BAD_GRID_CODE"):
        GRID_CODES[15].parts(code)


def test_grid_codes_of_another_country() -> None:
    """Where divisions have words, a separator says where the sequence begins; a number too long is refused."""
    profile = GridCodeProfile(separator="#", sequence=2)
    assert profile.parts("us.ma.bos.allston#07") == ("us.ma.bos.allston", "07")
    assert profile.make("us.ma.bos.allston", 7) == "us.ma.bos.allston#07"
    with pytest.raises(Refusal, match="GRID_BAD_GRID_CODE"):
        profile.make("us.ma.bos.allston", 100)
    with pytest.raises(ValidationError):
        GridCodeProfile(sequence=2)
