"""The hand-off (交接): one task of one department, and who answers for it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from govcore.events.lifecycle import HANDOFF
from govcore.messages.words import Role, Time


class HandOff(BaseModel):
    """Responsibility for a task on its way from one holder to another.

    ``dept`` is addressed now; ``holder`` answers for it now (the offerer until somebody accepts, None once it has
    ended).  ``generation`` counts the offers: an answer names the one it answers.  ``tried`` are the departments
    that returned it or passed it on, ``proposed`` whom the last one named.  ``answered_at`` is the department's own
    clock, ``answer_received_at`` the mesh's.  ``due_at`` is for being done, ``accept_due_at`` for being accepted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    role: Role
    dept: str
    state: str
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
    reason: str = ""
    term: str | None = None
    due_at: Time | None = None
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
    def open(self) -> bool:
        """Whether somebody must hold it."""
        return self.state not in HANDOFF.ends


def dept_of(holder: str | None) -> str | None:
    """The department's code in a holder string, None for a desk."""
    return holder[5:] if holder is not None and holder.startswith("dept:") else None
