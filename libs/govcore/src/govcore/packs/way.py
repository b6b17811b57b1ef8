"""A pack's way of working as the decisions about a matter ask for it: numbers, terms, routing."""

from __future__ import annotations

from datetime import datetime, timedelta

from govcore.calendar import due
from govcore.events.event import Event
from govcore.events.routing import Decision, Facts
from govcore.events.way import Rules, Rung, Way
from govcore.packs.model import Pack
from govcore.ports import Ids


def rules_of(pack: Pack) -> Rules:
    """The pack's numbers."""
    terms, handoff = pack.terms, pack.header.handoff
    return Rules(
        departments=frozenset(pack.departments),
        return_reasons=frozenset(reason.code for reason in handoff.return_reasons),
        supervisor=handoff.supervisor,
        locate=timedelta(minutes=terms.locate.minutes),
        receipt=timedelta(minutes=terms.undelivered.minutes),
        accept=terms.accept.term,
        triage=terms.triage.term,
        verify=terms.verify.term,
        handle=terms.handling(None).term,
        rework=terms.rework.term,
        max_returns=handoff.returns_limit,
        reoffers=handoff.reoffers,
        join=handoff.join,
        verify_share=pack.header.verify.share,
        reopen=timedelta(days=terms.reopen.days),
        ladder=tuple(Rung(rung.order, rung.wait) for rung in terms.ladder),
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
