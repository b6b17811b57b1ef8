"""A pack's way of working as the decisions about a matter ask for it: numbers, terms, routing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from govcore.calendar import Pause, due, moment_at
from govcore.events.event import Event
from govcore.events.routing import Decision, Facts
from govcore.events.verify import Check
from govcore.events.visit import Calling, Visiting
from govcore.events.way import End, Extending, Rules, Rung, Suspending, Way
from govcore.joint.operation import JointRules
from govcore.joint.operation import Terms as JointTerms
from govcore.packs.leaders import leader_of
from govcore.packs.model import Pack
from govcore.ports import Ids


def rules_of(pack: Pack) -> Rules:
    """The pack's numbers."""
    terms, handoff = pack.terms, pack.header.handoff
    suspend, extend = terms.suspend, terms.extend
    closing, call, visits = pack.closing, pack.closing.call, pack.closing.visits
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
        ladder=tuple(Rung(one.order, one.at, one.to, one.level, one.answer) for one in terms.ladder),
        suspend=Suspending({one.code: one.approval for one in suspend.reasons}, suspend.longest) if suspend else None,
        extend=Extending(extend.times, extend.longest) if extend else None,
        verify_by=pack.header.verify.by,
        checks=tuple(Check(one.share, one.by, one.classes, one.severity, one.channel) for one in closing.verify),
        most_reworks=closing.reworks.most if closing.reworks else None,
        rating=timedelta(days=terms.rating.days),
        bad_grades=frozenset(one.grade for one in pack.header.rating.grades if one.rework),
        rectify=closing.rectify.term if closing.rectify else None,
        call=Calling(call.by, call.term, call.tries) if call else None,
        visits=Visiting(visits.by, visits.term, visits.tries, pack.zone, visits.most, visits.days, visits.not_kept)
        if visits
        else None,
    )


def joint_rules_of(pack: Pack) -> JointRules:
    """The pack's numbers for operations of several departments, and the divisions that may call them."""
    said = pack.terms.joint
    kinds = {
        "joint": said.joint,
        "whistle": said.whistle,
        "task_force": said.task_force,
        "consultation": said.consultation,
    }
    return JointRules(
        terms={kind: JointTerms(one.answer, one.conclude) for kind, one in kinds.items()},
        muster=said.muster,
        streets={one.code: one.place for one in pack.divisions.values() if one.kind in said.callers},
    )


def way_of(pack: Pack, ids: Ids) -> Way:
    """Everything around one decision."""
    calendars = pack.calendars

    def reckon(start: datetime, term: str, place: str, pauses: Sequence[tuple[datetime, datetime]] = ()) -> End:
        found = due(start, term, calendars.of(place), pauses=[Pause(*one) for one in pauses])
        return End(found.at, found.provisional)

    def share(
        start: datetime, term: str, place: str, of: float, pauses: Sequence[tuple[datetime, datetime]] = ()
    ) -> datetime:
        return moment_at(start, term, of, calendars.of(place), pauses=[Pause(*one) for one in pauses])

    return Way(
        rules=rules_of(pack),
        reckon=reckon,
        route=lambda event: route(pack, event),
        ids=ids,
        workflows=pack.workflows,
        share=share,
        leader=partial(leader_of, pack),
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
        working=_in_session(pack, event.opened_at, event.place),
        text=f"{event.title}\n{event.text}",
    )


def route(pack: Pack, event: Event) -> Decision:
    """Who gets it; the term is the rule's own, or the pack's for the class and severity."""
    facts = facts_of(pack, event)
    return settled(pack, facts, pack.routing_of(facts.class_code).decide(facts))


def settled(pack: Pack, facts: Facts, decision: Decision) -> Decision:
    """What the rules left open: the severity is then the report's or the pack's usual one, the term the pack's."""
    severity = decision.severity or facts.severity or pack.terms.default_severity
    term = decision.term or pack.terms.handling(facts.class_code, severity).term
    return replace(decision, severity=severity, term=term)


def _in_session(pack: Pack, moment: datetime, place: str) -> bool:
    """Whether people are at work there at that moment."""
    calendar = pack.calendars.of(place)
    return calendar.worked_until(moment + timedelta(seconds=1)) > calendar.worked_until(moment)
