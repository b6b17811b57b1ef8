"""The ledger of truth: what must hold in a mesh that has settled, whatever was killed before.

Reads the services' databases, not their word for it.  Every finding is a line of text with ids, never of contents.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from govcore.messages import CATALOGUE
from govcore.packs import Pack
from govcore.points import Rulebook
from govcore.points.rulebook import Hit
from govmesh.database import Database
from govmesh.department.checks import check, holds, logs_in
from govmesh.spec import ServiceSpec
from govmesh.testing.people import SOURCE
from govmesh.voices import by_speaker

ENDED = ("attached", "void", "closed", "rated")
SHOWN = 5
"""Ids quoted in a finding."""


@dataclass(slots=True)
class Truth:
    """``wrong``: every broken promise; ``figures``: what was counted on the way."""

    wrong: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    def none(self, what: str, found: Iterable[Any]) -> None:
        """A finding unless there is nothing of it."""
        them = [str(one) for one in found]
        if them:
            self.wrong.append(f"{what}: {len(them)} ({', '.join(them[:SHOWN])})")

    def __str__(self) -> str:
        return "  ".join(f"{name} {count}" for name, count in self.figures.items())


class Books:
    """The databases of a mesh, by service."""

    def __init__(self, specs: Iterable[ServiceSpec], url: str, prefix: str = "") -> None:
        self.specs = {spec.name: spec for spec in specs}
        self._open = {name: Database(url, prefix + name) for name in self.specs}

    def rows(self, service: str, sql: str, **bound: Any) -> list[Any]:
        with self._open[service].read() as conn:
            return list(conn.execute(sa.text(sql), bound))

    def column(self, service: str, sql: str, **bound: Any) -> list[Any]:
        return [row[0] for row in self.rows(service, sql, **bound)]

    def one(self, service: str, sql: str, **bound: Any) -> int:
        return int(self.rows(service, sql, **bound)[0][0])

    def close(self) -> None:
        for database in self._open.values():
            database.close()


def look(books: Books, pack: Pack, sent: Iterable[str], logs: Path | None = None, receipts: bool = True) -> Truth:
    """Everything that must hold.

    ``sent``: the numbers of the reports that people were told had been taken in; ``logs``: the departments' own;
    ``receipts``: whether every department was there to say what it got.
    """
    truth = Truth()
    _reports(truth, books, set(sent))
    for name in books.specs:
        _inside(truth, books, name, receipts)
        _once(truth, books, name)
    _heard(truth, books)
    if "points" in books.specs:
        _points(truth, books, pack)
    if logs is not None:
        every = holds(logs_in(logs))
        truth.figures["holds"] = len(every)
        truth.none("departments' logs", check(every))
    return truth


def _reports(truth: Truth, books: Books, sent: set[str]) -> None:
    keys = books.column("dispatch", "SELECT key FROM reports WHERE key LIKE :ours", ours=f"{SOURCE}|%")
    there = Counter(key.partition("|")[2] for key in keys)
    truth.figures["reports"] = there.total()
    truth.figures["events"] = books.one("dispatch", "SELECT count(*) FROM events")
    ended = ", ".join(f"'{state}'" for state in ENDED)
    truth.figures["ended"] = books.one("dispatch", f"SELECT count(*) FROM events WHERE state IN ({ended})")
    truth.figures["hand-offs"] = books.one("dispatch", "SELECT count(*) FROM handoffs")
    truth.none("reports lost", sorted(sent - set(there)))
    truth.none("reports twice", sorted(key for key, times in there.items() if times > 1))
    orphans = "SELECT r.id FROM reports r LEFT JOIN events e ON e.id = r.event_id WHERE e.id IS NULL"
    truth.none("reports without a matter", books.column("dispatch", orphans))
    idle = "SELECT e.id FROM events e LEFT JOIN reports r ON r.event_id = e.id WHERE r.id IS NULL"
    truth.none("matters without a report", books.column("dispatch", idle))


def _inside(truth: Truth, books: Books, name: str, receipts: bool) -> None:
    parked = books.rows(name, "SELECT state, type, code, error, subject FROM parking")
    truth.none(f"{name}: parked", (f"{row[0]} {row[1]} {row[2]} {row[3]} {row[4]}" for row in parked))
    truth.none(f"{name}: unsent", books.column(name, "SELECT id FROM outbox WHERE sent_at IS NULL"))
    if receipts:
        sql = "SELECT id FROM outbox WHERE exchange = '' AND receipt_at IS NULL"
        truth.none(f"{name}: without a receipt", books.column(name, sql))


def _once(truth: Truth, books: Books, name: str) -> None:
    """No message was handled twice: what its handling wrote into the history stands there once."""
    sql = (
        "SELECT message, subject, kind, to_state, count(*) FROM history"
        " GROUP BY message, subject, kind, from_state, to_state, holder, actor, reason HAVING count(*) > 1"
    )
    truth.none(f"{name}: handled twice", (f"{row[2]} {row[1]} by {row[0]}" for row in books.rows(name, sql)))
    sql = "SELECT count(DISTINCT message) FROM history WHERE message LIKE 'timer:%'"
    truth.figures["timers"] = truth.figures.get("timers", 0) + books.one(name, sql)
    truth.figures["hops"] = truth.figures.get("hops", 0) + books.one(name, "SELECT count(*) FROM inbox")


def _heard(truth: Truth, books: Books) -> None:
    """Whatever a service said, everybody who listens for it has recorded."""
    for hearer, spec in books.specs.items():
        for speaker, types in by_speaker(spec.hears).items():
            if speaker not in books.specs:
                continue
            named = ", ".join(f"'{name}'" for name in types)
            sql = f"SELECT id FROM outbox WHERE exchange <> '' AND type IN ({named})"
            said = set(books.column(speaker, sql))
            truth.none(
                f"{hearer}: never heard from {speaker}",
                sorted(said - set(books.column(hearer, "SELECT id FROM inbox"))),
            )


def _points(truth: Truth, books: Books, pack: Pack) -> None:
    """Each (cause, rule) earned once, and everything that was earned stands in the book, or a cap says why not."""
    entries = [json.loads(doc)["entry"] for doc in books.column("points", "SELECT doc FROM entries")]
    truth.figures["points entries"] = len(entries)
    counted = Counter((one["cause"], one["rule"]) for one in entries)
    truth.none("points posted twice", (cause for cause, times in counted.items() if times > 1))
    held = books.one("points", "SELECT coalesce(sum(points), 0) FROM accounts")
    posted = books.one("points", "SELECT coalesce(sum(points), 0) FROM entries")
    if held != posted:
        truth.wrong.append(f"points: accounts hold {held}, the book says {posted}")
    if pack.points is not None and "dispatch" in books.specs:
        rules = Rulebook.load(pack.points, pack.id, pack.zone)
        there = {one["id"] for one in entries}
        missing = {
            hit.entry_id: day
            for hit, day in _earned(books, rules)
            if hit.entry_id not in there and not _capped(hit, day, entries)
        }
        truth.none("points never posted", sorted(missing))


def _earned(books: Books, rules: Rulebook) -> Iterator[tuple[Hit, str]]:
    """What dispatch said and the rulebook gives points for, with its day; matters taken up again are left out."""
    back = ", ".join(f"'{name}'" for name in rules.data.reversed_by)
    again = set(books.column("dispatch", f"SELECT subject FROM outbox WHERE type IN ({back})"))
    wanted = ", ".join(f"'{name}'" for name in rules.types)
    for (body,) in books.rows("dispatch", f"SELECT body FROM outbox WHERE exchange <> '' AND type IN ({wanted})"):
        message = CATALOGUE.decode(body.encode())
        if message.subject not in again:
            day = message.time.astimezone(rules.zone).date().isoformat()
            yield from ((hit, day) for hit in rules.hits(message))


def _capped(hit: Hit, day: str, entries: list[dict[str, Any]]) -> bool:
    """Whether the account had as much by the rule as it may, on that day, in its month or its year."""
    caps = ((10, hit.rule.cap.day), (7, hit.rule.cap.month), (4, hit.rule.cap.year))
    for letters, cap in caps:
        same = [one for one in entries if one["rule"] == hit.rule.id and one["day"][:letters] == day[:letters]]
        got = sum(leg["points"] for one in same for leg in one["postings"] if _holds(leg, hit) and leg["points"] > 0)
        if cap is not None and got >= cap:
            return True
    return False


def _holds(leg: dict[str, Any], hit: Hit) -> bool:
    return bool(leg["account"]["kind"] == hit.account.kind and leg["account"]["code"] == hit.account.code)


def put_up(books: Books, kept: Mapping[str, set[str]]) -> list[str]:
    """What is wrong with what was put up and taken in: lost, or there twice."""
    keys = {"claims": "claims", "stewards": "stewardships", "projects": "projects", "orders": "orders"}
    wrong = []
    for what, table in keys.items():
        there = Counter(books.column("dispatch", f"SELECT key FROM {table} WHERE key IS NOT NULL"))
        ours = {str(key).rpartition("|")[2]: times for key, times in there.items()}
        wrong += [
            f"{what}: {ident} is there {ours.get(ident, 0)} times"
            for ident in kept.get(what, ())
            if ours.get(ident) != 1
        ]
    return wrong
