"""Several faults at once, faults of shape, and the rule no pack may have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.packs import check_pack, load_pack

PackMaker = Callable[[dict[str, str]], Path]


def test_a_fault_brings_no_other(make_pack: PackMaker, sound: dict[str, str]) -> None:
    """A department that is wrong in itself does not make every rule that names it wrong too."""
    broken = sound["departments.yaml"].replace("kind: bureau", "kindness: bureau", 1)
    found = [(one.code, one.field) for one in check_pack(make_pack({"departments.yaml": broken}))]
    assert found == [("PACK_KEY_MISSING", "departments[0].kind"), ("PACK_KEY_UNKNOWN", "departments[0].kindness")]


def test_all_faults_are_listed(make_pack: PackMaker, sound: dict[str, str]) -> None:
    """Faults in several files come together, ordered by file and line, and loading raises the first of them."""
    folder = make_pack(
        {
            "routing.yaml": sound["routing.yaml"].replace("chengguan", "nobody"),
            "terms.yaml": sound["terms.yaml"].replace("2wh", "2hours"),
            "channels.yaml": "",
        }
    )
    found = check_pack(folder)
    assert [Path(one.file or "").name for one in found] == [
        "channels.yaml", "routing.yaml", "routing.yaml", "terms.yaml",
    ]  # fmt: skip
    assert [one.code for one in found] == ["PACK_FILE_MISSING", *["PACK_DEPARTMENT_UNKNOWN"] * 2, "CALENDAR_BAD_TERM"]
    with pytest.raises(Refusal) as raised:
        load_pack(folder)
    assert (raised.value.code, raised.value.params["more"]) == ("PACK_FILE_MISSING", 3)


@pytest.mark.parametrize(
    "rule",
    [
        "on: petition.registered.v1\n    points: -5\n    account: village\n    field: division",
        "on: event.reported.v1\n    points: -1\n    account: grid\n    field: grid",
        "on: event.closed.v1\n    when: {channel: petition}\n    points: -2\n    account: household\n    field: grid",
        "on: event.closed.v1\n    when: {complaints: 3}\n    points: -2\n    account: person\n    field: grid",
    ],
)
def test_nobody_pays_for_speaking_up(rule: str, make_pack: PackMaker, sound: dict[str, str]) -> None:
    """A points rule that takes points for a petition, report or complaint is refused with articles 18 and 46."""
    entry = f"""\
  - id: punish
    title: {{zh: 扣分, en: minus}}
    {rule}
    basis: village compact
"""
    found = [
        one for one in check_pack(make_pack({"points.yaml": sound["points.yaml"] + entry})) if "POINTS" in one.code
    ]
    assert [one.code for one in found] == ["POINTS_RIGHTS"]
    assert (found[0].field or "").startswith("rules[1].")
    assert found[0].line and found[0].line >= 15
    assert "18" in found[0].text("zh_CN") and "46" in found[0].text("en")


@pytest.mark.parametrize("name", ["pack.yaml", "divisions.csv", "routing.yaml"])
def test_a_file_that_is_not_utf8(name: str, make_pack: PackMaker, sound: dict[str, str]) -> None:
    """Another encoding is named as such, not as nonsense in the file."""
    folder = make_pack({})
    (folder / name).write_bytes(
        sound[name].replace("small", "城").encode("gb18030", errors="replace") + "桐城".encode("gb18030")
    )
    assert "PACK_ENCODING" in [one.code for one in check_pack(folder)]


@pytest.mark.parametrize("content", ["", "just a text", "- 1\n- 2\n", "null", "{}", "rules: 7", "rules: [7, null]"])
@pytest.mark.parametrize(
    "name", ["pack.yaml", "departments.yaml", "routing.yaml", "terms.yaml", "points.yaml", "demo.yaml"]
)
def test_odd_contents_are_refused_not_crashed_on(name: str, content: str, make_pack: PackMaker) -> None:
    """A file of the wrong shape is a finding in that file."""
    folder = make_pack({})
    (folder / name).write_text(content, encoding="utf-8")
    assert any(Path(one.file or "").name == name for one in check_pack(folder))
