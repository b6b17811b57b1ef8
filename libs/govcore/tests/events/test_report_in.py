"""A report as it comes in: what is taken, what is refused, and what is never quoted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govcore.errors import Refusal
from govcore.events.report_in import Codes, Point, ReportIn, check_report, codes_of, read_report

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


class County:
    """A pack with one class, one village, one department, one channel, and a square of land."""

    def knows_class(self, code_or_name: str) -> str | None:
        return {"0201": "0201", "路灯": "0201"}.get(code_or_name)

    def knows_division(self, code: str) -> bool:
        return code == "340881001001"

    def division_named(self, name: str) -> str | None:
        return "340881001001" if name == "文昌社区" else None

    def contains(self, point: Point) -> bool:
        return 116 < point.lon < 117 and 30 < point.lat < 32

    def department(self, name: str) -> str | None:
        return "chengguan" if name in ("城管局", "chengguan") else None

    def channel(self, name: str) -> str | None:
        return "hotline" if name == "Constituent Call" else None


def report(**said: Any) -> ReportIn:
    return read_report({"source": "web", "text": "路灯不亮", **said})


def codes(**said: Any) -> list[tuple[str, str | None]]:
    return [(no.code, no.field) for no in check_report(report(**said), County(), NOW)]


def test_good_report_has_nothing_against_it() -> None:
    """Everything it names is known, and none of it lies in the future."""
    assert codes(class_code="0201", division="340881001001", reported_at="2024-05-01T19:59:00+08:00") == []
    assert codes() == []


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"division": "340881999999"}, "REPORT_UNKNOWN_DIVISION", "division"),
        ({"division_name": "没有村"}, "REPORT_UNKNOWN_DIVISION", "division_name"),
        ({"point": {"lon": 121.5, "lat": 31.2}}, "REPORT_POINT_OUTSIDE", "point"),
        ({"reported_at": "2024-05-02T00:00:00Z"}, "REPORT_IN_FUTURE", "reported_at"),
        ({"history": {"closed_at": "2025-01-01T00:00:00Z"}}, "REPORT_IN_FUTURE", "history.closed_at"),
        ({"history": {"department": "无此局"}}, "REPORT_UNKNOWN_DEPARTMENT", "history.department"),
        ({"class_code": "9999", "class_strict": True}, "REPORT_UNKNOWN_CLASS", "class_code"),
        (
            {"reported_at": "2024-01-02T00:00:00Z", "history": {"closed_at": "2024-01-01T00:00:00Z"}},
            "ROW_CLOSED_BEFORE_OPENED",
            "history.closed_at",
        ),
    ],
)
def test_what_the_pack_the_map_or_the_clock_refuse(said: dict[str, Any], code: str, field: str) -> None:
    """A village that does not exist, a point outside, a date to come, a department nobody knows."""
    assert codes(**said) == [(code, field)]
    no = check_report(report(**said), County(), NOW)[0]
    assert no.text("en") != code and no.text("zh_CN") != code and no.value is not None


def test_unknown_class_and_channel_are_no_reason_to_refuse() -> None:
    """The triage desk has the one; the other is only how it came."""
    assert codes(class_name="飞碟", channel="pigeon") == []
    assert codes_of(report(class_name="飞碟", channel="pigeon"), County()) == Codes(None, None, None, None)


def test_names_become_codes() -> None:
    """What outside data calls a class, place, department and channel; a code beats a name."""
    said = report(
        class_name="路灯", division_name="文昌社区", channel="Constituent Call", history={"department": "城管局"}
    )
    assert codes_of(said, County()) == Codes("0201", "340881001001", "chengguan", "hotline")
    assert codes_of(report(division="nowhere", division_name="文昌社区"), County()).division is None


def test_clocks_may_differ_a_little() -> None:
    """A report five minutes ahead of our clock is not in the future; one of six minutes is."""
    for minutes, wrong in ((5, 0), (6, 1)):
        assert len(codes(reported_at=(NOW + timedelta(minutes=minutes)).isoformat())) == wrong


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reported_at": "2024-05-01T00:00:00"}, "reported_at"),
        ({"reported_at": "0001-01-01T00:00:00+14:00"}, "reported_at"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"title": "half \ud800"}, "title"),
        ({"point": {"lon": 200, "lat": 0}}, "point.lon"),
        ({"point": {"lon": 1, "lat": float("nan")}}, "point.lat"),
        ({"point": {"lon": 1, "lat": 1, "crs": "BD-09"}}, "point.crs"),
        ({"source": ""}, "source"),
        ({"colour": "red"}, "colour"),
        ({"history": {"colour": "red"}}, "history.colour"),
    ],
)
def test_bad_field_is_named(said: dict[str, Any], field: str) -> None:
    """Naive times, endless texts, places off the globe, unknown members."""
    with pytest.raises(Refusal) as no:
        report(**said)
    assert (no.value.code, no.value.field) == ("REPORT_BAD_FIELD", field)


@pytest.mark.parametrize("said", [None, 7, "text", [], [{}]])
def test_what_is_no_object_is_refused(said: Any) -> None:
    """Any json value can be posted."""
    with pytest.raises(Refusal) as no:
        read_report(said)
    assert no.value.code == "REPORT_BAD_FIELD"


def test_report_has_to_say_something() -> None:
    """White space is no text."""
    with pytest.raises(Refusal) as no:
        report(text=" \n\u3000", title="")
    assert no.value.code == "REPORT_EMPTY"


def test_who_reported_is_never_quoted() -> None:
    """Not by a refusal, not by the model's own text, not even from a key in the wrong place."""
    phone = "13800138000"
    for reporter in ({"phone": phone * 9}, {"name": [phone]}, {phone: 1}, phone, {"id": {"x": phone}}):
        with pytest.raises(Refusal) as no:
            report(reporter=reporter)
        seen = f"{no.value} {no.value.as_dict()} {no.value.__cause__} {no.value.params}"
        assert phone not in seen and str(no.value.field).startswith("reporter")
    assert phone not in repr(report(reporter={"phone": phone, "name": phone, "id": phone, "handle": phone}))
