"""Events: reports become matters, matters are handed off, done, verified, closed and rated.

The decisions are in :mod:`govcore.events.matter`; here are the values they work on.
"""

from govcore.events.decision import NOTHING_CHANGED, Changed, Note, Promise, Said, Step
from govcore.events.event import INTAKE, TRIAGE, VERIFY, Event, Report
from govcore.events.handoff import HandOff, dept_of
from govcore.events.holder import Held, assert_one_holder, who_holds
from govcore.events.lifecycle import EVENT, HANDOFF, ROLES, Lifecycle, Transition
from govcore.events.redact import without_identity
from govcore.events.timers import KINDS
from govcore.events.way import Rules, Rung, Way

__all__ = [
    "EVENT",
    "HANDOFF",
    "INTAKE",
    "KINDS",
    "NOTHING_CHANGED",
    "ROLES",
    "TRIAGE",
    "VERIFY",
    "Changed",
    "Event",
    "HandOff",
    "Held",
    "Lifecycle",
    "Note",
    "Promise",
    "Report",
    "Rules",
    "Rung",
    "Said",
    "Step",
    "Transition",
    "Way",
    "assert_one_holder",
    "dept_of",
    "who_holds",
    "without_identity",
]
