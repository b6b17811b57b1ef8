"""The official list of divisions 行政区划 with its history: what a code means on a date, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.grids.codes import CodeProfile

Ended = Literal["renamed", "recoded", "merged", "split", "abolished"]
"""How one version of a division ends: 更名, 变更代码 (moved to another division above), 合并, 拆分, 撤销."""


class Listed(BaseModel):
    """One version of a division of the list: in force from ``since`` (included) to ``until`` (not included).

    ``since`` is None for what the first list had already, ``until`` for what still is.  ``ended`` says how it ended,
    ``to`` the codes of what followed it.  The first version of a code has the code as its ``id``.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"id": "340881103", "code": "340881103", "name": "新渡镇", "place": "34.08.81.103", "level": 4}
            ]
        },
    )
    id: str
    code: str
    name: str
    place: str
    level: int
    parent: str | None = None
    since: date | None = None
    until: date | None = None
    ended: Ended | None = None
    to: tuple[str, ...] = ()

    def in_force(self, at: date) -> bool:
        """Whether it is the one of its code on this date."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


Ask = Callable[[Sequence[str]], Mapping[str, Sequence[Listed]]]
"""The versions of each of several codes, the earliest first; codes without any may be left out."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a code meant on a date.

    ``division`` is its version of then, or where it had ended the last one.  ``chain``: the divisions above, nearest
    first, as they were named then.  ``successors``: what it has become by ``today`` (or had, by the date asked
    about); empty while it goes on, and where it was abolished without one.
    """

    division: Listed
    in_force: bool
    chain: tuple[Listed, ...]
    successors: tuple[Listed, ...] = ()

    def outdated(self) -> Refusal:
        """``GRID_OUTDATED_CODE`` with the date and the successors: why a code that was not in force is no good."""
        now = "、".join(f"{one.code} {one.name}" for one in self.successors) or "—"
        return Refusal(
            "GRID_OUTDATED_CODE", field="division", value=self.division.code, until=self.division.until, to=now
        )


def listed(code: str, name: str, profile: CodeProfile, since: date | None = None, *, first: bool = True) -> Listed:
    """A version of a division; its code at normal length.  Raises ``GRID_BAD_CODE``."""
    words = profile.words(code)
    code = (profile.separator or "").join(words)
    key = code if first else f"{code}@{since}"
    return Listed(
        id=key,
        code=code,
        name=name,
        place=".".join(words),
        level=len(words),
        parent=profile.above(words),
        since=since,
    )


def resolve(code: str, at: date, ask: Ask, profile: CodeProfile, *, today: date | None = None) -> Resolved:
    """What the code meant on a date, and what has become of it by ``today`` (the same date where None).

    Raises ``GRID_BAD_CODE``; ``GRID_UNKNOWN_CODE`` with the nearest known above; ``GRID_CODE_NOT_YET`` for a date
    before it came to be.
    """
    codes = profile.chain(code)
    found = ask(codes)
    versions = found.get(codes[0], ())
    if not versions:
        above = next((found[up][-1] for up in codes[1:] if found.get(up)), None)
        known, known_name = (above.code, above.name) if above else ("", "")
        raise Refusal("GRID_UNKNOWN_CODE", field="division", value=code[:40], known=known, known_name=known_name)
    now = next((one for one in versions if one.in_force(at)), None)
    if now is None and versions[0].since is not None and at < versions[0].since:
        raise Refusal("GRID_CODE_NOT_YET", field="division", value=code[:40], since=versions[0].since)
    last = now or [one for one in versions if one.until is not None and one.until <= at][-1]
    chain = tuple(there for up in codes[1:] if (there := _then(found.get(up, ()), at)) is not None)
    gone = last.until is not None
    return Resolved(last, now is not None, chain, _follow(last, today or at, ask) if gone else ())


def _then(versions: Sequence[Listed], at: date) -> Listed | None:
    """The version of a date, else the nearest there is: a name above is better than none."""
    return next((one for one in versions if one.in_force(at)), versions[-1] if versions else None)


def _follow(ended: Listed, at: date, ask: Ask) -> tuple[Listed, ...]:
    """What followed a version, and what followed that, as far as it is in force on the date."""
    found: dict[str, Listed] = {}
    seen: set[str] = set()
    left = [code for code in ended.to if ended.until is None or ended.until <= at]
    while left:
        asked = [code for code in dict.fromkeys(left) if code not in seen]
        seen.update(asked)
        left = []
        for code, versions in (ask(asked) if asked else {}).items():
            if (now := next((one for one in versions if one.in_force(at)), None)) is not None:
                found[code] = now
            else:
                left += [to for one in versions if one.until is not None and one.until <= at for to in one.to]
    return tuple(found[code] for code in sorted(found))


def by_code(versions: Iterable[Listed]) -> dict[str, list[Listed]]:
    """Versions by their code, the earliest first."""
    found: dict[str, list[Listed]] = {}
    for one in sorted(versions, key=lambda each: (each.code, each.since or date.min)):
        found.setdefault(one.code, []).append(one)
    return found
