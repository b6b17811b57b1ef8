"""``docs/howto/claims.md`` does what it says: its commands run, and every path and code it names is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import house
import pytest

from gov_dispatch.bootstrap import SPEC
from govcore.i18n import reason

PAGE = (house.ROOT / "docs/howto/claims.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_command_of_the_page_runs(tmp_path: Path) -> None:
    """From top to bottom: the story comes out as it says, boards of a mesh with nothing led are empty ones."""
    bin_ = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": bin_, "GOVMESH_HOME": str(tmp_path / "home"), "GOVMESH_URL": "http://127.0.0.1:9"}
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S) for line in block.splitlines()]
    assert len(lines) == 4
    for line in lines:
        said = ["sh", "-ec", line]
        done = subprocess.run(said, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if "--json" in line:
            assert [one["code"] for one in json.loads(done.stdout)["tables"]["levels"]][-1] == "all"
    assert (tmp_path / "quarter.xlsx").stat().st_size > 0


def test_every_path_and_code_named_is_there() -> None:
    """Paths begin as the service's own do; reason codes have their texts."""
    for path in re.findall(r"`(?:GET )?(/api/v1/[a-z]+)", PAGE):
        assert path in SPEC.prefixes, path
    for code in set(re.findall(r"`((?:CLAIM|WORDS|SERVICE|STEWARD|PROJECT)_[A-Z_]+)`", PAGE)):
        assert reason(code, "en") != code and reason(code, "zh_CN") != code, code
