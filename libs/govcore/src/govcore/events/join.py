"""When a joint operation (联勤) is done: all departments, the lead alone, or a quorum with the lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from govcore.errors import Refusal
from govcore.events.handoff import HandOff
from govcore.events.plan import Plan


def check_join(rule: str) -> None:
    """Raises ``EVENT_BAD_JOIN`` unless ``rule`` is ``all``, ``lead`` or ``quorum:<n ≥ 1>``."""
    _quorum(rule)


def joined(rule: str, handoffs: Iterable[HandOff], plans: Sequence[Plan] = ()) -> bool:
    """Whether the event's tasks, taken together, are done.

    Withdrawn tasks do not count, planned ones do; the lead must be done under every rule; a quorum larger than the
    number of tasks means all of them.
    """
    asked = [one for one in handoffs if one.phase != "withdrawn"]
    done = [one for one in asked if one.phase == "done"]
    if not any(one.role == "lead" for one in done):
        return False
    quorum, number = _quorum(rule), len(asked) + len(plans)
    return len(done) >= (number if quorum is None else min(quorum, number))


def _quorum(rule: str) -> int | None:
    """How many must be done; None for all of them."""
    if rule == "all":
        return None
    if rule == "lead":
        return 1
    word, _, number = rule.partition(":")
    if word != "quorum" or not (number.isascii() and number.isdecimal()) or int(number) < 1:
        raise Refusal("EVENT_BAD_JOIN", field="join", value=rule)
    return int(number)
