"""``govmesh calendar check``: what a notice changes, with no mesh running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from govcore.errors import Refusal
from govmesh.cli import app


def ran(*words: str) -> str:
    return CliRunner().invoke(app, ["calendar", "check", *words, "--pack", "tongcheng"], catch_exceptions=False).output


@pytest.mark.slow
def test_days_that_become_others_are_listed(tmp_path: Path) -> None:
    """Each with what it was and is, in both languages; a day off that was one already is not named.

    A notice is the whole year: what it leaves out is worked, and the list shows what was forgotten.
    """
    file = tmp_path / "2027.csv"
    file.write_text("year,name,holidays,makeup\n2027,New Year's Day,0101-0103,0109\n", encoding="utf-8")
    found = json.loads(ran(str(file), "--json"))
    assert found["years"] == [2027]
    assert found["days"][:3] == [
        {"date": "2027-01-02", "was": "weekend", "is": "holiday"},
        {"date": "2027-01-03", "was": "weekend", "is": "holiday"},
        {"date": "2027-01-09", "was": "weekend", "is": "makeup"},
    ]
    assert "2027-01-01" not in [day["date"] for day in found["days"]]
    assert {"date": "2027-10-01", "was": "holiday", "is": "workday"} in found["days"]
    assert "休息日 rest day" in ran(str(file)) and "调休上班日 make-up working day" in ran(str(file))


def test_a_broken_notice_is_refused(tmp_path: Path) -> None:
    """A day that is none is refused with file and line, before anything uses it."""
    file = tmp_path / "2027.csv"
    file.write_text("year,name,holidays,makeup\n2027,x,0101-0131 0230,\n", encoding="utf-8")
    with pytest.raises(Refusal) as no:
        ran(str(file))
    assert (no.value.code, no.value.line, no.value.value) == ("CALENDAR_BAD_NOTICE", 2, "0230")
