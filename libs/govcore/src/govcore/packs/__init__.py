"""Packs (地方包): a locality's way of working as data, found, loaded and checked.

``load_pack("tongcheng")`` gives a typed :class:`Pack` or raises the first :class:`govcore.errors.Refusal`;
``check_pack(folder)`` lists everything that is wrong, each with file, line, key and reason.
"""

from govcore.packs.demo import DemoDraw, DemoReport
from govcore.packs.find import find_pack, known_packs
from govcore.packs.loader import check_pack, load_pack
from govcore.packs.model import Pack
from govcore.packs.records import ClassItem, Division, Grid, Post
from govcore.packs.schema import Behaviour, Channel, Department, Header
from govcore.packs.terms import Handling, Terms

__all__ = [
    "Behaviour",
    "Channel",
    "ClassItem",
    "DemoDraw",
    "DemoReport",
    "Department",
    "Division",
    "Grid",
    "Handling",
    "Header",
    "Pack",
    "Post",
    "Terms",
    "check_pack",
    "find_pack",
    "known_packs",
    "load_pack",
]
