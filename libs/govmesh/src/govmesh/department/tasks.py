"""What a department knows of its tasks and commands: built up from its log, kept up as messages come.

Pure bookkeeping: every change is an entry of the log first, and :meth:`Tasks.apply` is the only way to change
anything, whether the entry is being written or read back after a kill.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from govmesh.department.trust import UNKNOWN


@dataclass(slots=True)
class Planned:
    """A command that will be sent at ``due``, or was sent and is not answered yet."""

    id: str
    key: str
    due: datetime
    event: Mapping[str, Any]
    sent: bool = False
    tried: bool = False
    """In this process."""

    @property
    def handoff(self) -> str:
        return str(self.event["subject"])

    @property
    def generation(self) -> int:
        """Of a hand-off; 0 where it is about something else."""
        return int(self.event["data"].get("generation", 0)) if self.event["type"].startswith("handoff.") else 0

    @property
    def verb(self) -> str:
        return self.key.rpartition(".")[2]


@dataclass(slots=True)
class Tasks:
    """``seen``: ids of messages had; ``owed``: of those, the ones without a receipt; ``newest``: per hand-off."""

    seen: set[str] = field(default_factory=set)
    owed: dict[str, None] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    past: dict[str, int] = field(default_factory=dict)
    """Per hand-off the newest offer that is no mere offer any more: held, or over."""
    ended: dict[str, int] = field(default_factory=dict)
    """Per hand-off the newest offer that is over."""
    designated: set[tuple[str, int]] = field(default_factory=set)
    """Offers that may be neither returned nor passed on."""
    planned: dict[str, Planned] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)
    """The open command of each hand-off, order, operation …"""
    meetings: dict[str, str] = field(default_factory=dict)
    """When each operation meets."""
    held: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The ``held`` entry of each hand-off the department holds."""
    parked: int = 0
    refused: int = 0
    """Messages that were not believed."""
    unknown: list[Mapping[str, Any]] = field(default_factory=list)
    """Of those, the ones signed by a key that was not known then."""
    lines: int = 0
    _due: list[tuple[datetime, str]] = field(default_factory=list)
    _again: list[tuple[float, str]] = field(default_factory=list)

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Take over one entry of the log."""
        self.lines += 1
        match entry["kind"]:
            case "got":
                self.seen.add(entry["id"])
                self.owed[entry["id"]] = None
                if entry.get("handoff"):
                    _raise(self.newest, entry)
                if entry.get("handoff") and entry.get("designated"):  # an operation names who was designated, no offer
                    self.designated.add((entry["handoff"], entry["generation"]))
            case "receipt":
                for id in entry["ids"]:
                    self.owed.pop(id, None)
            case "plan":
                event = entry["event"]
                plan = Planned(event["id"], entry["key"], datetime.fromisoformat(entry["due"]), event)
                self.planned[plan.id] = plan
                self.of[plan.handoff] = plan.id
                heapq.heappush(self._due, (plan.due, plan.id))
            case "sent":
                for id in entry["ids"]:
                    if id in self.planned:
                        self.planned[id].sent = True
            case "answer":
                gone = self.planned.pop(entry["id"], None)
                if gone is not None and self.of.get(gone.handoff) == gone.id:
                    del self.of[gone.handoff]
            case "held":
                self.held[entry["handoff"]] = entry
                _raise(self.past, entry)
            case "over":
                _raise(self.past, entry)
                _raise(self.ended, entry)
                held = self.held.get(entry["handoff"])
                if held is not None and held["generation"] <= entry["generation"]:
                    del self.held[entry["handoff"]]
            case "meeting":
                self.meetings[entry["subject"]] = entry["meet_at"]
            case "parked":
                self.parked += 1
            case "refused":
                self.refused += 1
                if entry["why"].startswith(UNKNOWN):
                    self.unknown.append(entry)
            case "reheard":
                self.unknown.clear()

    def open_command(self, handoff: str) -> Planned | None:
        return self.planned.get(self.of.get(handoff, ""))

    def next_due(self) -> datetime | None:
        """When the next command is due that was never tried."""
        while self._due and not self._untried(self._due[0][1]):
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def due(self, now: datetime, most: int) -> list[Planned]:
        """Commands whose time has come and that were not tried yet in this process; each is given once."""
        found: list[Planned] = []
        while len(found) < most and self._due and self._due[0][0] <= now:
            plan = self._untried(heapq.heappop(self._due)[1])
            if plan is not None:
                plan.tried = True
                found.append(plan)
        return found

    def again(self, id: str, at: float) -> None:
        """Try this command once more at the monotonic time ``at``, unless it is answered by then."""
        heapq.heappush(self._again, (at, id))

    def unanswered(self, now: float, most: int) -> list[Planned]:
        """Commands to try once more by the monotonic time ``now``."""
        found: dict[str, Planned] = {}
        while len(found) < most and self._again and self._again[0][0] <= now:
            id = heapq.heappop(self._again)[1]
            if id in self.planned:
                found[id] = self.planned[id]
        return list(found.values())

    def idle_held(self) -> Iterable[Mapping[str, Any]]:
        """Tasks held without any command planned (killed between the two)."""
        return [entry for handoff, entry in self.held.items() if handoff not in self.of]

    def _untried(self, id: str) -> Planned | None:
        plan = self.planned.get(id)
        return plan if plan is not None and not plan.tried else None


def _raise(levels: dict[str, int], entry: Mapping[str, Any]) -> None:
    levels[entry["handoff"]] = max(entry["generation"], levels.get(entry["handoff"], 0))
