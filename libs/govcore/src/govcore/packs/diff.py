"""What a newer version of a pack changes (版本差异): departments, rules, terms, workflows and the rest, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from govcore.errors import Refusal
from govcore.packs.model import Pack


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of a ``part`` of the pack: ``how`` is added, removed, changed, moved, renamed, merged or closed."""

    part: str
    name: str
    how: str
    before: Any = None
    after: Any = None

    def as_dict(self) -> dict[str, Any]:
        """As plain data, without what is not told."""
        said = {"part": self.part, "name": self.name, "how": self.how, "before": self.before, "after": self.after}
        return {key: value for key, value in said.items() if value is not None}


def diff(old: Pack, new: Pack) -> list[Change]:
    """Every change from ``old`` to ``new``, part by part; empty where they say the same."""
    found = [
        Change("departments", code, one.became, before=code, after=new.successor(code))
        for code, one in new.former.items()
        if code in old.departments
    ]
    told = {change.name for change in found}
    for part, before, after in _parts(old, new):
        found += [one for one in _between(part, before, after) if part != "departments" or one.name not in told]
    order = ([rule.id for rule in pack.rules] for pack in (old, new))
    before_ids, after_ids = ([one for one in ids if one in _both(old, new)] for ids in order)
    if before_ids != after_ids:
        found.append(Change("rules", "order", "moved", before=before_ids, after=after_ids))
    return found


def check_upgrade(old: Pack, new: Pack) -> list[Refusal]:
    """Why ``new`` cannot follow ``old`` on a running mesh; empty if it can.

    ``PACK_OTHER`` (another locality's), ``PACK_VERSION_BACK`` (its version is not the higher one though it differs),
    ``PACK_DEPARTMENT_GONE`` (a department is no more and nobody took over), ``WORKFLOW_UNKNOWN`` (running matters
    follow a workflow it has no more).
    """
    file = str(new.folder / "pack.yaml")
    if old.id != new.id:
        return [Refusal("PACK_OTHER", file=file, field="id", value=new.id, was=old.id)]
    wrong: list[Refusal] = []
    was, now = old.header.version, new.header.version
    if now < was or (now == was and diff(old, new)):
        wrong.append(Refusal("PACK_VERSION_BACK", file=file, field="version", value=now, was=was))
    wrong += unfollowed(new, [*old.departments, *old.former])
    known = {one.key for one in new.workflows}
    wrong += [
        Refusal("WORKFLOW_UNKNOWN", file=file, field="workflow", value=one.key, known=", ".join(sorted(known)))
        for one in old.workflows
        if one.key not in known
    ]
    return wrong


def unfollowed(pack: Pack, codes: list[str]) -> list[Refusal]:
    """Those of some departments' codes which the pack neither has nor names a successor for."""
    file = str(pack.folder / "departments.yaml")
    return [
        Refusal("PACK_DEPARTMENT_GONE", file=file, field="former", value=code)
        for code in dict.fromkeys(codes)
        if code not in pack.departments and pack.successor(code) is None
    ]


def _parts(old: Pack, new: Pack) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    return [(name, read(old), read(new)) for name, read in _READ.items()]


_READ: Mapping[str, Callable[[Pack], Mapping[str, Any]]] = {
    "head": lambda pack: pack.header.model_dump(mode="json"),
    "departments": lambda pack: {code: one.model_dump(mode="json") for code, one in pack.departments.items()},
    "channels": lambda pack: {code: one.model_dump(mode="json") for code, one in pack.channels.items()},
    "rules": lambda pack: {one.id: one.model_dump(mode="json") for one in pack.rules},
    "terms": lambda pack: pack.terms.model_dump(mode="json"),
    "workflows": lambda pack: {one.key: one.title["en"] for one in pack.workflows},
    "classes": lambda pack: {code: one.name for code, one in pack.classes.items()},
    "divisions": lambda pack: {code: one.name for code, one in pack.divisions.items()},
}
"""The parts of a pack that are compared, each by the names of its entries."""


def _both(old: Pack, new: Pack) -> set[str]:
    return {rule.id for rule in old.rules} & {rule.id for rule in new.rules}


def _between(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    found = [Change(part, name, "removed") for name in before if name not in after]
    found += [Change(part, name, "added") for name in after if name not in before]
    for name in before:
        if name in after and before[name] != after[name]:
            found.append(Change(part, name, "changed", *_where(before[name], after[name])))
    return found


def _where(before: Any, after: Any) -> tuple[Any, Any]:
    """Of two mappings only the keys that differ."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}
