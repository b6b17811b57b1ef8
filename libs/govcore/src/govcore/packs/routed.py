"""Why a matter goes where it goes: the decision, who said what of it, and what every other rule lacked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from govcore.errors import Refusal
from govcore.events.event import Event
from govcore.events.routing import Decision, Facts, RuleTrace
from govcore.events.routing_rules import Rule, Words
from govcore.packs.model import Pack
from govcore.packs.way import facts_of, settled

SHOWN = 8
"""Of a longer list a sentence names so many and says how many there are."""


@dataclass(frozen=True, slots=True)
class Routed:
    """A decision as the mesh takes it and each rule, in order, with its part in it; places are dotted paths.

    ``words``: those of the text that speak for the matter's class, empty where the pack's words do not.
    """

    facts: Facts
    decision: Decision
    rules: tuple[Rule, ...]
    traces: tuple[RuleTrace, ...]
    words: tuple[str, ...]

    def first(self, key: str, dept: str | None = None) -> Rule | None:
        """The first rule that spoke and says ``key``; with ``dept``, that names it among them."""
        for rule, trace in zip(self.rules, self.traces, strict=True):
            said = getattr(rule, key)
            if trace.matched and said and (dept is None or dept in said):
                return rule
        return None


def explain(pack: Pack, event: Event) -> Routed:
    """What the pack's rules say of a matter as it stands, and why.  Raises ``ROUTING_NAIVE_TIME``."""
    facts = facts_of(pack, event)
    rules = pack.routing_of(facts.class_code)
    explained = rules.explain(facts)
    guess = pack.classifier.classify(event.title, event.text) if pack.classifier is not None else None
    return Routed(
        facts=facts,
        decision=settled(pack, facts, explained.decision),
        rules=rules.rules,
        traces=explained.rules,
        words=guess.why if guess is not None and guess.class_code == event.class_code else (),
    )


def told(pack: Pack, routed: Routed) -> dict[str, Any]:
    """As plain data with the names of codes: what the API and the command line answer.

    ``severity.by`` and ``term.by`` are a rule's id, or ``report``, ``default`` and ``pack`` where no rule said one.
    With ``triage`` the term is the desk's (``by`` says so), and the assists are the rules' proposal to it.
    """
    facts, decision = routed.facts, routed.decision
    code = facts.class_code or ""
    item, division = pack.classes.get(code) or pack.service_of(code), pack.divisions_by_place.get(facts.place)
    channel = pack.channels.get(facts.channel or "")
    return {
        "facts": {
            "class": {
                "code": facts.class_code,
                "name": {"zh": item.name, "en": item.name_en} if item else None,
                "words": list(routed.words),
            },
            "place": {"code": facts.place, "name": division.name if division else None},
            "channel": {"code": facts.channel, "name": channel.name.model_dump() if channel else None},
            "source": facts.source,
            "severity": facts.severity,
            "at": facts.at.isoformat() if facts.at else None,
            "working": facts.working,
        },
        "decision": _decided(pack, routed, decision),
        "rules": [_part(rule, trace) for rule, trace in zip(routed.rules, routed.traces, strict=True)],
    }


def lacked(failed: str, wanted: Any, got: Any) -> Refusal:
    """Why a rule did not speak, in words, from the parts of its :class:`~govcore.events.routing.RuleTrace`.

    Also from those parts after a way through JSON.  Texts are codes ``ROUTING_LACKS_…``.
    """
    if failed == "words":
        return _words_lacked(wanted, {str(word) for word in got})
    if failed == "working":
        return Refusal("ROUTING_LACKS_WORKING" if wanted else "ROUTING_LACKS_OFF")
    if failed == "unclassed":
        return Refusal("ROUTING_LACKS_UNCLASSED" if wanted else "ROUTING_LACKS_CLASSED")
    shown = _listed(wanted) if isinstance(wanted, list | tuple) else str(wanted)
    return Refusal(f"ROUTING_LACKS_{failed.upper()}", wanted=shown, got=got or "—")


def _decided(pack: Pack, routed: Routed, decision: Decision) -> dict[str, Any]:
    own, waits = dict(decision.terms), dict(decision.after)
    lead, assists = routed.first("lead"), decision.assists
    severity = routed.first("severity")
    labels = {one.code: one.label.model_dump() for one in pack.terms.severities}
    return {
        "triage": decision.lead is None,
        "lead": None if lead is None else _named(pack, str(lead.lead), lead),
        "assists": [
            {
                **_named(pack, dept, routed.first("assist", dept)),
                "term": own.get(dept, decision.term),
                **({"after": list(waits[dept])} if dept in waits else {}),
            }
            for dept in assists
        ],
        "severity": {
            "code": decision.severity,
            "name": labels.get(decision.severity or ""),
            "by": severity.id if severity else "report" if routed.facts.severity else "default",
        },
        "term": _term(pack, routed, decision),
        **({"join": decision.join} if decision.join else {}),
        "matched": list(decision.matched),
    }


def _term(pack: Pack, routed: Routed, decision: Decision) -> dict[str, Any]:
    if decision.lead is None:
        return {"text": pack.terms.triage.term, "by": "triage", "source": pack.terms.triage.source}
    if (rule := routed.first("term")) is not None:
        return {"text": decision.term, "by": rule.id, "source": rule.basis}
    line = pack.terms.handling(routed.facts.class_code, decision.severity)
    return {"text": decision.term, "by": "pack", "source": line.source}


def _named(pack: Pack, dept: str, rule: Rule | None) -> dict[str, Any]:
    known = pack.departments.get(dept)
    return {"dept": dept, "name": known.name.model_dump() if known else None, "rule": rule.id if rule else None}


def _part(rule: Rule, trace: RuleTrace) -> dict[str, Any]:
    said: dict[str, Any] = {"id": rule.id, "matched": trace.matched}
    if not trace.matched:
        wanted = _plain(trace.wanted) if isinstance(trace.wanted, Words) else trace.wanted
        return said | {"failed": trace.failed, "wanted": wanted, "got": trace.got}
    answers = ("lead", "assist", "after", "severity", "term", "join", "stop")
    said |= {key: found for key in answers if (found := getattr(rule, key))}
    return said | {"reason": rule.reason, "basis": rule.basis}


def _plain(words: Words) -> dict[str, tuple[str, ...]]:
    return {key: found for key in ("any", "all", "none") if (found := getattr(words, key))}


def _words_lacked(wanted: Words | Mapping[str, Any], got: set[str]) -> Refusal:
    listed = _plain(wanted) if isinstance(wanted, Words) else wanted
    some, every, never = (list(listed.get(key, ())) for key in ("any", "all", "none"))
    if some and not any(word.lower() in got for word in some):
        return Refusal("ROUTING_LACKS_ANY", wanted=_listed(some))
    if missing := [word for word in every if word.lower() not in got]:
        return Refusal("ROUTING_LACKS_ALL", wanted=_listed(missing))
    return Refusal("ROUTING_LACKS_NONE", got=_listed(word for word in never if word.lower() in got))


def _listed(values: Iterable[Any]) -> str:
    found = [str(value) for value in values]
    return ", ".join(found[:SHOWN]) + (f" … ({len(found)})" if len(found) > SHOWN else "")
