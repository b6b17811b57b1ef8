"""Which events are looked at before they are closed (核查), and by whom: the first rule that holds, a stable sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from govcore.events.handoff import HandOff, dept_of
from govcore.workflow import roles_of

if TYPE_CHECKING:
    from govcore.events.event import Event
    from govcore.events.way import Leader

VERIFY = "desk:verify"
"""The desk that verifies where nobody else is named or may."""
STREET = "street"
"""Who verifies: the street (镇街) where the matter lies."""
POST, LEADER = "post", "leader"
"""Who verifies: a post (岗位), a leader of the place (such as a village's chief); a post, whoever fills it that day."""
_TOWN = 4
"""Words of a place down to the street: province, city, county, town."""


@dataclass(frozen=True, slots=True)
class Check:
    """``share`` (0 none … 1 all) of what has one of the classes (``*`` at the end: beginnings), severities and channels
    is verified ``by`` a desk, a department, the street, a post or a leader; an empty list speaks for all."""

    share: float
    by: str = VERIFY
    classes: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def holds(self, event: Event) -> bool:
        """Whether it speaks for the event."""
        code = event.class_code or ""
        return (
            (not self.severities or event.severity in self.severities)
            and (not self.channels or event.channel in self.channels)
            and (not self.classes or any(_is(code, wanted) for wanted in self.classes))
        )


def check_of(event: Event, checks: Iterable[Check], otherwise: Check) -> Check:
    """The first that holds."""
    return next((one for one in checks if one.holds(event)), otherwise)


def verifier(event: Event, handoffs: Sequence[HandOff], by: str, *, leader: Leader, at: datetime) -> str:
    """Who verifies it where the pack says ``by``; a post or leader stands as ``post:<id>``.

    Nobody verifies work of their own: where the department had a task of the matter the verifying desk does it, and
    so it does where the place names no street, no such leader, or nobody on duty in the matter's grid.
    """
    kind, _, name = by.partition(":")
    words = event.place.split(".")
    if by == STREET:
        return f"{STREET}:{'.'.join(words[:_TOWN])}" if len(words) >= _TOWN else VERIFY
    if kind in (POST, LEADER):
        post = leader(None, event.place, name or None, at) if kind == LEADER else name or event.duty_post
        return VERIFY if post is None else f"{POST}:{post}"
    return VERIFY if any(one.dept == dept_of(by) for one in handoffs) else by


def roles_at(by: str, holder: str | None) -> frozenset[str]:
    """The roles in which ``by`` acts on what ``holder`` has to verify: the holder verifies, be it a desk, a department,
    a street or a post, and at a desk a person of it; nobody else does."""
    if by == holder:
        return frozenset({"verify"})
    if (holder or "").startswith("desk:") and ":" not in by:
        return roles_of(by, desk="verify")
    return roles_of(by, desk="") - {"verify"}


def sampled(event_id: str, share: float) -> bool:
    """Whether the event belongs to the ``share`` (0 … 1) that is verified.

    The answer hangs on the id alone: asked twice, after a restart, or by another process, it is the same.
    """
    drawn = int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big") / 2**64
    return drawn < share


def _is(code: str, wanted: str) -> bool:
    return code == wanted or (wanted.endswith("*") and code.startswith(wanted[:-1]))
