"""What a sheet would change: the report of a dry run, and the very list that is then applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from govcore.registers.form import Form
from govcore.registers.read import Entry, Sheet, Value

Known = Mapping[tuple[str, ...], Mapping[str, Value]]
"""What the register holds: values by field, by key."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row added, changed or ended; ``before`` and ``after`` hold the fields that differ (all when added)."""

    kind: Literal["add", "change", "end"]
    key: tuple[str, ...]
    row: int | None
    before: Mapping[str, Value]
    after: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a sheet, in its order; ``same``: entries that say what is known already."""

    changes: tuple[Change, ...] = ()
    same: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def report(self, form: Form) -> list[dict[str, Any]]:
        """The changes as an official reads them: row, key, field by field; a personal value only as changed."""
        return [
            {
                "row": one.row,
                "kind": one.kind,
                "key": list(one.key),
                "fields": {
                    name: "…" if form.by_name[name].personal else [_shown(one.before.get(name)), _shown(value)]
                    for name, value in one.after.items()
                },
            }
            for one in self.changes
        ]


def plan(sheet: Sheet, known: Known, form: Form, *, whole: bool = False) -> Plan:
    """Compare.  An empty cell changes nothing; ``whole``: what the sheet does not name any more is ended.

    Rejected rows change nothing and end nothing: while there are any, ``whole`` ends only what no rejected row could
    mean, that is nothing at all.
    """
    changes: list[Change] = []
    same = 0
    for entry in sheet.entries:
        made = _change(entry, known.get(entry.key(form)), form)
        if made is None:
            same += 1
        else:
            changes.append(made)
    if whole and not sheet.rejected:
        named = {entry.key(form) for entry in sheet.entries}
        changes += [Change("end", key, None, known[key], {}) for key in known if key not in named]
    counts = {kind: sum(one.kind == kind for one in changes) for kind in ("add", "change", "end")}
    return Plan(tuple(changes), same, {**counts, "same": same, "rejected": len(sheet.rejected)})


def _change(entry: Entry, known: Mapping[str, Value] | None, form: Form) -> Change | None:
    said = {name: value for name, value in entry.values.items() if value is not None}
    key = entry.key(form)
    if known is None:
        return Change("add", key, entry.row, {}, said)
    after = {name: value for name, value in said.items() if name not in form.keys and known.get(name) != value}
    if not after:
        return None
    return Change("change", key, entry.row, {name: known.get(name) for name in after}, after)


def _shown(value: Value) -> str | None:
    return None if value is None else str(value)
