"""What a changed set of routing rules would have decided otherwise, before it goes live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from govcore.events.event import Event
from govcore.events.routing import Decision
from govcore.packs.model import Pack
from govcore.packs.way import facts_of, settled

KINDS = ("to_triage", "from_triage", "lead", "assists", "severity", "term", "order")
"""How two decisions can differ; one matter can in several ways, but what moves to or from the desk in that alone."""
SHARES = ("lead_gained", "lead_lost", "assist_gained", "assist_lost")


@dataclass(frozen=True, slots=True)
class Difference:
    """One matter (``name`` as its source calls it, ``row`` of a file or 0) that the two sets decide otherwise."""

    name: str
    row: int
    kinds: tuple[str, ...]
    before: Decision
    after: Decision

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": self.name,
            "row": self.row,
            "kinds": list(self.kinds),
            "before": _plain(self.before),
            "after": _plain(self.after),
        }


class Replay:
    """Asks two packs that differ in their rules about the same matters and counts what differs; keeps nothing else.

    ``examples``: how many differences of each kind are kept.
    """

    def __init__(self, before: Pack, after: Pack, *, examples: int = 3) -> None:
        self._before, self._after, self._examples = before, after, examples
        self._kinds: Counter[str] = Counter()
        self._shares: dict[str, Counter[str]] = {}
        self._spoke: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        self.read = 0
        self.changed = 0
        self.examples: dict[str, list[Difference]] = {}

    def add(self, event: Event, *, name: str = "", row: int = 0) -> Difference | None:
        """One matter as the rules see it; how its decisions differ, None where they do not."""
        facts = facts_of(self._before, event)
        before, after = (
            settled(pack, facts, pack.routing_of(facts.class_code).decide(facts))
            for pack in (self._before, self._after)
        )
        self.read += 1
        for counter, decision in zip(self._spoke, (before, after), strict=True):
            counter.update(decision.matched)
        kinds = tuple(differences(before, after))
        if not kinds:
            return None
        found = Difference(name, row, kinds, before, after)
        self.changed += 1
        self._kinds.update(kinds)
        for dept, share in _shares(before, after):
            self._shares.setdefault(dept, Counter())[share] += 1
        for kind in kinds:
            kept = self.examples.setdefault(kind, [])
            if len(kept) < self._examples:
                kept.append(found)
        return found

    def as_dict(self) -> dict[str, Any]:
        """All that was counted.

        ``rules``: those added, removed or edited, and for how many matters each spoke before and after.
        """
        return {
            "read": self.read,
            "unchanged": self.read - self.changed,
            "changed": self.changed,
            "kinds": {kind: self._kinds[kind] for kind in KINDS},
            "departments": {
                dept: {share: counted[share] for share in SHARES}
                for dept, counted in sorted(self._shares.items(), key=lambda entry: (-entry[1].total(), entry[0]))
            },
            "rules": list(self._edits()),
            "examples": {kind: [one.as_dict() for one in self.examples.get(kind, ())] for kind in KINDS},
        }

    def _edits(self) -> Iterator[dict[str, Any]]:
        old, new = ({rule.id: rule for rule in pack.rules} for pack in (self._before, self._after))
        for name in dict.fromkeys((*new, *old)):
            if old.get(name) != new.get(name):
                edit = "added" if name not in old else "removed" if name not in new else "edited"
                yield {"id": name, "edit": edit, "before": self._spoke[0][name], "after": self._spoke[1][name]}


def differences(before: Decision, after: Decision) -> Iterator[str]:
    """Which of :data:`KINDS` two decisions about one matter differ in; at the triage desk only the severity counts."""
    if (before.lead is None) != (after.lead is None):
        yield "to_triage" if after.lead is None else "from_triage"
        return
    if before.lead != after.lead:
        yield "lead"
    if before.lead is not None and set(before.assists) != set(after.assists):
        yield "assists"
    if before.severity != after.severity:
        yield "severity"
    if before.lead is not None and (before.term != after.term or _own_terms_differ(before, after)):
        yield "term"
    if before.lead is not None and (before.join, before.after) != (after.join, after.after):
        yield "order"


def _own_terms_differ(before: Decision, after: Decision) -> bool:
    old, new = dict(before.terms), dict(after.terms)
    both = set(before.assists) & set(after.assists)
    return any(old.get(dept, before.term) != new.get(dept, after.term) for dept in both)


def _shares(before: Decision, after: Decision) -> Iterator[tuple[str, str]]:
    """(department, what it gained or lost); nobody is asked for what lies at the triage desk."""
    for one, other, word in ((before, after, "lost"), (after, before, "gained")):
        if one.lead is None:
            continue
        if one.lead != other.lead:
            yield one.lead, f"lead_{word}"
        kept = other.assists if other.lead is not None else ()
        for dept in one.assists:
            if dept not in kept:
                yield dept, f"assist_{word}"


def _plain(decision: Decision) -> dict[str, Any]:
    return {
        "lead": decision.lead,
        "assists": list(decision.assists),
        "severity": decision.severity,
        "term": decision.term,
        "terms": dict(decision.terms),
        "after": {dept: list(waits) for dept, waits in decision.after},
        "join": decision.join,
        "matched": list(decision.matched),
    }
