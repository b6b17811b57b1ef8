"""Inspections drawn by lot 双随机: whom to inspect and who inspects, so that anybody can check the draw.

Before: the lists are frozen and the digest of a secret seed is published (:func:`commit`).  After: the seed is
published together with what chance said in public in between (``beacon``: a lottery's numbers, a dice thrown by the
people watching), and anybody computes the same draw again (:func:`verify`).  Nothing here is secret but the seed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from govcore.errors import Refusal


class Terms(BaseModel):
    """What is frozen before: lists in order, how many subjects, how many inspectors each, who must not inspect whom
    (回避, by subject)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    subjects: tuple[str, ...] = Field(min_length=1, max_length=100_000)
    inspectors: tuple[str, ...] = Field(min_length=1, max_length=10_000)
    count: int = Field(ge=1)
    each: int = Field(default=2, ge=1)
    excluded: Mapping[str, tuple[str, ...]] = {}
    beacon: str = Field(min_length=1, max_length=200, description="which public chance will be taken, and when")


class Draw(BaseModel):
    """Subject to its inspectors, in the order drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    chosen: Mapping[str, tuple[str, ...]]


def commit(terms: Terms, seed: str) -> str:
    """What is published before the draw: SHA-256 over the seed and the frozen terms, in hex.

    Raises ``LOT_BAD_TERMS``: an entry twice, more to draw than there are, or a subject nobody may inspect.
    """
    if len(set(terms.subjects)) != len(terms.subjects) or len(set(terms.inspectors)) != len(terms.inspectors):
        raise Refusal("LOT_BAD_TERMS", field="subjects", why="twice")
    if terms.count > len(terms.subjects):
        raise Refusal("LOT_BAD_TERMS", field="count", why=f"{terms.count} > {len(terms.subjects)}")
    for subject in terms.subjects:
        if len(set(terms.inspectors) - set(terms.excluded.get(subject, ()))) < terms.each:
            raise Refusal("LOT_BAD_TERMS", field="excluded", why=subject[:80])
    return hashlib.sha256(f"{seed}\n{_canonical(terms)}".encode()).hexdigest()


def draw(terms: Terms, seed: str, beacon: str) -> Draw:
    """The draw that seed and beacon make of the terms; ``beacon``: what the public chance said.

    Everybody gets the number HMAC-SHA256(seed, beacon and name); the smallest are drawn, inspectors for each subject
    anew.
    """
    chosen = sorted(terms.subjects, key=lambda one: _number(seed, beacon, one))[: terms.count]
    return Draw(chosen={one: _inspectors(terms, seed, beacon, one) for one in chosen})


def verify(terms: Terms, committed: str, seed: str, beacon: str, said: Mapping[str, Sequence[str]]) -> None:
    """Raises ``LOT_OTHER_SEED`` where seed or lists are not those committed to, ``LOT_OTHER_DRAW`` where the draw is
    not what they make."""
    if not hmac.compare_digest(commit(terms, seed), committed):
        raise Refusal("LOT_OTHER_SEED", field="seed")
    found = draw(terms, seed, beacon).chosen
    if [(one, list(who)) for one, who in found.items()] != [(one, list(who)) for one, who in said.items()]:
        raise Refusal("LOT_OTHER_DRAW", field="chosen")


def _inspectors(terms: Terms, seed: str, beacon: str, subject: str) -> tuple[str, ...]:
    may = [one for one in terms.inspectors if one not in terms.excluded.get(subject, ())]
    return tuple(sorted(may, key=lambda one: _number(seed, beacon, f"{subject}\n{one}"))[: terms.each])


def _number(seed: str, beacon: str, name: str) -> bytes:
    return hmac.new(seed.encode(), f"{beacon}\n{name}".encode(), hashlib.sha256).digest()


def _canonical(terms: Terms) -> str:
    excluded = [f"{one}:{' '.join(sorted(who))}" for one, who in sorted(terms.excluded.items())]
    lists = (terms.subjects, terms.inspectors, excluded)
    return "\n\n".join(["\n".join(one) for one in lists] + [f"{terms.count} {terms.each} {terms.beacon}"])
