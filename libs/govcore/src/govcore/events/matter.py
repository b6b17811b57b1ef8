"""Every decision about a matter, under one name: what a service imports.

``file`` ``take_over`` ``same`` ``attach`` ·
``merge`` ``unmerge`` ``part`` ``progress`` · ``located`` ``go_on`` ``triage`` ``void`` ·
``accept`` ``return_`` ``transfer`` ``receipt`` ``designate`` ·
``suspend`` ``resume`` ``extend`` ``decide`` ``end_pause`` · ``succeed`` ·
``finish`` ``withdraw`` ``verify`` ``rate`` ``reopen`` · ``agree`` ``cancel`` ``make`` · ``comment`` ·
``woken`` ``moved`` ``renew``.
Each takes the rows it needs, answers a :class:`govcore.events.decision.Changed`, or raises a reasoned refusal.
"""

from govcore.events.comment import comment
from govcore.events.ending import finish, reopen, verify, withdraw
from govcore.events.filing import go_on, located, triage, void
from govcore.events.handling import accept, designate, receipt, return_, transfer
from govcore.events.made import make
from govcore.events.opening import attach, file, same, take_over
from govcore.events.pausing import decide, end_pause, extend, resume, suspend
from govcore.events.rating import rate
from govcore.events.renewal import Moved, moved, renew
from govcore.events.repeats_join import merge, part, progress, unmerge
from govcore.events.succession import succeed
from govcore.events.timers import woken
from govcore.events.visits import agree, cancel

__all__ = [
    "Moved",
    "accept",
    "agree",
    "attach",
    "cancel",
    "comment",
    "decide",
    "designate",
    "end_pause",
    "extend",
    "file",
    "finish",
    "go_on",
    "located",
    "make",
    "merge",
    "moved",
    "part",
    "progress",
    "rate",
    "receipt",
    "renew",
    "reopen",
    "resume",
    "return_",
    "same",
    "succeed",
    "suspend",
    "take_over",
    "transfer",
    "triage",
    "unmerge",
    "verify",
    "void",
    "withdraw",
    "woken",
]
