"""What the rules of events can do, and the words a table may use for it: the part of a lifecycle that is code.

A table chooses states, their names and order, who may do what, who is told and which timers run.  It cannot give
an action another effect: each action leads from states of some phases to states of one, because that is whom its
rule makes the holder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

START = ""
"""The phase before the first transition."""


class Action(NamedTuple):
    """From states of which phases an action leads to states of which one; which departments it asks, if any."""

    before: frozenset[str]
    after: str
    fork: str | None = None


def _action(before: str, after: str, fork: str | None = None) -> Action:
    return Action(frozenset(before.split("|")), after, fork)


EVENT_PHASES: Mapping[str, str] = {
    "intake": "the intake desk holds it and waits for the place",
    "placed": "the place is known or given up; routed in the same moment",
    "triage": "the triage desk holds it",
    "departments": "its hand-offs hold it",
    "handled": "the join rule is met; verified or closed in the same moment",
    "verify": "the verifying desk holds it",
    "ended": "nobody holds it any more",
}
"""What a state of an event can mean."""

HANDOFF_PHASES: Mapping[str, str] = {
    "asked": "offered; the offerer holds it until the addressee answers",
    "held": "the department holds it and its clock runs",
    "paused": "the department holds it and its clock stands (缓办)",
    "back": "returned or expired; the offerer or a desk holds it",
    "done": "ended with a result",
    "withdrawn": "ended without one",
}
"""What a state of a hand-off can mean."""

EVENT_ACTIONS: Mapping[str, Action] = {
    "file": _action(START, "intake"),
    "import_closed": _action(START, "ended"),
    "import_open": _action(START, "triage"),
    "locate": _action("intake", "placed"),
    "go_on": _action("intake", "placed"),
    "attach": _action("intake|triage|departments", "ended"),
    "detach": _action("ended", "intake"),
    "void": _action("intake|triage|departments|verify", "ended"),
    "route": _action("placed", "departments", "departments"),
    "no_rule": _action("placed", "triage"),
    "assign": _action("triage", "departments", "departments"),
    "handle": _action("departments", "departments"),
    "suspend": _action("departments", "departments"),
    "resume": _action("departments", "departments"),
    "extend": _action("departments", "departments"),
    "finish": _action("departments", "handled"),
    "check": _action("handled", "verify"),
    "close": _action("handled", "ended"),
    "approve": _action("verify", "ended"),
    "rework": _action("verify", "departments", "lead"),
    "rate": _action("ended", "ended"),
    "reopen": _action("ended", "departments", "lead"),
    "reopen_at_desk": _action("ended", "triage"),
}

HANDOFF_ACTIONS: Mapping[str, Action] = {
    "offer": _action(START, "asked"),
    "accept": _action("asked", "held"),
    "return": _action("asked|held", "back"),
    "expire": _action("asked", "back"),
    "designate": _action("asked|back", "asked"),
    "offer_again": _action("back", "asked"),
    "fall_back": _action("back", "held"),
    "transfer": _action("held", "asked"),
    "request": _action("held", "held"),
    "deny": _action("held", "held"),
    "suspend": _action("held", "paused"),
    "resume": _action("paused", "held"),
    "extend": _action("held", "held"),
    "finish": _action("held", "done"),
    "rework": _action("done", "asked"),
    "withdraw": _action("asked|held|paused|back", "withdrawn"),
}

EVENT_MUST: Mapping[str, tuple[str, ...]] = {
    START: ("file",),
    "intake": ("locate", "go_on"),
    "placed": ("route", "no_rule"),
    "triage": ("assign",),
    "handled": ("check|close",),
    "verify": ("approve",),
}
"""What every state of a phase must allow, for the rules come to it by themselves; ``a|b``: at least one of them."""

HANDOFF_MUST: Mapping[str, tuple[str, ...]] = {
    START: ("offer",),
    "asked": ("accept", "expire", "withdraw"),
    "held": ("finish", "withdraw"),
    "paused": ("resume", "withdraw"),
    "back": ("offer_again", "designate", "fall_back", "withdraw"),
}

EVENT_TIMERS: Mapping[str, frozenset[str]] = {
    "locate": frozenset({"intake"}),
    "triage": frozenset({"triage"}),
    "verify": frozenset({"verify"}),
}
"""The promises somebody serves for an event, and the phases they mean something in."""

HANDOFF_TIMERS: Mapping[str, frozenset[str]] = {
    "receipt": frozenset({"asked"}),
    "accept": frozenset({"asked"}),
    "finish": frozenset({"asked", "held", "back"}),
    "triage": frozenset({"back"}),
    "request": frozenset({"held"}),
    "resume": frozenset({"paused"}),
}

EVENT_TELL = frozenset({"lead"})
HANDOFF_TELL = frozenset({"sender", "addressee", "holder", "offerer", "lead"})
"""Departments a line can name: who sent the command, is addressed after it, held it or offered it before, leads."""

HANDOFF_CONCERNS = frozenset({"sender", "addressee", "holder"})
"""The department whose task it is, by three names: of every step but an offer, which reaches it, one must hear."""

ENDED = frozenset({"ended", "done", "withdrawn"})
"""The phases in which nobody need hold a thing."""

ROLES: Mapping[str, str] = {
    "channel": "any door a report comes through",
    "importer": "`govmesh import --as history`",
    "grid": "the grid service, by message",
    "clock": "a durable timer",
    "rule": "a rule of the pack",
    "triage": "desk:triage",
    "verify": "desk:verify",
    "department": "dept:<code>, by command",
    "offerer": "the desk or department that offered it",
    "reporter": "the resident, through the edge",
}
"""Who stands behind each role of the tables."""


def roles_of(by: str, *, desk: str, offerer: str | None = None) -> frozenset[str]:
    """The roles in which ``by`` acts: ``desk:triage``, ``dept:<code>``, ``rule``, ``clock``, ``reporter`` …

    Any other word is a person at the ``desk`` whose decision it is; whom the edge lets sit there is not known here.
    """
    kind, _, name = by.partition(":")
    own = {"dept": "department", "desk": name}.get(kind, by if by in ROLES else desk)
    return frozenset({own, "offerer"} if by == offerer else {own})
