"""What the tools that make Chinese packs share: rows of the shared data, divisions and their names, tables written."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

SUFFIXES = ("社区居民委员会", "社区居委会", "居民委员会", "村委会", "居委会")
Row = dict[str, str]


def read(file: Path, keep: Callable[[Row], bool] = lambda row: True) -> list[Row]:
    """The rows of a CSV, packed or not, that are wanted."""
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")) if keep(row)]


def write(file: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV of the pack."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def county(data: Path, code: str) -> tuple[list[Row], list[Row]]:
    """The towns and the villages of a county, as the divisions of 2023 have them."""
    towns = read(data / "divisions" / "streets_2023.csv", lambda row: row["areaCode"] == code)
    villages = read(data / "divisions" / "villages_2023.csv.gz", lambda row: row["areaCode"] == code)
    return towns, villages


def divisions(data: Path, code: str, towns: Sequence[Row], villages: Sequence[Row]) -> list[tuple[str, str, str, str]]:
    """The rows of ``divisions.csv``: province, city, county, and what lies below it."""
    above = ((code[:2], "", "province", "provinces.csv"), (code[:4], code[:2], "city", "cities.csv"))
    named = (*above, (code, code[:4], "county", "areas_2023.csv"))
    table = [
        (one, next(row["name"] for row in read(data / "divisions" / file) if row["code"] == one), parent, kind)
        for one, parent, kind, file in named
    ]
    table += [(town["code"], town["name"], code, town_kind(town["name"])) for town in towns]
    table += [(one["code"], one["name"], one["streetCode"], village_kind(one["name"])) for one in villages]
    return table


def other_names(towns: Sequence[Row], villages: Sequence[Row]) -> dict[str, str]:
    """Short names that only one division has, and `town + short name` where that is needed, to their codes."""
    town_of = {town["code"]: town["name"] for town in towns}
    times = Counter(short(one["name"]) for one in villages)
    full = {one["name"] for one in (*towns, *villages)}
    table: dict[str, str] = {}
    for town in towns:
        if town["name"].endswith("街道"):
            table[f"{town['name']}办事处"] = town["code"]
        elif town["name"].endswith("镇"):
            table[f"{town['name']}人民政府"] = town["code"]
    for one in villages:
        name, above = short(one["name"]), town_of[one["streetCode"]]
        if times[name] == 1 and name not in full:
            table[name] = one["code"]
        table[f"{above}{name}"] = one["code"]
        table[f"{above}{one['name']}"] = one["code"]
    return table


def boundary(data: Path, code: str, pack: Path) -> None:
    """``boundary.geojson`` of one of the five counties, in WGS-84."""
    whole = json.loads((data / "geo" / "five_counties_wgs84_amap.geojson").read_text(encoding="utf-8"))
    found = next(one for one in whole["features"] if one["properties"]["adcode"] == code)
    feature = {
        "type": "Feature",
        "properties": {"code": code, "name": found["properties"]["name"], "crs": "WGS-84", "licence": "MIT"},
        "geometry": found["geometry"],
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False, separators=(",", ":"))
    (pack / "boundary.geojson").write_text(text + "\n", encoding="utf-8")


def shared_out(weights: Sequence[int], total: int) -> list[int]:
    """``total`` in proportion to the weights, at least one each, the rest by largest remainder, then by order."""
    left = total - len(weights)
    exact = [left * weight / sum(weights) for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[: left - sum(shares)]:
        shares[at] += 1
    return [share + 1 for share in shares]


def town_kind(name: str) -> str:
    """street 街道, town 镇, or zone 开发区."""
    return "street" if name.endswith("街道") else "town" if name.endswith("镇") else "zone"


def village_kind(name: str) -> str:
    """community 社区, village 村, or virtual 虚拟社区."""
    return "virtual" if name.endswith("虚拟社区") else "village" if name.endswith("村委会") else "community"


def short(name: str) -> str:
    """The name without 委员会: 石河村委会 → 石河村, 六尺巷社区居委会 → 六尺巷社区."""
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix) + ("村" if suffix == "村委会" else "社区")
    return name
