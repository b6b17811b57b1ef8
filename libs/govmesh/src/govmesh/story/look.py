"""What is to be seen: the figures of a pack, and a place in what the API answers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from govcore.errors import Refusal
from govcore.packs import Expect, Pack

_FILTER = re.compile(r"\[([a-z_]+)=(.*)\]")
_SPLIT = re.compile(r"\.(?![^\[]*\])")


@dataclass(frozen=True, slots=True)
class Seen:
    """One expectation and what was found."""

    good: bool
    what: str
    found: Any
    wanted: Any

    def __str__(self) -> str:
        return f"{self.what} = {_short(self.found)}" + ("" if self.good else f"  ≠ {_short(self.wanted)}")


def figures(pack: Pack) -> dict[str, int]:
    """The figures of a pack that a story may expect, by name."""
    levels = Counter(item.level for item in pack.classes.values())
    kinds = Counter(post.kind for post in pack.posts.values())
    grids = Counter(grid.kind for grid in pack.grids.values())
    below = Counter(kind for _, kind in {(grid.village, grid.kind) for grid in pack.grids.values()})
    chain = Counter(pack.divisions[one.area].kind for one in pack.leaders.values() if not one.department)
    return {
        "departments": len(pack.departments),
        "divisions": len(pack.divisions),
        "villages": len(pack.villages),
        "grids": len(pack.grids),
        "chiefs": kinds["chief"],
        "workers": kinds["worker"],
        "posts": len(pack.posts),
        "major_classes": levels[1],
        "minor_classes": levels[2],
        "items": levels[3],
        "routing_rules": len(pack.rules),
        "channels": len(pack.channels),
        "partner_kinds": len(pack.header.partners),
        **{f"leaders_{kind}": count for kind, count in chain.items()},
        **{f"divisions_{kind}": count for kind, count in Counter(one.kind for one in pack.divisions.values()).items()},
        **{f"departments_{kind}": count for kind, count in Counter(d.kind for d in pack.departments.values()).items()},
        **{f"posts_{kind}": count for kind, count in kinds.items()},
        **{f"grids_{kind}": count for kind, count in grids.items()},
        **{f"villages_with_{kind}": count for kind, count in below.items()},
    }


def at_path(value: Any, path: str) -> Any:
    """The place ``path`` of decoded JSON (see :class:`govcore.packs.Expect`).  Raises ``STORY_NO_SUCH_PLACE``."""
    try:
        return _down(value, [part for part in _SPLIT.split(path) if part])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Refusal("STORY_NO_SUCH_PLACE", field="at", value=path) from error


def _down(value: Any, parts: list[str]) -> Any:
    while parts:
        part = parts.pop(0)
        if part == "*":
            below = parts.pop(0)
            value = [_one(each, below) for each in value]
        else:
            value = _one(value, part)
    return value


def _one(value: Any, part: str) -> Any:
    if found := _FILTER.fullmatch(part):
        name, wanted = found.groups()
        return [each for each in value if str(each[name]) == wanted]
    if part == "#":
        return len(value)
    if part == "distinct":
        return sorted(set(value))
    if part == "sum":
        return sum(value)
    return value[int(part)] if isinstance(value, list) else value[part]


def judge(expect: Expect, found: Any) -> Seen:
    """Whether ``found`` is what was expected."""
    what = expect.figure or " ".join(filter(None, [expect.get, expect.at]))
    if "at_least" in expect.model_fields_set:
        assert expect.at_least is not None
        return Seen(found >= expect.at_least, what, found, f"≥ {expect.at_least:g}")
    if "has" in expect.model_fields_set:
        return Seen(expect.has in found, what, found, f"∋ {expect.has}")
    return Seen(found == expect.is_, what, found, expect.is_)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 100 else f"{text[:97]}…"
