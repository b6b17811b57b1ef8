"""dispatch's tables.  Each aggregate is kept whole in ``doc``; the other columns are what is searched."""

from __future__ import annotations

from gov_dispatch.tables._meta import META
from gov_dispatch.tables.claims import CLAIMS, STEWARDSHIPS, VISITS
from gov_dispatch.tables.doors import ALERTS, GAUGES, NOTICES, WATCHES
from gov_dispatch.tables.matters import EVENTS, HANDOFFS, KEYS, ORDERS, PEOPLE, REPORTS, REVISITS, SURGES

__all__ = [
    "ALERTS",
    "CLAIMS",
    "EVENTS",
    "GAUGES",
    "HANDOFFS",
    "KEYS",
    "META",
    "NOTICES",
    "ORDERS",
    "PEOPLE",
    "REPORTS",
    "REVISITS",
    "STEWARDSHIPS",
    "SURGES",
    "VISITS",
    "WATCHES",
]
