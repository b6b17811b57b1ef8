"""A sheet read by a form: entries, what was repaired, what was left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from govcore.errors import Refusal
from govcore.files import Cell
from govcore.files.rows import blank
from govcore.registers import repairs
from govcore.registers.cells import Block, blocks
from govcore.registers.form import Form
from govcore.registers.heads import Head, find_head, plain

Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: its number in the sheet and its values by field, None where the cell is empty."""

    row: int
    values: Mapping[str, Value]

    def key(self, form: Form) -> tuple[str, ...]:
        """What tells it from the others."""
        return tuple(str(self.values[name]) for name in form.keys)


@dataclass(frozen=True, slots=True)
class Repair:
    """A cell that is not what stood there: ``was`` and ``now`` are empty for a personal field."""

    row: int
    field: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds.  ``head_row``: where its head ends; ``ignored``: titles no field has; ``skipped``: rows that
    are no entries (totals, notes, heads printed again); ``rejected``: rows with the reason, none of them half read."""

    name: str
    head_row: int
    ignored: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    rejected: list[Refusal] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)


def read_sheet(path: Path | str, form: Form) -> Sheet:
    """The first sheet of a file that has the form's head.

    Raises :class:`Refusal` ``FILE_…`` for a file that cannot be read, ``REGISTER_NO_HEAD`` where no sheet has one,
    ``REGISTER_COLUMN_MISSING`` where the head lacks a required field.
    """
    path = Path(path)
    for block in blocks(path, form.limits):
        if (head := find_head(block.rows, form)) is None:
            continue
        for one in form.fields:
            if one.required and one.name not in head.columns:
                raise Refusal("REGISTER_COLUMN_MISSING", file=path.name, row=head.last, field=one.titles[0])
        return _entries(block, head, form, path.name)
    keys = ", ".join(form.by_name[name].titles[0] for name in form.keys)
    raise Refusal("REGISTER_NO_HEAD", file=path.name, form=form.title, keys=keys)


def _entries(block: Block, head: Head, form: Form, file: str) -> Sheet:
    found = Sheet(block.name, head.last, head.ignored)
    first: dict[tuple[str, ...], int] = {}
    for number, cells in block.rows:
        if number <= head.last:
            continue
        if _is_no_entry(number, cells, block, head, form):
            found.skipped.append(number)
            continue
        try:
            entry = _entry(number, cells, head, form, found.repairs)
            if (before := first.setdefault(entry.key(form), number)) != number:
                raise Refusal("REGISTER_TWICE", field=form.by_name[form.keys[0]].titles[0], first=before)
        except Refusal as no:
            no.file, no.row = file, number
            found.rejected.append(no)
            continue
        found.entries.append(entry)
    return found


def _is_no_entry(number: int, cells: list[Cell], block: Block, head: Head, form: Form) -> bool:
    """A total, a note, or the head printed again."""
    words = [plain(cell) if isinstance(cell, str) else "" for cell in cells]
    if sum(word != "" and word == said for word, said in zip(words, head.words, strict=False)) >= 2:
        return True
    own = [at for at, cell in enumerate(cells) if not blank(cell) and (number, at) not in block.merged]
    keys = [head.columns[name] for name in form.keys]
    if all(at >= len(cells) or blank(cells[at]) for at in keys):
        return bool(own) and words[own[0]].startswith(form.skip)
    return len(own) == 1 and words[own[0]].startswith(form.skip)


def _entry(number: int, cells: list[Cell], head: Head, form: Form, told: list[Repair]) -> Entry:
    values: dict[str, Value] = {}
    repaired: list[Repair] = []
    for one in form.fields:
        at = head.columns.get(one.name)
        cell = cells[at] if at is not None and at < len(cells) else None
        values[one.name] = value = repairs.read(cell, one)
        if value is None and (one.required or one.key):
            raise Refusal("REGISTER_CELL_EMPTY", field=one.titles[0])
        was = "" if cell is None else str(cell)
        if value is not None and one.kind != "choice" and was.strip() not in _written(value):
            shown = ("", "") if one.personal else (was, str(value))
            repaired.append(Repair(number, one.titles[0], *shown))
    told += repaired
    return Entry(number, values)


def _written(value: Value) -> Iterable[str]:
    """The ways a value stands in a cell when nothing had to be repaired."""
    if isinstance(value, date):
        return (value.isoformat(), f"{value.isoformat()} 00:00:00")
    if isinstance(value, int | float):
        return (str(value), str(float(value)), str(int(value)) if float(value).is_integer() else "")
    return (str(value),)
