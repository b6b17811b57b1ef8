"""Stories of a pack: read and checked like everything else in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.packs import Repeat, check_pack, load_pack

PackMaker = Callable[[dict[str, str]], Path]

STORY = """\
id: lane
title: {zh: 小巷, en: A lane}
about: {zh: 一次整治, en: one matter}
starts: "2024-05-06T08:30:00+08:00"
changes:
  pack.yaml: {verify: {share: 1.0}}
steps:
  - say: {zh: 上报, en: reported}
    post: /api/v1/reports
    body: {source: story, title: 井盖}
    keep: {lane: event}
    expect:
      - {get: "/api/v1/events/{lane}", at: state, is: triage}
      - {figure: departments, is: 2}
  - say: {zh: 接收, en: accepted}
    answer: {event: lane, by: [gongan], verb: accept}
  - say: {zh: 次日, en: a day later}
    advance: 1d
  - say: {zh: 又来电, en: called about again}
    post: /api/v1/reports
    body: {source: story, external_id: "call-{n}", title: 井盖, reported_at: "{at}"}
    repeat: {times: 5, days: 2}
"""


def test_a_story_is_loaded_with_its_pack(make_pack: PackMaker) -> None:
    """By its id, with its steps as they stand."""
    story = load_pack(make_pack({"stories/lane.yaml": STORY})).stories["lane"]
    assert [step.say.en for step in story.steps] == ["reported", "accepted", "a day later", "called about again"]
    assert story.steps[0].keep == {"lane": "event"} and story.changes["pack.yaml"] == {"verify": {"share": 1.0}}


@pytest.mark.parametrize(
    ("old", "new", "code", "field", "line"),
    [
        ("id: lane", "id: street", "PACK_STORY_ID", "id", 1),
        ("pack.yaml: {verify", "pact.yaml: {verify", "PACK_FILE_MISSING", "changes.pact.yaml", 6),
        ("keep: {lane: event}", "keep: {road: event}", "PACK_STORY_NAME", "steps[0]", 8),
        ("by: [gongan]", "by: [mars]", "PACK_DEPARTMENT_UNKNOWN", "steps[1].answer.by", 16),
        ("verb: accept", "verb: eat", "PACK_NOT_ONE_OF", "steps[1].answer.verb", 16),
        ("advance: 1d", "advance: a day", "PACK_PATTERN", "steps[2].advance", 18),
        ("    advance: 1d", "    advance: 1d\n    post: /x", "PACK_STORY_STEP", "steps[2]", 17),
        ("    advance: 1d", "    advance: 1d\n    repeat: {times: 2}", "PACK_STORY_STEP", "steps[2]", 17),
        ("times: 5", "times: 0", "PACK_RANGE", "steps[3].repeat.times", 22),
        ("days: 2", "days: 0", "PACK_RANGE", "steps[3].repeat.days", 22),
        ("times: 5, ", "", "PACK_KEY_MISSING", "steps[3].repeat.times", 22),
        ("days: 2", "weeks: 2", "PACK_KEY_UNKNOWN", "steps[3].repeat.weeks", 22),
        ("days: 2", 'since: "2024-05-01"', "PACK_VALUE", "steps[3].repeat.since", 22),
        ("call-{n}", "call-{number}", "PACK_STORY_NAME", "steps[3]", 19),
        ("    repeat: {times: 5, days: 2}\n", "", "PACK_STORY_NAME", "steps[3]", 19),
        ("is: 2}", "is: 2, at_least: 1}", "PACK_STORY_STEP", "steps[0].expect[1]", 14),
        ("figure: departments, ", "", "PACK_STORY_STEP", "steps[0].expect[1]", 14),
        ("starts: ", "begins: ", "PACK_KEY_MISSING", "starts", 1),
    ],
)
def test_a_wrong_story_is_refused_by_its_line(
    make_pack: PackMaker, old: str, new: str, code: str, field: str, line: int
) -> None:
    """Each fault with file, line, key and reason, in both languages."""
    assert old in STORY
    found = check_pack(make_pack({"stories/lane.yaml": STORY.replace(old, new)}))
    wrong = next(one for one in found if one.code == code)
    assert (wrong.field, wrong.line) == (field, line)
    assert wrong.file is not None and wrong.file.endswith("stories/lane.yaml")
    assert wrong.text("en") != code != wrong.text("zh_CN")


@given(times=st.integers(1, 500), days=st.integers(1, 366))
def test_rows_are_spread_evenly_over_their_days(times: int, days: int) -> None:
    """All of them, in order, from the first day on and none after the last; no day has two more than another."""
    begin = datetime(2024, 3, 1, 9, tzinfo=UTC)
    rows = list(Repeat(times=times, days=days).rows(begin))
    assert [number for number, _ in rows] == list(range(1, times + 1))
    assert rows[0][1] == begin and rows[-1][1] < begin + timedelta(days=days)
    a_day = Counter(at for _, at in rows)
    assert max(a_day.values()) - (min(a_day.values()) if times >= days else 0) <= 1
