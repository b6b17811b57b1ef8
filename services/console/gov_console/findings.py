"""What has stood past its time, gathered from every service: at a department, at a desk, inside the mesh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gov_console.ask import Problem, Services


@dataclass(frozen=True, slots=True)
class Stalled:
    """The findings of all services that answered, oldest first; ``age_s`` in seconds of the mesh's clock."""

    findings: list[dict[str, Any]]
    problems: list[Problem]


def stalled(services: Services, now: datetime) -> Stalled:
    """Ask every service."""
    findings: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for name, got in services.each("/ops/stalled").items():
        if got.problem is not None:
            problems.append(got.problem)
            continue
        for one in got.value["findings"]:
            age = (now - datetime.fromisoformat(one["since"])).total_seconds()
            findings.append({**one, "service": name, "age_s": int(age)})
    return Stalled(sorted(findings, key=lambda one: (-one["age_s"], one["subject"])), problems)


def link(subject: str) -> str | None:
    """The page of what a finding or a step is about; None for what has none."""
    if subject.startswith("E-"):
        return f"/events/{subject}"
    return f"/handoffs/{subject}" if subject.startswith("H-") else None
