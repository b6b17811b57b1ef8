"""The shipped packs, loaded once, and the shared data where it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.packs import Pack, load_pack

DATA = Path(os.environ.get("GOVMESH_DATA") or Path(__file__).parents[3].parent / "shared" / "data")


@pytest.fixture(scope="session")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture(scope="session")
def boston() -> Pack:
    return load_pack("boston")


@pytest.fixture(scope="session")
def longhua() -> Pack:
    return load_pack("longhua")


@pytest.fixture(scope="session")
def yanliang() -> Pack:
    return load_pack("yanliang")


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file or folder of the shared data; the test is skipped, naming it, where it is absent."""

    def find(name: str) -> Path:
        path = DATA / name if name else DATA
        if not path.exists():
            pytest.skip(f"shared data missing: {name or 'the folder'} (set GOVMESH_DATA)")
        return path

    return find
