"""Rows of a file in batches as the mesh takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from govcore.errors import Refusal
from govcore.files import Mapping, Row, map_row
from govmesh.importing.rejects import Rejected

ROWS = 500
BYTES = 1_000_000


@dataclass(slots=True)
class Batch:
    """``reports`` with the ``numbers`` of their rows, and the rows that gave none; ``rows``: all of them."""

    reports: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    bytes: int = 0

    @property
    def rows(self) -> int:
        return len(self.reports) + len(self.rejected)

    def add(self, row: Row, mapping: Mapping, past: bool) -> None:
        """Map one more row into it."""
        found = map_row(row, mapping, past=past)
        if isinstance(found, Refusal):
            self.rejected.append(Rejected.of(found))
            return
        self.reports.append(found.model_dump(mode="json", exclude_none=True))
        self.numbers.append(row.number)
        self.bytes += len(found.model_dump_json(exclude_none=True).encode())


def batches(rows: Iterable[Row], mapping: Mapping, *, past: bool, most_rows: int, most_bytes: int) -> Iterator[Batch]:
    """Batches of at most ``most_rows`` rows, closed once they hold ``most_bytes``.

    Where the file turns out to be broken, what was read before is given out first, then the refusal raised.
    """
    batch = Batch()
    source = iter(rows)
    while True:
        try:
            row = next(source, None)
        except Refusal:
            if batch.rows:
                yield batch
            raise
        if row is None:
            break
        batch.add(row, mapping, past)
        if batch.rows >= most_rows or batch.bytes >= most_bytes:
            yield batch
            batch = Batch()
    if batch.rows:
        yield batch
