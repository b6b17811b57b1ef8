"""A month against the same month of the year before 同比: slow growth that no window of days shows."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log

from govcore.events.surge.find import Key
from govcore.events.surge.rules import SurgeRules
from govcore.i18n import reason


@dataclass(frozen=True, slots=True)
class Risen:
    """``now`` events in a month against ``before`` in the same month of the year before.

    ``chance``: how likely the split is where both months are alike.
    """

    key: Key
    year: int
    month: int
    now: int
    before: int
    chance: float

    @property
    def rise(self) -> float:
        """The growth as a share: 0.7251 is +72.51 %."""
        return self.now / self.before - 1

    def reason(self, lang: str, class_name: str = "", place_name: str = "") -> str:
        """Why it stands out, in ``zh_CN`` or ``en``; the codes stand for names that are not given."""
        return reason(
            "EVENT_RISEN",
            lang,
            name=class_name or self.key.class_code,
            place=place_name or self.key.place or "-",
            month=f"{self.year}-{self.month:02}",
            now=self.now,
            before=self.before,
            rise=f"{self.rise:+.2%}",
        )


def risen(key: Key, year: int, month: int, *, now: int, before: int, rules: SurgeRules) -> Risen | None:
    """Whether a month has risen by at least the pack's share, with enough events, and not by chance.

    None also where the year before had none: there is nothing to compare with.
    """
    if before <= 0 or now < rules.least_month or now / before - 1 < rules.rise:
        return None
    chance = _half_or_more(now, now + before)
    return Risen(key, year, month, now, before, chance) if chance <= rules.month_chance else None


def _half_or_more(count: int, of: int) -> float:
    """The chance that ``count`` or more of ``of`` events fall into one of two like months."""
    return min(
        1.0,
        sum(exp(lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) - of * log(2)) for k in range(count, of + 1)),
    )
