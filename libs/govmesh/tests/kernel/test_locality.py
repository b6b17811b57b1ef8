"""An installation's pack, with the notices that came out after it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govmesh.locality import pack_of
from govmesh.settings import Settings


def test_a_notice_file_is_taken_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`GOVMESH_NOTICES` settles the year for the pack and for every division of it; without it the year is open."""
    assert pack_of(Settings()).calendar.day(date(2027, 3, 3)).provisional
    file = tmp_path / "2027.csv"
    file.write_text("year,name,holidays,makeup\n2027,Spring Festival,0206-0212,0130\n", encoding="utf-8")
    monkeypatch.setenv("GOVMESH_NOTICES", str(file))
    pack = pack_of(Settings())
    for calendar in (pack.calendar, pack.calendar_in("340881")):
        assert not calendar.day(date(2027, 3, 3)).provisional and calendar.day(date(2027, 1, 30)).kind == "makeup"


@pytest.mark.slow
def test_a_broken_notice_file_ends_the_start(tmp_path: Path) -> None:
    """A file that is not there, or has a day that is none, is refused with file and line."""
    with pytest.raises(Refusal, match="CALENDAR_NO_FILE"):
        pack_of(Settings(notices=tmp_path / "none.csv"))
    file = tmp_path / "2027.csv"
    file.write_text("year,name,holidays,makeup\n2027,x,0230,\n", encoding="utf-8")
    with pytest.raises(Refusal) as no:
        pack_of(Settings(notices=file))
    assert (no.value.code, no.value.file, no.value.line) == ("CALENDAR_BAD_NOTICE", str(file), 2)
