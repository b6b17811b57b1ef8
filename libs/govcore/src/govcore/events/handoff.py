"""The hand-off (交接): one task of one department, and who answers for it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from govcore.events.lifecycle import HANDOFF
from govcore.messages.words import Role, Time
from govcore.workflow import SHIPPED
from govcore.workflow.vocabulary import ENDED


class Request(BaseModel):
    """What the holder asked the triage desk for: a suspension 缓办 or an extension 延期 of ``term``, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    kind: Literal["suspend", "extend"]
    term: str
    reason: str
    note: str = ""
    requested_at: Time


class HandOff(BaseModel):
    """Responsibility for a task on its way from one holder to another.

    ``dept`` is addressed now; ``holder`` answers for it now (the offerer until somebody accepts, None once it has
    ended).  ``generation`` counts the offers: an answer names the one it answers.  ``tried`` are the departments
    that returned it or passed it on, ``proposed`` whom the last one named.  ``answered_at`` is the department's own
    clock, ``answer_received_at`` the mesh's.  ``due_at`` is for being done, ``accept_due_at`` for being accepted;
    ``provisional`` (暂定): a year whose notice is not out was needed for either.

    ``workflow`` and ``own_phase``: as of the event.  The clock of ``due_at`` began at ``due_from`` (None: with the
    offer) and runs ``due_term`` (None: ``term``), without the ``pauses``; while it stands, since ``paused_at`` and
    until ``paused_until`` at the latest, there is no ``due_at``.  ``request``: what the desk has not decided yet.

    ``orders`` 三单一函 were issued about it, ``warned`` of them before its time was over; ``order_at`` is when the
    ladder is looked at next.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    role: Role
    dept: str
    state: str
    workflow: str = SHIPPED.key
    own_phase: str | None = None
    generation: int = 1
    version: int = 1
    holder: str | None
    held_since: Time
    offerer: str
    designated: bool = False
    proposed: str | None = None
    tried: tuple[str, ...] = ()
    returns: int = 0
    expiries: int = 0
    orders: int = 0
    warned: int = 0
    order_at: Time | None = None
    reason: str = ""
    term: str | None = None
    due_term: str | None = None
    due_from: Time | None = None
    due_at: Time | None = None
    provisional: bool = False
    pauses: tuple[tuple[Time, Time], ...] = ()
    paused_at: Time | None = None
    paused_until: Time | None = None
    extensions: int = 0
    request: Request | None = None
    offered_at: Time
    accept_due_at: Time | None = None
    received_at: Time | None = None
    answered_at: Time | None = None
    answer_received_at: Time | None = None
    accepted_at: Time | None = None
    done_at: Time | None = None
    on_time: bool | None = None
    result: str = ""
    evidence: tuple[str, ...] = ()
    class_code: str | None = None
    class_name: str | None = None
    severity: str | None = None
    place: str = ""
    grid: str | None = None
    duty_post: str | None = None

    @property
    def phase(self) -> str:
        """What its state means: one of :data:`govcore.workflow.vocabulary.HANDOFF_PHASES`."""
        return self.own_phase or HANDOFF.phases[self.state]

    @property
    def clock_from(self) -> datetime:
        """When its clock began."""
        return self.due_from or self.offered_at

    @property
    def clock_term(self) -> str | None:
        """How long its clock runs, extensions included; None for a task without a term."""
        return self.due_term or self.term

    @property
    def open(self) -> bool:
        """Whether somebody must hold it."""
        return self.phase not in ENDED

    @property
    def finish_at(self) -> datetime | None:
        """When its term is looked at next: for an order of the ladder, or because it is over; None: it has none."""
        return self.due_at and (self.order_at or self.due_at)


def dept_of(holder: str | None) -> str | None:
    """The department's code in a holder string, None for a desk."""
    return holder[5:] if holder is not None and holder.startswith("dept:") else None
