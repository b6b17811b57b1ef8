"""The list of divisions in the tables: its versions, what lies below, names by any part of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from heapq import nsmallest

import sqlalchemy as sa

from gov_grid import tables
from gov_grid.store._drawn import drawn
from govcore.grids import CodeProfile, Listed, Match
from govcore.grids.divisions import by_code
from govcore.grids.search import ENDINGS, FITS, core, fit_of, plain
from govmesh import bulk
from govmesh.kinds import Kind

ALWAYS, NEVER = "", "9999"
_LAST = "\U0010ffff"


def _plain(one: Listed) -> str:
    return plain(one.name)


def _since(one: Listed) -> str:
    return one.since.isoformat() if one.since else ALWAYS


def _until(one: Listed) -> str:
    return one.until.isoformat() if one.until else NEVER


LISTED = Kind(
    tables.LISTED,
    Listed,
    {**drawn("code", "place", "level", "parent"), "plain": _plain, "since": _since, "until": _until},
    lookups=("code", "parent"),
)


class Book:
    """The list as one transaction sees it."""

    def __init__(self, conn: sa.Connection, profile: CodeProfile) -> None:
        self._conn, self._profile = conn, profile

    def versions(self, codes: Sequence[str]) -> Mapping[str, Sequence[Listed]]:
        """The versions of each code that is known, the earliest first: what ``govcore.grids.resolve`` asks."""
        return by_code(LISTED.load(self._conn, "code", list(codes), lock=False)) if codes else {}

    def children(self, code: str, at: date) -> list[Listed]:
        """The divisions directly below on a date, by code; without one those at the top.  Raises ``GRID_BAD_CODE``."""
        above = tables.LISTED.c.parent
        below = above == self._profile.normal(code) if code else above.is_(None)
        wanted = sa.select(tables.LISTED.c.doc).where(below, _in_force(at)).order_by(tables.LISTED.c.code)
        return [LISTED.read(row[0]) for row in self._conn.execute(wanted)]

    def search(self, text: str, at: date, *, within: str | None, limit: int) -> list[Match]:
        """As :meth:`govcore.grids.Gazetteer.search`.  Raises ``GRID_BAD_CODE``."""
        wanted, stem = plain(text), core(text)
        if not wanted:
            return []
        names = tables.LISTED.c
        if within:
            under = self._profile.normal(within)
            found = self._rows(
                names.code.between(under, under + _LAST) & names.plain.contains(stem, autoescape=True), at
            )
            return self._best(found, wanted, stem, at, limit)
        spelt = {wanted, stem, *(stem + ending for ending in ENDINGS)}
        best = self._best(self._rows(names.plain.in_(spelt), at), wanted, stem, at, limit)
        if len(best) == limit:
            return best
        likely = nsmallest(
            limit * 5 + 50,
            (
                (FITS.index(fit), len(name), name)
                for name in self._names(wanted)
                if (fit := fit_of(name, wanted, stem)) is not None
            ),
        )
        found = self._rows(names.plain.in_({*spelt, *(name for _, _, name in likely)}), at)
        return self._best(found, wanted, stem, at, limit)

    def _names(self, part: str) -> set[str]:
        """The plain names that have this part."""
        ends = tables.ENDS.c
        return set(self._conn.execute(sa.select(ends.plain).where(ends.tail.between(part, part + _LAST))).scalars())

    def _rows(self, where: sa.ColumnElement[bool], at: date) -> Iterable[tuple[str, str]]:
        wanted = sa.select(tables.LISTED.c.code, tables.LISTED.c.plain).where(where, _in_force(at))
        return ((row[0], row[1]) for row in self._conn.execute(wanted))

    def _best(self, rows: Iterable[tuple[str, str]], wanted: str, stem: str, at: date, limit: int) -> list[Match]:
        fits = (
            (FITS.index(fit), len(name), code) for code, name in rows if (fit := fit_of(name, wanted, stem)) is not None
        )
        best = nsmallest(limit, fits)
        chains = {code: self._profile.chain(code) for _, _, code in best}
        known = self.versions(sorted({code for chain in chains.values() for code in chain}))
        names = {code: _name(versions, at) for code, versions in known.items()}
        return [
            Match(code, names[code], "".join(names.get(up, "") for up in reversed(chains[code])), FITS[rank])
            for rank, _, code in best
        ]


def index_names(conn: sa.Connection, names: Iterable[str]) -> None:
    """Let these names be found by any part of them."""
    wanted = {plain(name) for name in names}
    new = ends_of(conn, wanted)
    bulk.insert(conn, tables.ENDS, [{"tail": tail, "plain": name, "place": ""} for tail, name in new])


def ends_of(conn: sa.Connection, names: set[str]) -> list[tuple[str, str]]:
    """The ends of those plain names that cannot be found yet, in order."""
    sql = f"SELECT tail FROM listed_ends WHERE tail = plain AND {bulk.among(conn, 'tail')}"
    there = {row[0] for row in conn.execute(sa.text(sql), {"keys": bulk.keys(conn, sorted(names))})}
    return sorted((tail, name) for name in names - there for tail in tails(name))


def tails(name: str) -> Iterable[str]:
    """The ends of a plain name that begin before its official ending."""
    return (name[at:] for at in range(len(core(name))))


def _in_force(at: date) -> sa.ColumnElement[bool]:
    day = at.isoformat()
    return (tables.LISTED.c.since <= day) & (tables.LISTED.c.until > day)


def _name(versions: Sequence[Listed], at: date) -> str:
    return next((one for one in versions if one.in_force(at)), versions[-1]).name
