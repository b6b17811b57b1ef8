"""Makes the generated tables of the pack `shilin` from the shared data; run again, it makes the same bytes.

    python compose_shilin.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

The divisions are real: one street, its twelve communities and villages.  S02 counts five levels of duty (4 county, 56
street, 12 village, 78 groups, 605 heads of ten households) and names nobody: which group lies where, and every post, is
composed to those sums.  Posts have ids, never names.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

COUNTY, STREET = "530126", "530126003"
VILLAGES, GROUPS, HEADS = 12, 78, 605
CHAIN = ((COUNTY, 4, "县级值班领导", "county duty leader"), (STREET, 56, "街道值班领导", "street duty leader"))
UNITS = {
    "zongzhi": ("综治中心主任", "head of the governance centre"),
    "paichusuo": ("派出所所长", "head of the police station"),
    "sifasuo": ("司法所所长", "head of the judicial office"),
    "ziran": ("自然资源所所长", "head of the natural resources office"),
    "cunjian": ("村镇建设所所长", "head of the village construction office"),
    "nongye": ("农业农村办主任", "head of the agriculture office"),
    "shuiwu": ("水务所所长", "head of the water office"),
    "minzheng": ("民政办主任", "head of the civil affairs office"),
    "yingji": ("应急办主任", "head of the emergency office"),
    "xinfang": ("信访办主任", "head of the petition office"),
}
POSTS_EACH = (("police", 13), ("security", 12), ("mediator", 12), ("adviser", 14), ("deputy_county", 25))
"""Posts of villages: how many of each kind there are; the first villages have those that are left over."""
CITY_DEPUTIES = 3
HOUSEHOLDS = (6_480, 78)
"""Households of the street, composed: about eleven to each head of ten households."""
PACK = Path(__file__).parent.parent / "src" / "govpacks" / "shilin"


def main(data: Path) -> None:
    """Writes divisions, groups, posts and leaders into the pack."""
    villages = _rows(data / "divisions" / "five_counties_villages.csv", "streetCode", STREET)
    assert len(villages) == VILLAGES, len(villages)
    _divisions(data / "divisions", villages)
    _groups_and_heads(villages)
    _leaders(villages)


def _divisions(folder: Path, villages: Sequence[dict[str, str]]) -> None:
    table = []
    for code, file, kind in (
        (COUNTY[:2], "provinces.csv", "province"),
        (COUNTY[:4], "cities.csv", "city"),
        (COUNTY, "areas_2023.csv", "county"),
        (STREET, "five_counties_streets.csv", "street"),
    ):
        above = {"province": "", "city": COUNTY[:2], "county": COUNTY[:4], "street": COUNTY}[kind]
        table.append((code, _rows(folder / file, "code", code)[0]["name"], above, kind))
    table += [(one["code"], one["name"], STREET, "village") for one in villages]
    _write("divisions.csv", ("code", "name", "parent", "kind"), table)


def _groups_and_heads(villages: Sequence[dict[str, str]]) -> None:
    """Groups and heads shared out evenly, the first ones getting what is left over."""
    grids, posts = [], []
    counts = iter(_shared_out(*HOUSEHOLDS))
    for village, groups in zip(villages, _shared_out(GROUPS, VILLAGES), strict=True):
        short = village["name"].removesuffix("委会").removesuffix("居")
        for number in range(1, groups + 1):
            code = f"{village['code']}{number:03}"
            grids.append(
                (code, f"{short}第{number}村民小组", village["code"], "village_group", "composed", next(counts))
            )
    for (code, *_), heads in zip(grids, _shared_out(HEADS, GROUPS), strict=True):
        posts.append((f"post-{code}", code, "chief", "full"))
        posts += [(f"post-{code}-{number}", code, "worker", "part") for number in range(1, heads + 1)]
    for kind, number in POSTS_EACH:
        for village, count in zip(villages, _shared_out(number, VILLAGES), strict=True):
            code = village["code"]
            posts += [(f"{kind.replace('_', '-')}-{code}-{at}", code, kind, "part") for at in range(1, count + 1)]
    posts += [(f"deputy-city-{STREET}-{at}", STREET, "deputy_city", "part") for at in range(1, CITY_DEPUTIES + 1)]
    _write("grids.csv", ("code", "name", "village", "kind", "origin", "households"), grids)
    _write("posts.csv", ("id", "grid", "kind", "time"), posts)


def _leaders(villages: Sequence[dict[str, str]]) -> None:
    table = []
    for area, number, title, title_en in CHAIN:
        table += [
            (f"lead-{area}-{at:02}", area, "", f"{title}（第{at}岗）", f"{title_en} {at}", "composed")
            for at in range(1, number + 1)
        ]
    for one in villages:
        table.append((f"lead-{one['code']}", one["code"], "", "村（社区）值班领导", "village duty leader", "composed"))
    for unit, (title, title_en) in UNITS.items():
        table.append((f"lead-{unit}", STREET, unit, title, title_en, "composed"))
    _write("leaders.csv", ("id", "area", "department", "title", "title_en", "origin"), table)


def _shared_out(total: int, among: int) -> list[int]:
    return [total // among + (at < total % among) for at in range(among)]


def _rows(file: Path, column: str, value: str) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row[column] == value]


def _write(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (PACK / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
