"""A pack (地方包): one locality's way of working, loaded and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from govcore.errors import Refusal
from govcore.events.classify import Classifier
from govcore.events.routing import RoutingTable
from govcore.events.routing_rules import Rule, placed
from govcore.packs.alerts import AlertRules
from govcore.packs.calendars import calendars_of
from govcore.packs.closing import NOTHING_SAID, Closing
from govcore.packs.demo import Count, DemoDraw, DemoPlace, DemoSpec
from govcore.packs.former import Former
from govcore.packs.gridding import GridRules
from govcore.packs.links import Link
from govcore.packs.notices import NoticeRules
from govcore.packs.records import ClassItem, Division, Grid, Leader, Post, ServiceItem
from govcore.packs.schema import Channel, Department, Header, Weighed
from govcore.packs.stories import Story
from govcore.packs.terms import Terms
from govcore.persons.form import NO_PERSONS, PersonRules
from govcore.points.rules import RulebookData
from govcore.workflow import ONLY_SHIPPED, Workflows

if TYPE_CHECKING:
    from govcore.calendar.days import WorkCalendar
    from govcore.calendar.notices import Notice
    from govcore.calendar.overrides import Calendars


@dataclass(frozen=True)
class Pack:
    """Everything a locality's pack says.  Mappings are by code, in the order of the files.

    ``aliases``: for a kind (``class``, ``department``, ``division``, ``channel``, ``queue``) the names that
    outside data uses, to codes; ``notices``: those of the pack's own file, if any; ``local_notices``: by division;
    ``alerts``: what devices may bring in, ``notice_rules``: who is told what; nothing where the pack says nothing;
    ``mappings``: files that say how to read a spreadsheet, for the importer; ``workflows``: the lifecycles, the one
    new events follow and the older ones; ``services``: what can be applied for;
    ``persons``: the entry form, purposes and systems that are told;
    ``former``: units that are no more; ``closing``: who verifies, what a bad grade brings, visits;
    ``grid_rules``: kinds of grids and posts, duty chain, watch and norm;
    ``links``: partners that get only what may be shared with them.
    """

    folder: Path
    header: Header
    departments: Mapping[str, Department]
    divisions: Mapping[str, Division]
    classes: Mapping[str, ClassItem]
    channels: Mapping[str, Channel]
    rules: tuple[Rule, ...]
    terms: Terms
    points: RulebookData | None
    words: Weighed | None
    aliases: Mapping[str, Mapping[str, str]]
    grids: Mapping[str, Grid]
    posts: Mapping[str, Post]
    leaders: Mapping[str, Leader]
    demo: DemoSpec | None
    demo_counts: tuple[Count, ...]
    notices: tuple[Notice, ...]
    local_notices: Mapping[str, tuple[Notice, ...]]
    mappings: tuple[Path, ...]
    stories: Mapping[str, Story]
    alerts: AlertRules
    notice_rules: NoticeRules
    workflows: Workflows = ONLY_SHIPPED
    services: Mapping[str, ServiceItem] = field(default_factory=dict)
    closing: Closing = NOTHING_SAID
    links: tuple[Link, ...] = ()
    former: Mapping[str, Former] = field(default_factory=dict)
    persons: PersonRules = NO_PERSONS
    grid_rules: GridRules = field(default_factory=GridRules)

    @property
    def id(self) -> str:
        return self.header.id

    @cached_property
    def shared_with(self) -> Mapping[str, frozenset[str]]:
        """Of each department that is a linked partner the parts of a message that it may have."""
        return {code: frozenset(one.share) for one in self.links for code in one.departments}

    def successor(self, dept: str) -> str | None:
        """The unit that has what ``dept`` had in hand, over several changes; None of one that is there or never was."""
        to = None
        while dept not in self.departments and (gone := self.former.get(dept)) is not None:
            dept = to = gone.successor
        return to

    @cached_property
    def zone(self) -> ZoneInfo:
        """The locality's time zone."""
        return ZoneInfo(self.header.time_zone)

    @cached_property
    def calendars(self) -> Calendars:
        """The locality's working time, ready to count with, and that of divisions which have their own."""
        return calendars_of(self.header, self.notices, self.local_notices)

    @property
    def calendar(self) -> WorkCalendar:
        """Working time where no division says otherwise."""
        return self.calendars.default

    def with_notices(self, notices: Sequence[Notice]) -> Pack:
        """The same with notices that have come out since; they go before the pack's own."""
        return replace(self, notices=(*self.notices, *notices))

    def apart(self) -> Pack:
        """The same with calendars of its own: what it learns, nobody else's does."""
        found = copy(self)
        found.__dict__.pop("calendars", None)
        return found

    def learn(self, notices: Sequence[Notice]) -> None:
        """Count by these besides the pack's own from now on, in place of what was learnt before; everybody who reckons
        by this pack's calendars does.  Raises ``CALENDAR_BAD_DATA``; nothing has changed then."""
        self.calendars.become(self.with_notices(notices).calendars)

    def calendar_in(self, division: str) -> WorkCalendar:
        """Working time in a division, given by code, full or short, or by a name only one has.

        Raises ``CALENDAR_UNKNOWN_DIVISION``.
        """
        code = self.code_of("division", division)
        if code is None:
            try:
                code = self.header.code.normal(division)
            except Refusal:
                code = ""
        if code not in self.divisions:
            raise Refusal("CALENDAR_UNKNOWN_DIVISION", field="division", value=division[:40], pack=self.id)
        return self.calendars.of(self.divisions[code].place)

    @cached_property
    def routing(self) -> RoutingTable:
        """The rules, with their places as dotted paths."""
        return RoutingTable([placed(rule, self.header.code.place) for rule in self.rules])

    @cached_property
    def _by_service(self) -> Mapping[str, tuple[ServiceItem, RoutingTable]]:
        found = self.services.values()
        return {item.class_code: (item, RoutingTable([item.rule])) for item in found}

    def routing_of(self, class_code: str | None) -> RoutingTable:
        """The rules that are read for a matter of that class: of an application the one of its service."""
        own = self._by_service.get(class_code or "")
        return own[1] if own else self.routing

    def service_of(self, class_code: str | None) -> ServiceItem | None:
        """The service that a matter of that class is an application for."""
        own = self._by_service.get(class_code or "")
        return own[0] if own else None

    @cached_property
    def classifier(self) -> Classifier | None:
        """The classifier of free texts, None where the pack has no words."""
        if self.words is None:
            return None
        words = self.words
        return Classifier(
            words.by_class(), threshold=words.threshold, margin=words.margin, share=words.share, most=words.most
        )

    @cached_property
    def divisions_by_place(self) -> Mapping[str, Division]:
        """The divisions by their dotted path."""
        return {division.place: division for division in self.divisions.values()}

    @cached_property
    def villages(self) -> tuple[Division, ...]:
        """The divisions that have none below them."""
        parents = {division.parent for division in self.divisions.values()}
        return tuple(division for division in self.divisions.values() if division.code not in parents)

    @cached_property
    def grids_by_village(self) -> Mapping[str, tuple[Grid, ...]]:
        """The grids of each village that has some."""
        found: dict[str, list[Grid]] = {}
        for grid in self.grids.values():
            found.setdefault(grid.village, []).append(grid)
        return {village: tuple(grids) for village, grids in found.items()}

    @cached_property
    def posts_by_grid(self) -> Mapping[str, tuple[Post, ...]]:
        """The posts of each grid, the chief first."""
        found: dict[str, list[Post]] = {}
        for post in self.posts.values():
            found.setdefault(post.grid, []).append(post)
        return {
            grid: tuple(sorted(posts, key=lambda post: (post.kind != "chief", post.id)))
            for grid, posts in found.items()
        }

    @cached_property
    def boundary(self) -> dict[str, Any] | None:
        """The boundary as GeoJSON in WGS-84, None where the pack has none."""
        file = self.folder / "boundary.geojson"
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

    @cached_property
    def demo_draw(self) -> DemoDraw | None:
        """Draws reports for a demo day, None where the pack has no demo."""
        if self.demo is None:
            return None
        shortest: dict[str, str] = {}
        for name, code in self.aliases.get("division", {}).items():
            if name and len(name) < len(shortest.get(code, self.divisions[code].name)):
                shortest[code] = name
        places = []
        for one in self.villages:
            town = self.divisions[one.parent].name if one.parent in self.divisions else ""
            places.append(DemoPlace(one.code, shortest.get(one.code, one.name).removeprefix(town), town))
        names = {item.code: item.name for item in self.classes.values()}
        return DemoDraw(self.demo, self.demo_counts, places, names)

    def code_of(self, kind: str, name: str) -> str | None:
        """The code of what outside data calls ``name``: an alias, the code itself, or a name only one has.

        ``kind`` is ``class``, ``department``, ``division``, ``channel`` or ``queue`` (a department's own desk).
        """
        aliased = self.aliases.get(kind, {}).get(name)
        return aliased if aliased is not None else self._names.get(kind, {}).get(name)

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        return {
            "class": _unique(
                {item.code: (item.name, item.name_en) for item in self.classes.values() if item.level == 3}
            )
            | {code: code for code in self.classes},
            "department": _unique({one.code: (one.name.zh, one.name.en) for one in self.departments.values()})
            | {code: code for code in self.departments},
            "division": _unique({one.code: (one.name,) for one in self.divisions.values()})
            | {code: code for code in self.divisions},
            "channel": _unique({one.code: (one.name.zh, one.name.en) for one in self.channels.values()})
            | {code: code for code in self.channels},
        }

    def place_of(self, division: str) -> str:
        """The dotted path of a known division, empty for an unknown one."""
        found = self.divisions.get(division)
        return found.place if found else ""

    def ancestry(self, class_code: str) -> tuple[ClassItem, ...]:
        """The major, minor and item of a class, top first; empty if it is unknown."""
        chain: list[ClassItem] = []
        item = self.classes.get(class_code)
        while item is not None:
            chain.append(item)
            item = self.classes.get(item.parent)
        return tuple(reversed(chain))


def _unique(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Name to code, of the names that only one code has."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, known_as in names.items():
        for name in set(known_as):
            if found.setdefault(name, code) != code:
                shared.add(name)
    return {name: code for name, code in found.items() if name not in shared}
