"""Persons and posts: numbers that check, what is masked, who is on duty when.

>>> from govcore.persons import citizen_id
>>> citizen_id("11010519491231002X").masked
'110105************'
"""

from __future__ import annotations

from govcore.persons.cover import Hole, Seen
from govcore.persons.duty import KINDS, Duty, OnDuty
from govcore.persons.holding import Away, Holding, PersonRef, PostLife
from govcore.persons.load import Load, Norm, load_of
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
from govcore.persons.rota import Rota, Serving

__all__ = [
    "CHINA_PHONES",
    "KINDS",
    "Absence",
    "Away",
    "CitizenId",
    "CreditCode",
    "Cycle",
    "Duty",
    "Holding",
    "Hole",
    "Load",
    "Norm",
    "OnDuty",
    "PersonRef",
    "Phone",
    "PhoneKind",
    "PhoneProfile",
    "Post",
    "PostLife",
    "Rota",
    "Seen",
    "Serving",
    "Shift",
    "citizen_id",
    "credit_code",
    "load_of",
    "mask",
    "mask_address",
    "mask_id",
    "mask_name",
    "mask_phone",
    "phone",
]
