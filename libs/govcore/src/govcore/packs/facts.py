"""What a pack knows about the names and places in a report, and the report as the domain keeps it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from govcore.events.event import Report
from govcore.events.redact import without_identity
from govcore.events.report_in import Codes, ReportIn
from govcore.events.report_in import Point as PointIn
from govcore.grids.boundaries import Extent, read_boundaries
from govcore.grids.coordinates import Point, crs_named
from govcore.packs.model import Pack

HEADLINE = 60
"""Characters of the text that stand for a missing title."""


class Known:
    """:class:`govcore.events.report_in.PackFacts` over a pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def knows_class(self, code_or_name: str) -> str | None:
        return self._pack.code_of("class", code_or_name) or self._by_name.get(code_or_name)

    def knows_division(self, code: str) -> bool:
        return code in self._pack.divisions or code in self._pack.header.areas

    def division_named(self, name: str) -> str | None:
        return self._pack.code_of("division", name)

    def department(self, name: str) -> str | None:
        return self._pack.code_of("department", name)

    def channel(self, name: str) -> str | None:
        return self._pack.code_of("channel", name)

    def contains(self, point: PointIn) -> bool:
        return self._extent is None or self._extent.contains(_at(point))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """The lowest class of each name."""
        return {item.name: item.code for item in sorted(self._pack.classes.values(), key=lambda item: item.level)}

    @cached_property
    def _extent(self) -> Extent | None:
        boundary = self._pack.boundary
        return None if boundary is None else Extent(read_boundaries(boundary).strict())


def report_of(pack: Pack, said: ReportIn, codes: Codes, *, id: str, event_id: str, now: datetime) -> Report:
    """The report of a matter: names as the pack's codes, the point in WGS-84, who reported left behind.

    The words say it no more either (:func:`govcore.events.redact.without_identity`).
    Without a class the pack's classifier is asked; without a division it is the pack's first area's.
    """
    who = said.reporter.names() if said.reporter else ()
    title, text, address = (without_identity(words, who) for words in (said.title, said.text, said.address))
    code = codes.class_code
    if code is None and pack.classifier is not None:
        guess = pack.classifier.classify(said.title, said.text)
        code = guess.class_code if guess else None
    item = pack.classes.get(code or "")
    division = codes.division or said.division or pack.header.areas[0]
    point = _at(said.point).to("wgs84") if said.point else None
    return Report(
        id=id,
        event_id=event_id,
        source=said.source,
        external_id=said.external_id,
        channel=codes.channel or said.channel or "unknown",
        reported_at=said.reported_at or now,
        title=title or text[:HEADLINE],
        text=text,
        address=address,
        class_code=code,
        class_name=item.name if item else said.class_name,
        severity=said.severity,
        place=pack.header.code.place(division),
        division=division,
        grid=said.grid,
        point=(point.lon, point.lat) if point else None,
    )


def _at(point: PointIn) -> Point:
    return Point(point.lon, point.lat, crs_named(point.crs))
