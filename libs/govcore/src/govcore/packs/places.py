"""Where something is and which post answers there: a pack's registry, boundary, posts and rota in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from govcore.errors import Refusal
from govcore.grids.boundaries import Boundary, read_boundaries
from govcore.grids.coordinates import Point
from govcore.grids.lives import GridLife, Spell
from govcore.grids.locate import Locator
from govcore.grids.model import Division, Grid, Located, Sure
from govcore.grids.registry import Registry
from govcore.grids.words import PlaceWords
from govcore.packs.duties import Duties, duty_of, seats_of
from govcore.packs.model import Pack
from govcore.persons import Absence, Holding, OnDuty, Post

WORD_KINDS = ("division", "estate", "road", "place")
"""The kinds of ``aliases.csv`` whose names are places: 小区, 道路, and whatever else is known by name."""
_LIKELY = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """A place and who is on duty there, None where nobody is."""

    located: Located
    duty: OnDuty | None

    def facts(self) -> dict[str, Any]:
        """The fields of ``event.located.v1``, less event and time."""
        grid, post = self.located.grid, self.duty.post if self.duty else None
        return {
            "place": self.located.place,
            "division": self.located.division.code,
            "grid": grid.code if grid else None,
            "grid_name": grid.name if grid else None,
            "duty_post": post.id if post else None,
            "duty_person": post.person if post else None,
            "how": self.located.how,
            **({"sure": self.located.sure, "score": self.located.score} if self.located.score is not None else {}),
        }


class Places:
    """Finds.  ``registry`` and ``posts`` are the pack's own, or a service's that has changed them since."""

    def __init__(
        self,
        pack: Pack,
        registry: Registry | None = None,
        posts: Iterable[Post] | None = None,
        *,
        holdings: Iterable[Holding] = (),
        absences: Iterable[Absence] = (),
    ) -> None:
        """Raises what :class:`Registry`, :class:`Locator` and :class:`Duty` do."""
        self.registry = registry_of(pack) if registry is None else registry
        self.zone, self._rota = pack.zone, pack.header.duty
        self._home = {area.code for code in pack.header.areas for area in self.registry.chain(code)}
        named = {name: code for kind in WORD_KINDS for name, code in pack.aliases.get(kind, {}).items()}
        self._words = PlaceWords(self.registry, named, pack.header.areas)
        self._least = pack.header.place_words.least
        shapes = read_boundaries(pack.boundary).strict() if pack.boundary else ()
        self._own = tuple(shapes)
        self._locator = Locator(self.registry, shapes)
        everybody = posts_of(pack) if posts is None else posts
        self._duty = duty_of(pack, self.registry, everybody, holdings, absences)
        self.duties = Duties(pack, self.registry, self._duty)

    def with_people(self, holdings: Iterable[Holding], absences: Iterable[Absence]) -> Places:
        """The same grids and posts with other holders and absences.  Raises ``PERSON_UNKNOWN_POST``."""
        other = copy(self)
        other._duty = self._duty.with_people(holdings, absences)
        other.duties = self.duties.with_duty(other._duty)
        return other

    def find(
        self,
        *,
        grid: str | None = None,
        point: tuple[float, float] | None = None,
        division: str | None = None,
        code: str | None = None,
        texts: Sequence[str] = (),
        at: datetime,
    ) -> Found:
        """A grid code before a point (degrees in WGS-84), a point before a division code; ``at`` is when.

        ``code`` is of a grid or of a division, whichever it is made up as.  ``texts``: an address, a title; asked for
        their place words where nothing but the locality as a whole is given.  Below the pack's score nothing is
        guessed (``GRID_NO_PLACE_WORDS`` where nothing else is given).

        Raises ``GRID_…`` as :meth:`Locator.locate` does.
        """
        if code and self.registry.names_grid(code):
            grid = grid or code
        elif code:
            division = division or code
        local = at.astimezone(self.zone)
        if any(texts) and not grid and not point and (not division or self._whole(division)):
            try:
                located = self._by_words(texts, local.date())
            except Refusal:
                if not division:
                    raise
            else:
                return Found(located, self._on_duty(located, local))
        there = Point(*point) if point else None
        located = self._locator.locate(grid=grid, point=there, division=division, at=local.date())
        return Found(located, self._on_duty(located, local))

    def area(self, code: str) -> tuple[str, str, bool]:
        """A known area's code at its normal length, its place, and whether it is a grid.  Raises ``GRID_BAD_CODE``,
        ``GRID_UNKNOWN_CODE``."""
        found = self.registry.area(code)
        return found.code, self.registry.place(found.code), isinstance(found, Grid)

    def bounded(self, put: Iterable[Boundary], gone: Iterable[str]) -> Places:
        """The same with some boundaries put in and some gone, where the pack's own counts again, if it has one."""
        back = {boundary.code: boundary for boundary in self._own}
        left = list(gone)
        found = copy(self)
        found._locator = self._locator.changed(
            self.registry,
            [*put, *(back[code] for code in left if code in back)],
            [code for code in left if code not in back],
        )
        return found

    def place_of(self, code: str) -> str:
        """The place of a grid or division.  Raises ``GRID_UNKNOWN_CODE``, ``GRID_UNKNOWN_GRID``."""
        return self.registry.profile.place(self.division_of(code))

    def division_of(self, code: str) -> str:
        """The code of the division it is or lies in.  Raises as :meth:`place_of` does."""
        if self.registry.names_grid(code):
            return self.registry.grid(code).division
        return self.registry.division(code).code

    def _whole(self, division: str) -> bool:
        """Whether it is the locality itself or above it: a place that says nothing."""
        known = self.registry.find_division(division)
        return known is not None and known.code in self._home

    def _by_words(self, texts: Sequence[str], day: date) -> Located:
        guess = self._words.best(*texts)
        if guess is None or guess.score < self._least:
            what = f"{guess.words[0]} {guess.score}" if guess else "—"
            raise Refusal("GRID_NO_PLACE_WORDS", field="text", found=what, least=self._least)
        area = self.registry.area(guess.code)
        if isinstance(area, Grid):
            located = self._locator.by_grid(area.code, at=day)
        else:
            located = self._locator.by_division(area.code, at=day)
        sure: Sure = "likely" if guess.score >= _LIKELY and located.grid is not None else "unsure"
        return replace(located, how="address", sure=sure, score=guess.score, words=guess.words)

    def _on_duty(self, located: Located, local: datetime) -> OnDuty | None:
        """The first post on duty in the grid, or in the village's grids, which take turns a day each."""
        areas = [located.grid.code] if located.grid else self._in_turn(located.division.code, local.date())
        here = next((on[0] for area in areas if (on := self._duty.own(area, local))), None)
        return here or next((on[0] for area in areas if (on := self._duty.on(area, local))), None)

    def _in_turn(self, division: str, day: date) -> list[str]:
        """The grids of a division, the one whose day it is first, and the division itself last."""
        grids = [grid.code for grid in self.registry.grids_in(division, at=day)]
        return [*self._rota.in_turn(grids, day), division]


def registry_of(pack: Pack) -> Registry:
    """The pack's divisions and grids."""
    return Registry(
        [Division(one.code, one.name, one.kind) for one in pack.divisions.values()],
        [life.grid for life in lives_of(pack)],
        profile=pack.header.code,
        grid_profile=pack.header.grid_code,
    )


def lives_of(pack: Pack) -> list[GridLife]:
    """The pack's grids, each at the beginning of its life."""
    found = []
    for one in pack.grids.values():
        kind = pack.grid_rules.kind(one.kind)
        spell = Spell(
            name=one.name,
            kind=one.kind,
            level=kind.level if kind else "",
            parent=one.parent or None,
            households=int(one.households) if one.households else None,
        )
        place = pack.place_of(one.village)
        found.append(GridLife(id=one.code, division=one.village, place=place, spells=(spell,), seeded=True))
    return found


def posts_of(pack: Pack) -> list[Post]:
    """The pack's posts, those of the duty chain's leaders among them; who holds them no pack says."""
    return [one.post for one in seats_of(pack)]
