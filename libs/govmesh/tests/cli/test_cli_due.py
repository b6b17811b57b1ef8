"""``govmesh due``: due when, and why, with no mesh running."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from govcore.errors import Refusal
from govcore.packs import find_pack
from govmesh.cli import app, main

pytestmark = pytest.mark.slow

CHINA = ("--pack", "tongcheng")


def asked(*words: str) -> Any:
    """What the command prints as JSON."""
    ran = CliRunner().invoke(app, ["due", *words, "--json"], catch_exceptions=False)
    return json.loads(ran.output)


def shown(*words: str) -> str:
    return CliRunner().invoke(app, ["due", *words], catch_exceptions=False).output


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"start": "soon"}, "CALENDAR_BAD_TIME", "start"),
        ({"start": "1900-01-01"}, "CALENDAR_OUT_OF_RANGE", "start"),
        ({"term": "3w"}, "CALENDAR_BAD_TERM", "term"),
        ({"term": "0wd"}, "CALENDAR_BAD_TERM", "term"),
        ({"term": "99999d"}, "CALENDAR_TERM_TOO_LONG", "term"),
        ({"extend": "x"}, "CALENDAR_BAD_TERM", "term"),
        ({"division": "340102"}, "CALENDAR_UNKNOWN_DIVISION", "division"),
        ({"pause": "now"}, "CALENDAR_BAD_PAUSE", "pause"),
        ({"pause": "now/then"}, "CALENDAR_BAD_TIME", "pause"),
        ({"pause": "2026-10-09/2026-10-08"}, "CALENDAR_BAD_PAUSE", "pause"),
        ({"counting": "lunar"}, "CALENDAR_BAD_COUNTING", "counting"),
        ({"notices": "none.csv"}, "CALENDAR_NO_FILE", None),
        ({"pack": "nowhere"}, "PACK_UNKNOWN", "pack"),
    ],
)
def test_what_is_wrong_is_refused(
    wrong: dict[str, str],
    code: str,
    field: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong time, term, division, pause, rule, file or pack ends with 1 and its code in both languages."""
    said = {"start": "2026-09-30", "term": "3wd", "pack": "tongcheng", **wrong}
    words = [word for name, value in said.items() for word in (f"--{name}", value)]
    with pytest.raises(Refusal) as no:
        asked(*words)
    assert (no.value.code, no.value.field) == (code, field)
    monkeypatch.setattr(sys, "argv", ["govmesh", "due", *words])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    assert end.value.code == 1 and out == ""
    assert code in err and no.value.text("zh_CN") in err and no.value.text("en") in err


@pytest.mark.parametrize(
    ("start", "term", "wanted"),
    [
        ("2026-09-30T09:00", "3wd", "2026-10-10T09:00:00+08:00"),
        ("2026-09-30T09:00+08:00", "3wd", "2026-10-10T09:00:00+08:00"),
        ("2026-09-30T01:00Z", "3wd", "2026-10-10T09:00:00+08:00"),
        ("2026-02-14T10:00", "1wd", "2026-02-24T10:00:00+08:00"),
        ("2026-03-06T19:00", "1wd", "2026-03-10T08:00:00+08:00"),
        ("2026-03-06T17:00", "4wh", "2026-03-09T11:00:00+08:00"),
        ("2026-03-06T23:00", "3uh", "2026-03-07T02:00:00+08:00"),
        ("2026-09-30T09:00", "3uh+8uh+5wd", "2026-10-14T08:00:00+08:00"),
        ("2026-09-19T09:00", "15d", "2026-10-09T00:00:00+08:00"),
    ],
)
def test_a_due_is_answered_with_its_reasons(start: str, term: str, wanted: str) -> None:
    """Each kind of time ends where the county's calendar says, with the spans counted, and is not provisional."""
    found = asked("--start", start, "--term", term, "--division", "340881", *CHINA)
    assert (found["due"], found["provisional"], found["term"]) == (wanted, False, term)
    assert found["why"] and all(span["zh"] and span["en"] for span in found["why"])
    assert sum(span["amount"] for span in found["why"] if span["kind"] == "counted") > 0
    assert (found["zone"], found["counting"]) == ("Asia/Shanghai", "civil-code")


def test_people_read_both_languages() -> None:
    """The spans counted and left out stand in Chinese with English beside them, the end of a day as 24:00."""
    said = shown("--start", "2026-09-30T09:00", "--term", "3wd", *CHINA)
    assert said.startswith("到期 due    2026-10-10 09:00\n")
    assert "2026-10-01 – 2026-10-07：不计（法定节假日·国庆节）" in said
    assert "2026-10-01 – 2026-10-07: not counted (public holiday, National Day)" in said
    assert "2026-10-10: 1 wd counted (make-up working day, National Day)" in said and "provisional" not in said
    day = shown("--start", "2026-09-19T09:00", "--term", "15d", *CHINA)
    assert "2026-10-08 24:00" in day and "顺延" in day


def test_stages_are_told_one_by_one() -> None:
    """Of fence, repair and road each stage has its own end and its own spans."""
    words = ("--start", "2026-09-30T09:00", "--term", "3uh + 8uh + 5wd", *CHINA)
    ends = ["2026-09-30T12:00:00+08:00", "2026-09-30T20:00:00+08:00", "2026-10-14T08:00:00+08:00"]
    assert [stage["due"] for stage in asked(*words)["stages"]] == ends
    said = shown(*words)
    assert "1. 3uh → 2026-09-30 12:00" in said and "3. 5wd → 2026-10-14 08:00" in said


def test_pauses_and_extensions_are_shown() -> None:
    """A suspension is left out of the stage it lies in, an extension lengthens the last stage, and the spans say so."""
    plain = ("--start", "2026-03-02T09:00", "--term", "3uh+2wd", *CHINA)
    assert asked(*plain)["due"] == "2026-03-04T14:00:00+08:00"
    pause = ("--pause", "2026-03-02T10:00/2026-03-02T11:00", "--pause", "2026-03-03T00:00+08:00/2026-03-04T00:00")
    found = asked(*plain, *pause, "--extend", "1wd")
    assert (found["due"], found["term"]) == ("2026-03-06T14:00:00+08:00", "3uh+3wd")
    paused = [(span["stage"], span["amount"], span["unit"]) for span in found["why"] if span["kind"] == "paused"]
    assert paused == [(0, 1, "uh"), (1, 1, "wd")]
    day = asked("--start", "2026-03-02T09:00", "--term", "60d", "--extend", "30d", *CHINA)
    assert (day["term"], day["stages"][0]["last_day"]) == ("90d", "2026-06-01")


def test_a_year_without_a_notice_is_provisional_until_it_is_out(tmp_path: Path) -> None:
    """2027 is marked in the answer, in each span and on the screen; with the notice it is another day and unmarked."""
    words = ("--start", "2026-12-31T09:00", "--term", "1wd", *CHINA)
    found = asked(*words)
    assert found["provisional"] and found["due"] == "2027-01-04T09:00:00+08:00"
    assert all(span["provisional"] for span in found["why"])
    assert "provisional" in shown(*words).splitlines()[0] and "暂按" in shown(*words).splitlines()[0]
    notice = tmp_path / "2027.csv"
    notice.write_text("year,name,holidays,makeup\n2027,New Year's Day,0101-0103,0102\n", encoding="utf-8")
    after = asked(*words, "--notices", str(notice))
    assert (after["due"], after["provisional"]) == ("2027-01-02T09:00:00+08:00", False)


def test_a_division_has_its_own_time(tmp_path: Path) -> None:
    """Where a subdistrict has its own hours the same term ends at another time, and the calendar is named."""
    folder = shutil.copytree(find_pack("tongcheng"), tmp_path / "pack")
    head = folder / "pack.yaml"
    own = '  year_end_days: 3\n  divisions: [{division: "340881001", sessions: "09:00-17:00", source: test}]\n'
    head.write_text(head.read_text(encoding="utf-8").replace("  year_end_days: 3\n", own), encoding="utf-8")
    words = ("--start", "2026-03-02T16:00", "--term", "4wh", "--pack", str(folder))
    there, here = asked(*words, "--division", "340881001"), asked(*words, "--division", "340881")
    assert (there["due"], there["calendar"]) == ("2026-03-03T12:00:00+08:00", "tongcheng 340881001")
    assert (here["due"], here["calendar"]) == ("2026-03-03T10:00:00+08:00", "tongcheng")


def test_the_engine_knows_no_country() -> None:
    """A naive start is the wall clock of the pack's own zone, also in Boston."""
    found = asked("--start", "2015-07-02T16:00", "--term", "1wd", "--pack", "boston")
    assert (found["due"], found["zone"]) == ("2015-07-03T16:00:00-04:00", "America/New_York")
