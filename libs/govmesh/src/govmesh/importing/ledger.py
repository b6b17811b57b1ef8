"""How far an import has come: one small file, written whole after each batch, so that a killed import goes on.

What is recorded may lag behind what the mesh has taken in by one batch, never run ahead of it: the batch is
posted again and recognised by ``(source, external_id)``.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from govcore.errors import Refusal
from govcore.files import Mapping
from govmesh.importing.counts import Counts
from govmesh.importing.rejects import Extent, writing


class State(BaseModel):
    """``rows``: how many of the file are settled; ``rejects``: what stood in the file of rejected rows then."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str
    rows: int = 0
    counts: Counts = Counts()
    rejects: Extent = Extent()
    finished: bool = False


class Ledger:
    """The state of one import: this file (by content), read with this mapping, as this, into this mesh."""

    def __init__(self, folder: Path, path: Path, mapping: Mapping, as_: str, target: str) -> None:
        with path.open("rb") as file:
            self._content = file_digest(file, "sha256").hexdigest()
        self._path = path
        self._seen = _stat(path)
        said = "\n".join((self._content, mapping.model_dump_json(), as_, target))
        self.file = folder / f"{sha256(said.encode()).hexdigest()}.json"

    def load(self) -> State:
        """Where to go on; the beginning where nothing, nothing readable or a finished import is recorded."""
        try:
            state = State.model_validate_json(self.file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return self.fresh()
        return self.fresh() if state.finished else state

    def fresh(self) -> State:
        """The state before the first row."""
        return State(file=self._path.name)

    def save(self, state: State) -> None:
        """Replace what is recorded, all of it or nothing."""
        part = self.file.with_suffix(".part")
        with writing(self.file):
            with part.open("wb") as out:
                out.write(state.model_dump_json().encode())
                out.flush()
                os.fsync(out.fileno())
            part.replace(self.file)

    def check_unchanged(self) -> None:
        """Raises :class:`Refusal` ``IMPORT_FILE_CHANGED`` where the file is no longer the one that was opened."""
        if _stat(self._path) != self._seen:
            raise Refusal("IMPORT_FILE_CHANGED", file=self._path.name)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else imports the same meanwhile; a killed process lets go by itself.

        Raises :class:`Refusal` ``IMPORT_ALREADY_RUNNING``.
        """
        with writing(self.file):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            held = self.file.with_suffix(".lock").open("w")
        with held as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Refusal("IMPORT_ALREADY_RUNNING", file=self._path.name) from error
            yield


def _stat(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
