"""``./dev bench surge``: how many planted surges are found in a city's real half-year, and how many false alarms come.

The series are the hotline orders of ``messages/haikou_orders_no_text.csv`` by day and class, of the classes that
have 20 orders or more in every month; a class is told by the first one, two, three or four names of its path.
*Planted*: a class and a first day are picked at random 30 times (four weeks into the half-year at the earliest, two
surges of a class at least ten days apart) and three days are set to three times the expected count, the mean of the
same weekday in the four weeks on either side.  One counts as found where an alert raised by the second day after it
covers one of its days.  *Null*: each day of a series gets the count of a random day of the same series and weekday,
so that the rhythm of the week stays and no surge does.
With ``--json`` the last line is ``{"found":…,"planted":30,"alerts_a_week":…,"seeds":…}``: the worst seed of each.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from bench.common import ROOT
from govcore.calendar import WorkCalendar
from govcore.events.surge import Key, SurgeRules, Watch

FILE = "messages/haikou_orders_no_text.csv"
FIRST, LAST = date(2018, 1, 1), date(2018, 6, 30)
DAYS = [FIRST + timedelta(days=at) for at in range((LAST - FIRST).days + 1)]
PLANTED, LENGTH, TIMES = 30, 3, 3
WARM, APART, NEAR = 28, 10, 28
"""Days before the first planted one; between two of one class; on either side that say what is expected."""
A_MONTH = 20
Counts = Mapping[Key, Mapping[date, int]]


def data_file() -> Path:
    """The orders; ``GOVMESH_DATA`` names the folder of the data that is not part of the project."""
    return Path(os.environ.get("GOVMESH_DATA", ROOT.parent / "shared" / "data")) / FILE


def real(file: Path, level: int) -> dict[Key, Counter[date]]:
    """Orders by class, its first ``level`` names, and day: the classes with 20 or more in every month."""
    found: dict[Key, Counter[date]] = defaultdict(Counter)
    months: dict[Key, Counter[int]] = defaultdict(Counter)
    with file.open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            day = date.fromisoformat(row["date"])
            if FIRST <= day <= LAST:
                key = Key("/".join(row[f"cat{at}"] for at in range(1, level + 1)))
                found[key][day] += 1
                months[key][day.month] += 1
    wanted = range(FIRST.month, LAST.month + 1)
    return {key: found[key] for key in sorted(found) if all(months[key][month] >= A_MONTH for month in wanted)}


def planted(counts: Counts, seed: int) -> tuple[Counts, list[tuple[Key, date]]]:
    """The series with surges in them, and where they begin."""
    chance = random.Random(seed)
    made = {key: Counter(series) for key, series in counts.items()}
    places: list[tuple[Key, date]] = []
    while len(places) < PLANTED:
        key, day = chance.choice(list(counts)), DAYS[chance.randrange(WARM, len(DAYS) - LENGTH + 1)]
        if all(one != key or abs((day - other).days) >= APART for one, other in places):
            places.append((key, day))
            for at in range(LENGTH):
                here = day + timedelta(days=at)
                made[key][here] = round(TIMES * expected(counts[key], here))
    return made, places


def expected(series: Mapping[date, int], day: date) -> float:
    """The mean of the same weekday in the weeks around it."""
    like = [one for one in DAYS if one.weekday() == day.weekday() and 0 < abs((one - day).days) <= NEAR]
    return mean(series.get(one, 0) for one in like)


def resampled(counts: Counts, seed: int) -> Counts:
    """The same series without surges: each day that of a random day with the same weekday."""
    chance = random.Random(seed)
    like = {weekday: [day for day in DAYS if day.weekday() == weekday] for weekday in range(7)}
    return {
        key: {day: series.get(chance.choice(like[day.weekday()]), 0) for day in DAYS} for key, series in counts.items()
    }


def watch(counts: Counts) -> Watch:
    """The series under the rules that ship."""
    return Watch(counts, first=FIRST, last=LAST, calendar=WorkCalendar.china(), rules=SurgeRules())


def found(counts: Counts, places: list[tuple[Key, date]]) -> int:
    """How many of the planted surges an alert tells, by the second day after them."""
    asked = watch(counts)
    return sum(
        any(
            one.key == key and one.since <= day + timedelta(days=LENGTH - 1)
            for one in asked.through(day, min(LAST, day + timedelta(days=LENGTH + 1)))
        )
        for key, day in places
    )


def a_week(counts: Counts) -> float:
    """Alerts a week over the half-year."""
    return len(watch(counts).through(FIRST, LAST)) / (len(DAYS) / 7)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench surge", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds (20)")
    parser.add_argument("--seed", type=int, default=1, help="the first of them (1)")
    parser.add_argument("--levels", type=int, nargs="+", default=[1, 2, 3, 4], help="names of a class's path (1 2 3 4)")
    args = parser.parse_args()
    seeds = range(args.seed, args.seed + args.seeds)
    shown = Table("names", "classes", "found of 30: worst, mean", "null, alerts a week: worst, mean", "real")
    hits, alarms = [], []
    for level in args.levels:
        counts = real(data_file(), level)
        here = [found(*planted(counts, seed)) for seed in seeds]
        false = [a_week(resampled(counts, seed)) for seed in seeds]
        shown.add_row(
            f"{level}",
            f"{len(counts)}",
            f"{min(here)}, {mean(here):.1f}",
            f"{max(false):.2f}, {mean(false):.2f}",
            f"{a_week(counts):.2f}",
        )
        hits += here
        alarms += false
    Console(width=100, highlight=False).print(shown)
    if args.json:
        told = {"found": min(hits), "planted": PLANTED, "alerts_a_week": round(max(alarms), 3), "seeds": args.seeds}
        print(json.dumps(told))


if __name__ == "__main__":
    main()
