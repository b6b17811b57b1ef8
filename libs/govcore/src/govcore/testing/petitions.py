"""A petition to try things on: a claim that came in at ten on a Monday, under the law as shipped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from govcore.calendar import WorkCalendar
from govcore.petitions import OFFICE, Changed, Law, Petition, register

CHINA = WorkCalendar.china()
LAW = Law(CHINA)
CAME = CHINA.here(datetime(2026, 3, 2, 10))
ORGAN = "dept:chengguan"
SECRET = "王某某举报城管局收费，电话13812345678"


def days(number: float) -> datetime:
    """So many days after it came."""
    return CAME + timedelta(days=number)


def new(**more: Any) -> Petition:
    """A claim that has just come in."""
    plain: dict[str, Any] = {
        "id": "P-1",
        "state": "",
        "channel": "letter",
        "path": "claim",
        "title": "垃圾",
        "text": SECRET,
    }
    place = {"place": "34.08.81.103.004", "division": "340881103004", "class_code": "10401", "class_name": "暴露垃圾"}
    changed = register(
        Petition(**{**plain, **place, "received_at": CAME, "registered_at": CAME, **more}), by=OFFICE, law=LAW
    )
    assert changed.petition is not None
    return changed.petition


def after(changed: Changed) -> Petition:
    """The petition as it is then."""
    assert changed.petition is not None
    return changed.petition
