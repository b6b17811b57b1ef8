"""Files of keys: made once, whole or not at all, and read by their owner only."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def make(file: Path, content: bytes) -> None:
    """A new file of mode 600, there as a whole or not at all; whoever made it first keeps it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)  # mode 600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(name, file)
    finally:
        os.unlink(name)


def others_may_read(file: Path) -> bool:
    """Whether its mode lets anybody but its owner at it."""
    return bool(file.stat().st_mode & 0o077)
