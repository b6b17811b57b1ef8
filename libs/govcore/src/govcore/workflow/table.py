"""A table of transitions: what may happen next, who may do it, who is told, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from govcore.errors import Refusal

NOTHING = ""
"""The state before the first transition."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One line: in ``state`` somebody of role ``who`` does ``action``; ``next`` follows, because of ``reason``.

    ``who`` is one role, or several joined by ``|``; ``tell`` whose own queues get the message besides the topic;
    ``fork`` which departments are asked by it; ``join`` when those asked are done together.
    """

    state: str
    action: str
    next: str
    who: str
    reason: str
    tell: tuple[str, ...] = ()
    fork: str | None = None
    join: str | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of ``who``."""
        return tuple(filter(None, self.who.split("|")))


@dataclass(frozen=True)
class Lifecycle:
    """A table of transitions.  ``ends`` are the states in which a thing may rest for ever.

    ``phases`` says of each state what it means to the rules, ``timers`` which promises run in it; both are empty for
    tables that the engine of events does not follow.  ``own``: a state's name alone does not tell its phase, so a
    row keeps it.
    """

    name: str
    version: int
    transitions: tuple[Transition, ...]
    ends: frozenset[str]
    refusal: str = field(default="LIFECYCLE_NOT_ALLOWED")
    phases: Mapping[str, str] = field(default_factory=dict)
    timers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: bool = False

    @cached_property
    def _by_step(self) -> Mapping[tuple[str, str], Transition]:
        return {(line.state, line.action): line for line in self.transitions}

    @cached_property
    def _into(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for line in self.transitions:
            found.setdefault(line.next, set()).add(line.action)
        return {state: frozenset(actions) for state, actions in found.items()}

    @property
    def states(self) -> frozenset[str]:
        return frozenset(state for line in self.transitions for state in (line.state, line.next)) - {NOTHING}

    def line(self, state: str, action: str) -> Transition:
        """The line of ``action`` in ``state``.  Raises this table's ``refusal`` code where there is none."""
        line = self._by_step.get((state, action))
        if line is None:
            raise Refusal(self.refusal, field="action", value=action, state=state or "-", subject=self.name)
        return line

    def step(self, state: str, action: str) -> str:
        """The state after ``action``.  Raises this table's ``refusal`` code where no line says so."""
        return self.line(state, action).next

    def after(self, state: str, action: str) -> dict[str, Any]:
        """What ``action`` changes of a row in ``state``: its state and, in a table of its own, the phase."""
        after = self.step(state, action)
        return {"state": after, "own_phase": self.phases[after] if self.own else None}

    def allows(self, state: str, action: str) -> bool:
        """Whether a line says what ``action`` does in ``state``."""
        return (state, action) in self._by_step

    def entered_by(self, state: str, action: str) -> bool:
        """Whether ``action`` leads into ``state``."""
        return action in self._into.get(state, ())

    def actions(self, state: str) -> tuple[str, ...]:
        """What can be done in ``state``, in the table's order."""
        return tuple(line.action for line in self.transitions if line.state == state)

    def runs(self, state: str, timer: str) -> bool:
        """Whether a promise of this kind runs in ``state``."""
        return timer in self.timers.get(state, ())

    def guard(self, state: str, action: str, *, by: str, roles: frozenset[str]) -> None:
        """Lets through ``by``, who acts in ``roles``.

        Raises ``LIFECYCLE_NOT_YOURS``, or the ``refusal`` of :meth:`line`.
        """
        line = self.line(state, action)
        if roles.isdisjoint(line.roles):
            raise Refusal("LIFECYCLE_NOT_YOURS", field="by", value=by[:80], action=action, state=state, roles=line.who)
