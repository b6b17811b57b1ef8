"""Packs (地方包): a locality's way of working as data, found, loaded and checked.

``load_pack("tongcheng")`` gives a typed :class:`Pack` or raises the first :class:`govcore.errors.Refusal`;
``check_pack(folder)`` lists everything that is wrong, each with file, line, key and reason.
Of a loaded pack :class:`Known` answers for names, :class:`Places` for places and duty, :func:`way_of` for decisions,
:func:`explain` for why one matter goes where it goes.
"""

from govcore.packs._rulebook import load_rulebook
from govcore.packs._yaml import read_plain
from govcore.packs.claiming import claim_rules_of, leader_of
from govcore.packs.demo import DemoDraw, DemoReport
from govcore.packs.duties import Duties, next_look, seats_of
from govcore.packs.facts import Known, report_of
from govcore.packs.find import find_pack, known_packs
from govcore.packs.listed_places import ListedPlaces
from govcore.packs.loader import check_pack, load_pack
from govcore.packs.model import Pack
from govcore.packs.places import Found, Places, lives_of, posts_of, registry_of
from govcore.packs.recalled import recalled
from govcore.packs.records import ClassItem, Division, Grid, Post, ServiceItem
from govcore.packs.replay import Difference, Replay
from govcore.packs.routed import Routed, explain, lacked, told
from govcore.packs.schema import Behaviour, Both, Channel, Department, Header
from govcore.packs.services import application, service_in
from govcore.packs.stories import Answer, Expect, Repeat, Step, Story, length_of
from govcore.packs.terms import Handling, Terms
from govcore.packs.way import facts_of, joint_rules_of, route, rules_of, way_of

__all__ = [
    "Answer",
    "Behaviour",
    "Both",
    "Channel",
    "ClassItem",
    "DemoDraw",
    "DemoReport",
    "Department",
    "Difference",
    "Division",
    "Duties",
    "Expect",
    "Found",
    "Grid",
    "Handling",
    "Header",
    "Known",
    "ListedPlaces",
    "Pack",
    "Places",
    "Post",
    "Repeat",
    "Replay",
    "Routed",
    "ServiceItem",
    "Step",
    "Story",
    "Terms",
    "application",
    "check_pack",
    "claim_rules_of",
    "explain",
    "facts_of",
    "find_pack",
    "joint_rules_of",
    "known_packs",
    "lacked",
    "leader_of",
    "length_of",
    "lives_of",
    "load_pack",
    "load_rulebook",
    "next_look",
    "posts_of",
    "read_plain",
    "recalled",
    "registry_of",
    "report_of",
    "route",
    "rules_of",
    "seats_of",
    "service_in",
    "told",
    "way_of",
]
