"""The demo, looked at last: it was begun with the first test."""

from __future__ import annotations

from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def test_the_demo_ends_well(demo_day: tuple[Popen[bytes], Path] | None) -> None:
    """``govmesh demo --exit`` ends with 0, with its table and one printed trace."""
    assert demo_day is not None
    child, path = demo_day
    code = child.wait(timeout=180)
    said = path.read_text(encoding="utf-8")
    assert code == 0, said
    wanted: list[Any] = [
        "23 个部门 departments, 60 件上报 reports",
        "events by state",
        "办结率 closed",
        "按时率 on time",
        "交接 hand-offs",
        "退回 returns",
        "积分 points posted",
        "one holder each               ✓",
        "0, 0",
        "the slowest three hand-offs",
        "全程 trace of E-",
        "dispatch  ← report.file.v1",
        "grid      ← event.reported.v1",
        "points.posted",
    ]
    assert [part for part in wanted if part not in said] == [], said
    assert "Traceback" not in said and "Deprecat" not in said
