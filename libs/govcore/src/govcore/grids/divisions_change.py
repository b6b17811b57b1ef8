"""What the yearly changes 区划变更 make of the list: one change at a time, its versions before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.grids.codes import CodeProfile
from govcore.grids.divisions import Ended, Listed, listed

Kind = Literal["new", "renamed", "recoded", "merged", "split", "abolished"]
KINDS: dict[str, tuple[str, int, int]] = {
    "new": ("新设", 0, 0),
    "renamed": ("更名", 0, 0),
    "recoded": ("变更代码", 1, 1),
    "merged": ("合并", 1, 1),
    "split": ("拆分", 1, 50),
    "abolished": ("撤销", 0, 0),
}
"""Each kind of change, the list's own word for it, and how few and how many divisions follow."""


class To(BaseModel):
    """A division that follows; ``name`` may be left out where it is there already."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"code": "340881105"}]})
    code: str
    name: str = ""


class Change(BaseModel):
    """One change of the list, in force from ``on``.

    ``new`` and ``renamed`` give the ``name``; the others say what follows.  A division that is split may go on
    under its own code, as one of those that follow.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"on": "2024-06-01", "kind": "merged", "code": "340881105", "to": [{"code": "340881103"}]}]
        },
    )
    on: date
    kind: Kind
    code: str
    name: str = ""
    to: tuple[To, ...] = ()


class Step(NamedTuple):
    """What one division became: its version before, None for a new one, and those after that are new or named."""

    before: Listed | None
    after: tuple[Listed, ...]
    kind: Kind
    number: int
    """How many versions of its code there are then: grows with each change."""


Known = Mapping[str, Sequence[Listed]]


def decide(change: Change, known: Known, below: Sequence[Listed], profile: CodeProfile) -> tuple[Step, ...]:
    """The steps of a change; none where it has been made already.

    ``known``: all versions of the codes it names, and for ``recoded`` of those that all ``below`` get.
    ``below``: the divisions in force below, which a new code takes with it.

    Raises ``GRID_BAD_CODE``, ``DIVISION_BAD_CHANGE`` (what it lacks in ``why``), ``DIVISION_NOT_IN_FORCE``,
    ``DIVISION_BAD_DATE`` (not after the change before), ``DIVISION_TAKEN`` (a new code that is in use),
    ``DIVISION_HAS_CHILDREN`` (it would leave divisions below without one above).
    """
    _, least, most = KINDS[change.kind]
    if not least <= len(change.to) <= most:
        raise Refusal("DIVISION_BAD_CHANGE", field="to_code", value=change.code, why=f"{least}–{most}")
    code = profile.normal(change.code)
    versions = known.get(code, ())
    if _made(change, code, versions, profile):
        return ()
    now = next((one for one in versions if one.until is None), None)
    if change.kind == "new":
        return (Step(None, (_fresh(code, change.name, change.on, known, profile),), "new", len(versions) + 1),)
    if now is None:
        raise Refusal("DIVISION_NOT_IN_FORCE", field="code", value=change.code)
    if now.since is not None and change.on <= now.since:
        raise Refusal("DIVISION_BAD_DATE", field="date", value=str(change.on), since=now.since)
    if change.kind == "renamed":
        if not change.name or change.name == now.name:
            raise Refusal("DIVISION_BAD_CHANGE", field="to_name", value=change.code, why=change.name or "—")
        after = listed(code, change.name, profile, change.on, first=False)
        return (Step(_ended(now, change.on, "renamed", (code,)), (after,), "renamed", len(versions) + 1),)
    if change.kind == "recoded":
        return _recoded(change, now, known, below, profile)
    codes = [profile.normal(to.code) for to in change.to]
    if below and code not in codes:
        raise Refusal("DIVISION_HAS_CHILDREN", field="code", value=change.code, child=below[0].code, count=len(below))
    followers = _followers(change, now, codes, known, profile)
    ended: Ended = change.kind
    return (Step(_ended(now, change.on, ended, tuple(codes)), followers, change.kind, len(versions) + 1),)


def codes_of(change: Change, below: Sequence[Listed], profile: CodeProfile) -> set[str]:
    """The codes whose versions :func:`decide` wants to know.  Raises ``GRID_BAD_CODE``."""
    found = {profile.normal(change.code), *(profile.normal(to.code) for to in change.to)}
    if change.kind == "recoded" and len(change.to) == 1:
        found |= {_moved(one.code, change, profile) for one in below}
    return found


def _made(change: Change, code: str, versions: Sequence[Listed], profile: CodeProfile) -> bool:
    """Whether this very change stands in the history."""
    if change.kind in ("new", "renamed"):
        return any(one.since == change.on and one.name == change.name for one in versions)
    to = tuple(profile.normal(one.code) for one in change.to)
    return any((one.until, one.ended, one.to) == (change.on, change.kind, to) for one in versions)


def _recoded(
    change: Change, now: Listed, known: Known, below: Sequence[Listed], profile: CodeProfile
) -> tuple[Step, ...]:
    (to,) = change.to
    steps = []
    for one in (now, *below):
        code = _moved(one.code, change, profile)
        name = to.name if one is now and to.name else one.name
        fresh = _fresh(code, name, change.on, known, profile)
        number = len(known.get(one.code, (one,))) + 1
        steps.append(Step(_ended(one, change.on, "recoded", (code,)), (fresh,), "recoded", number))
    return tuple(steps)


def _moved(code: str, change: Change, profile: CodeProfile) -> str:
    return profile.normal(change.to[0].code) + code[len(profile.normal(change.code)) :]


def _followers(
    change: Change, now: Listed, codes: Sequence[str], known: Known, profile: CodeProfile
) -> tuple[Listed, ...]:
    """What follows: divisions there already, and new ones, of which the own code may be one."""
    found = []
    for code, to in zip(codes, change.to, strict=True):
        if code == now.code:
            if change.kind == "merged":
                raise Refusal("DIVISION_BAD_CHANGE", field="to_code", value=change.code, why=code)
            found.append(listed(code, to.name or now.name, profile, change.on, first=False))
            continue
        there = next((one for one in known.get(code, ()) if one.until is None), None)
        found.append(there or _fresh(code, to.name, change.on, known, profile))
    return tuple(found)


def _fresh(code: str, name: str, on: date, known: Known, profile: CodeProfile) -> Listed:
    before = known.get(code, ())
    if any(one.until is None or one.until > on for one in before):
        raise Refusal("DIVISION_TAKEN", field="to_code", value=code, name=before[-1].name)
    if not name:
        raise Refusal("DIVISION_BAD_CHANGE", field="to_name", value=code, why="—")
    return listed(code, name, profile, on, first=not before)


def _ended(one: Listed, on: date, how: Ended, to: tuple[str, ...]) -> Listed:
    return one.model_copy(update={"until": on, "ended": how, "to": to})
