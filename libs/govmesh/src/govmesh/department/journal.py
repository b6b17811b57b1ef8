"""A department's own log: append-only JSON lines, enough to go on after a kill and to prove what it held.

===========  ==========================================================================================
``got``      a message came: ``id``, ``type``, and for a hand-off ``handoff``, ``generation``
``receipt``  the mesh has been told that these messages came: ``ids``
``plan``     a command will be sent at ``due`` with the routing key ``key``: the whole ``event``
``sent``     the broker has confirmed these commands: ``ids``
``unsent``   the broker would not take a command: ``id``, ``why``
``answer``   a command was answered, or will not be sent any more: ``id``, ``why``
``held``     the department holds ``handoff`` at ``generation`` from ``since`` (the mesh's clock)
``over``     it does not any more, ``since``; ``why`` is the message's type
``meeting``  the operation ``subject`` meets at ``meet_at``
``parked``   something that is no message of the contract: ``why``, ``body`` (base64)
``refused``  a message that was not believed: ``why``, ``body`` (base64), ``headers``; no receipt was sent for it
``reheard``  those refused for a key that was not known then are heard once more: there are other keys now
===========  ==========================================================================================
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Journal:
    """One file; lines are kept back until :meth:`flush`, which must come before any ack and any sending."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._lines: list[bytes] = []
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")

    def write(self, kind: str, **what: Any) -> None:
        line = json.dumps({"kind": kind, **what}, ensure_ascii=False, separators=(",", ":"))
        self._lines.append(line.encode() + b"\n")

    def flush(self) -> None:
        """Hand everything to the operating system: it survives a kill of this process."""
        if self._lines:
            data, self._lines = b"".join(self._lines), []
            while data:
                data = data[os.write(self._file, data) :]

    def close(self) -> None:
        self.flush()
        os.close(self._file)


def read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The lines of a log; one torn by a kill is left out."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict) and "kind" in found:
                yield found
