"""The master key: whole, this process' alone to read, or the service does not start."""

from __future__ import annotations

import base64
import os
import threading
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govmesh.vault import Vault


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """Mode 600, and every later start opens what the first one sealed."""
    first = Vault.at(tmp_path, None, "aes-gcm")
    key = first.new_key("E-1")
    sealed = first.seal(key, "E-1", {"phone": "1"})
    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600
    assert Vault.at(tmp_path, None, "aes-gcm").open(key, "E-1", sealed) == {"phone": "1"}
    assert [file.name for file in tmp_path.iterdir()] == ["vault.key"]


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    """Nobody reads a key file that is not written yet."""
    for number in range(30):
        home, found = tmp_path / str(number), []
        threads = [
            threading.Thread(
                target=lambda home=home, found=found: found.append(Vault.at(home, None, "aes-gcm").index("x"))
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4 and len(set(found)) == 1


@pytest.mark.parametrize("content", ["", "c2hvcnQ=", "not base64!"])
def test_half_a_key_is_no_key(tmp_path: Path, content: str) -> None:
    """An empty or broken key would seal everything under a secret that everybody knows."""
    (tmp_path / "vault.key").touch(0o600)
    (tmp_path / "vault.key").write_text(content)
    with pytest.raises(Refusal, match="VAULT_BAD_KEY"):
        Vault.at(tmp_path, None, "aes-gcm")
    with pytest.raises(Refusal, match="VAULT_BAD_KEY"):
        Vault.at(tmp_path, content or "eA==", "aes-gcm")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """As ssh does with its keys."""
    (tmp_path / "vault.key").write_text(base64.b64encode(os.urandom(32)).decode())
    (tmp_path / "vault.key").chmod(0o644)
    with pytest.raises(Refusal, match="VAULT_BAD_KEY"):
        Vault.at(tmp_path, None, "aes-gcm")
