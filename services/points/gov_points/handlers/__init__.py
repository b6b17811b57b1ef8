"""What points does with what it hears and is asked: posting by the rulebook, spending in two steps, the year's end."""

from __future__ import annotations

from collections.abc import Sequence

from gov_points.contracts import HEARS
from gov_points.handlers.posting import Posting, ignore
from gov_points.handlers.spending import Spending
from govcore.errors import Refusal
from govcore.messages import CATALOGUE
from govcore.packs import Pack
from govcore.points import Rulebook
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build", "rulebook"]


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of points; what the rulebook does not ask for is heard and left alone."""
    rules = rulebook(mesh.pack)
    spending = Spending(mesh, rules).handlers()
    if rules is None:
        return [*(On(payload, ignore) for payload in HEARS), *spending]
    posting = Posting(rules)
    heard = (posting.on(payload) if payload.type in rules.types else On(payload, ignore) for payload in HEARS)
    return [*heard, *spending]


def rulebook(pack: Pack) -> Rulebook | None:
    """The pack's rulebook, None where it has none.

    Raises what :class:`Rulebook` does, and ``POINTS_UNHEARD_TYPE`` for a rule that waits for what never comes here.
    """
    if pack.points is None:
        return None
    rules = Rulebook.load(pack.points, pack.id, pack.zone)
    for wrong in rules.check(CATALOGUE):
        raise wrong
    unheard = sorted(rules.types - {payload.type for payload in HEARS})
    if unheard:
        raise Refusal("POINTS_UNHEARD_TYPE", file="points.yaml", field="rules", value=unheard[0])
    return rules
