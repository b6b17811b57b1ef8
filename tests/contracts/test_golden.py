"""The contract byte by byte: one kept message of each type and version.

A golden file is never edited: a change of meaning is a new version of the type, with a file of its own.
``python tests/contracts/test_golden.py`` writes the files of types that have none yet.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from govcore.messages import CATALOGUE
from govcore.messages.channels import speaker
from govcore.messages.docs import documents
from govcore.testing import golden

GOLDEN = Path(__file__).parent / "golden"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "messages"


@pytest.mark.parametrize("type", list(CATALOGUE.types))
def test_the_bytes_of_a_message_do_not_change(type: str) -> None:
    """What the mesh says today is what it said when the type was made."""
    kept = (GOLDEN / f"{type}.json").read_bytes()
    assert golden(CATALOGUE.types[type]).encode() == kept.rstrip(b"\n")


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_every_kept_message_can_still_be_read(file: Path) -> None:
    """Old messages wait in queues and archives: each golden file decodes, and says the same when encoded again."""
    kept = file.read_bytes().rstrip(b"\n")
    message = CATALOGUE.decode(kept)
    assert message.type == file.stem
    assert message.encode() == kept


def test_the_documentation_of_the_messages_is_fresh() -> None:
    """docs/messages is what ``python -m govcore.messages.docs -o docs/messages`` writes today."""
    kept = {file.relative_to(DOCS).as_posix(): file.read_text("utf-8") for file in DOCS.rglob("*") if file.is_file()}
    assert kept == documents()


def test_documentation_and_plumbing_name_the_same_speakers() -> None:
    """The documents say of each message the service that subscribers are bound to."""
    from govmesh.voices import spoken_by

    for type, payload in CATALOGUE.types.items():
        if (service := speaker(type)) is not None:
            assert spoken_by(payload) == service


def _write_missing() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for type, payload in CATALOGUE.types.items():
        file = GOLDEN / f"{type}.json"
        if not file.exists():
            file.write_bytes(golden(payload).encode() + b"\n")


if __name__ == "__main__":
    _write_missing()
