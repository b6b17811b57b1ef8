"""What each unit did when it was called: counts and the callers' grades, for the ledger; of units, not persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from govcore.joint.operation import Operation, Part


class UnitCount(NamedTuple):
    """Of the operations a unit was ``called`` to: how many it ``answered`` in time, was ``late`` with, or left
    ``silent``; where it was ``present``, or ``absent`` though it had said that it comes.

    ``grades``: how often it got each grade, 1 to 5; ``mean``: their mean, None where nobody rated it.
    """

    called: int = 0
    answered: int = 0
    late: int = 0
    silent: int = 0
    declined: int = 0
    present: int = 0
    absent: int = 0
    grades: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def mean(self) -> float | None:
        rated = sum(self.grades)
        return round(sum(grade * many for grade, many in enumerate(self.grades, 1)) / rated, 2) if rated else None

    def shown(self) -> dict[str, Any]:
        """As the API, the ledger and its workbook show it: the numbers by name, and the mean."""
        return {**self._asdict(), "mean": self.mean}


def counted(operations: Iterable[Operation]) -> dict[str, UnitCount]:
    """By department, in the order of their codes; what is called off counts for nobody."""
    found: dict[str, UnitCount] = {}
    for operation in operations:
        for part in operation.parts if operation.state != "cancelled" else ():
            found[part.dept] = _and(found.get(part.dept, UnitCount()), part, operation.open)
    return dict(sorted(found.items()))


def _and(so_far: UnitCount, part: Part, running: bool) -> UnitCount:
    answered = part.state in ("coming", "declined", "present")
    late = part.silent_at is not None
    grades = list(so_far.grades)
    if part.grade is not None:
        grades[part.grade - 1] += 1
    return UnitCount(
        called=so_far.called + 1,
        answered=so_far.answered + (answered and not late),
        late=so_far.late + (answered and late),
        silent=so_far.silent + (not answered and (late or not running)),
        declined=so_far.declined + (part.state == "declined"),
        present=so_far.present + (part.state == "present"),
        absent=so_far.absent + (part.absent_at is not None and part.state != "present"),
        grades=(grades[0], grades[1], grades[2], grades[3], grades[4]),
    )
