"""Numbers that persons and organisations go by: citizen id, unified credit code, telephone.

The check digits of GB 11643 and GB 32100 are python-stdnum's; its table of regions is not used: it refuses residence
permits and cards whose numbers begin with 8 or 9.

No refusal holds the number itself: what is wrong with somebody's id must not end up in a log.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict
from stdnum.cn import ric, uscc

from govcore.errors import Refusal
from govcore.persons.masking import mask_id, mask_phone

_ID = re.compile(r"\d{17}[\dX]", re.ASCII)
_REGION = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d", re.ASCII)
"""First two digits after GB/T 2260; 81–83 are residence permits for Hong Kong, Macao and Taiwan residents, 9 begins
a foreigner's permanent residence card."""
_FIRST_BIRTH = date(1880, 1, 1)

_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)

PhoneKind = Literal["mobile", "landline", "service", "foreign"]


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A citizen id 公民身份号码 that checks; its number shows only where it is asked for."""

    number: str = field(repr=False)
    division: str = field(repr=False)
    """The county where it was first given out, six digits."""
    born: date = field(repr=False)
    sex: Literal["f", "m"] = field(repr=False)

    @property
    def masked(self) -> str:
        return mask_id(self.number)


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code 统一社会信用代码 that checks: an organisation's, hence public."""

    code: str
    authority: str
    """Who registered it: 1 institutions, 5 civil affairs, 9 market regulation, …"""
    kind: str
    division: str
    organisation: str
    """The organisation code inside it, nine signs."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in international form (``+8613…``, a service number as it is dialled)."""

    number: str = field(repr=False)
    kind: PhoneKind

    @property
    def masked(self) -> str:
        return mask_phone(self.number)


class PhoneProfile(BaseModel):
    """The numbers of a country: its prefix, and a pattern (of digits, without the prefix) by kind.

    ``trunk`` is the digit dialled before an area code at home and left out from abroad.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        json_schema_extra={"examples": [{"prefix": "1", "patterns": {"landline": "[2-9][0-9]{9}"}}]},
    )
    prefix: str
    patterns: Mapping[PhoneKind, str]
    trunk: str = "0"


CHINA_PHONES = PhoneProfile.model_construct(
    prefix="86",
    patterns={
        "mobile": r"1[3-9]\d{9}",
        "landline": r"0(10|2\d|[3-9]\d{2})[2-9]\d{6,7}",
        "service": r"11\d|12[02]|1[012]\d{3,4}|9[56]\d{3,4}|[48]00\d{7}",
    },
    trunk="0",
)
"""Mobile numbers, fixed lines with area code, and services such as 110, 12345, 95598, 400 numbers."""


def citizen_id(text: str) -> CitizenId:
    """Check a citizen id after GB 11643: eighteen signs, a known province, a day of birth, and the check digit.

    Wide digits, blanks and a small x are taken.  Raises ``PERSON_ID_SHAPE``, ``PERSON_ID_REGION``,
    ``PERSON_ID_BIRTH`` or ``PERSON_ID_CHECK``, none with the number.
    """
    number = _plain(text)
    if _ID.fullmatch(number) is None:
        raise Refusal("PERSON_ID_SHAPE", field="citizen_id")
    if _REGION.fullmatch(number[:2]) is None:
        raise Refusal("PERSON_ID_REGION", field="citizen_id")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refusal("PERSON_ID_BIRTH", field="citizen_id") from None
    if born < _FIRST_BIRTH:
        raise Refusal("PERSON_ID_BIRTH", field="citizen_id")
    if ric.calc_check_digit(number) != number[17]:
        raise Refusal("PERSON_ID_CHECK", field="citizen_id")
    return CitizenId(number, number[:6], born, "m" if int(number[16]) % 2 else "f")


def credit_code(text: str) -> CreditCode:
    """Check a unified credit code after GB 32100: eighteen signs without I O S V Z, and the check sign.

    Raises ``PERSON_CREDIT_SHAPE`` or ``PERSON_CREDIT_CHECK``.
    """
    code = _plain(text)
    if _CREDIT.fullmatch(code) is None:
        raise Refusal("PERSON_CREDIT_SHAPE", field="credit_code")
    if uscc.calc_check_digit(code) != code[17]:
        raise Refusal("PERSON_CREDIT_CHECK", field="credit_code")
    return CreditCode(code, code[0], code[1], code[2:8], code[8:17])


def phone(text: str, profile: PhoneProfile = CHINA_PHONES) -> Phone:
    """Check a telephone number; blanks, dashes, brackets and the country's own prefix are taken.

    A number with ``+`` and another country's prefix is *foreign* and only its length is checked (E.164).
    Raises ``PERSON_PHONE_SHAPE``, without the number.
    """
    plain = re.sub(r"[-()./·]", "", _plain(text))
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    own = "+" + profile.prefix
    if plain.startswith("+") and not plain.startswith(own):
        if re.fullmatch(r"\+[1-9]\d{7,14}", plain, re.ASCII):
            return Phone(plain, "foreign")
        raise Refusal("PERSON_PHONE_SHAPE", field="phone")
    if plain.startswith(own):
        rest = plain.removeprefix(own)
        kinds: dict[PhoneKind, str] = {kind: said for kind, said in profile.patterns.items() if kind != "service"}
        tries = (rest, profile.trunk + rest)
    else:
        kinds = dict(profile.patterns)
        tries = (plain, plain.removeprefix(profile.prefix))
    for digits in tries:
        for kind, pattern in kinds.items():
            if _pattern(pattern).fullmatch(digits):
                whole = digits if kind == "service" else own + digits.removeprefix(profile.trunk)
                return Phone(whole, kind)
    raise Refusal("PERSON_PHONE_SHAPE", field="phone")


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())
