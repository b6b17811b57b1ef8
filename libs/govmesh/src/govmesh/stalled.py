"""Where it is stuck, who holds it, since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from govmesh.clock import stamp, wall
from govmesh.tables import OUTBOX, PARKING


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

    def as_dict(self) -> dict[str, str | None]:
        return {
            "kind": self.kind,
            "subject": self.subject,
            "holder": self.holder,
            "since": self.since.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "place": self.place,
            "detail": self.detail,
        }


def inside(
    conn: sa.Connection, service: str, now: datetime, undelivered_before: datetime, most: int = 500
) -> list[Finding]:
    """What is stuck inside the mesh: parked or being retried, unsent, or without a department's receipt."""
    findings = [
        Finding(
            kind=f"mesh.{row.state}",
            subject=row.subject or row.id,
            holder=f"mesh:{service}",
            since=row.first_at,
            due=None,
            place=row.place,
            detail=f"{row.type or '?'} {row.code}",
        )
        for row in conn.execute(
            sa.select(PARKING).where(PARKING.c.state.in_(("parked", "retry"))).order_by(PARKING.c.first_at).limit(most)
        )
    ]
    unsent = sa.select(OUTBOX).where(
        OUTBOX.c.sent_at.is_(None), OUTBOX.c.lease_until < sa.literal(wall(), OUTBOX.c.lease_until.type)
    )
    findings += [
        Finding("mesh.unsent", row.subject, f"mesh:{service}", row.at, None, row.place, row.type)
        for row in conn.execute(unsent.order_by(OUTBOX.c.lease_until).limit(most))
    ]
    waiting = sa.select(OUTBOX).where(
        OUTBOX.c.exchange == "",
        OUTBOX.c.receipt_at.is_(None),
        OUTBOX.c.sent_at.is_not(None),
        OUTBOX.c.at < sa.literal(stamp(undelivered_before), OUTBOX.c.at.type),
    )
    findings += [
        Finding(
            "handoff.undelivered",
            row.subject,
            f"mesh:{service}",
            row.at,
            None,
            row.place,
            f"{row.type} → {row.routing_key}",
        )
        for row in conn.execute(waiting.order_by(OUTBOX.c.at).limit(most))
    ]
    return findings


def oldest_first(findings: Sequence[Finding]) -> list[Finding]:
    """In the order of how long they have stood."""
    return sorted(findings, key=lambda finding: finding.since)
