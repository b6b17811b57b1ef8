"""All transitions of elements and of patrols, the reason beside every line."""

from __future__ import annotations

from govcore.workflow import NOTHING, Lifecycle
from govcore.workflow import Transition as T

COMPONENT = Lifecycle(
    name="component",
    version=1,
    refusal="ELEMENT_NOT_ALLOWED",
    ends=frozenset({"removed"}),
    transitions=(
        T(NOTHING, "register", "good", "owner|desk", "surveyed: it is there and whole (完好)"),
        T("good", "damage", "damaged", "owner|desk|worker", "broken, missing or moved (破损、丢失、移位)"),
        T("damaged", "repair", "good", "owner", "whole again"),
        T("damaged", "condemn", "disused", "owner|desk", "not worth a repair (废弃)"),
        T("good", "retire", "disused", "owner|desk", "no longer used"),
        T("disused", "restore", "good", "owner", "used again"),
        T("good", "remove", "removed", "owner|desk", "taken away"),
        T("damaged", "remove", "removed", "owner|desk", "taken away"),
        T("disused", "remove", "removed", "owner|desk", "taken away"),
    ),
)
ACTIVE = Lifecycle(
    name="element",
    version=1,
    refusal="ELEMENT_NOT_ALLOWED",
    ends=frozenset({"ended"}),
    transitions=(
        T(NOTHING, "register", "active", "owner|desk", "it is there, or joined"),
        T("active", "pause", "paused", "owner|desk", "shut or away for a while"),
        T("paused", "resume", "active", "owner|desk", "open or there again"),
        T("active", "end", "ended", "owner|desk", "closed, or left"),
        T("paused", "end", "ended", "owner|desk", "closed, or left"),
    ),
)
