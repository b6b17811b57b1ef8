"""The pack's way of working as the domain's decisions ask for it; the one place that builds it."""

from __future__ import annotations

from datetime import datetime, timedelta

from govcore.calendar import Term, due
from govcore.events.event import Event
from govcore.events.routing import Decision, Facts
from govcore.events.way import Rules, Rung, Way
from govcore.packs import Pack
from govcore.ports import Ids



def rules_of(pack: Pack) -> Rules:
    """The pack's numbers."""
    terms = pack.terms
    return Rules(
        departments=frozenset(pack.departments),
        locate=_plain(terms.locate.term),
        receipt=timedelta(minutes=terms.undelivered.minutes),
        accept=terms.accept.term,
        triage=terms.triage.term,
        verify=terms.verify.term,
        handle=None,
        rework=None,
        max_returns=max(1, pack.header.returns.limit),
        reoffers=1,
        join="all",
        verify_share=pack.header.verify.share,
        reopen=_plain(terms.rating.term),
        ladder=tuple(Rung(rung.kind, rung.wait) for rung in terms.ladder),
    )


def way_of(pack: Pack, ids: Ids) -> Way:
    """Everything around one decision."""
    calendar = pack.calendar
    return Way(
        rules=rules_of(pack),
        due=lambda start, term: due(start, term, calendar).at,
        route=lambda event: route(pack, event),
        ids=ids,
    )


def facts_of(pack: Pack, event: Event) -> Facts:
    """What routing looks at."""
    return Facts(
        class_code=event.class_code,
        place=event.place,
        channel=event.channel,
        source=event.source,
        severity=event.severity,
        at=event.opened_at.astimezone(pack.zone),
        working=_in_session(pack, event.opened_at),
        text=f"{event.title}\n{event.text}",
    )


def route(pack: Pack, event: Event) -> Decision:
    """Who gets it; the term is the rule's own, or the pack's for the class and severity."""
    decision = pack.routing.decide(facts_of(pack, event))
    severity = decision.severity or event.severity or pack.terms.default_severity
    term = decision.term or pack.terms.handling(event.class_code, severity).term
    return Decision(decision.lead, decision.assists, severity, term, decision.matched)


def _in_session(pack: Pack, moment: datetime) -> bool:
    """Whether people are at work at that moment."""
    return pack.calendar.worked_until(moment + timedelta(seconds=1)) > pack.calendar.worked_until(moment)


def _plain(term: str) -> timedelta:
    """A term of urgent hours or calendar days as a length of time."""
    unit = {"uh": timedelta(hours=1), "d": timedelta(days=1), "wh": timedelta(hours=1), "wd": timedelta(days=1)}
    return sum((stage.amount * unit[stage.unit.value] for stage in Term.parse(term).stages), timedelta())
