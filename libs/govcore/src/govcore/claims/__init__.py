"""Claims 认领: wishes and posts put up for whoever fulfils them.

The decisions are in :mod:`govcore.claims.claim`; what may happen next in :mod:`govcore.claims.lifecycle`.
"""

from govcore.claims._moves import Changed, Rules
from govcore.claims.claim import BOARD, Claim
from govcore.claims.lifecycle import CLAIM, ROLES, roles_of

__all__ = ["BOARD", "CLAIM", "ROLES", "Changed", "Claim", "Rules", "roles_of"]
