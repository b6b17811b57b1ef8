"""What an alert becomes: a matter, one more of a matter, or a reasoned no."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore import alerts
from govcore.alerts import Watch
from govcore.errors import Refusal
from govcore.events.repeats import RepeatRules
from govcore.messages import AlertFolded, AlertRaised
from govcore.packs.alerts import AlertRules
from govcore.testing import AT, a_matter, a_report, an_event

SEVERITIES = ("critical", "urgent", "general")
RULES = AlertRules.model_validate(
    {
        "gateways": [{"code": "fire", "name": {"zh": "平台", "en": "platform"}, "source": "test"}],
        "watchers": [
            {
                "code": code,
                "name": {"zh": "瞭望塔", "en": "tower"},
                "limit": {"each": 3, "all": 5, "minutes": 10, "source": "test"},
            }
            for code in ("tower", "patrol")
        ],
        "kinds": [
            {
                "code": "smoke",
                "name": {"zh": "林区烟火", "en": "smoke"},
                "watchers": "tower",
                "class": "10401",
                "severity": "general",
                "unit": {"zh": "级", "en": "of 4"},
                "degrees": [{"from": 2, "severity": "urgent"}, {"from": 3, "severity": "critical"}],
                "fold": 60,
                "stale": 720,
                "source": "test",
            }
        ],
    }
)


def an_alert(**changes: Any) -> AlertRaised:
    said: dict[str, Any] = {
        "gateway": "fire",
        "alert_id": "a-1",
        "kind": "smoke",
        "watcher": "tower",
        "device": "tower-3",
        "reading": 1,
        "point": (116.95, 31.05),
        "observed_at": AT - timedelta(minutes=1),
    }
    return AlertRaised(**{**said, **changes})


def begun(**changes: Any) -> Watch:
    said = an_alert(**changes)
    return alerts.begun(said, alerts.checked(said, "gateway.fire", RULES, AT), an_event())


def taken(watch: Watch, event: Any = None, tasks: Any = (), **changes: Any) -> alerts.Taken:
    said = an_alert(**changes)
    return alerts.take(
        said, alerts.checked(said, "gateway.fire", RULES, AT), watch, event or an_event(), tasks, SEVERITIES
    )


@pytest.mark.parametrize(
    ("changes", "sender", "code", "field"),
    [
        ({"gateway": "x"}, "gateway.x", "ALERT_UNKNOWN_GATEWAY", "gateway"),
        ({}, "gateway.other", "ALERT_NOT_YOURS", "gateway"),
        ({}, "dept.fire", "ALERT_NOT_YOURS", "gateway"),
        ({}, "", "ALERT_NOT_YOURS", "gateway"),
        ({}, None, "ALERT_NOT_YOURS", "gateway"),
        ({"kind": "ufo"}, "gateway.fire", "ALERT_UNKNOWN_KIND", "kind"),
        ({"watcher": "patrol"}, "gateway.fire", "ALERT_UNKNOWN_WATCHER", "watcher"),
        ({"watcher": "owl"}, "gateway.fire", "ALERT_UNKNOWN_WATCHER", "watcher"),
        ({"point": None}, "gateway.fire", "ALERT_NO_PLACE", "point"),
        ({"observed_at": AT + timedelta(minutes=6)}, "gateway.fire", "ALERT_IN_FUTURE", "observed_at"),
        ({"observed_at": AT - timedelta(hours=13)}, "gateway.fire", "ALERT_STALE", "observed_at"),
    ],
)
def test_what_is_wrong_is_refused(changes: dict[str, Any], sender: str | None, code: str, field: str) -> None:
    """Each fault has a code of its own, in both languages, and names the field."""
    with pytest.raises(Refusal) as refused:
        alerts.checked(an_alert(**changes), sender, RULES, AT)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert code not in (refused.value.text("zh_CN"), refused.value.text("en"))


def test_an_alert_has_no_room_for_a_person() -> None:
    """No field takes a name, words or a picture: what is not a code, a number, a place or a time is refused."""
    for more in ({"name": "王小明"}, {"device": "王小明"}, {"text": "x"}, {"face": "x"}, {"alert_id": "a 1"}):
        with pytest.raises(ValueError):
            an_alert(**more)


def test_its_report_is_in_the_packs_words() -> None:
    """Class and severity are the kind's, by its reading; title and text say it in both languages."""
    said = an_alert(reading=2.5)
    told = alerts.opening(said, alerts.checked(said, "gateway.fire", RULES, AT), "alert")
    assert (told.source, told.external_id, told.channel) == ("gateway.fire", "a-1", "alert")
    assert (told.class_code, told.severity, told.reported_at) == ("10401", "urgent", said.observed_at)
    assert told.text == "瞭望塔 tower-3 报告林区烟火，读数 2.5 级。tower tower-3 reports smoke, reading 2.5 of 4."


@pytest.mark.parametrize(("reading", "severity"), [(None, "general"), (1.9, "general"), (2, "urgent"), (9, "critical")])
def test_the_severity_goes_by_the_reading(reading: float | None, severity: str) -> None:
    """Below the first degree, and without a reading, it is the kind's own."""
    assert RULES.kinds[0].severity_at(reading) == severity


@pytest.mark.parametrize(
    ("minutes", "event", "report", "belongs"),
    [
        (59, {}, {}, True),
        (61, {}, {}, False),
        (-59, {}, {}, True),
        (-61, {}, {}, False),
        (1, {"state": "closed"}, {}, False),
        (1, {"point": (116.95, 31.05)}, {"point": (116.9501, 31.05)}, True),
        (1, {"point": (116.95, 31.05)}, {"point": (117.05, 31.05)}, False),
    ],
)
def test_it_folds_into_what_is_open_and_near(
    minutes: int, event: dict[str, Any], report: dict[str, Any], belongs: bool
) -> None:
    """Within the window of the run, also when it comes late; not into an ended matter, not from another place."""
    watch = begun()
    said = an_alert(observed_at=watch.last_at + timedelta(minutes=minutes))
    found = alerts.belongs(said, a_report(**report), watch, an_event(**event), RULES.kinds[0], RepeatRules())
    assert found is belongs
    assert not alerts.belongs(said, a_report(), None, None, RULES.kinds[0], RepeatRules())


def test_a_more_severe_one_is_told_to_those_at_work() -> None:
    """The event's severity rises, its term does not move, the departments with open tasks get it straight."""
    matter = a_matter()
    assert matter.event is not None
    found = taken(begun(), matter.event, matter.handoffs, reading=3)
    event = found.changed.event
    assert event is not None and event.severity == "critical" and event.due_at == matter.event.due_at
    (said,) = found.changed.said
    assert isinstance(said.payload, AlertFolded) and said.payload.rose and said.to == ("chengguan",)
    assert (found.watch.severity, found.watch.peak, found.watch.count) == ("critical", 3, 2)
    assert found.changed.handoffs == ()


def test_a_less_severe_one_takes_nothing_back() -> None:
    """Peak and severity stay; nobody is told straight."""
    found = taken(begun(reading=3), reading=0)
    assert (found.watch.severity, found.watch.peak) == ("critical", 3)
    assert [one.to for one in found.changed.said] == [()]


@given(readings=st.lists(st.one_of(st.none(), st.floats(0, 5)), min_size=1, max_size=70))
def test_a_flood_is_counted_whole_and_told_seldom(readings: list[float | None]) -> None:
    """Every alert counts, the peak is the highest, and messages grow with the logarithm of the alerts."""
    watch, said = begun(reading=None), 0
    for reading in readings:
        found = taken(watch, reading=reading)
        watch, said = found.watch, said + len(found.changed.said)
    assert watch.count == len(readings) + 1
    assert watch.peak == max((one for one in readings if one is not None), default=None)
    assert said <= watch.count.bit_length() + len(SEVERITIES)


@given(steps=st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_no_more_than_the_limit_pass_in_a_span(steps: list[int]) -> None:
    """Whenever they come, a span lets at most so many through, and says how long to wait for the next."""
    gauge, at, passed = None, AT, dict[datetime, int]()
    for step in steps:
        at += timedelta(seconds=step)
        try:
            gauge = alerts.counted(gauge, "d", most=3, span=timedelta(minutes=10), at=at)
        except Refusal as refusal:
            assert refusal.code == "ALERT_RATE_LIMIT" and gauge is not None
            assert 0 < refusal.params["seconds"] <= 600
            later = at + timedelta(seconds=refusal.params["seconds"])
            assert alerts.counted(gauge, "d", most=3, span=timedelta(minutes=10), at=later).count == 1
        else:
            passed[gauge.since] = passed.get(gauge.since, 0) + 1
    assert max(passed.values()) <= 3
