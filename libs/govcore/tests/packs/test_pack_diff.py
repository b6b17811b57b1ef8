"""Two versions of a pack: what changes, and whether the one can follow the other on a running mesh."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from govcore.packs import Both, Pack, load_pack
from govcore.packs.diff import check_upgrade, diff
from govcore.packs.former import Former


@pytest.fixture(scope="module")
def old() -> Pack:
    return load_pack("tongcheng")


def next_version(pack: Pack, **changes: object) -> Pack:
    header = pack.header.model_copy(update={"version": pack.header.version + 1})
    return replace(pack, header=header, **changes)  # type: ignore[arg-type]


def former(code: str, successor: str) -> Former:
    name = Both(zh=code, en=code)
    return Former(code=code, name=name, became="merged", successor=successor, since=date(2026, 7, 1), source="composed")


def without(pack: Pack, *codes: str) -> dict[str, object]:
    return {code: one for code, one in pack.departments.items() if code not in codes}


def test_the_same_pack_changes_nothing(old: Pack) -> None:
    """No change, and it may follow itself."""
    assert diff(old, old) == [] and check_upgrade(old, old) == []


def test_a_merged_department_is_told_with_its_successor(old: Pack) -> None:
    """Over several changes: who has it at the end; a rule gone is told by name."""
    gone = {"shuili": former("shuili", "linye"), "linye": former("linye", "nongye")}
    new = next_version(old, departments=without(old, "shuili", "linye"), former=gone, rules=old.rules[1:])
    told = {(one.part, one.name, one.how, str(one.after)) for one in diff(old, new)}
    assert {("departments", "shuili", "merged", "nongye"), ("departments", "linye", "merged", "nongye")} <= told
    assert ("rules", old.rules[0].id, "removed", "None") in told
    assert check_upgrade(old, new) == []


@pytest.mark.parametrize("successor", [None, "linye"])
def test_a_department_does_not_vanish(old: Pack, successor: str | None) -> None:
    """Gone with no successor, or with one that is no more itself: refused by name."""
    gone = {"shuili": former("shuili", successor)} if successor else {}
    new = next_version(old, departments=without(old, "shuili", "linye"), former=gone)
    assert {(one.code, one.value) for one in check_upgrade(old, new)} >= {("PACK_DEPARTMENT_GONE", "linye")}


def test_a_change_raises_the_version(old: Pack) -> None:
    """The same version with other rules, and another locality's pack, cannot follow."""
    (no,) = check_upgrade(old, replace(old, rules=old.rules[1:]))
    assert (no.code, no.field) == ("PACK_VERSION_BACK", "version")
    (no,) = check_upgrade(old, load_pack("boston"))
    assert (no.code, no.value) == ("PACK_OTHER", "boston")
