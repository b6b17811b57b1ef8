"""The page about figures says what the catalogue of rates says."""

from __future__ import annotations

import re
from pathlib import Path

from govcore.i18n import label
from govcore.stats.rates import CATALOGUE

PAGE = Path(__file__).parents[4] / "docs" / "howto" / "statistics.md"
ROW = re.compile(r"^\| `(\w+)` \| (\S+) \| `(\w+)` \| `(\w+)` \|$", re.M)


def test_the_page_has_every_formula() -> None:
    """Each rate, its Chinese name, its numerator and its denominator, in the catalogue's order."""
    wanted = [
        (rate.code, label(f"stats.rate.{rate.code}", "zh_CN"), rate.numerator, rate.denominator)
        for rate in CATALOGUE.values()
    ]
    assert ROW.findall(PAGE.read_text(encoding="utf-8")) == wanted
