"""Divisions, grids 网格, boundaries, coordinates: where something is, and what lies above it.

>>> from govcore.grids import Division, Grid, Locator, Registry
>>> town, village = Division("340881001", "文昌街道"), Division("340881001004", "第四社区")
>>> registry = Registry([town, village], [Grid("340881001004001", "第一网格", "340881001004")])
>>> found = Locator(registry).locate(division="340881001004")
>>> found.grid.name, found.place, [area.name for area in found.chain]
('第一网格', '34.08.81.001.004', ['第一网格', '第四社区', '文昌街道'])
"""

from __future__ import annotations

from govcore.grids.boundaries import Boundaries, Boundary, Extent, polygon, read_boundaries, why_invalid
from govcore.grids.codes import CHINA_CODES, GRID_CODES, CodeProfile, GridCode, GridCodeProfile
from govcore.grids.coordinates import Crs, Point, convert, crs_named, distance_m
from govcore.grids.divisions import Listed, Resolved, listed, resolve
from govcore.grids.gazetteer import Gazetteer
from govcore.grids.lives import GridChange, GridLife, GridPart, GridState, Spell
from govcore.grids.locate import Locator
from govcore.grids.model import COMPREHENSIVE, Area, Candidate, Division, Grid, Located, Match, Sure, Way
from govcore.grids.registry import Registry
from govcore.grids.words import Guess, PlaceWords

__all__ = [
    "CHINA_CODES",
    "COMPREHENSIVE",
    "GRID_CODES",
    "Area",
    "Boundaries",
    "Boundary",
    "Candidate",
    "CodeProfile",
    "Crs",
    "Division",
    "Extent",
    "Gazetteer",
    "Grid",
    "GridChange",
    "GridCode",
    "GridCodeProfile",
    "GridLife",
    "GridPart",
    "GridState",
    "Guess",
    "Listed",
    "Located",
    "Locator",
    "Match",
    "PlaceWords",
    "Point",
    "Registry",
    "Resolved",
    "Spell",
    "Sure",
    "Way",
    "convert",
    "crs_named",
    "distance_m",
    "listed",
    "polygon",
    "read_boundaries",
    "resolve",
    "why_invalid",
]
