"""Makes the pack `boston` from the facts of the shared Boston 311 file of 2015; run again, it makes the same bytes.

    python compose_boston.py [DATA]      (DATA: the shared data folder; default: $GOVMESH_DATA)

Departments, types, reasons, queues, places and their counts are the file's; codes are made from the names (lower
case, everything else `_`).  Terms are fitted: per type the working days or days that give the file's own target
date most often, with the share in which they do.  Rows are not copied.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import yaml

from govcore.calendar import WorkCalendar, due, read_notices

PACK = Path(__file__).parents[1] / "src" / "govpacks" / "boston"
CITY = "us.ma.bos"
NOBODY = "info"
"""Who has what names no department or no type: the Mayor's hotline."""
LEAST_TARGETS = 20
Row = Mapping[str, str]


def main(data: Path) -> None:
    """Writes classes, aliases, divisions, routing, terms and the demo's counts into the pack."""
    with gzip.open(data / "requests311" / "boston_311_2015.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    _divisions(rows)
    _classes(rows)
    _aliases(rows)
    leads = _leads(rows)
    _routing(leads)
    _terms(rows)
    counts = Counter((_type(row), _department(row["QUEUE"])) for row in rows)
    _write("demo/class_units.csv", ("class", "department", "n"), [(*key, n) for key, n in sorted(counts.items())])


def slug(name: str) -> str:
    """``"Pothole Repair (Internal)"`` → ``"pothole_repair_internal"``."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "unspecified"


def _type(row: Row) -> str:
    return "t_" + slug(row["TYPE"])


def _department(queue: str) -> str:
    """A queue's first four characters are its department's code in the file."""
    code = slug(queue[:4])
    return NOBODY if code in ("unspecified", "no_q") else code


def _parent(row: Row, subjects: Mapping[str, set[str]]) -> tuple[str, str, str]:
    """Codes of subject and reason, and the reason's name; a reason of several subjects is one class for each."""
    subject, reason = slug(row["SUBJECT"]), slug(row["REASON"])
    several = len(subjects[row["REASON"]]) > 1
    initials = "".join(word[0] for word in subject.split("_"))
    return f"s_{subject}", f"r_{reason}__{initials}" if several else f"r_{reason}", row["REASON"] or "Unspecified"


def _classes(rows: Sequence[Row]) -> None:
    subjects: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        subjects[row["REASON"]].add(row["SUBJECT"])
    seen = Counter((row["TYPE"], row["SUBJECT"], row["REASON"]) for row in rows)
    table: dict[str, tuple[str, int, str, str, str]] = {}
    for (kind, subject, reason), _ in sorted(seen.items(), key=lambda one: (-one[1], one[0])):
        row = {"TYPE": kind, "SUBJECT": subject, "REASON": reason}
        major, minor, name = _parent(row, subjects)
        table.setdefault(major, (major, 1, subject or "Unspecified", "", "named"))
        table.setdefault(minor, (minor, 2, name, major, "named"))
        table.setdefault(_type(row), (_type(row), 3, kind or "Unspecified", minor, "named"))
    table["q"] = ("q", 1, "Queues", "", "composed")
    for queue in sorted({row["QUEUE"] for row in rows}):
        department = _department(queue)
        table.setdefault(f"q_{department}", (f"q_{department}", 2, f"Queues of {department}", "q", "composed"))
        code = f"q_{department}_{slug(queue[5:] if queue[4:5] == '_' else queue)}"
        table.setdefault(code, (code, 3, queue or "No queue", f"q_{department}", "named"))
    head = ("code", "level", "name", "parent", "origin")
    _write("classes.csv", head, sorted(table.values(), key=lambda one: (one[0] != "q", one[1], one[0])))


def _divisions(rows: Sequence[Row]) -> None:
    names = sorted({row["neighborhood"] for row in rows} - {"", "Boston"})
    table = [("us", "United States", "", "country"), ("us.ma", "Massachusetts", "us", "state")]
    table.append((CITY, "Boston", "us.ma", "city"))
    table += [(f"{CITY}.{slug(name)}", name, CITY, "neighborhood") for name in names]
    _write("divisions.csv", ("code", "name", "parent", "kind"), table)


def _aliases(rows: Sequence[Row]) -> None:
    """What the file writes, where that is not already a name of the pack."""
    table = [("class", "", "t_unspecified"), ("division", "", CITY), ("department", "", NOBODY)]
    table += [
        ("department", written, _department(written)) for written in sorted({row["Department"] for row in rows} - {""})
    ]
    table += [("queue", queue, _department(queue)) for queue in sorted({row["QUEUE"] for row in rows})]
    table += [("channel", source, slug(source)) for source in sorted({row["Source"] for row in rows} - {""})]
    table.append(("channel", "", "import"))
    _write("aliases.csv", ("kind", "name", "code"), table)


def _leads(rows: Sequence[Row]) -> dict[str, str]:
    """For each type the department that got most of it."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        seen[_type(row)][_department(row["QUEUE"])] += 1
    return {kind: max(sorted(counts), key=lambda one: counts[one]) for kind, counts in seen.items()}


def _routing(leads: Mapping[str, str]) -> None:
    of: dict[str, list[str]] = defaultdict(list)
    for kind, department in sorted(leads.items()):
        of[department].append(kind)
    rules: list[dict[str, object]] = [
        {
            "id": "danger",
            "when": {
                "words": {"any": ["gas leak", "downed wire", "live wire", "sinkhole", "on fire", "carbon monoxide"]}
            },
            "severity": "emergency",
            "reason": "danger to life (composed)",
        },
        {
            "id": "danger.types",
            "when": {"class": ["t_carbon_monoxide", "t_downed_wire", "t_tree_emergencies", "t_watermain_break"]},
            "severity": "emergency",
            "reason": "types that are emergencies by their name (composed)",
        },
    ]
    for department, kinds in sorted(of.items()):
        why = "the department that got most requests of these types in 2015"
        rules.append({"id": f"type.{department}", "when": {"class": kinds}, "lead": department, "reason": why})
    for department in sorted({*of.keys(), *_others()}):
        why = "a queue belongs to one department"
        rules.append(
            {"id": f"queue.{department}", "when": {"class": [f"q_{department}_*"]}, "lead": department, "reason": why}
        )
    head = "# Made by tools/compose_boston.py from the counts of type by department in the file of 2015.\n"
    (PACK / "routing.yaml").write_text(head + _yaml({"rules": rules}), encoding="utf-8")


def _others() -> list[str]:
    listed = yaml.safe_load((PACK / "departments.yaml").read_text(encoding="utf-8"))["departments"]
    return [one["code"] for one in listed]


def _terms(rows: Sequence[Row]) -> None:
    """``terms.yaml``: ``boston_terms.yaml`` with a fitted line a type before its last line, which always holds."""
    head = yaml.safe_load((Path(__file__).parent / "boston_terms.yaml").read_text(encoding="utf-8"))
    notices = read_notices((PACK / "holidays.csv").read_text(encoding="utf-8").splitlines())
    spec = yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))
    zone, sessions = spec["time_zone"], spec["calendar"]["sessions"]
    calendar = WorkCalendar({"zone": zone, "sessions": sessions, "notices": notices})
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in rows:
        if row["TARGET_DT"]:
            opened, target = (calendar.here(_time(row[column])) for column in ("OPEN_DT", "TARGET_DT"))
            spans[_type(row)].append((opened, target))
    fitted = []
    for kind, pairs in sorted(spans.items(), key=lambda one: (-len(one[1]), one[0])):
        if len(pairs) >= LEAST_TARGETS:
            term, share = _fit(pairs, calendar)
            source = f"fitted: gives the target date of {share:.1%} of {len(pairs)} requests of 2015"
            fitted.append({"class": [kind], "term": term, "source": source})
    *urgent, last = head["handle"]
    head["handle"] = [*urgent, *fitted, last]
    text = "# Made by tools/compose_boston.py: terms fitted to the targets of 2015, the rest from boston_terms.yaml.\n"
    (PACK / "terms.yaml").write_text(text + _yaml(head), encoding="utf-8")


def _fit(pairs: Sequence[tuple[datetime, datetime]], calendar: WorkCalendar) -> tuple[str, float]:
    """The term that gives the target's date most often, and in which share."""
    guesses: Counter[str] = Counter()
    for opened, target in pairs:
        guesses[f"{(target.date() - opened.date()).days}d"] += 1
        worked = calendar.worked_until(target) - calendar.worked_until(opened)
        guesses[f"{round(worked / calendar.day_length)}wd"] += 1
    likely = [guess for guess, _ in guesses.most_common(6) if not guess.startswith(("0", "-"))]
    some = pairs[:: max(1, len(pairs) // 500)]
    best = max(likely, key=lambda guess: (round(_share(some, guess, calendar), 3), guess.endswith("wd")))
    return best, _share(pairs, best, calendar)


def _share(pairs: Sequence[tuple[datetime, datetime]], term: str, calendar: WorkCalendar) -> float:
    return sum(_same_day(pair, term, calendar) for pair in pairs) / len(pairs)


def _same_day(pair: tuple[datetime, datetime], term: str, calendar: WorkCalendar) -> bool:
    found = due(pair[0], term, calendar)
    last = found.stages[-1].nominal_day or found.at.date()
    return last == pair[1].date()


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")


def _yaml(value: object) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=118))


def _write(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (PACK / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GOVMESH_DATA"]))
