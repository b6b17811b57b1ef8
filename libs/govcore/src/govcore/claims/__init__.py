"""Claims 认领, stewards 项目管家, led projects 书记领办: what is put up, called on and led beside events.

The decisions are in :mod:`govcore.claims.claim`, :mod:`govcore.claims.stewardship` and :mod:`govcore.claims.project`;
what may happen next in :mod:`govcore.claims.lifecycle`; boards of projects in :mod:`govcore.claims.boards`.
"""

from govcore.claims._moves import Changed, Rules
from govcore.claims.claim import BOARD, Claim
from govcore.claims.lifecycle import CLAIM, PROJECT, ROLES, STEWARDSHIP, roles_of
from govcore.claims.project import LEVELS, Leader, Level, Milestone, Project
from govcore.claims.stewardship import Stewardship, Visit

__all__ = [
    "BOARD",
    "CLAIM",
    "LEVELS",
    "PROJECT",
    "ROLES",
    "STEWARDSHIP",
    "Changed",
    "Claim",
    "Leader",
    "Level",
    "Milestone",
    "Project",
    "Rules",
    "Stewardship",
    "Visit",
    "roles_of",
]
