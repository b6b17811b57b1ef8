"""How a locality works, broken: routing, terms, points, words and the demo are refused with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ShowFault = Callable[..., None]

WAYS: list[tuple[Any, ...]] = [
    ("routing.yaml", "lead: gongan", "lead: police", "PACK_DEPARTMENT_UNKNOWN", "rules[3].lead"),
    (
        "routing.yaml",
        "assist: [gongan]\n    term",
        "assist: [x]\n    term",
        "PACK_DEPARTMENT_UNKNOWN",
        "rules[2].assist[0]",
    ),
    ("routing.yaml", 'class: "010101"', 'class: "019999"', "PACK_CLASS_UNKNOWN", "rules[1].when.class[0]"),
    ("routing.yaml", 'class: "01*"', 'class: "07*"', "PACK_CLASS_UNKNOWN", "rules[3].when.class[0]"),
    ("routing.yaml", '["340881001"]', '["340881777"]', "PACK_DIVISION_UNKNOWN", "rules[2].when.place[0]"),
    ("routing.yaml", "channel: hotline", "channel: pigeon", "PACK_CHANNEL_UNKNOWN", "rules[2].when.channel[0]"),
    ("routing.yaml", "08:00-20:00", "8 to 20", "ROUTING_BAD_HOURS", "rules[2].when.hours[0]"),
    ("routing.yaml", "severity: critical", "severity: huge", "PACK_SEVERITY_UNKNOWN", "rules[0].severity"),
    ("routing.yaml", "term: 4wh", "term: four hours", "CALENDAR_BAD_TERM", "rules[2].term"),
    ("routing.yaml", "id: trading", "id: rubbish", "PACK_CODE_TWICE", "rules[2].id"),
    (
        "routing.yaml",
        "assist: [gongan]\n    term",
        "assist: [chengguan]\n    term",
        "PACK_LEAD_ASSISTS",
        "rules[2].assist[0]",
    ),
    ("routing.yaml", "    lead: gongan\n", "", "PACK_RULE_EMPTY", "rules[3].id", 14),
    ("routing.yaml", "    term: 4wh", "    after: [mars]", "PACK_DEPARTMENT_UNKNOWN", "rules[2].after[0]"),
    (
        "routing.yaml",
        "    lead: gongan\n",
        "    after: [gongan]\n    lead: gongan\n",
        "PACK_AFTER_NOBODY",
        "rules[3].after",
    ),
    ("routing.yaml", "    term: 4wh", "    after: [gongan]", "PACK_AFTER_CIRCLE", "rules[2].after"),
    ("routing.yaml", "    term: 4wh", "    join: some", "PACK_PATTERN", "rules[2].join"),
    ("terms.yaml", "handle:", "joint: {callers: [street, castle]}\nhandle:", "PACK_NOT_ONE_OF", "joint.callers[1]"),
    ("terms.yaml", "handle:", "joint: {muster: soon}\nhandle:", "CALENDAR_BAD_TERM", "joint.muster"),
    (
        "routing.yaml",
        'class: "010101"}\n',
        'class: "0101*"}\n    stop: true\n',
        "PACK_RULE_UNREACHABLE",
        "rules[2].id",
        10,
    ),
    ("routing.yaml", 'class: "010101"', 'class: "01*"', "PACK_RULE_SHADOWED", "rules[2].lead", 11),
    (
        "routing.yaml",
        'when: {class: "01*"}',
        'when: {class: "01*", unclassed: true}',
        "PACK_RULE_IMPOSSIBLE",
        "rules[3].when.unclassed",
    ),
    ("routing.yaml", "any: [触电, 着火]}", "any: [触电], none: [电]}", "PACK_RULE_IMPOSSIBLE", "rules[0].when.words"),
    ("routing.yaml", "08:00-20:00", "08:00-08:00", "PACK_RULE_IMPOSSIBLE", "rules[2].when.hours"),
    ("routing.yaml", "lead: gongan", "leed: gongan", "PACK_KEY_UNKNOWN", "rules[3].leed"),
    ("routing.yaml", "id: danger", "id: danger\n    id: fire", "PACK_KEY_TWICE", "rules[0].id", 3),
    ("routing.yaml", "any: [触电, 着火]}}", "any: [触电, 着火]", "PACK_YAML", "routing.yaml", 4),
    ("terms.yaml", "accept: {term: 2wh,", "accept: {term: 2 hours,", "CALENDAR_BAD_TERM", "accept.term"),
    ("terms.yaml", "3uh+8uh+5wd", "3uh+8xx", "CALENDAR_BAD_TERM", "handle[1].term"),
    ("terms.yaml", 'class: "0101*", term', 'class: "9*", term', "PACK_CLASS_UNKNOWN", "handle[1].class[0]"),
    (
        "terms.yaml",
        "{term: 15d, source: test}",
        '{class: "01*", term: 15d, source: test}',
        "PACK_TERM_NO_LAST",
        "handle[2]",
    ),
    ("terms.yaml", "triage: {term: 4wh, source: test}\n", "", "PACK_KEY_MISSING", "triage", 1),
    ("terms.yaml", "minutes: 10, source: test", "minutes: 10", "PACK_KEY_MISSING", "locate.source"),
    ("terms.yaml", "default_severity: general", "default_severity: mild", "PACK_SEVERITY_UNKNOWN", "default_severity"),
    ("points.yaml", "points: 2", "points: two", "PACK_TYPE", "rules[0].points"),
    ("points.yaml", "on: event.closed.v1", "on: event.dreamt.v1", "POINTS_UNKNOWN_TYPE", "rules[0].on"),
    ("points.yaml", "field: duty_post", "field: friend", "POINTS_UNKNOWN_FIELD", "rules[0].field"),
    ("points.yaml", "day: 10, month: 100", "day: 100, month: 10", "PACK_CAPS_ORDER", "rules[0].cap"),
    ("points.yaml", "basis: test", "", "PACK_KEY_MISSING", "rules[0].basis", 4),
    ("words.yaml", '"010102"', '"019999"', "PACK_CLASS_UNKNOWN", "classes.019999"),
    ("demo.yaml", "{spot}旁", "{spto}旁", "PACK_WORD_UNKNOWN", "words.where"),
    ("demo.yaml", "[桥头, 村口, 学校]", '["{where}桥头"]', "PACK_WORD_CIRCLE", "words.where", 8),
    ("counts.csv", "010102,gongan,10", "010102,gongan,many", "PACK_RANGE", "n"),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[3]}-{way[4]}")
def test_a_broken_rule_is_found_where_it_is(way: tuple[Any, ...], show_fault: ShowFault) -> None:
    """The finding names the file, the line of the change (or where it shows) and the key, and says why twice."""
    show_fault(*way)
