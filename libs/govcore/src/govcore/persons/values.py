"""One field of a form: whether its value can be, and what is left of it for who has no purpose."""

from __future__ import annotations

import re
from datetime import date

from govcore.errors import Refusal
from govcore.persons.form import FormField
from govcore.persons.masking import STAR, mask_address, mask_id, mask_name, mask_phone
from govcore.persons.numbers import citizen_id, phone

LONGEST = 400
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def checked(field: FormField, said: str) -> str:
    """The value as it is kept: an id after GB 11643, a telephone number in international form, a day as ``2012-05-06``.

    Raises ``PERSON_ID_…``, ``PERSON_PHONE_SHAPE``, ``PERSON_BAD_VALUE``, none of which has the value in it.
    """
    text = said.strip()
    if not text or len(text) > LONGEST or _UNSTORABLE.search(text):
        raise Refusal("PERSON_BAD_VALUE", field=field.code)
    if field.kind == "citizen_id":
        return citizen_id(text).number
    if field.kind == "phone":
        return phone(text).number
    if field.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Refusal("PERSON_BAD_VALUE", field=field.code) from None
    if field.kind == "choice" and text not in field.choices:
        raise Refusal("PERSON_BAD_VALUE", field=field.code)
    return text


def masked(field: FormField, value: str) -> str:
    """What anybody may see: of a day, a choice or a text nothing at all."""
    if field.kind == "name":
        return mask_name(value)
    if field.kind == "citizen_id":
        return mask_id(value)
    if field.kind == "phone":
        return mask_phone(value)
    return mask_address(value) if field.kind == "address" else STAR * 3


def born_on(values: dict[str, str], fields: dict[str, FormField]) -> date:
    """The day of birth, from the id or from the field ``born``.  Raises ``PERSON_AGE_MISSING``."""
    for code, value in values.items():
        if fields[code].kind == "citizen_id":
            return citizen_id(value).born
    if (said := values.get("born")) is not None:
        return date.fromisoformat(said)
    raise Refusal("PERSON_AGE_MISSING", field="born")


def age(born: date, today: date) -> int:
    """Full years; who is born on 29 February is a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
