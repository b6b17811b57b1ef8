"""One file into the mesh: every row ends as accepted, attached or rejected, however often it is killed on the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from govcore.errors import Refusal
from govcore.files import Mapping, Table
from govmesh.importing.batches import BYTES, ROWS, Batch, batches
from govmesh.importing.counts import Counts
from govmesh.importing.ledger import Ledger, State
from govmesh.importing.posting import As, Post
from govmesh.importing.rejects import Rejected, Rejects

Progress = Callable[[Counts], None]


def import_file(
    table: Table,
    mapping: Mapping,
    post: Post,
    as_: As,
    progress: Progress,
    rejects_path: Path,
    *,
    states: Path,
    target: str,
    resume: bool = True,
    rows_at_once: int = ROWS,
    bytes_at_once: int = BYTES,
) -> Counts:
    """Post the rows of ``table`` batch by batch, and tell ``progress`` the counts after each.

    ``states``: the folder that remembers how far imports came; ``target``: which mesh it is, since going on makes
    sense only in the same one; ``resume`` False: from the first row in any case.  An import that had finished
    starts over: the mesh recognises every row, and the counts are the same again.

    Raises :class:`Refusal`: what reading the table raises, what ``post`` raises, ``IMPORT_BAD_ANSWER``,
    ``IMPORT_FILE_CHANGED``, ``IMPORT_ALREADY_RUNNING``, ``IMPORT_CANNOT_WRITE``.  What was settled stays settled.
    """
    ledger = Ledger(states, table.path, mapping, as_, target)
    with ledger.held():
        state = ledger.load() if resume else ledger.fresh()
        if state.rejects.bytes and not state.rejects.stands_in(rejects_path):
            state = ledger.fresh()  # what was rejected before is gone: only the whole file tells it again
        rejects = Rejects(rejects_path, state.rejects)
        progress(state.counts)
        rows = itertools.islice(table.rows(), state.rows, None)
        for batch in batches(rows, mapping, past=as_ == "history", most_rows=rows_at_once, most_bytes=bytes_at_once):
            state = _settled(batch, mapping, post, rejects, state)
            ledger.save(state)
            progress(state.counts)
        ledger.check_unchanged()
        ledger.save(state.model_copy(update={"finished": True}))
        return state.counts


def _settled(batch: Batch, mapping: Mapping, post: Post, rejects: Rejects, state: State) -> State:
    """The state after one more batch, whose rejected rows are written out."""
    try:
        results = _checked(post(batch.reports), len(batch.reports)) if batch.reports else []
    except Refusal as refusal:
        refusal.params.setdefault("read", state.counts.read)
        raise
    rejected = [*batch.rejected, *_told(batch, results, mapping)]
    rejects.add(sorted(rejected, key=lambda one: one.row))
    outcomes = [result["outcome"] for result in results]
    counts = state.counts.plus(
        accepted=outcomes.count("accepted"),
        attached=outcomes.count("attached"),
        rejected=len(rejected),
        new=sum(result.get("new") is True for result in results),
    )
    return state.model_copy(update={"rows": state.rows + batch.rows, "counts": counts, "rejects": rejects.extent})


def _checked(results: list[dict[str, Any]], wanted: int) -> list[dict[str, Any]]:
    """The results in the order of the reports; every report answered once, with an outcome that is known."""
    try:
        ordered = sorted(results, key=lambda result: int(result["row"]))
        outcomes = {str(result["outcome"]) for result in ordered}
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal("IMPORT_BAD_ANSWER", why="row, outcome") from error
    if [result["row"] for result in ordered] != list(range(wanted)):
        raise Refusal("IMPORT_BAD_ANSWER", why=f"{len(ordered)} results for {wanted} reports")
    if unknown := outcomes - {"accepted", "attached", "rejected"}:
        raise Refusal("IMPORT_BAD_ANSWER", why=f"outcome {sorted(unknown)[0][:40]}")
    return ordered


def _told(batch: Batch, results: list[dict[str, Any]], mapping: Mapping) -> list[Rejected]:
    return [
        Rejected.told(number, result.get("reason") or {}, mapping)
        for number, result in zip(batch.numbers, results, strict=True)
        if result["outcome"] == "rejected"
    ]
