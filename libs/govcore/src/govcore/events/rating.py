"""The resident's five grades (满意度五级)."""

from __future__ import annotations

from collections.abc import Mapping

from govcore.errors import Refusal

GRADES: Mapping[int, str] = {5: "grade.5", 4: "grade.4", 3: "grade.3", 2: "grade.2", 1: "grade.1"}
"""Grade to the word shown for it, a key of the ``labels`` catalogue: 5 very satisfied … 1 very dissatisfied."""


def check_grade(grade: int) -> None:
    """Raises ``EVENT_BAD_GRADE`` for what is none of the five."""
    if isinstance(grade, bool) or grade not in GRADES:
        raise Refusal("EVENT_BAD_GRADE", field="grade", value=grade)
