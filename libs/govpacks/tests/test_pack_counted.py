"""Packs whose grids and posts are counted and not listed: S10 Xinjie, S13 Anzhen, S22 Bayannur."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from govcore.packs import Pack, Places, check_pack, load_pack

NAMES = ("xinjie", "anzhen", "bayannur")
GRIDS = {
    "xinjie": {"comprehensive": 17, "ten_households": 290},
    "anzhen": {"comprehensive": 80, "dedicated": 28},
    "bayannur": {"comprehensive": 5780},
}


@pytest.fixture(scope="module")
def packs() -> dict[str, Pack]:
    return {name: load_pack(name) for name in NAMES}


def test_the_counts_of_the_sources(packs: dict[str, Pack]) -> None:
    """17 and 290; 80 and 28; 5,780 grids, over 20,000 workers with their chiefs, 869 centres on four levels."""
    assert {name: Counter(grid.kind for grid in pack.grids.values()) for name, pack in packs.items()} == GRIDS
    city = Counter(post.kind for post in packs["bayannur"].posts.values())
    assert city["chief"] + city["worker"] >= 20_000 and city["centre"] == 869
    levels = {packs["bayannur"].divisions[p.grid].kind for p in packs["bayannur"].posts.values() if p.kind == "centre"}
    assert levels == {"city", "county", "town", "street", "village", "community"}
    assert Counter(post.kind for post in packs["xinjie"].posts.values())["head"] == 290


def test_every_grid_has_somebody_and_no_worker_too_much(packs: dict[str, Pack]) -> None:
    """All watched grids are covered on a Monday morning, every load is within the norm, each code checks."""
    for pack in packs.values():
        duties = Places(pack).duties
        at = datetime(2024, 5, 6, 9, tzinfo=pack.zone)
        assert all(seen.covered for seen in duties.cover(at)) and duties.cover(at)
        assert {load.verdict for load in duties.loads(at)} == {"within"}
        assert pack.header.grid_code is not None
        for code, grid in pack.grids.items():
            assert pack.header.grid_code.parts(code).division == grid.village


def test_a_unit_lies_in_its_grid(packs: dict[str, Pack]) -> None:
    """Ten to twenty households each, as the kind says; the chain climbs over the grid."""
    pack = packs["xinjie"]
    units = [grid for grid in pack.grids.values() if grid.kind == "ten_households"]
    kind = pack.grid_rules.kind("ten_households")
    assert kind is not None and kind.households is not None
    assert all(kind.households.least <= int(unit.households) <= kind.households.most for unit in units)
    chain = Places(pack).registry.chain(units[0].code)
    assert [area.code for area in chain][1] == units[0].parent


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("kinds: [comprehensive, ten_households]", "kinds: [comprehensive, market]", "PACK_NOT_ONE_OF"),
        ("{kind: head, total: 290", "{kind: nurse, total: 290", "PACK_NOT_ONE_OF"),
        ("total: 290, inside: comprehensive, first: 101", "total: 29000, inside: comprehensive", "GRID_BAD_GRID_CODE"),
        ("least: 200", "least: 900", "PACK_SPAN"),
        ("posts: [town_lead]", "posts: [mayor]", "PACK_NOT_ONE_OF"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(before: str, after: str, code: str, tmp_path: Path) -> None:
    """A kind nobody listed, more grids than codes, a norm upside down: at the start, with file and line."""
    folder = tmp_path / "pack"
    shutil.copytree(load_pack("xinjie").folder, folder)
    file = folder / "grids.yaml"
    said = file.read_text(encoding="utf-8")
    assert before in said
    file.write_text(said.replace(before, after, 1), encoding="utf-8")
    (first, *_) = check_pack(folder)
    assert first.code == code and str(first.file).endswith("grids.yaml") and first.line
