"""Claims 认领 and stewards 项目管家: wishes and posts for whoever fulfils them, enterprises that are called on.

The decisions are in :mod:`govcore.claims.claim` and :mod:`govcore.claims.stewardship`; what may happen next in
:mod:`govcore.claims.lifecycle`.
"""

from govcore.claims._moves import Changed, Rules
from govcore.claims.claim import BOARD, Claim
from govcore.claims.lifecycle import CLAIM, ROLES, STEWARDSHIP, roles_of
from govcore.claims.stewardship import Stewardship, Visit

__all__ = ["BOARD", "CLAIM", "ROLES", "STEWARDSHIP", "Changed", "Claim", "Rules", "Stewardship", "Visit", "roles_of"]
