"""The shipped tables: what an event and a hand-off follow where a pack says nothing else.

The lines stand in ``govcore/workflow/data/gbt30428.json``, the reason beside every one.
"""

from __future__ import annotations

from govcore.workflow import NOTHING, ROLES, SHIPPED, Lifecycle, Transition

EVENT, HANDOFF = SHIPPED.event, SHIPPED.handoff

__all__ = ["EVENT", "HANDOFF", "NOTHING", "ROLES", "Lifecycle", "Transition"]
