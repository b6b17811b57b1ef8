"""Makes the generated tables of the pack `tongcheng` from the shared data; run again, it makes the same bytes.

    python compose_tongcheng.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

Divisions, boundary and counts are real.  Which grid lies where and how many workers it has is composed: S01 gives
1,599 chiefs and 7,258 workers for the county and says no more.  Posts have ids, never names.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

COUNTY = "340881"
GRIDS = 1_599
WORKERS = 7_258
TOWNS, VILLAGES = 17, 228
BESIDE = Path(__file__).parent
PACK = BESIDE.parent / "src" / "govpacks" / "tongcheng"
SUFFIXES = ("社区居民委员会", "社区居委会", "居民委员会", "村委会", "居委会")
WEIGHTS = {"community": 14, "village": 10, "virtual": 6}
"""Grids in a community, a village and a development zone, in proportion: towns are denser."""


def main(data: Path) -> None:
    """Writes divisions, grids, posts, aliases, boundary and the demo's counts into the pack."""
    towns = _rows(data / "divisions" / "five_counties_streets.csv", lambda row: row["areaCode"] == COUNTY)
    villages = _rows(data / "divisions" / "five_counties_villages.csv", lambda row: row["areaCode"] == COUNTY)
    assert (len(towns), len(villages)) == (TOWNS, VILLAGES), (len(towns), len(villages))
    _divisions(data, towns, villages)
    _grids_and_posts(villages)
    _aliases(towns, villages)
    _boundary(data)
    _counts(data)


def _divisions(data: Path, towns: Sequence[dict[str, str]], villages: Sequence[dict[str, str]]) -> None:
    names = {
        code: next(row["name"] for row in _rows(data / "divisions" / file) if row["code"] == code)
        for code, file in ((COUNTY[:2], "provinces.csv"), (COUNTY[:4], "cities.csv"), (COUNTY, "areas_2023.csv"))
    }
    table = [(COUNTY[:2], names[COUNTY[:2]], "", "province"), (COUNTY[:4], names[COUNTY[:4]], COUNTY[:2], "city")]
    table.append((COUNTY, names[COUNTY], COUNTY[:4], "county"))
    table += [(town["code"], town["name"], COUNTY, _town_kind(town["name"])) for town in towns]
    table += [(one["code"], one["name"], one["streetCode"], _village_kind(one["name"])) for one in villages]
    _write("divisions.csv", ("code", "name", "parent", "kind"), table)


def _grids_and_posts(villages: Sequence[dict[str, str]]) -> None:
    numbers = _shared_out([WEIGHTS[_village_kind(one["name"])] for one in villages], GRIDS)
    grids: list[tuple[str, str, str, str, str]] = []
    for village, number in zip(villages, numbers, strict=True):
        kind = "natural_village" if _village_kind(village["name"]) == "village" else "building"
        for sequence in range(1, number + 1):
            code = f"{village['code']}{sequence:03}"
            name = f"{_short(village['name'])}第{sequence:02}网格"
            grids.append((code, name, village["code"], kind, "composed"))
    posts: list[tuple[str, str, str, str]] = []
    for (code, _, _, kind, _), workers in zip(grids, _shared_out([1] * len(grids), WORKERS), strict=True):
        posts.append((f"post-{code}", code, "chief", "full"))
        full = 2 if kind == "building" else 1
        posts += [(f"post-{code}-{n}", code, "worker", "full" if n <= full else "part") for n in range(1, workers + 1)]
    _write("grids.csv", ("code", "name", "village", "kind", "origin"), grids)
    _write("posts.csv", ("id", "grid", "kind", "time"), posts)


def _aliases(towns: Sequence[dict[str, str]], villages: Sequence[dict[str, str]]) -> None:
    """Short names that only one division has, and `town + short name` where that is needed."""
    short = Counter(_short(one["name"]) for one in villages)
    full = {one["name"] for one in (*towns, *villages)}
    table: dict[str, str] = {}
    for town in towns:
        if town["name"].endswith("街道"):
            table[f"{town['name']}办事处"] = town["code"]
        elif town["name"].endswith("镇"):
            table[f"{town['name']}人民政府"] = town["code"]
    for one in villages:
        name = _short(one["name"])
        if short[name] == 1 and name not in full:
            table[name] = one["code"]
        table[f"{one['street']}{name}"] = one["code"]
        table[f"{one['street']}{one['name']}"] = one["code"]
    _write("aliases.csv", ("kind", "name", "code"), [("division", name, code) for name, code in table.items()])


def _boundary(data: Path) -> None:
    whole = json.loads((data / "geo" / "five_counties_wgs84_amap.geojson").read_text(encoding="utf-8"))
    found = next(one for one in whole["features"] if one["properties"]["adcode"] == COUNTY)
    assert len(found["geometry"]["coordinates"]) == 2, "Tongcheng has two parts"
    feature = {
        "type": "Feature",
        "properties": {"code": COUNTY, "name": found["properties"]["name"], "crs": "WGS-84", "licence": "MIT"},
        "geometry": found["geometry"],
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False, separators=(",", ":"))
    (PACK / "boundary.geojson").write_text(text + "\n", encoding="utf-8")


def _counts(data: Path) -> None:
    """The real counts, compact, and class by unit translated to the pack's items and departments."""
    classes = _rows(data / "categories" / "haikou12345_4level_counts.csv")
    levels = [f"行业分类{level}级" for level in range(1, 5)]
    paths = [("/".join(row[level] for level in levels), int(row["n"])) for row in classes]
    _write("demo/haikou12345_classes.csv", ("path", "n"), _most_first(paths))
    units: Counter[str] = Counter()
    for row in _rows(data / "categories" / "haikou12345_units.csv"):
        units[row["处置单位"]] += int(row["n"])
    _write("demo/haikou12345_units.csv", ("unit", "n"), _most_first(units.items()))
    item_of, department_of = _translator("haikou_items.csv"), _translator("haikou_units.csv")
    together: Counter[tuple[str, str]] = Counter()
    for row in _rows(data / "messages" / "haikou_orders_no_text.csv"):
        item = item_of("/".join(row[f"cat{level}"] for level in range(1, 5)))
        if department := department_of(row["unit"]):
            together[item, department] += 1
    table = [(item, department, n) for (item, department), n in sorted(together.items())]
    _write("demo/class_units.csv", ("class", "department", "n"), table)


def _most_first(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def _translator(file: str) -> Callable[[str], str]:
    """The second column of the first line whose first column occurs in a text; the last line's is empty."""
    with (BESIDE / file).open(encoding="utf-8", newline="") as handle:
        lines = [(row[0], row[1]) for row in list(csv.reader(handle))[1:]]
    return lambda text: next(found for contained, found in lines if contained in text)


def _shared_out(weights: Sequence[int], total: int) -> list[int]:
    """``total`` in proportion to the weights, at least one each, the rest by largest remainder, then by order."""
    left = total - len(weights)
    exact = [left * weight / sum(weights) for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[: left - sum(shares)]:
        shares[at] += 1
    return [share + 1 for share in shares]


def _town_kind(name: str) -> str:
    return "street" if name.endswith("街道") else "town" if name.endswith("镇") else "zone"


def _village_kind(name: str) -> str:
    return "virtual" if name.endswith("虚拟社区") else "village" if name.endswith("村委会") else "community"


def _short(name: str) -> str:
    """The name without 委员会: 石河村委会 → 石河村, 六尺巷社区居委会 → 六尺巷社区."""
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix) + ("村" if suffix == "村委会" else "社区")
    return name


def _rows(file: Path, keep: Callable[[dict[str, str]], bool] = lambda row: True) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return [row for row in csv.DictReader(handle) if keep(row)]


def _write(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (PACK / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
