"""Ready-made values with every field filled in; say only what your test is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from govcore.events import matter
from govcore.events.decision import Changed
from govcore.events.event import Event, Report
from govcore.events.handoff import HandOff
from govcore.events.routing import Decision
from govcore.events.way import End, Extending, Rules, Rung, Suspending, Way
from govcore.memory import SequentialIds
from govcore.messages.event import EventLocated

AT = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
"""A Monday morning in Tongcheng."""

DEPARTMENTS = ("chengguan", "gongan", "shichang", "zhujian")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


def clock_due(start: datetime, term: str, _place: str = "", pauses: Sequence[tuple[datetime, datetime]] = ()) -> End:
    """A calendar without holidays, the same everywhere: ``<n>wh``/``<n>uh`` are hours, ``<n>wd``/``<n>d`` days,
    stages joined by ``+``."""
    at = start + sum((until - since for since, until in pauses), timedelta())
    for stage in term.split("+"):
        at += int(stage.rstrip("whud")) * _UNITS["h" if stage.endswith("h") else "d"]
    return End(at)


def rules(**changes: Any) -> Rules:
    """Small round numbers for every rule of a pack."""
    numbers: dict[str, Any] = {
        "departments": frozenset(DEPARTMENTS),
        "return_reasons": frozenset({"not_ours"}),
        "supervisor": "gongan",
        "locate": timedelta(minutes=10),
        "receipt": timedelta(minutes=15),
        "accept": "1wh",
        "triage": "2wh",
        "verify": "1wd",
        "handle": "4wh",
        "rework": "2wh",
        "max_returns": 3,
        "reoffers": 1,
        "join": "all",
        "verify_share": 0.0,
        "reopen": timedelta(days=7),
        "suspend": Suspending({"awaiting_reporter": False, "awaiting_permit": True}, "5d"),
        "extend": Extending(2, "4wh"),
        "ladder": (Rung("reminder", 1.0), Rung("supervision", 1.5)),
    }
    return Rules(**{**numbers, **changes})


def a_way(
    lead: str | None = "chengguan",
    assists: tuple[str, ...] = (),
    *,
    term: str | None = None,
    severity: str | None = None,
    route: Callable[[Event], Decision] | None = None,
    **changes: Any,
) -> Way:
    """A way of working that routes everything to ``lead`` and ``assists``; ``changes`` are rules."""
    matched = ("r.test",) if lead else ()
    decision = Decision(lead=lead, assists=assists, severity=severity, term=term, matched=matched)
    return Way(rules(**changes), clock_due, route or (lambda event: decision), SequentialIds())


def a_report(**changes: Any) -> Report:
    """A report of exposed rubbish by the hotline."""
    said: dict[str, Any] = {
        "id": "R-000001",
        "event_id": "E-000001",
        "source": "12345",
        "external_id": "2026030200017",
        "channel": "hotline",
        "reported_at": AT - timedelta(minutes=2),
        "title": "菜市场门口垃圾两天没人清",
        "text": "文昌街道菜市场东门口垃圾堆了两天。",
        "class_code": "10401",
        "class_name": "暴露垃圾",
        "severity": "general",
        "place": "34.08.81.103",
        "division": "340881103",
    }
    return Report(**{**said, **changes})


def a_where(**changes: Any) -> EventLocated:
    """The grid service's answer for :func:`a_report`."""
    found: dict[str, Any] = {
        "event_id": "E-000001",
        "place": "34.08.81.103.004",
        "division": "340881103004",
        "grid": "340881103004001",
        "duty_post": "post-340881103004001",
        "duty_person": "W-0001",
        "how": "point",
        "located_at": AT + timedelta(seconds=1),
    }
    return EventLocated(**{**found, **changes})


def an_event(**changes: Any) -> Event:
    """A matter just filed, held by the intake desk."""
    filed = matter.file(a_report(), at=AT, way=a_way(), trace="00-" + "1" * 32 + "-" + "2" * 16 + "-01").event
    assert filed is not None
    return filed.model_copy(update=changes)


def a_matter(way: Way | None = None, **event: Any) -> Changed:
    """A matter filed, located and routed: the event and its offered tasks."""
    return matter.located(an_event(**event), a_where(), at=AT, way=way or a_way())


def a_handoff(**changes: Any) -> HandOff:
    """A task offered to chengguan by the intake desk."""
    return a_matter().handoffs[0].model_copy(update=changes)
