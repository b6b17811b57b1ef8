"""Where it is stuck, who holds it, since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from govmesh.clock import stamp, wall
from govmesh.paging import Page, Read, after, mark, merged
from govmesh.tables import OUTBOX, PARKING

Lists = Mapping[str, Read["Finding"]]
"""Findings by kind of place they stand in, each list oldest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that has stood past its time.  ``holder``: a department, a desk, or ``mesh:<service>``."""

    kind: str
    subject: str
    holder: str
    since: datetime
    due: datetime | None
    place: str
    detail: str = ""

    @property
    def late_since(self) -> datetime:
        """When its time was over; what has no term is late since it stands there."""
        return self.due or self.since

    def as_dict(self) -> dict[str, str | None]:
        return {
            "kind": self.kind,
            "subject": self.subject,
            "holder": self.holder,
            "since": self.since.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "late_since": self.late_since.isoformat(),
            "place": self.place,
            "detail": self.detail,
        }


def told(lists: Mapping[str, Read[dict[str, Any]]], limit: int, cursor: str | None) -> Page[dict[str, Any]]:
    """A page of what several services told of their findings (``as_dict``), each with its own cursors."""
    return merged(lists, lambda one: datetime.fromisoformat(one["late_since"]), limit, cursor)


def oldest_first(lists: Lists, limit: int, cursor: str | None) -> Page[Finding]:
    """A page of all lists: what has been late the longest first."""
    return merged(lists, lambda finding: finding.late_since, limit, cursor)


def inside(conn: sa.Connection, service: str, undelivered_before: datetime) -> Lists:
    """What is stuck inside the mesh: parked or being retried, unsent, or without a department's receipt."""
    holder = f"mesh:{service}"
    return {
        "parked": lambda mark, most: _parked(conn, holder, mark, most),
        "unsent": lambda mark, most: _unsent(conn, holder, mark, most),
        "undelivered": lambda mark, most: _undelivered(conn, holder, undelivered_before, mark, most),
    }


def _parked(conn: sa.Connection, holder: str, last: str | None, most: int) -> list[tuple[str, Finding]]:
    at = PARKING.c.first_at
    wanted = sa.select(PARKING).where(PARKING.c.state.in_(("parked", "retry")), after(at, PARKING.c.id, last))
    return [
        (
            mark(row.first_at, row.id),
            Finding(
                kind=f"mesh.{row.state}",
                subject=row.subject or row.id,
                holder=holder,
                since=row.first_at,
                due=None,
                place=row.place,
                detail=f"{row.type or '?'} {row.code}",
            ),
        )
        for row in conn.execute(wanted.order_by(at, PARKING.c.id).limit(most))
    ]


def _unsent(conn: sa.Connection, holder: str, last: str | None, most: int) -> list[tuple[str, Finding]]:
    lease = OUTBOX.c.lease_until
    wanted = _outbox(lease).where(
        OUTBOX.c.sent_at.is_(None), lease < sa.literal(wall(), lease.type), after(lease, OUTBOX.c.seq, last)
    )
    return [
        (mark(row.lease_until, row.seq), Finding("mesh.unsent", row.subject, holder, row.at, None, row.place, row.type))
        for row in conn.execute(wanted.order_by(lease, OUTBOX.c.seq).limit(most))
    ]


def _undelivered(
    conn: sa.Connection, holder: str, before: datetime, last: str | None, most: int
) -> list[tuple[str, Finding]]:
    at = OUTBOX.c.at
    wanted = _outbox(OUTBOX.c.routing_key).where(
        OUTBOX.c.exchange == sa.literal_column("''"),
        OUTBOX.c.receipt_at.is_(None),
        OUTBOX.c.sent_at.is_not(None),
        at < sa.literal(stamp(before), at.type),
        after(at, OUTBOX.c.seq, last),
    )
    return [
        (
            mark(row.at, row.seq),
            Finding(
                kind="handoff.undelivered",
                subject=row.subject,
                holder=holder,
                since=row.at,
                due=None,
                place=row.place,
                detail=f"{row.type} → {row.routing_key}",
            ),
        )
        for row in conn.execute(wanted.order_by(at, OUTBOX.c.seq).limit(most))
    ]


def _outbox(*more: sa.Column[Any]) -> sa.Select[Any]:
    """Rows without their bodies."""
    return sa.select(*(OUTBOX.c[name] for name in ("seq", "type", "subject", "place", "at")), *more)
