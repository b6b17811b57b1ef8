"""A pack as read and not yet judged: what could be read, and what was wrong on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from govcore.calendar.notices import Notice
from govcore.errors import Refusal
from govcore.events.routing_rules import Rule
from govcore.packs._csv import Table
from govcore.packs._validate import listed_codes
from govcore.packs._yaml import Document
from govcore.packs.alerts import AlertRules
from govcore.packs.closing import Closing
from govcore.packs.demo import DemoSpec
from govcore.packs.former import Former
from govcore.packs.gridding import GridRules
from govcore.packs.links import Links
from govcore.packs.notices import NoticeRules
from govcore.packs.records import ServiceItem
from govcore.packs.schema import Channel, Department, Header, Weighed
from govcore.packs.spread import GridRow, PostRow
from govcore.packs.stories import Story
from govcore.packs.terms import Terms
from govcore.persons.form import PersonRules
from govcore.points.rules import RulebookData
from govcore.workflow import Workflow


@dataclass(slots=True)
class Draft:
    """Each file as it was read; None (or empty) where it could not be, with the reason in ``findings``."""

    folder: Path
    findings: list[Refusal]
    head: Document | None = None
    header: Header | None = None
    department_file: Document | None = None
    departments: list[tuple[int, Department]] = field(default_factory=list)
    former: list[tuple[int, Former]] = field(default_factory=list)
    channel_file: Document | None = None
    channels: list[tuple[int, Channel]] = field(default_factory=list)
    rule_file: Document | None = None
    rules: list[tuple[int, Rule]] = field(default_factory=list)
    terms_file: Document | None = None
    terms: Terms | None = None
    closing_file: Document | None = None
    closing: Closing | None = None
    links_file: Document | None = None
    links: Links | None = None
    points: RulebookData | None = None
    words_file: Document | None = None
    words: Weighed | None = None
    alerts_file: Document | None = None
    alerts: AlertRules | None = None
    grids_file: Document | None = None
    grid_rules: GridRules | None = None
    spread_grids: list[GridRow] = field(default_factory=list)
    spread_posts: list[PostRow] = field(default_factory=list)
    notice_file: Document | None = None
    notice_rules: NoticeRules | None = None
    person_file: Document | None = None
    person_rules: PersonRules | None = None
    demo_file: Document | None = None
    demo: DemoSpec | None = None
    count_table: Table | None = None
    division_table: Table | None = None
    class_table: Table | None = None
    grid_table: Table | None = None
    post_table: Table | None = None
    alias_table: Table | None = None
    leader_table: Table | None = None
    notices: tuple[Notice, ...] = ()
    local_notices: dict[str, tuple[Notice, ...]] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    services: dict[str, ServiceItem] = field(default_factory=dict)
    workflow: Workflow | None = None
    older_workflows: list[Workflow] = field(default_factory=list)

    def department_codes(self) -> set[str]:
        """All codes of departments.yaml, also of entries that are wrong otherwise."""
        return listed_codes(self.department_file, "departments")

    def channel_codes(self) -> set[str]:
        """All codes of channels.yaml."""
        return listed_codes(self.channel_file, "channels")

    def class_codes(self) -> set[str]:
        """All codes of classes.csv."""
        return _first(self.class_table)

    def division_codes(self) -> set[str]:
        """All codes of divisions.csv."""
        return _first(self.division_table)


def _first(table: Table | None) -> set[str]:
    return {cells[0] for _, cells in table.rows} if table else set()


def twice(keys: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    """The (position, key) pairs whose key came before."""
    seen: set[str] = set()
    for position, key in keys:
        if key in seen:
            yield position, key
        seen.add(key)
