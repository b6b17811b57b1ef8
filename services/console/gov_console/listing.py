"""What lists there are: where each is asked, what it can be narrowed to, which pages stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from gov_console.words import Pair, Words
from govcore.claims.lifecycle import CLAIM, PROJECT, STEWARDSHIP
from govcore.errors import Refusal
from govcore.events.visit import VISIT
from govcore.joint.table import OPERATION
from govcore.messages.operation import Kind as OperationKind
from govcore.messages.order import Kind as OrderKind
from govcore.notices.notice import State as NoticeState
from govcore.orders.lifecycle import LIFECYCLE as ORDER
from govcore.packs import Pack

STATES = (
    *("reported", "located", "triage", "assigned", "handling", "suspended", "handled", "verifying"),
    *("closed", "rated", "attached", "void"),
)
"""The states of an event along its way."""
DESKS = ("desk:intake", "desk:triage", "desk:verify")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "verifying": ("verifying", "visits", "ratings"),
    "claims": ("claims", "projects", "stewards", "catalogue"),
    "alerts": ("alerts", "notices"),
}
"""Lists that share one place in the menu, by the first of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter of a list: what it may be in a pack, what each is called, and the no for anything else."""

    name: str
    options: Callable[[Pack], Sequence[str]]
    say: Callable[[Words, str], Pair]
    refusal: str = "CONSOLE_UNKNOWN_STATE"
    label: str = ""

    def check(self, pack: Pack, value: str) -> None:
        """Raises ``refusal``."""
        if value and value not in self.options(pack):
            raise Refusal(self.refusal, field=self.name, value=value[:80])


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of dispatch's ``path``, whose rows stand under ``rows``; ``always``: what it is narrowed to by itself."""

    path: str
    rows: str
    choices: tuple[Choice, ...] = ()
    always: Mapping[str, str] = field(default_factory=dict)


def _state(of: str, states: Sequence[str]) -> Choice:
    return Choice("state", lambda _pack: states, lambda words, state: words.state(of, state))


def _kind(of: str, kinds: Sequence[str]) -> Choice:
    return Choice("kind", lambda _pack: kinds, lambda words, kind: words.state(of, kind))


def _events(pack: Pack) -> Sequence[str]:
    return tuple(dict.fromkeys((*STATES, *(name for one in pack.workflows for name in one.event.phases))))


def _handoffs(pack: Pack) -> Sequence[str]:
    return tuple(dict.fromkeys(name for one in pack.workflows for name in one.handoff.phases))


def _holders(pack: Pack, desks: Sequence[str]) -> Sequence[str]:
    return (*desks, *(f"dept:{code}" for code in pack.departments))


_UNKNOWN = "HANDOFF_UNKNOWN_DEPARTMENT"
_DEPT = Choice("dept", lambda pack: tuple(pack.departments), Words.dept, _UNKNOWN, "department")
_HOLDER = Choice("holder", lambda pack: _holders(pack, DESKS), Words.holder, _UNKNOWN)
_VISITOR = Choice("holder", lambda pack: _holders(pack, ("desk:visit", *DESKS)), Words.holder, _UNKNOWN)
_UNIT = Choice("unit", lambda pack: tuple(pack.departments), Words.dept, _UNKNOWN, "department")

LISTS: Mapping[str, Listing] = {
    "events": Listing(
        "/api/v1/events",
        "events",
        (Choice("state", _events, lambda words, state: words.state("event", state)), _HOLDER),
    ),
    "handoffs": Listing(
        "/api/v1/handoffs",
        "handoffs",
        (_DEPT, Choice("state", _handoffs, lambda words, state: words.state("handoff", state))),
    ),
    "operations": Listing(
        "/api/v1/operations",
        "operations",
        (_kind("operation", get_args(OperationKind)), _state("operation", sorted(OPERATION.states)), _DEPT),
    ),
    "orders": Listing(
        "/api/v1/orders",
        "orders",
        (_kind("order", get_args(OrderKind)), _state("order", sorted(ORDER.states)), _DEPT),
    ),
    "verifying": Listing("/api/v1/events", "events", (_HOLDER,), {"state": "verifying"}),
    "visits": Listing("/api/v1/visits", "visits", (_state("visit", sorted(VISIT.states)), _VISITOR)),
    "ratings": Listing("/api/v1/events", "events", (), {"state": "rated"}),
    "claims": Listing(
        "/api/v1/claims", "claims", (_kind("claim.kind", ("wish", "post")), _state("claim", sorted(CLAIM.states)))
    ),
    "projects": Listing("/api/v1/projects", "projects", (_state("project", sorted(PROJECT.states)),)),
    "stewards": Listing("/api/v1/stewards", "stewards", (_state("stewardship", sorted(STEWARDSHIP.states)),)),
    "catalogue": Listing("/api/v1/services", "services", (_UNIT,)),
    "alerts": Listing("/api/v1/alerts", "alerts"),
    "notices": Listing("/api/v1/notices", "notices", (_state("notice", get_args(NoticeState)),)),
    "surges": Listing("/api/v1/surges", "surges"),
}


def group(name: str) -> tuple[str, tuple[str, ...]]:
    """Where a list stands in the menu, and the lists beside it there."""
    for first, members in GROUPS.items():
        if name in members:
            return first, members
    return name, ()
