"""``./dev bench places``: how many real messages name a place that is found, and how often it is the right one.

The messages are ``messages/taidi_messages.xlsx`` (``GOVMESH_DATA``), whose cities and districts are made unknown
(``A3区``) but whose towns and villages mostly are not; the registry is the national list's of the city they are from
(4301), the unknown districts named among its words.  *Found*: a town or a village with a score of 0.75.
*Sample*: 50 of the messages that have 街道, 社区, 村, 镇 or 居委会 in them, drawn with a seed and labelled by hand, by
number, with the lowest division that the text itself tells; none where it tells no more than the district.  A place
found is right if it is the label or lies above it, wrong if it lies elsewhere or lower.  The scores were fitted on
another draw; how close a misspelt name must be was set after this one had been seen.  With ``--json`` the last line is
``{"messages":…,"found":…,"villages":…,"precision":…,"recall":…}``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from bench.common import ROOT
from govcore.grids import CHINA_CODES, Division, PlaceWords, Registry
from govcore.grids.divisions_read import Row, read_list, table

CITY, LEAST = "4301", 0.75
FILES = ("cities.csv", "areas_2023.csv", "streets_2023.csv", "villages_2023.csv.gz")
DISTRICTS = {
    "A1区": "430102", "A2区": "430103", "A3区": "430104", "A4区": "430105", "A5区": "430111",
    "A6区": "430112", "A7县": "430121", "A8县": "430182", "A9市": "430181",
}  # fmt: skip
SAMPLE: dict[int, str] = {
    206639: "430104008005", 267755: "430121001", 201447: "430121112", 190196: "", 244133: "",
    258510: "", 219454: "430104013", 256983: "", 218707: "430121005", 249165: "",
    218575: "", 235354: "430103009", 237799: "430103015", 201016: "430121104", 248235: "",
    240279: "", 199825: "430104010", 231942: "430104010", 231973: "430121002", 261258: "430121106208",
    275993: "430102011", 227477: "430105021003", 214756: "", 246759: "430121113002", 248780: "",
    226191: "", 256959: "430104011", 265967: "430105010", 254756: "430102009005", 215942: "430121113",
    268291: "430104013211", 253708: "430103015", 242542: "430111010012", 209393: "430111007009", 220984: "",
    198644: "", 244645: "430104010", 270420: "", 232561: "430111011007", 280035: "430111010",
    205329: "430104014", 235008: "430121001008", 259573: "430103015", 255110: "430105016", 286734: "",
    203236: "430102010010", 218434: "430102010010", 234952: "430121001", 289729: "", 200406: "430103015204",
}  # fmt: skip
"""留言编号 → the division the text tells; drawn with seed 2027 of 1,212."""


def data() -> Path:
    """``GOVMESH_DATA`` names the folder of the data that is not part of the project."""
    return Path(os.environ.get("GOVMESH_DATA", ROOT.parent / "shared" / "data"))


def words() -> PlaceWords:
    """The place words of the city."""
    divisions = []
    for file in FILES:
        head, cells = table((data() / "divisions" / file).read_bytes(), file)
        for row in read_list(head, cells, file, CHINA_CODES):
            if isinstance(row, Row) and row.code.startswith(CITY):
                divisions.append(Division(row.code, row.name))
    return PlaceWords(Registry(divisions), DISTRICTS, [CITY])


def messages() -> Iterator[tuple[int, str, str]]:
    """Number, title and text of each."""
    import openpyxl

    sheet = openpyxl.load_workbook(data() / "messages" / "taidi_messages.xlsx", read_only=True).active
    assert sheet is not None
    for number, _, title, _, text, *_ in sheet.iter_rows(min_row=2, values_only=True):
        yield int(str(number)), str(title), re.sub(r"\s+", "", str(text))


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench places", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list what the sample has wrong or missing")
    asked = parser.parse_args()
    known = words()
    all_of = villages = found = right = 0
    told = sum(bool(label) for label in SAMPLE.values())
    missed: list[str] = []
    began = time.process_time()
    for number, title, text in messages():
        all_of += 1
        guess = known.best(title, text)
        code = guess.code if guess and guess.score >= LEAST and len(guess.code) > 6 else ""
        found += bool(code)
        villages += len(code) == 12
        if (label := SAMPLE.get(number)) is not None and not (code and label.startswith(code)) and (code or label):
            missed.append(f"{number}: {code or '-'} for {label or '-'}  {title}")
        right += bool(label and code and label.startswith(code))
    took = (time.process_time() - began) / all_of * 1000
    claimed = right + sum(not line.split(": ")[1].startswith("-") for line in missed)
    figures = {
        "messages": all_of,
        "found": found,
        "villages": villages,
        "ms_each": round(took, 3),
        "sample": len(SAMPLE),
        "precision": round(right / claimed, 3),
        "recall": round(right / told, 3),
    }
    console = Console(highlight=False)
    console.print(f"{found} of {all_of} messages name a place that is found, {villages} a village; {took:.2f} ms each")
    console.print(f"sample of {len(SAMPLE)}: {right} right of {claimed} said and {told} told")
    for line in missed if asked.wrong else ():
        console.print("  " + line, markup=False)
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
