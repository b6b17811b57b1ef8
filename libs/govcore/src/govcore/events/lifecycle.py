"""All transitions of an event and of a hand-off, one table each, the reason beside every line.

The loop is that of digital city management, GB/T 30428: report 上报 → file 立案 → assign 派遣 → handle 处置 →
feed back 反馈 → verify and close 核查结案 → evaluate 评价.  A table is data: a name, a version and lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from govcore.errors import Refusal

NOTHING = ""
"""The state before the first transition."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One line: in ``state`` somebody of role ``who`` does ``action``; ``next`` follows, because of ``reason``."""

    state: str
    action: str
    next: str
    who: str
    reason: str


@dataclass(frozen=True)
class Lifecycle:
    """A table of transitions.  ``ends`` are the states in which a thing may rest for ever."""

    name: str
    version: int
    transitions: tuple[Transition, ...]
    ends: frozenset[str]
    refusal: str = field(default="LIFECYCLE_NOT_ALLOWED")

    @cached_property
    def _by_step(self) -> Mapping[tuple[str, str], Transition]:
        return {(line.state, line.action): line for line in self.transitions}

    @property
    def states(self) -> frozenset[str]:
        return frozenset(state for line in self.transitions for state in (line.state, line.next)) - {NOTHING}

    def step(self, state: str, action: str) -> str:
        """The state after ``action``.  Raises this table's ``refusal`` code where no line says so."""
        line = self._by_step.get((state, action))
        if line is None:
            raise Refusal(self.refusal, field="action", value=action, state=state or "-", subject=self.name)
        return line.next

    def actions(self, state: str) -> tuple[str, ...]:
        """What can be done in ``state``, in the table's order."""
        return tuple(line.action for line in self.transitions if line.state == state)


T = Transition

EVENT = Lifecycle(
    name="event",
    version=1,
    refusal="EVENT_NOT_ALLOWED",
    ends=frozenset({"attached", "void", "closed", "rated"}),
    transitions=(
        T(NOTHING, "file", "reported", "channel", "somebody reported it: the intake desk holds it from this moment"),
        T(NOTHING, "import_closed", "closed", "importer", "a matter of the past, with its own end"),
        T(NOTHING, "import_open", "triage", "importer", "a matter of the past nobody has ended: a person must look"),
        T("reported", "locate", "located", "grid", "the grid service says where it is and who is on duty"),
        T("reported", "go_on", "located", "clock", "no location in time: the division that came with it has to do"),
        T("reported", "attach", "attached", "rule", "it is the same matter as an earlier one"),
        T("reported", "void", "void", "triage", "nobody's matter: a test, an error"),
        T("located", "route", "assigned", "rule", "the routing rules name a leading department"),
        T("located", "no_rule", "triage", "rule", "no rule names a lead: the triage desk decides"),
        T("triage", "assign", "assigned", "triage", "the triage desk named the departments"),
        T("triage", "attach", "attached", "triage", "the triage desk saw that it is an earlier matter"),
        T("triage", "void", "void", "triage", "the triage desk saw that it is nobody's matter"),
        T("assigned", "handle", "handling", "department", "a first department accepted its task"),
        T(
            "assigned",
            "attach",
            "attached",
            "triage",
            "a person saw that it is an earlier matter; its tasks are withdrawn",
        ),
        T("assigned", "void", "void", "triage", "it turned out to be nobody's matter; its tasks are withdrawn"),
        T("handling", "finish", "handled", "rule", "the join rule is met: enough departments are done"),
        T(
            "handling",
            "attach",
            "attached",
            "triage",
            "a person saw that it is an earlier matter; its tasks are withdrawn",
        ),
        T("attached", "detach", "reported", "triage", "it is another matter after all and goes its own way again"),
        T("handling", "void", "void", "triage", "it turned out to be nobody's matter; its tasks are withdrawn"),
        T("handled", "check", "verifying", "rule", "the sample says: look at it before closing"),
        T("handled", "close", "closed", "rule", "not in the sample: the department's result is enough"),
        T("verifying", "approve", "closed", "verify", "the verifying desk found it handled"),
        T("verifying", "rework", "assigned", "verify", "the verifying desk found it not handled"),
        T("closed", "rate", "rated", "reporter", "the resident gave a grade"),
        T("closed", "reopen", "assigned", "reporter", "objection within the window: the lead again"),
        T("closed", "reopen_at_desk", "triage", "reporter", "objection within the window, and no lead is known"),
        T("rated", "reopen", "assigned", "reporter", "objection within the window: the lead again"),
        T("rated", "reopen_at_desk", "triage", "reporter", "objection within the window, and no lead is known"),
    ),
)

HANDOFF = Lifecycle(
    name="handoff",
    version=1,
    refusal="HANDOFF_NOT_ALLOWED",
    ends=frozenset({"done", "withdrawn"}),
    transitions=(
        T(NOTHING, "offer", "offered", "offerer", "a department is asked; the offerer holds it meanwhile"),
        T("offered", "accept", "accepted", "department", "the addressee takes it"),
        T("offered", "return", "returned", "department", "not responsible, with reason and proposed owner"),
        T("offered", "expire", "expired", "clock", "nobody accepted in time"),
        T("offered", "designate", "offered", "triage", "the triage desk names another; it cannot be returned"),
        T("offered", "withdraw", "withdrawn", "offerer", "no longer asked for"),
        T("accepted", "finish", "done", "department", "the holder is done, with its result"),
        T("accepted", "return", "returned", "department", "seen on site: not responsible after all"),
        T("accepted", "transfer", "offered", "department", "passed on; whoever passes on holds it meanwhile"),
        T("accepted", "withdraw", "withdrawn", "offerer", "no longer asked for"),
        T("returned", "offer_again", "offered", "offerer", "to the proposed owner"),
        T("returned", "designate", "offered", "triage", "the triage desk decides whose it is"),
        T("returned", "fall_back", "accepted", "rule", "whoever passed it on has it again"),
        T("returned", "withdraw", "withdrawn", "offerer", "no longer asked for"),
        T("expired", "offer_again", "offered", "offerer", "asked once more, with a reminder"),
        T("expired", "designate", "offered", "triage", "the triage desk decides whose it is"),
        T("expired", "fall_back", "accepted", "rule", "whoever passed it on has it again"),
        T("expired", "withdraw", "withdrawn", "offerer", "no longer asked for"),
        T("done", "rework", "offered", "verify", "not good enough: offered to the same department again"),
    ),
)

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
