"""The rows of a pack's tables."""

from __future__ import annotations

from typing import NamedTuple

from govcore.events.routing_rules import Rule, When


class Division(NamedTuple):
    """A division (行政区划): ``place`` is its dotted path, ``kind`` the locality's word for its level."""

    code: str
    name: str
    parent: str
    kind: str
    place: str


class ClassItem(NamedTuple):
    """A class of matters: level 1 major (大类), 2 minor (小类), 3 item (细项).

    ``origin``: named by the source, or composed by us; ``gb_code``: ``kind:code`` of GB/T 47678.5 it was composed from.
    """

    code: str
    level: int
    name: str
    name_en: str
    parent: str
    origin: str
    gb_code: str


class Grid(NamedTuple):
    """A grid (网格) of one village or community; ``parent``: the grid it is part of, if any; ``households``: how many,
    empty where nobody counted."""

    code: str
    name: str
    village: str
    kind: str
    origin: str
    parent: str = ""
    households: str = ""


class Post(NamedTuple):
    """A post (岗位) in a grid, or in a division where its kind says so: chief (网格长), worker (网格员), …; ``time``
    full or part; never a name."""

    id: str
    grid: str
    kind: str
    time: str


class ServiceItem(NamedTuple):
    """A service (服务事项) that a unit gives on application, within ``term``.

    ``online``: it can be applied for online (网上办); ``one_trip``: it takes one trip at most (最多跑一次);
    ``open``: it can be applied for now; ``basis``: the law with its article, or that we composed it.
    """

    code: str
    name: str
    name_en: str
    unit: str
    term: str
    online: bool
    one_trip: bool
    open: bool
    basis: str

    @property
    def class_code(self) -> str:
        """What an application for it has as its class."""
        return f"service.{self.code}"

    @property
    def rule(self) -> Rule:
        """The one routing rule that is read for it: its unit, its term, its basis."""
        return Rule(
            id=self.class_code,
            when=When.model_validate({"class": self.class_code}),
            lead=self.unit,
            term=self.term,
            stop=True,
            reason=self.name,
            basis=self.basis,
        )


class Leader(NamedTuple):
    """A leader's post (领导岗位): of ``department``, or with none in the duty chain 值班链条 of ``area``, a division.

    ``title`` is what the post is called; never a name.
    """

    id: str
    area: str
    department: str
    title: str
    title_en: str
    origin: str
