"""How grid keeps its registry, and what its handlers and API look up."""

from __future__ import annotations

from gov_grid.store import boundaries
from gov_grid.store.divisions import LISTED, Book, index_names
from gov_grid.store.grids import CHANGES, LIVES
from gov_grid.store.posts import ABSENCES, HOLDINGS, HOLES, POSTS
from gov_grid.store.reading import counts, places, registry
from gov_grid.store.seeding import seed

KINDS = (LISTED, *boundaries.KINDS, LIVES, CHANGES, POSTS, HOLDINGS, ABSENCES, HOLES)
"""In the order in which a batch locks them."""

__all__ = ["KINDS", "LISTED", "Book", "counts", "index_names", "places", "registry", "seed"]
