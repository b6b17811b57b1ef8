"""What somebody typed wrongly is answered with its reason, in both languages, and never with a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govmesh.cli import main

BAD_HEAD, NO_TEXT = "x\n2027,New Year's Day,0101\n", b"\xff\xfe\x00"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the command line answers; ``{here}`` is a folder with a file of each wrong kind."""
    (tmp_path / "head.csv").write_text(BAD_HEAD, encoding="utf-8")
    (tmp_path / "bytes.csv").write_bytes(NO_TEXT)
    (tmp_path / "empty.csv").write_text("year,name,holidays,makeup\n", encoding="utf-8")
    monkeypatch.setenv("GOVMESH_HOME", str(tmp_path / "home"))

    def said(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["govmesh", *(word.format(here=tmp_path) for word in words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        assert ended.value.code in (1, 2) and "Traceback" not in out.err
        return out.out + out.err

    return said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("due", "--start", "2026-13-01T09:00", "--term", "3wd"), "CALENDAR_BAD_TIME"),
        (("due", "--start", "2026-09-30T09:00", "--term", "3wd", "--division", "999999"), "CALENDAR_UNKNOWN_DIVISION"),
        (("workflow", "check", "{here}/none.yaml"), "PACK_FILE_MISSING"),
        (("workflow", "check", "{here}/bytes.csv"), "PACK_ENCODING"),
        (("calendar", "check", "{here}"), "CALENDAR_NO_FILE"),
        (("calendar", "check", "{here}/bytes.csv"), "CALENDAR_NOT_TEXT"),
        (("calendar", "check", "{here}/head.csv"), "CALENDAR_BAD_HEAD"),
        (("calendar", "load", "{here}/empty.csv"), "CALENDAR_NO_YEAR"),
        (("route", "explain", "{here}"), "FILE_NOT_READABLE"),
        (("visits", "agree", "E-1", "--day", "2026-02-30", "--what", "x"), "DAY_UNREADABLE"),
        (("orders", "list", "--state", "moon"), "is not one of"),
        (("orders", "give", "moon", "--to", "dept:gongan", "--words", "x", "--term", "1wd"), "is not one of"),
        (("visits", "list", "--state", "moon"), "is not one of"),
    ],
)
def test_a_wrong_word_gets_its_reason(said: Callable[..., str], words: tuple[str, ...], code: str) -> None:
    """A file that is none, a day that is none, a state there is not: before any mesh is asked."""
    assert code in said(*words)
