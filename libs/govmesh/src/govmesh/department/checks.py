"""What the departments' own logs prove: that no task was ever held by two.

``python -m govmesh.department.checks FOLDER`` reads the logs of all departments of a run and tells; 1 where it
finds something.  Times are the mesh's, as the messages said them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from govmesh.department.journal import read

PASSED_ON = "handoff.transferred.v1"


@dataclass(frozen=True, slots=True)
class Hold:
    """A department held a hand-off, at one generation, from ``since`` until ``until`` (None: still)."""

    handoff: str
    generation: int
    dept: str
    since: datetime
    until: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Two holds that must not both be."""

    kind: str
    first: Hold
    second: Hold

    def __str__(self) -> str:
        one, two = self.first, self.second
        return (
            f"{self.kind}: {one.handoff} held by {one.dept} (offer {one.generation}, {one.since} – {one.until})"
            f" and by {two.dept} (offer {two.generation}, {two.since} – {two.until})"
        )


def holds(logs: Mapping[str, Path]) -> list[Hold]:
    """Every hold in the logs, by department code."""
    found = []
    for dept, path in sorted(logs.items()):
        begun: dict[tuple[str, int], datetime] = {}
        ended: dict[tuple[str, int], tuple[datetime, str]] = {}
        for entry in read(path):
            if entry["kind"] in ("held", "over"):
                key = (entry["handoff"], entry["generation"])
                moment = datetime.fromisoformat(entry["since"])
                if entry["kind"] == "held":
                    begun.setdefault(key, moment)
                else:
                    ended.setdefault(key, (moment, entry["why"]))
        for (handoff, generation), since in begun.items():
            until, why = ended.get((handoff, generation), (None, None))
            found.append(Hold(handoff, generation, dept, since, until, why))
    return found


def check(every: Iterable[Hold]) -> list[Finding]:
    """``two_holders``: one generation held by two departments.  ``overlap``: held again before it was let go.

    Who passes a task on answers for it until the next one accepts, so a transfer may end with or before that.
    """
    by_handoff: dict[str, list[Hold]] = defaultdict(list)
    for hold in every:
        by_handoff[hold.handoff].append(hold)
    findings = []
    for of_one in by_handoff.values():
        of_one.sort(key=lambda hold: (hold.since, hold.generation))
        first_of: dict[int, Hold] = {}
        for hold in of_one:
            first = first_of.setdefault(hold.generation, hold)
            if first.dept != hold.dept:
                findings.append(Finding("two_holders", first, hold))
        for earlier, later in pairwise(of_one):
            if earlier.generation == later.generation:
                continue
            passed_on = earlier.why == PASSED_ON
            let_go = earlier.until is not None and earlier.until <= later.since
            if later.generation < earlier.generation or not (passed_on or let_go):
                findings.append(Finding("overlap", earlier, later))
    return findings


def logs_in(folder: Path) -> dict[str, Path]:
    """The logs of a run: ``<code>.jsonl``."""
    return {path.stem: path for path in folder.glob("*.jsonl")}


def main(argv: Sequence[str]) -> int:
    """Print every finding and a line of numbers."""
    if len(argv) != 1:
        print("usage: python -m govmesh.department.checks FOLDER", file=sys.stderr)
        return 2
    logs = logs_in(Path(argv[0]))
    every = holds(logs)
    findings = check(every)
    for finding in findings:
        print(finding)
    still = sum(hold.until is None for hold in every)
    print(f"{len(logs)} departments, {len(every)} holds, {still} still held, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
