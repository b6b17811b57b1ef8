"""Evidence in a folder keeps the contract of the port."""

from __future__ import annotations

from pathlib import Path

import pytest

from govcore.ports import Storage
from govcore.testing import StorageContract
from govmesh.evidence import FolderStorage, storage_of
from govmesh.settings import Settings


class TestFolderStorage(StorageContract):
    """A folder."""

    @pytest.fixture(autouse=True)
    def _in(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "evidence"

    def storage(self) -> Storage:
        return FolderStorage(self.folder)

    def test_another_process_finds_it(self) -> None:
        """What one puts the other gets; nobody else on the machine may read it, and nothing half-written is left."""
        key = self.storage().put(b"picture", "image/png")
        assert FolderStorage(self.folder).get(key) == b"picture"
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        assert len(files) == 2 and not [file for file in files if file.stat().st_mode & 0o077]

    def test_a_type_without_its_file_is_nothing(self) -> None:
        """Killed between the two files, there is no such evidence, and putting it again makes it whole."""
        key = self.storage().put(b"picture", "image/png")
        (file,) = [one for one in self.folder.rglob("*") if one.is_file() and not one.suffix]
        file.unlink()
        assert self.storage().stat(key) is None
        assert self.storage().get(self.storage().put(b"picture", "image/png")) == b"picture"


def test_which_installation_keeps_evidence(tmp_path: Path) -> None:
    """One process has its own folder; a cluster keeps none until it names one that its processes share."""
    assert storage_of(Settings(home=tmp_path)) is not None
    assert storage_of(Settings(home=tmp_path, profile="cluster")) is None
    assert storage_of(Settings(home=tmp_path, profile="cluster", evidence=tmp_path)) is not None
