"""Evidence in a folder: one file a digest, its media type in a file beside it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from govcore.errors import Refusal
from govcore.ports import Kept
from govcore.storage import key_of, known_key
from govmesh.settings import Settings

_TYPE = ".type"


class FolderStorage:
    """A folder that any number of processes share; readable by its owner only.

    A file is there as a whole or not at all, and its type before it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, media_type: str) -> str:
        """Keep the bytes; their key."""
        key = key_of(data)
        file = self._file(key)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(file.with_suffix(_TYPE), media_type.encode())
            _write(file, data)
        return key

    def get(self, key: str) -> bytes | None:
        """The bytes."""
        file = self._known(key)
        return file.read_bytes() if file else None

    def stat(self, key: str) -> Kept | None:
        """Type and size."""
        file = self._known(key)
        return Kept(file.with_suffix(_TYPE).read_text(encoding="utf-8"), file.stat().st_size) if file else None

    def _known(self, key: str) -> Path | None:
        try:
            file = self._file(known_key(key))
        except Refusal:
            return None
        return file if file.exists() else None

    def _file(self, key: str) -> Path:
        digest = key.rpartition(":")[2]
        return self._folder / digest[:2] / digest


def storage_of(settings: Settings) -> FolderStorage | None:
    """The store of an installation: the folder it names, in the embedded profile else one in its home."""
    if settings.evidence is not None:
        return FolderStorage(settings.evidence)
    return FolderStorage(settings.home / "evidence") if settings.profile == "embedded" else None


def _write(file: Path, data: bytes) -> None:
    """By another name first, so that nobody ever sees a part of it, whatever is killed."""
    handle, name = tempfile.mkstemp(prefix=".new-", dir=file.parent)  # mode 600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
