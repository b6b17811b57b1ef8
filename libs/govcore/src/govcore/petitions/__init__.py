"""Petitions (信访): the statutory clock, the way of a petition, and the protection of whoever spoke up.

>>> from datetime import datetime
>>> from govcore.calendar import WorkCalendar
>>> from govcore.petitions import Law, Petition, clock, register
>>> china = WorkCalendar.china()
>>> came = china.here(datetime(2026, 1, 30, 16))
>>> petition = Petition(id="P-1", state="", channel="letter", received_at=came, registered_at=came)
>>> petition = register(petition, by="desk:petition", law=Law(china)).petition
>>> [(each.article, each.state, str(each.end.last_day)) for each in clock(petition, china, came)]
[('信访工作条例 22', 'running', '2026-02-14')]
"""

from __future__ import annotations

from govcore.petitions._moves import Changed, Law
from govcore.petitions.clock import Deadline, End, State, clock
from govcore.petitions.decisions import (
    accept,
    answer,
    close,
    extend,
    linked,
    object_jurisdiction,
    redo,
    refer,
    register,
    send_back,
    tell,
    woken,
)
from govcore.petitions.lifecycle import PETITION, ROLES
from govcore.petitions.petition import OFFICE, Petition
from govcore.petitions.protection import by_hand, may_see
from govcore.petitions.renewal import renew
from govcore.petitions.reviews import ask_rereview, ask_review, begin_hearing, end_hearing, rereview, review
from govcore.petitions.statute import REGULATIONS, Clause, Statute

__all__ = [
    "OFFICE",
    "PETITION",
    "REGULATIONS",
    "ROLES",
    "Changed",
    "Clause",
    "Deadline",
    "End",
    "Law",
    "Petition",
    "State",
    "Statute",
    "accept",
    "answer",
    "ask_rereview",
    "ask_review",
    "begin_hearing",
    "by_hand",
    "clock",
    "close",
    "end_hearing",
    "extend",
    "linked",
    "may_see",
    "object_jurisdiction",
    "redo",
    "refer",
    "register",
    "renew",
    "rereview",
    "review",
    "send_back",
    "tell",
    "woken",
]
