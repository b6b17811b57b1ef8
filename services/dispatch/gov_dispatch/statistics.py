"""``/api/v1/stats``: day, week and month in figures, and the departments' ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gov_dispatch.store.offers import Offer, offers, work
from gov_dispatch.store.statistics import facts, since
from gov_dispatch.who import known
from govcore.errors import Refusal
from govcore.stats import (
    Account,
    Fact,
    Judging,
    Ledger,
    Period,
    Report,
    Three,
    Window,
    accounts,
    naming,
    report,
    town,
    windows,
)
from govmesh.http import Request, Route
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """The statistics' routes."""
    api = Statistics(mesh)
    return [
        Route("GET", "/api/v1/stats/ledger", api.get_ledger),
        Route("GET", "/api/v1/stats/<kind>", api.get_report),
    ]


class Statistics:
    """Reads the facts of a period and has the tables made of them, by the mesh's clock and the pack's time zone."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        header = mesh.pack.header
        bad = [grade.grade for grade in header.rating.grades if grade.rework]
        self._judging = Judging.of(bad, final=mesh.pack.closing.counts == "final")
        self._name, self._town = naming(mesh.pack), town(mesh.pack)
        self._reasons = {one.code: (one.label.zh, one.label.en) for one in header.handoff.return_reasons}

    def get_report(self, request: Request, kind: str) -> Report:
        """``?date=2026-03-02``: the day, week or month with that day in it; today's where none is named."""
        return self.report(self._period(request, kind), self._mesh.clock.now())

    def get_ledger(self, request: Request) -> Ledger:
        """``?date=…&period=month&dept=…``: the ledger of a period, of one department if asked."""
        period = self._period(request, request.args.get("period", "month"))
        dept = request.args.get("dept")
        if dept is not None:
            known(self._mesh.pack, dept)
        now = self._mesh.clock.now()
        window = period.window(now)
        with self._mesh.database.read() as conn:
            found = self._accounts(conn, window, offers(conn, window, self._town, now))
        kept = tuple(one for one in found if dept is None or one.code == dept)
        return Ledger(label=period.label, start=window.start, end=window.end, read_at=now, departments=kept)

    def report(self, period: Period, now: datetime) -> Report:
        """The whole report of one period."""
        own, *others = windows(period, now)
        days = [day for day in period.days() if day.begun(now)] if period.kind == "week" else []
        with self._mesh.database.read() as conn:
            offered = offers(conn, own, self._town, now)
            first, *by_day = self._facts(conn, [own, *(day.window(now) for day in days)], offered)
            earlier = [self._facts(conn, [one], offers(conn, one, self._town, now))[0] for one in others]
            ledger = self._accounts(conn, own, offered)
            earliest = since(conn)
        return report(
            period,
            Three(first, *earlier),
            pack=self._mesh.pack.id,
            now=now,
            judging=self._judging,
            weights=self._mesh.pack.header.three_rates,
            name=self._name,
            since=earliest,
            days={day.label: part for day, part in zip(days, by_day, strict=True)},
            ledger=ledger,
        )

    def _facts(self, conn: Any, stretch: Sequence[Window], offered: Sequence[Offer]) -> list[list[Fact]]:
        """Of each window; the first of them is the stretch that ``offered`` is of."""
        found = facts(conn, stretch, self._town)
        for part, window in zip(found, stretch, strict=True):
            part += [one.fact for one in offered if window.start <= one.made_at < window.end]
        return found

    def _accounts(self, conn: Any, window: Window, offered: Sequence[Offer]) -> tuple[Account, ...]:
        return accounts(
            [one.fact for one in offered],
            work(conn, window, offered),
            departments=self._mesh.pack.departments,
            reasons=self._reasons,
            judging=self._judging,
            name=self._name,
        )

    def _period(self, request: Request, kind: str) -> Period:
        zone, said = self._mesh.pack.zone, request.args.get("date")
        try:
            day = date.fromisoformat(said) if said else self._mesh.clock.now().astimezone(zone).date()
        except ValueError as error:
            raise Refusal("STATS_BAD_DATE", field="date", value=str(said)[:40]) from error
        return Period.holding(kind, day, zone)
