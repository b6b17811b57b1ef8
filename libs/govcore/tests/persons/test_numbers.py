from __future__ import annotations

import traceback
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.persons import CHINA_PHONES, PhoneProfile, citizen_id, credit_code, phone

ID = "11010519491231002X"
"""The example that GB 11643 itself prints."""
COMPANY = "91350100M000100Y43"
"""The example that GB 32100 itself prints."""
US = PhoneProfile(prefix="1", patterns={"landline": r"[2-9]\d{2}[2-9]\d{6}", "service": r"[2-9]11"}, trunk="1")


def test_the_standard_s_own_citizen_id_checks() -> None:
    """The standard's example is taken, also with wide digits, blanks and a small x, and parted."""
    found = citizen_id(" 1101 0519491231００2x ")
    assert (found.number, found.division, found.born, found.sex) == (ID, "110105", date(1949, 12, 31), "f")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "PERSON_ID_CHECK"),
        ("110105194902310029", "PERSON_ID_BIRTH"),
        ("110105174912310020", "PERSON_ID_BIRTH"),
        ("190105194912310020", "PERSON_ID_REGION"),
        ("1101051949123100X2", "PERSON_ID_SHAPE"),
        ("110105491231002", "PERSON_ID_SHAPE"),
        ("", "PERSON_ID_SHAPE"),
    ],
)
def test_a_wrong_citizen_id_is_refused_without_repeating_it(number: str, code: str) -> None:
    """Check digit, day of birth, region and shape are told apart, and the number stands nowhere in the refusal."""
    with pytest.raises(Refusal) as no:
        citizen_id(number)
    assert no.value.code == code
    said = str(no.value) + str(no.value.as_dict()) + "".join(traceback.format_exception_only(no.value))
    assert not number or number not in said
    assert no.value.text("zh_CN") != code


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_checks(at: int, off: int) -> None:
    """Any single digit changed makes the id wrong."""
    wrong = ID[:at] + str((int(ID[at]) + off) % 10) + ID[at + 1 :]
    with pytest.raises(Refusal):
        citizen_id(wrong)


def test_numbers_do_not_show_in_a_repr() -> None:
    """Printing or logging a checked id or telephone shows nothing of it."""
    assert ID not in repr(citizen_id(ID)) and "1949" not in repr(citizen_id(ID))
    assert "5678" not in repr(phone("13812345678"))


@pytest.mark.parametrize("code", [COMPANY, "914403001922038216", "9144030071526726XG", "91330100799655058b"])
def test_real_credit_codes_check(code: str) -> None:
    """The standard's example and three well-known companies' codes are taken, and parted."""
    found = credit_code(code)
    assert (found.authority, found.division, len(found.organisation)) == ("9", code[2:8], 9)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_sign_is_no_credit_code(at: int, sign: str) -> None:
    """Any single sign changed makes the code wrong."""
    wrong = COMPANY[:at] + sign + COMPANY[at + 1 :]
    if wrong == COMPANY:
        assert credit_code(wrong).code == COMPANY
    else:
        with pytest.raises(Refusal, match="PERSON_CREDIT"):
            credit_code(wrong)


def test_signs_that_are_not_used_are_refused() -> None:
    """I, O, S, V and Z, and other lengths, are no credit code."""
    for sign in "IOSVZ-":
        with pytest.raises(Refusal, match="PERSON_CREDIT_SHAPE"):
            credit_code(COMPANY[:16] + sign + COMPANY[17:])


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("138 1234 5678", "+8613812345678", "mobile"),
        ("+86-138-1234-5678", "+8613812345678", "mobile"),
        ("008613812345678", "+8613812345678", "mobile"),
        ("8613812345678", "+8613812345678", "mobile"),
        ("０５５６-６１２３４５６", "+865566123456", "landline"),
        ("(010) 61234567", "+861061234567", "landline"),
        ("+86 556 6123456", "+865566123456", "landline"),
        ("12345", "12345", "service"),
        ("95598", "95598", "service"),
        ("400-812-3456", "4008123456", "service"),
        ("+1 617 635 4500", "+16176354500", "foreign"),
    ],
)
def test_telephone_numbers(text: str, number: str, kind: str) -> None:
    """Mobile, fixed, service and foreign numbers are taken as people write them, in one form."""
    found = phone(text)
    assert (found.number, found.kind) == (number, kind)


@pytest.mark.parametrize(
    "text", ["", "1381234567", "12812345678", "138123456789", "0556", "abc", "+86 1234", "+1", "+0123456789"]
)
def test_what_is_no_telephone_number_is_refused_without_repeating_it(text: str) -> None:
    """Too short, too long, unknown prefix or letters are refused, and not repeated."""
    with pytest.raises(Refusal) as no:
        phone(text)
    assert no.value.code == "PERSON_PHONE_SHAPE"
    assert len(text) < 4 or text not in str(no.value)


def test_another_country_has_its_own_numbers() -> None:
    """Another country's numbers are data; the first country's are foreign to it."""
    assert phone("617-635-4500", US).number == phone("1 (617) 635-4500", US).number == "+16176354500"
    assert phone("311", US).kind == "service"
    assert phone("+8613812345678", US).kind == "foreign"
    with pytest.raises(Refusal):
        phone("23812345678", US)
    assert CHINA_PHONES.prefix == "86"
