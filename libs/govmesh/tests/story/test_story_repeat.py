"""A repeated body: its rows, the clock that goes along with them, and the first row that is refused."""

from __future__ import annotations

import pytest

from govcore.packs import Story, load_pack
from govmesh.story import Told, run_story

pytestmark = pytest.mark.slow

SAY = {"zh": "一步", "en": "a step"}


def test_rows_come_in_day_by_day_and_a_bad_one_is_heard() -> None:
    """Numbers and moments stand in each row; a row that is refused is the answer; rows seen before change nothing."""
    row = {
        "source": "story",
        "external_id": "call-{n}",
        "channel": "hotline",
        "title": "第 {n} 次来电",
        "text": "第 {n} 次来电：文昌路中段路面破损已经三天，行人不便",
        "class_code": "010101",
        "division": "340881001007",
    }
    past = {**row, "external_id": "past-{n}", "reported_at": "{at}", "history": {"closed_at": "{at}"}}
    calls = {"post": "/api/v1/reports", "body": row, "repeat": {"times": 5, "days": 2}}
    everything = {"get": "/api/v1/events?limit=100", "at": "events.#"}
    story = Story.model_validate(
        {
            "id": "calls",
            "title": SAY,
            "about": SAY,
            "starts": "2024-05-06T08:30:00+08:00",
            "steps": [
                {
                    "say": SAY,
                    "post": "/api/v1/reports?as=history",
                    "body": past,
                    "repeat": {"times": 3, "days": 3, "since": "2024-04-01T09:00:00+08:00"},
                    "keep": {"third": "results.2.event"},
                    "expect": [
                        {"get": "/api/v1/events/{third}", "at": "title", "is": "第 3 次来电"},
                        {"get": "/api/v1/events/{third}", "at": "opened_at", "has": "2024-04-03T"},
                        {"get": "/mesh", "at": "now", "has": "2024-05-06T"},
                    ],
                },
                {
                    "say": SAY,
                    **calls,
                    "expect": [{**everything, "is": 8}, {"get": "/mesh", "at": "now", "has": "2024-05-07T"}],
                },
                {"say": SAY, **calls, "expect": [{**everything, "is": 8}]},
                {
                    "say": SAY,
                    **calls,
                    "body": {**row, "external_id": "far-{n}", "division": "999999"},
                    "refused": "REPORT_UNKNOWN_DIVISION",
                },
            ],
        }
    )
    told: list[Told] = []
    assert run_story(load_pack("tongcheng"), story, told.append), [str(seen) for step in told for seen in step.seen]
    assert len(told) == 4
