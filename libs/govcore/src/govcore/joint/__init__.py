"""Departments called together 联合行动: joint enforcement, whistle 吹哨报到, task force 专班, consultation 会商.

A desk or a street calls named departments about a matter; they answer within the pack's term and report on the spot;
who is silent or missing gets an order and the supervising department is told; whoever called ends it as its kind must.
Each decision takes what it needs and answers a :class:`Decided`, or raises a reasoned refusal.
"""

from govcore.joint.answering import answer, arrive
from govcore.joint.calling import call, forced, must_consult, undecided
from govcore.joint.ending import cancel, conclude, designated, moot, record
from govcore.joint.late import TIMERS, woken
from govcore.joint.operation import (
    NOTHING_DECIDED,
    CheckIn,
    Decided,
    JointRules,
    Meeting,
    Operation,
    Part,
    Rating,
    Record,
    Terms,
)
from govcore.joint.succession import succeed
from govcore.joint.table import OPERATION, PART, ROLES
from govcore.joint.units import UnitCount, counted

__all__ = [
    "NOTHING_DECIDED",
    "OPERATION",
    "PART",
    "ROLES",
    "TIMERS",
    "CheckIn",
    "Decided",
    "JointRules",
    "Meeting",
    "Operation",
    "Part",
    "Rating",
    "Record",
    "Terms",
    "UnitCount",
    "answer",
    "arrive",
    "call",
    "cancel",
    "conclude",
    "counted",
    "designated",
    "forced",
    "moot",
    "must_consult",
    "record",
    "succeed",
    "undecided",
    "woken",
]
