"""How a department behaves when nobody sits at the keyboard: delays and chances, from a plain dict.

``{"accept_after": {"least": 1, "usual": 8, "most": 60}, "finish_after": {…},  "accept": 0.93, "return": 0.04,
"transfer": 0.03, "return_reasons": ["not_responsible"], "transfer_to": ["chengguan"]}``: minutes, chances that make
one, the pack's reason codes, and other departments' codes.  ``asked`` has the chances of what is asked besides
hand-offs, 1 where absent: to ``come`` when called, to ``answer_orders``, to ``take`` an offered wish and to ``fulfil``
what it has taken, to ``reach`` whom it visits, to find ``good`` what it verifies.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ASKED = ("come", "answer_orders", "take", "fulfil", "reach", "good")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Draws what the department does.  Raises ``ValueError`` naming the wrong key."""

    accept_after: tuple[float, float, float]
    finish_after: tuple[float, float, float]
    returns: float
    transfers: float
    return_reasons: tuple[str, ...]
    others: tuple[str, ...]
    # in the order of ASKED
    come: float = 1.0
    answer_orders: float = 1.0
    take: float = 1.0
    fulfil: float = 1.0
    reach: float = 1.0
    good: float = 1.0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Behaviour:
        reasons = tuple(map(str, told.get("return_reasons", ())))
        returns, transfers = _share(told, "return"), _share(told, "transfer")
        if returns and not reasons:
            raise ValueError("return_reasons: none, though it returns")
        if returns + transfers > 1:
            raise ValueError("return, transfer: more than one together")
        others = tuple(map(str, told.get("transfer_to", ())))
        spreads = _spread(told, "accept_after"), _spread(told, "finish_after")
        said = told.get("asked", {})
        if not isinstance(said, Mapping) or set(said) - set(ASKED):
            raise ValueError(f"asked: chances of {', '.join(ASKED)} are wanted")
        asked = (_share(said, name, 1) for name in ASKED)
        return cls(*spreads, returns, transfers, reasons, others, *asked)

    def returns_it(self, chance: random.Random) -> tuple[str, str] | None:
        """Reason and proposed owner where it gives an offer back."""
        if not self.others or chance.random() >= self.returns:
            return None
        return chance.choice(self.return_reasons), chance.choice(self.others)

    def passes_on(self, chance: random.Random) -> str | None:
        """To whom, where it passes on what it has accepted."""
        accepts = 1 - self.returns
        if not self.others or accepts <= 0 or chance.random() >= self.transfers / accepts:
            return None
        return chance.choice(self.others)

    def answer_minutes(self, chance: random.Random) -> float:
        return _draw(self.accept_after, chance)

    def work_minutes(self, chance: random.Random) -> float:
        return _draw(self.finish_after, chance)


def _draw(spread: tuple[float, float, float], chance: random.Random) -> float:
    least, usual, most = spread
    return chance.triangular(least, most, usual)


def _spread(told: Mapping[str, Any], key: str) -> tuple[float, float, float]:
    try:
        least, usual, most = (float(told[key][name]) for name in ("least", "usual", "most"))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{key}: least, usual and most are wanted, in minutes") from error
    if not 0 <= least <= usual <= most:
        raise ValueError(f"{key}: least <= usual <= most is wanted")
    return least, usual, most


def _share(told: Mapping[str, Any], key: str, absent: float = 0) -> float:
    share = float(told.get(key, absent))
    if not 0 <= share <= 1:
        raise ValueError(f"{key}: a chance between 0 and 1 is wanted")
    return share
