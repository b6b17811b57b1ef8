"""Changed rules are tried on what came before: counted by kind and department, with examples, and refused if broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from govcore.embed import Embedded
from govcore.errors import Refusal
from govcore.events.routing import Decision
from govcore.packs import Pack, Replay, load_pack
from govcore.packs.replay import differences

Make = Callable[[dict[str, str]], Path]
AT = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
CHANGED = """\
rules:
  - id: trading
    when: {class: "010102"}
    lead: gongan
    assist: [chengguan]
    term: 2wd
  - id: rubbish
    when: {class: "010101", channel: hotline}
    lead: chengguan
    severity: critical
"""


@pytest.fixture
def packs(make_pack: Make, tmp_path: Path) -> tuple[Pack, Pack]:
    """The small pack, and the same with changed rules."""
    folder, rules = make_pack({}), tmp_path / "changed.yaml"
    rules.write_text(CHANGED, encoding="utf-8")
    return load_pack(folder), load_pack(folder, routing=rules)


def replayed(packs: tuple[Pack, Pack], *said: dict[str, Any], examples: int = 3) -> dict[str, Any]:
    """What differs for reports made on one morning."""
    town, asked = Embedded(packs[0]), Replay(*packs, examples=examples)
    for row, one in enumerate(said, 1):
        asked.add(town.seen({"source": "me", "text": "x", **one}, at=AT), name=f"n{row}", row=row)
    return asked.as_dict()


def test_it_counts_what_would_be_different(packs: tuple[Pack, Pack]) -> None:
    """One moves to another lead and term, one becomes urgent, one falls to the desk; what lay there stays there."""
    found = replayed(
        packs,
        {"class_code": "010102"},
        {"class_code": "010101", "channel": "hotline"},
        {"class_code": "010101", "channel": "grid"},
        {"text": "谁也不知道"},
    )
    assert (found["read"], found["unchanged"], found["changed"]) == (4, 1, 3)
    assert found["kinds"] == {
        "to_triage": 1,
        "from_triage": 0,
        "lead": 0,
        "assists": 1,
        "severity": 1,
        "term": 2,
        "order": 0,
    }
    assert found["departments"] == {
        "chengguan": {"lead_gained": 0, "lead_lost": 1, "assist_gained": 1, "assist_lost": 0},
    }
    (example,) = found["examples"]["to_triage"]
    assert (example["name"], example["row"], example["kinds"]) == ("n3", 3, ["to_triage"])
    assert (example["before"]["lead"], example["after"]["lead"]) == ("chengguan", None)
    assert found["examples"]["assists"][0]["after"]["matched"] == ["trading"]


def test_it_says_which_rules_were_touched(packs: tuple[Pack, Pack]) -> None:
    """Each added, removed or edited rule with how often it spoke before and after."""
    rules = replayed(packs, {"class_code": "010102"}, {"class_code": "010101"})["rules"]
    assert {(one["id"], one["edit"], one["before"], one["after"]) for one in rules} == {
        ("trading", "edited", 0, 1),
        ("rubbish", "edited", 1, 0),
        ("danger", "removed", 0, 0),
        ("rest", "removed", 2, 0),
    }


def test_examples_are_the_first_of_their_kind(packs: tuple[Pack, Pack]) -> None:
    """So many of each kind as asked for; the counts go on."""
    found = replayed(packs, *({"class_code": "010102"} for _ in range(5)), examples=2)
    assert [one["name"] for one in found["examples"]["term"]] == ["n1", "n2"]
    assert found["kinds"]["term"] == 5


def test_the_same_rules_change_nothing(packs: tuple[Pack, Pack]) -> None:
    """Replayed against themselves."""
    found = replayed((packs[0], packs[0]), {"class_code": "010102"}, {"text": "触电"})
    assert (found["changed"], found["rules"], found["departments"]) == (0, [], {})


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (Decision("a", ("b", "c"), "u", "1wd", ()), Decision("a", ("c", "b"), "u", "1wd", ("r",)), []),
        (Decision("a", (), "u", "1wd", ()), Decision("b", (), "u", "1wd", ()), ["lead"]),
        (Decision("a", ("b",), "u", "1wd", ()), Decision("a", (), "g", "2wd", ()), ["assists", "severity", "term"]),
        (Decision("a", ("b",), "u", "1wd", ()), Decision("a", ("b",), "u", "1wd", (), (("b", "2wd"),)), ["term"]),
        (Decision("a", ("b",), "u", "1wd", ()), Decision(None, (), "g", "2wd", ()), ["to_triage"]),
        (Decision(None, (), "u", "1wd", ()), Decision("a", (), "u", "1wd", ()), ["from_triage"]),
        (Decision(None, ("b",), "u", "1wd", ()), Decision(None, (), "u", "2wd", ()), []),
        (Decision(None, (), "u", "1wd", ()), Decision(None, (), "g", "1wd", ()), ["severity"]),
    ],
)
def test_how_two_decisions_differ(before: Decision, after: Decision, kinds: list[str]) -> None:
    """Order of assists and the rules' names do not count, nor what is not asked of anybody at the desk."""
    assert list(differences(before, after)) == kinds


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("lead: gongan", "lead: police", "PACK_DEPARTMENT_UNKNOWN", 4),
        ('"010102"', '"02"', "PACK_CLASS_UNKNOWN", 3),
        ("channel: hotline", "channel: pigeon", "PACK_CHANNEL_UNKNOWN", 8),
        ('class: "010102"', 'class: "01*"', "PACK_RULE_SHADOWED", 9),
        ("term: 2wd", "term: soon", "CALENDAR_BAD_TERM", 6),
    ],
)
def test_broken_rules_are_refused_before_anything_is_asked(
    make_pack: Make, tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    """The file named, with the line: the same checks as for a pack's own rules."""
    rules = tmp_path / "changed.yaml"
    rules.write_text(CHANGED.replace(old, new), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_pack(make_pack({}), routing=rules)
    assert (refused.value.code, refused.value.file, refused.value.line) == (code, str(rules), line)


def test_no_file_is_refused(make_pack: Make, tmp_path: Path) -> None:
    """Neither a missing one nor a folder."""
    for path, code in ((tmp_path / "none.yaml", "PACK_FILE_MISSING"), (tmp_path, "PACK_FILE_UNREADABLE")):
        with pytest.raises(Refusal, match=code):
            load_pack(make_pack({}), routing=path)
