"""Why a matter went where it went: its routing told again from what was kept, beside what was decided then."""

from __future__ import annotations

from typing import Any

from govcore.events.event import Event, Report
from govcore.messages.event import EventFiled
from govcore.packs.model import Pack
from govcore.packs.routed import explain, told


def recalled(pack: Pack, event: Event, first: Report | None, filed: EventFiled | None) -> dict[str, Any]:
    """The routing of a matter as plain data: ``filed``, what was decided then, and all that :func:`told` answers.

    ``first``: the report that opened it, whose severity the rules saw; ``filed``: what was said when it was filed,
    None for one not routed yet or taken over from the past.  The rules are today's, the facts those of then: a late
    correction of the place does not count.  ``differs``: rules that spoke then and would not now, or the other way.
    """
    seen = event.model_copy(
        update={
            "severity": first.severity if first is not None else event.severity,
            "place": filed.place if filed is not None else event.place,
        }
    )
    routed = explain(pack, seen)
    now = routed.decision.matched
    return {
        "event_id": event.id,
        "state": event.state,
        "filed": _filed(filed),
        "differs": sorted(set(now).symmetric_difference(filed.matched)) if filed is not None else [],
        **told(pack, routed),
    }


def _filed(filed: EventFiled | None) -> dict[str, Any] | None:
    if filed is None:
        return None
    shown = ("lead", "assists", "matched", "severity", "due_at", "located", "reason", "filed_at")
    return filed.model_dump(mode="json", include=set(shown))
