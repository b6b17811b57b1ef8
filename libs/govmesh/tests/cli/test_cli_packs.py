"""``govmesh pack check`` and ``pack diff`` with what people really hand in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from govcore.errors import Refusal
from govcore.packs import find_pack
from govmesh.cli import app

pytestmark = pytest.mark.slow
FORMER = """
former:
  - {code: a1, name: {zh: 甲, en: A}, became: merged, successor: b1, since: 2026-07-01, source: x}
  - {code: b1, name: {zh: 乙, en: B}, became: merged, successor: a1, since: 2026-07-01, source: x}
"""


def pack(*words: str) -> Result:
    return CliRunner().invoke(app, ["pack", *words])


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[str], Path]:
    """Copies of the Tongcheng pack, to be broken."""
    return lambda name: Path(shutil.copytree(find_pack("tongcheng"), tmp_path / name))


def test_faults_are_told_with_file_line_and_reason_and_nothing_else(copy: Callable[[str], Path]) -> None:
    """A folder for a file, a file that is not YAML: one fault each, not what follows from it."""
    folder, broken = copy("folder"), copy("broken")
    (folder / "aliases.csv").unlink()
    (folder / "aliases.csv").mkdir()
    (folder / "notices.yaml").unlink()
    (folder / "notices.yaml").mkdir()
    (broken / "departments.yaml").write_text("departments: [", encoding="utf-8")
    found = json.loads(pack("check", str(folder), "--json").output)
    where = sorted((one["code"], Path(one["file"]).name) for one in found["findings"])
    assert where == [("PACK_FILE_UNREADABLE", "aliases.csv"), ("PACK_FILE_UNREADABLE", "notices.yaml")]
    told = json.loads(pack("check", str(broken), "--json").output)["findings"]
    assert [(one["code"], one["line"]) for one in told] == [("PACK_YAML", 2)]


@pytest.mark.parametrize("which", ["nosuch", "", "./nosuch"])
def test_a_pack_that_is_not_there_is_said_to_be_unknown(which: str) -> None:
    """The known ones are named."""
    for words in (("check", which), ("diff", "tongcheng", which), ("diff", which, "tongcheng")):
        ran = pack(*words)
        assert isinstance(ran.exception, Refusal) and ran.exception.code == "PACK_UNKNOWN", ran.output
        assert "tongcheng" in ran.exception.text("en")


def test_of_a_broken_pack_every_fault_is_told_and_no_difference(copy: Callable[[str], Path]) -> None:
    """Successors that lead back to themselves, twice; in the terminal and as JSON; ends with 1."""
    folder = copy("loop")
    with (folder / "departments.yaml").open("a", encoding="utf-8") as file:
        file.write(FORMER)
    ran = pack("diff", "tongcheng", str(folder))
    assert ran.exit_code == 1 and ran.output.count("PACK_NO_SUCCESSOR") == 2
    said = json.loads(pack("diff", "tongcheng", str(folder), "--json").output)
    assert (said["ok"], said["changes"], len(said["findings"])) == (False, [], 2)
    same = pack("diff", "tongcheng", "tongcheng", "--json")
    assert same.exit_code == 0 and json.loads(same.output) == {"ok": True, "changes": [], "findings": []}
