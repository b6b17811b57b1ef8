"""``govmesh import``: find the file's mapping, show how far it is, leave the rejected rows beside the file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from govcore.files import Mapping, Table
from govmesh.importing.counts import Counts
from govmesh.importing.load import Progress, import_file
from govmesh.importing.posting import As, Client, Patience, patiently, posting_to


def run_import(
    opened: tuple[Table, Mapping],
    client: Client,
    *,
    home: Path,
    target: str,
    as_: As = "live",
    rejects: Path | None = None,
    resume: bool = True,
    patience: Patience | None = None,
    bar_on: IO[str] | None = None,
) -> tuple[Counts, Path | None]:
    """Import an opened file (:func:`govcore.files.open_mapped`) into the mesh behind ``client``.

    ``home``: ``GOVMESH_HOME``, where progress is kept (``imports/``); ``target``: a name of that mesh which stays the
    same over restarts (its URL, or the home of an embedded one); ``rejects``: where rejected rows go,
    ``<file>.rejected.csv`` unless said; ``bar_on``: the progress bar's stream, standard error unless said, shown only
    on a terminal.

    Answers the counts and the file of rejected rows, None if none was.  Raises what :func:`import_file` does.
    """
    table, mapping = opened
    path = rejects or default_rejects(table.path, home)
    with _bar(table, bar_on or sys.stderr) as (progress, tell):
        post = patiently(posting_to(client, as_), patience or Patience(), tell)
        counts = import_file(
            table, mapping, post, as_, progress, path, states=home / "imports", target=target, resume=resume
        )
    return counts, path if counts.rejected else None


def default_rejects(path: Path, home: Path) -> Path:
    """``<file>.rejected.csv`` beside the file, or under ``home/imports`` where nothing can be written there."""
    if os.access(path.parent, os.W_OK):
        return path.with_name(path.name + ".rejected.csv")
    return home / "imports" / (path.name + ".rejected.csv")


@contextmanager
def _bar(table: Table, stream: IO[str]) -> Iterator[tuple[Progress, Callable[[str], None]]]:
    if not stream.isatty():
        yield (lambda _: None), (lambda why: print(f"{why} …", file=stream, flush=True))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(table.path.name, total=table.rows_guessed())

        def progress(counts: Counts) -> None:
            bar.update(task, completed=counts.read, description=f"{table.path.name}  − {counts.rejected}")

        yield progress, (lambda why: bar.update(task, description=f"{why} …"))
