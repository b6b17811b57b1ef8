"""What has stood past its time, gathered from every service: at a department, at a desk, inside the mesh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from gov_console.ask import Problem, Services
from govmesh.paging import MOST, USUAL
from govmesh.stalled import told


@dataclass(frozen=True, slots=True)
class Stalled:
    """A page of findings of all services that answered, the longest past their time first.

    ``age_s``: how long it has stood there, in seconds of the mesh's clock; ``next``: the cursor behind the page.
    """

    findings: list[dict[str, Any]]
    problems: list[Problem]
    next: str | None

    @property
    def number(self) -> str:
        """How many there are, as far as this page tells."""
        return f"{len(self.findings)}{'+' if self.next else ''}"


def stalled(services: Services, now: datetime, limit: int = USUAL, cursor: str | None = None) -> Stalled:
    """Ask every service.  Raises ``HTTP_BAD_REQUEST`` for a cursor that is none."""
    problems: list[Problem] = []

    def read(service: str, last: str | None, most: int) -> list[tuple[str, dict[str, Any]]]:
        got = services.get(service, "/ops/stalled", limit=min(most, MOST), cursor=last)
        if got.problem is not None:
            problems.append(got.problem)
            return []
        return [(one.pop("cursor"), {**one, "service": service}) for one in got.value["findings"]]

    page = told({name: partial(read, name) for name in services.names}, limit, cursor)
    for one in page.rows:
        one["age_s"] = int((now - datetime.fromisoformat(one["since"])).total_seconds())
    return Stalled(page.rows, problems, page.next)


_PAGES = {"operation": "operations", "order": "orders", "project": "projects", "steward": "stewards"}


def link(subject: str, kind: str = "") -> str | None:
    """The page of what a finding of ``kind`` or a step is about; None for what has none."""
    if subject.startswith("E-"):
        return f"/events/{subject}"
    if subject.startswith("H-"):
        return f"/handoffs/{subject}"
    page = _PAGES.get(kind.partition(".")[0])
    return f"/{page}/{subject}" if page else None
