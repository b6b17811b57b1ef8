"""Which department leads a matter, which assist, how urgent it is: a table of rules, read in order.

Rules are data.  Each has conditions (all must hold) and an answer; several may match: the first ``lead``
wins, the first ``severity``, the first ``term`` and the first ``join`` too, assists accumulate, ``stop`` ends the
reading.  An assisting department works to the term, and waits for the departments, of the rule that named it first.
No match, or no lead among the matches, leaves the matter at the triage desk (分拨台).

Times are in the place's own time zone; places are dotted paths (``34.08.81.103``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from govcore.errors import Refusal
from govcore.events._words import WordScanner
from govcore.events.routing_rules import Rule, When, Words, read_hours


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing looks at.  ``at`` is when it was reported, ``working`` whether that is working time."""

    class_code: str | None = None
    place: str = ""
    channel: str | None = None
    source: str | None = None
    severity: str | None = None
    at: datetime | None = None
    working: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets it.  ``lead`` None: the triage desk.  ``matched``: ids of the rules that spoke, in order.

    ``term`` is the matter's; ``terms`` has (department, term) of assisting ones whose own rule said another;
    ``after`` (department, those it waits for), of departments that are asked; ``join``: None: the pack's.
    """

    lead: str | None
    assists: tuple[str, ...]
    severity: str | None
    term: str | None
    matched: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, tuple[str, ...]], ...] = ()
    join: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """Why one rule did or did not speak: the first condition that failed, what it wanted, what it got."""

    rule: str
    matched: bool
    failed: str | None = None
    wanted: Any = None
    got: Any = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and every rule's part in it; rules after one with ``stop`` were not read (``failed="stop"``)."""

    decision: Decision
    rules: tuple[RuleTrace, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    order: int
    rule: Rule
    exact: frozenset[str]
    beginnings: tuple[str, ...]
    places: tuple[str, ...]
    below: tuple[str, ...]
    hours: tuple[tuple[time, time], ...]
    any: frozenset[str]
    all: frozenset[str]
    none: frozenset[str]


class RoutingTable:
    """Rules compiled for quick reading; build it once, ask it often, from any thread.

    A span of hours that cannot be read raises :class:`Refusal` ``ROUTING_BAD_HOURS``.
    """

    __slots__ = ("_by_beginning", "_by_code", "_by_word", "_lengths", "_others", "_rules", "_scanner")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(_compile(order, rule) for order, rule in enumerate(rules))
        self._scanner = WordScanner(word for one in self._rules for word in (*one.any, *one.all, *one.none))
        self._by_code: dict[str, list[_Compiled]] = {}
        self._by_beginning: dict[str, list[_Compiled]] = {}
        self._by_word: dict[str, list[_Compiled]] = {}
        self._others: list[_Compiled] = []
        for one in self._rules:
            if one.rule.when.classes:
                for code in one.exact:
                    self._by_code.setdefault(code, []).append(one)
                for beginning in one.beginnings:
                    self._by_beginning.setdefault(beginning, []).append(one)
            elif one.any:
                for word in one.any:
                    self._by_word.setdefault(word, []).append(one)
            else:
                self._others.append(one)
        self._lengths = tuple(sorted({len(beginning) for beginning in self._by_beginning}))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in order."""
        return tuple(one.rule for one in self._rules)

    def decide(self, facts: Facts) -> Decision:
        """Who leads, who assists.  Raises ``ROUTING_NAIVE_TIME`` if ``facts.at`` names no time zone."""
        found = self._scanner.all(facts.text)
        speaking: list[Rule] = []
        for one in self._candidates(facts.class_code, found):
            if _failed(one, facts, found) is None:
                speaking.append(one.rule)
                if one.rule.stop:
                    break
        return _combine(speaking)

    def explain(self, facts: Facts) -> Explanation:
        """The same decision, with every rule's part in it."""
        found = self._scanner.all(facts.text)
        speaking: list[Rule] = []
        traces: list[RuleTrace] = []
        stopped_by: str | None = None
        for one in self._rules:
            rule = one.rule
            if stopped_by is not None:
                traces.append(RuleTrace(rule.id, False, "stop", None, stopped_by))
            elif (failed := _failed(one, facts, found)) is None:
                speaking.append(rule)
                traces.append(RuleTrace(rule.id, True))
                stopped_by = rule.id if rule.stop else None
            else:
                traces.append(RuleTrace(rule.id, False, failed, *_seen(failed, rule.when, facts, found)))
        return Explanation(_combine(speaking), tuple(traces))

    def _candidates(self, code: str | None, found: frozenset[str]) -> list[_Compiled]:
        chosen = {one.order: one for one in self._others}
        if code is not None:
            chosen.update((one.order, one) for one in self._by_code.get(code, ()))
            for length in self._lengths:
                chosen.update((one.order, one) for one in self._by_beginning.get(code[:length], ()))
        for word in found:
            chosen.update((one.order, one) for one in self._by_word.get(word, ()))
        return [chosen[order] for order in sorted(chosen)]


def _compile(order: int, rule: Rule) -> _Compiled:
    when = rule.when
    words = when.words or Words()
    return _Compiled(
        order=order,
        rule=rule,
        exact=frozenset(code for code in when.classes if not code.endswith("*")),
        beginnings=tuple(code[:-1] for code in when.classes if code.endswith("*")),
        places=when.place,
        below=tuple(place + "." for place in when.place),
        hours=tuple(read_hours(span) for span in when.hours),
        any=frozenset(word.lower() for word in words.any),
        all=frozenset(word.lower() for word in words.all),
        none=frozenset(word.lower() for word in words.none),
    )


def _failed(one: _Compiled, facts: Facts, found: frozenset[str]) -> str | None:
    """The first condition that does not hold, None if all do."""
    when = one.rule.when
    code = facts.class_code
    if when.unclassed is not None and when.unclassed != (code is None):
        return "unclassed"
    if when.classes and (code is None or not (code in one.exact or code.startswith(one.beginnings))):
        return "class"
    if one.places and not (facts.place in one.places or facts.place.startswith(one.below)):
        return "place"
    if when.channel and facts.channel not in when.channel:
        return "channel"
    if when.source and facts.source not in when.source:
        return "source"
    if when.severity and facts.severity not in when.severity:
        return "severity"
    if one.hours and not _within(one.hours, facts.at):
        return "hours"
    if when.working is not None and facts.working is not when.working:
        return "working"
    if (one.any and one.any.isdisjoint(found)) or not one.all <= found or not one.none.isdisjoint(found):
        return "words"
    return None


def _within(spans: tuple[tuple[time, time], ...], at: datetime | None) -> bool:
    if at is None:
        return False
    if at.tzinfo is None:
        raise Refusal("ROUTING_NAIVE_TIME", field="at", value=at.isoformat())
    clock = at.time()
    return any(start <= clock < end if start <= end else clock >= start or clock < end for start, end in spans)


def _seen(failed: str, when: When, facts: Facts, found: frozenset[str]) -> tuple[Any, Any]:
    match failed:
        case "unclassed":
            return when.unclassed, facts.class_code is None
        case "class":
            return when.classes, facts.class_code
        case "words":
            listed = when.words or Words()
            return listed, tuple(sorted(found.intersection(listed.listed())))
        case "hours":
            return when.hours, facts.at.strftime("%H:%M") if facts.at else None
        case _:
            return getattr(when, failed), getattr(facts, failed)


def _combine(speaking: Sequence[Rule]) -> Decision:
    lead = next((rule.lead for rule in speaking if rule.lead), None)
    term = next((rule.term for rule in speaking if rule.term), None)
    assists: dict[str, Rule] = {}
    for rule in speaking:
        for code in rule.assist:
            if code != lead:
                assists.setdefault(code, rule)
    asked = {lead, *assists}
    waits = {code: tuple(one for one in rule.after if one in asked) for code, rule in assists.items()}
    return Decision(
        lead=lead,
        assists=tuple(assists),
        severity=next((rule.severity for rule in speaking if rule.severity), None),
        term=term,
        matched=tuple(rule.id for rule in speaking),
        terms=tuple((code, rule.term) for code, rule in assists.items() if rule.term and rule.term != term),
        after=tuple((code, before) for code, before in waits.items() if before),
        join=next((rule.join for rule in speaking if rule.join), None),
    )
