"""``alerts.yaml`` and ``notices.yaml`` of a pack: read, or refused with file, line and key where they are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.packs import check_pack, load_pack

CHANNELS = """\
channels:
  - {code: hotline, name: {zh: 热线, en: hotline}}
  - {code: grid, name: {zh: 网格员, en: grid worker}}
  - {code: alert, name: {zh: 告警, en: alert}}
"""
ALERTS = """\
gateways:
  - {code: fire, name: {zh: 平台, en: platform}, source: test}
watchers:
  - code: tower
    name: {zh: 瞭望塔, en: tower}
    limit: {each: 3, all: 5, minutes: 10, source: test}
kinds:
  - code: smoke
    name: {zh: 烟火, en: smoke}
    watchers: tower
    class: "010101"
    severity: general
    unit: {zh: 级, en: of 4}
    degrees: [{from: 2, severity: critical}]
    fold: 60
    stale: 720
    source: test
"""


def test_a_pack_without_alerts_takes_none(make_pack: Callable[[dict[str, str]], Path]) -> None:
    """The file is optional; without it there is no gateway, no kind."""
    assert load_pack(make_pack({})).alerts.kinds == ()


def test_alerts_are_read(make_pack: Callable[[dict[str, str]], Path]) -> None:
    """A sound file loads, and its kinds are found by code."""
    alerts = load_pack(make_pack({"alerts.yaml": ALERTS, "channels.yaml": CHANNELS})).alerts
    kind = alerts.kind("smoke")
    assert kind is not None and kind.watchers == ("tower",) and kind.class_code == "010101"
    assert alerts.watcher("tower") and alerts.gateway("fire") and alerts.kind("ufo") is None


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("watchers: tower", "watchers: owl", "PACK_WATCHER_UNKNOWN", "kinds[0].watchers[0]"),
        ('class: "010101"', 'class: "019999"', "PACK_CLASS_UNKNOWN", "kinds[0].class"),
        ('class: "010101"', 'class: "01*"', "PACK_CLASS_UNKNOWN", "kinds[0].class"),
        ("severity: general", "severity: huge", "PACK_SEVERITY_UNKNOWN", "kinds[0].severity"),
        (
            "from: 2, severity: critical",
            "from: 2, severity: x",
            "PACK_SEVERITY_UNKNOWN",
            "kinds[0].degrees[0].severity",
        ),
        (
            "[{from: 2, severity: critical}]",
            "[{from: 2, severity: critical}, {from: 1, severity: general}]",
            "PACK_ALERT_DEGREES",
            "kinds[0]",
        ),
        ("    unit: {zh: 级, en: of 4}\n", "", "PACK_ALERT_UNIT", "kinds[0]"),
        ("each: 3, all: 5", "each: 6, all: 5", "PACK_ALERT_LIMIT", "watchers[0].limit"),
        ("minutes: 10, source: test", "minutes: 10", "PACK_KEY_MISSING", "watchers[0].limit.source"),
        ("    stale: 720\n", "", "PACK_KEY_MISSING", "kinds[0].stale"),
        ("fold: 60", "fold: 0", "PACK_RANGE", "kinds[0].fold"),
        ("stale: 720", "stale: 720\n    face: yes", "PACK_KEY_UNKNOWN", "kinds[0].face"),
        ("code: fire", "code: Fire", "PACK_PATTERN", "gateways[0].code"),
        ("gateways:", "channel: pigeon\ngateways:", "PACK_CHANNEL_UNKNOWN", "channel"),
        (
            "watchers:\n",
            "  - {code: fire, name: {zh: 又, en: again}, source: test}\nwatchers:\n",
            "PACK_CODE_TWICE",
            "gateways[1].code",
        ),
    ],
)
def test_a_broken_alert_file_is_found_where_it_is(
    make_pack: Callable[[dict[str, str]], Path], old: str, new: str, code: str, key: str
) -> None:
    """The finding names the file and the key, and says why in both languages."""
    assert old in ALERTS
    folder = make_pack({"alerts.yaml": ALERTS.replace(old, new, 1), "channels.yaml": CHANNELS})
    everything = check_pack(folder)
    (found,) = [one for one in everything if one.code == code and one.field == key] or everything
    assert (found.code, found.field, Path(found.file or "").name) == (code, key, "alerts.yaml")
    assert found.line and code not in (found.text("zh_CN"), found.text("en"))


NOTICES = """\
channels:
  - {code: loudspeaker, name: {zh: 广播, en: loudspeakers}, quiet: "21:00-07:00", source: test}
templates:
  - id: warning
    on: event.filed.v1
    when: {class: "010101", severity: critical}
    to: division
    channel: loudspeaker
    text:
      zh: "{place_name}：{class_name}，{due_at}前处理"
      en: "{place_name}: {class_name} by {due_at}"
    source: test
"""


def test_notices_are_read(make_pack: Callable[[dict[str, str]], Path]) -> None:
    """The file is optional; a sound one loads."""
    assert load_pack(make_pack({})).notice_rules.templates == ()
    assert len(load_pack(make_pack({"notices.yaml": NOTICES})).notice_rules.on("event.filed.v1")) == 1


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "line"),
    [
        ("{place_name}：", "{town}：", "PACK_NOTICE_FIELD", "templates[0].text.zh", 10),
        ("by {due_at}", "by {due_at:%d}", "PACK_NOTICE_FIELD", "templates[0].text.en", 11),
        ("by {due_at}", "by {due_at.year}", "PACK_NOTICE_FIELD", "templates[0].text.en", 11),
        ("by {due_at}", "by {}", "PACK_NOTICE_FIELD", "templates[0].text.en", 11),
        ("by {due_at}", "by {due_at", "PACK_NOTICE_TEXT", "templates[0].text.en", 11),
        ("event.filed.v1", "event.reported.v1\n    anyhow: true", "PACK_NOTICE_FIELD", "templates[0].text.zh", 11),
        ("event.filed.v1", "handoff.done.v1", "PACK_NOTICE_ON", "templates[0].on", 5),
        ("event.filed.v1", "event.imported.v1", "PACK_NOTICE_ON", "templates[0].on", 5),
        ("channel: loudspeaker", "channel: pigeon", "PACK_NOTICE_CHANNEL", "templates[0].channel", 8),
        ('class: "010101"', 'class: "0199*"', "PACK_CLASS_UNKNOWN", "templates[0].when.class[0]", 6),
        ("severity: critical", "severity: x", "PACK_SEVERITY_UNKNOWN", "templates[0].when.severity[0]", 6),
        ("to: division", "to: everybody", "PACK_NOT_ONE_OF", "templates[0].to", 7),
        ("21:00-07:00", "late", "ROUTING_BAD_HOURS", "channels[0].quiet", 2),
        ("21:00-07:00", "07:00-07:00", "PACK_NOTICE_QUIET", "channels[0].quiet", 2),
    ],
)
def test_a_broken_notice_file_is_found_where_it_is(
    make_pack: Callable[[dict[str, str]], Path], old: str, new: str, code: str, key: str, line: int
) -> None:
    """File, line and key of a field that a text may not name, a channel or a message that is not there."""
    assert old in NOTICES
    text = NOTICES.replace(old, new, 1)
    if "reported" in new:
        text = text.replace("{place_name}：", "{title}：")
    everything = check_pack(make_pack({"notices.yaml": text}))
    (found,) = [one for one in everything if one.code == code and one.field == key] or everything
    assert (found.code, found.field, Path(found.file or "").name, found.line) == (code, key, "notices.yaml", line)
    assert code not in (found.text("zh_CN"), found.text("en"))
