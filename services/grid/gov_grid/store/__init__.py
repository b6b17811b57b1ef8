"""How grid keeps its registry, and what its handlers and API look up."""

from __future__ import annotations

from gov_grid.store.reading import counts, posts, registry
from gov_grid.store.seeding import seed

__all__ = ["counts", "posts", "registry", "seed"]
