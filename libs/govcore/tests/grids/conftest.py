from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no finding: what is slow is measured by the benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file of the shared data; the test is skipped, naming it, where it is absent."""

    def find(name: str) -> Path:
        file = Path(os.environ.get("GOVMESH_DATA") or _ROOT.parent / "shared" / "data") / name
        if not file.exists():
            pytest.skip(f"shared data file missing: {name}")
        return file

    return find
