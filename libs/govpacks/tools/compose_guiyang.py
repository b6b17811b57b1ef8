"""Makes the divisions of the pack `guiyang` from the shared data; run again, it makes the same bytes.

    python compose_guiyang.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

The city with its counties, and of Yunyan district every street and community: Yu'an street of S17 is one of them.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from collections.abc import Iterator
from pathlib import Path

CITY, DISTRICT = "5201", "520103"
PACK = Path(__file__).parent.parent / "src" / "govpacks" / "guiyang"


def main(data: Path) -> None:
    """Writes divisions.csv into the pack."""
    divisions = data / "divisions"
    names = {
        code: next(row["name"] for row in _rows(divisions / file) if row["code"] == code)
        for code, file in ((CITY[:2], "provinces.csv"), (CITY, "cities.csv"))
    }
    table = [(CITY[:2], names[CITY[:2]], "", "province"), (CITY, names[CITY], CITY[:2], "city")]
    counties = (row for row in _rows(divisions / "areas_2023.csv") if row["cityCode"] == CITY)
    table += [(row["code"], row["name"], CITY, "county") for row in counties]
    streets = (row for row in _rows(divisions / "streets_2023.csv") if row["areaCode"] == DISTRICT)
    table += [(row["code"], row["name"], DISTRICT, _kind(row["name"], "街道", "street", "town")) for row in streets]
    villages = (row for row in _rows(divisions / "villages_2023.csv.gz") if row["areaCode"] == DISTRICT)
    table += [
        (row["code"], row["name"], row["streetCode"], _kind(row["name"], "村", "village", "community"))
        for row in villages
    ]
    with (PACK / "divisions.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("code", "name", "parent", "kind"))
        writer.writerows(table)


def _kind(name: str, ending: str, kind: str, otherwise: str) -> str:
    return kind if name.removesuffix("委会").endswith(ending) else otherwise


def _rows(file: Path) -> Iterator[dict[str, str]]:
    open_it = gzip.open if file.suffix == ".gz" else open
    with open_it(file, "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
