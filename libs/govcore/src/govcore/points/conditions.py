"""Whether a message's field meets what a rule wants of it."""

from __future__ import annotations

from typing import Any

from govcore.points.rules import Bound, Wanted


def holds(wanted: Wanted, value: Any) -> bool:
    """A list field meets a condition if one of its values does; yes and no are no numbers; None meets nothing."""
    if isinstance(value, tuple | list):
        return any(holds(wanted, one) for one in value)
    if isinstance(wanted, tuple):
        return any(holds(one, value) for one in wanted)
    if value is None:
        return False
    if isinstance(wanted, Bound):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (wanted.at_least is None or value >= wanted.at_least) and (
            wanted.at_most is None or value <= wanted.at_most
        )
    if isinstance(wanted, str) and wanted.endswith("*"):
        return isinstance(value, str) and value.startswith(wanted[:-1])
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    return bool(wanted == value)
