"""``closing.yaml``: what it says of a matter's end, and what is refused with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from govcore.events.verify import Check
from govcore.memory import SequentialIds
from govcore.packs import check_pack, load_pack, way_of
from govcore.packs.closing import NOTHING_SAID, RECTIFY_AT_MOST

Make = Callable[[dict[str, str]], Path]

GOOD = """\
verify:
  - {class: ["0101*"], severity: critical, share: all, by: street, source: test}
  - {channel: [hotline], share: 0.3, by: "dept:gongan", source: test}
reworks: {most: 2, source: test}
counts: final
rectify: {term: 15wd, source: test}
call: {by: "desk:visit", term: 3wd, tries: 3, source: test}
visits: {by: "desk:visit", term: 3wd, tries: 3, most: 12, days: 730, not_kept: rectify, source: test}
"""


def test_the_rules_of_the_way_are_the_packs(make_pack: Make) -> None:
    """Every key reaches the decisions."""
    pack = load_pack(make_pack({"closing.yaml": GOOD}))
    rules = way_of(pack, SequentialIds()).rules
    assert rules.checks == (
        Check(1.0, "street", ("0101*",), ("critical",)),
        Check(0.3, "dept:gongan", (), (), ("hotline",)),
    )
    assert (rules.verify_by, rules.verify_share, rules.most_reworks, rules.rectify) == ("desk:verify", 0.2, 2, "15wd")
    assert rules.call is not None and (rules.call.by, rules.call.tries) == ("desk:visit", 3)
    assert rules.visits is not None and (rules.visits.zone, rules.visits.not_kept) == (pack.zone, "rectify")
    assert rules.rating == timedelta(days=pack.terms.rating.days) and 1 in rules.bad_grades


def test_without_the_file_nothing_of_it_is_done(make_pack: Make) -> None:
    """As it was: the sample of pack.yaml, no rectification, no call, no visits."""
    pack = load_pack(make_pack({}))
    rules = way_of(pack, SequentialIds()).rules
    assert pack.closing == NOTHING_SAID
    assert (rules.checks, rules.rectify, rules.call, rules.visits, rules.most_reworks) == ((), None, None, None, None)


WRONG = [
    ('["0101*"]', '["99*"]', "PACK_CLASS_UNKNOWN", "verify[0].class[0]", 2),
    ("severity: critical", "severity: huge", "PACK_SEVERITY_UNKNOWN", "verify[0].severity[0]", 2),
    ("[hotline]", "[pigeon]", "PACK_CHANNEL_UNKNOWN", "verify[1].channel[0]", 3),
    ('"dept:gongan"', '"dept:police"', "PACK_DEPARTMENT_UNKNOWN", "verify[1].by", 3),
    ("by: street", "by: everybody", "PACK_PATTERN", "verify[0].by", 2),
    ("by: street", "by: leader", "PACK_LADDER_NOBODY", "verify[0].by", 2),
    ("by: street", "by: post:nobody", "PACK_POST_UNKNOWN", "verify[0].by", 2),
    ("share: all", "share: some", "PACK_TYPE", "verify[0].share", 2),
    ("share: 0.3", "share: 1.3", "PACK_RANGE", "verify[1].share", 3),
    ("counts: final", "counts: best", "PACK_NOT_ONE_OF", "counts", 5),
    ("15wd", "16wd", "PACK_RECTIFY_TOO_LONG", "rectify.term", 6),
    ("15wd", "21d", "PACK_RECTIFY_TOO_LONG", "rectify.term", 6),
    ("15wd", "10wd+6wd", "PACK_RECTIFY_TOO_LONG", "rectify.term", 6),
    ("15wd", "121wh", "PACK_RECTIFY_TOO_LONG", "rectify.term", 6),
    ("15wd", "soon", "CALENDAR_BAD_TERM", "rectify.term", 6),
    ('call: {by: "desk:visit"', 'call: {by: "dept:police"', "PACK_DEPARTMENT_UNKNOWN", "call.by", 7),
    ("most: 12", "most: 0", "PACK_RANGE", "visits.most", 8),
    ("not_kept: rectify", "not_kept: punish", "PACK_NOT_ONE_OF", "visits.not_kept", 8),
    ("counts: final", "points: minus", "PACK_KEY_UNKNOWN", "points", 5),
]


@pytest.mark.parametrize(("old", "new", "code", "key", "line"), WRONG)
def test_what_is_wrong_is_found_where_it_is(
    make_pack: Make, old: str, new: str, code: str, key: str, line: int
) -> None:
    """With file, line and key, in both languages."""
    found = check_pack(make_pack({"closing.yaml": GOOD.replace(old, new, 1)}))
    assert [(one.code, one.field, one.line, Path(one.file or "").name) for one in found] == [
        (code, key, line, "closing.yaml")
    ]
    assert found[0].text("zh_CN") != code != found[0].text("en")


LEADERS = """\
id,area,department,title,title_en,origin
chief,340881,,值班领导,leader on duty,composed
"""


@pytest.mark.parametrize(
    ("by", "wrong"),
    [
        ("post", []),
        ("post:chief", []),
        ("leader", []),
        ("leader:county", []),
        ("leader:moon", [("PACK_LADDER_LEVEL", "verify[0].by")]),
    ],
)
def test_a_post_or_a_leader_can_be_named(make_pack: Make, by: str, wrong: list[tuple[str, str]]) -> None:
    """The one on duty, a post of the pack, the leader of the place; a level that names no leaders is refused."""
    made = make_pack({"closing.yaml": GOOD.replace("by: street", f"by: {by}"), "leaders.csv": LEADERS})
    assert [(one.code, one.field) for one in check_pack(made)] == wrong
    assert wrong or way_of(load_pack(made), SequentialIds()).rules.checks[0].by == by


@pytest.mark.parametrize("term", ["15wd", "15d", "120wh", "360uh", "5wd+10d", "1wd"])
def test_as_long_as_the_rule_allows(make_pack: Make, term: str) -> None:
    """Fifteen working days, however they are written."""
    assert RECTIFY_AT_MOST.term == "15wd" and RECTIFY_AT_MOST.source
    assert check_pack(make_pack({"closing.yaml": GOOD.replace("15wd", term)})) == []
