"""Where a code is that the pack does not know: a grid code of another form, a code of before, one of elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from govcore.errors import Refusal
from govcore.grids.divisions import Ask, Listed, Resolved, resolve
from govcore.grids.model import Division, Located, Sure
from govcore.packs.places import Found, Places

_ASKED_FURTHER = ("GRID_UNKNOWN_CODE", "GRID_BAD_CODE", "GRID_UNKNOWN_GRID")


class ListedPlaces:
    """The pack's places first, then the list of divisions with its history."""

    def __init__(self, places: Places, ask: Ask) -> None:
        self._places, self._ask = places, ask
        self._profile = places.registry.profile

    def find(
        self,
        *,
        grid: str | None = None,
        point: tuple[float, float] | None = None,
        division: str | None = None,
        code: str | None = None,
        texts: Sequence[str] = (),
        at: datetime,
        anywhere: bool = False,
    ) -> Found:
        """As :meth:`Places.find`.  Where that knows nothing:

        a grid code of any length whose first digits are a division is in that division, unsure
        (``GRID_UNKNOWN_GRID_HERE`` among the doubts); a division that is no more is where its one successor here is
        (``GRID_OUTDATED_CODE`` among the doubts, raised where there are several or none); one of elsewhere is
        refused (``GRID_NOT_OURS``), or with ``anywhere`` answered with that among the doubts.
        """
        try:
            return self._places.find(grid=grid, point=point, division=division, code=code, texts=texts, at=at)
        except Refusal as no:
            asked = code or grid or division
            if asked is None or no.code not in _ASKED_FURTHER:
                raise
            day = at.astimezone(self._places.zone).date()
            digits = sum(self._profile.widths)
            if asked.isascii() and asked.isdigit() and 0 < digits < len(asked):
                short = asked[:digits]
                found = self._known(short, day, at, anywhere)
                doubt = Refusal("GRID_UNKNOWN_GRID_HERE", field="grid", value=asked[:40], division=short)
                return _doubted(found, doubt)
            if no.code != "GRID_UNKNOWN_CODE":
                raise
            return self._known(asked, day, at, anywhere)

    def _known(self, code: str, day: date, at: datetime, anywhere: bool) -> Found:
        """A division here, or one of the list."""
        try:
            return self._places.find(division=code, at=at)
        except Refusal as no:
            if no.code != "GRID_UNKNOWN_CODE":
                raise
        meant = resolve(code, day, self._ask, self._profile)
        if not meant.in_force:
            return self._successor(meant, at, anywhere)
        if not anywhere:
            raise self._not_ours(meant)
        return _listed(meant, self._not_ours(meant))

    def _successor(self, meant: Resolved, at: datetime, anywhere: bool) -> Found:
        outdated = meant.outdated()
        here = [one.code for one in meant.successors if self._places.registry.find_division(one.code) is not None]
        if len(here) == 1:
            return _doubted(self._places.find(division=here[0], at=at), outdated)
        if here or not anywhere or len(meant.successors) != 1:
            raise outdated
        (now,) = meant.successors
        there = resolve(now.code, at.astimezone(self._places.zone).date(), self._ask, self._profile)
        return _listed(there, outdated, self._not_ours(there))

    def _not_ours(self, meant: Resolved) -> Refusal:
        name = "".join(one.name for one in reversed((meant.division, *meant.chain)))
        return Refusal("GRID_NOT_OURS", field="division", value=meant.division.code, name=name)


def _doubted(found: Found, doubt: Refusal) -> Found:
    located = found.located
    return replace(found, located=replace(located, sure="unsure", doubts=(*located.doubts, doubt)))


def _listed(meant: Resolved, *doubts: Refusal) -> Found:
    """A division of the list, nobody on duty there as far as is known here."""
    chain = tuple(_division(one) for one in (meant.division, *meant.chain))
    sure: Sure = "certain" if len(doubts) == 1 else "unsure"
    return Found(Located(None, chain[0], meant.division.place, chain, "division", sure, (), doubts), None)


def _division(one: Listed) -> Division:
    return Division(one.code, one.name)
