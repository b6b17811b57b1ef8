"""Persons and posts: numbers that check, what is masked, who is on duty when.

>>> from govcore.persons import citizen_id
>>> citizen_id("11010519491231002X").masked
'110105************'
"""

from __future__ import annotations

from govcore.persons.duty import KINDS, Duty, OnDuty
from govcore.persons.masking import mask, mask_address, mask_id, mask_name, mask_phone
from govcore.persons.numbers import (
    CHINA_PHONES,
    CitizenId,
    CreditCode,
    Phone,
    PhoneKind,
    PhoneProfile,
    citizen_id,
    credit_code,
    phone,
)
from govcore.persons.posts import Absence, Cycle, Post, Shift
from govcore.persons.rota import Rota

__all__ = [
    "CHINA_PHONES",
    "KINDS",
    "Absence",
    "CitizenId",
    "CreditCode",
    "Cycle",
    "Duty",
    "OnDuty",
    "Phone",
    "PhoneKind",
    "PhoneProfile",
    "Post",
    "Rota",
    "Shift",
    "citizen_id",
    "credit_code",
    "mask",
    "mask_address",
    "mask_id",
    "mask_name",
    "mask_phone",
    "phone",
]
