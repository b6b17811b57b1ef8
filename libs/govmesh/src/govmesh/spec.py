"""What a service is: what it says, hears and obeys, what it keeps, how it is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from govcore.messages import Payload
from govmesh.handlers import On
from govmesh.kinds import Kind
from govmesh.stalled import Lists

if TYPE_CHECKING:
    import sqlalchemy as sa

    from govmesh.http import Route
    from govmesh.mesh import Mesh
    from govmesh.work import Work

GROUP = "govmesh.services"


class Chore(Protocol):
    """Work of each tick outside any transaction."""

    def __call__(self) -> int:
        """Does what is due; how much there was."""

    def owed(self) -> int:
        """How much is due now."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """One service, the same shape for every one.

    ``build`` is the one place that makes its handlers (it gets the :class:`Mesh`: settings, pack, clock);
    ``nameko`` names the nameko class as ``module:Class``; ``migrations`` the package whose
    ``versions`` make its tables.  ``prefixes`` are the API paths it answers for.
    """

    name: str
    says: tuple[type[Payload], ...]
    hears: tuple[type[Payload], ...]
    commands: tuple[type[Payload], ...]
    kinds: tuple[Kind[Any], ...]
    build: Callable[[Mesh], Sequence[On]]
    nameko: str
    migrations: str
    routes: Callable[[Mesh], Sequence[Route]] = lambda _mesh: ()
    prefixes: tuple[str, ...] = ()
    local: tuple[type[Payload], ...] = ()
    """Commands taken over HTTP only; they never cross the broker."""
    door: tuple[type[Payload], ...] = ()
    """What gateways of devices bring to it, by a queue of their own (:data:`govmesh.broker.topology.ALERTS`)."""
    after: Callable[[Mesh], Callable[[Work], None]] | None = None
    """Looks at what the handling of each message did, and may do more in the same view of the batch."""
    chore: Callable[[Mesh], Chore] | None = None
    seed: Callable[[Mesh, sa.Connection], None] | None = None
    """Runs after migrations at every start; must be repeatable."""
    upkeep: Callable[[Mesh], int] | None = None
    """What it looks after by itself, beside messages and promises; how much there was to do."""
    stalled: Callable[[Mesh, sa.Connection], Lists] | None = None
    """What has stood past its time, in lists that can be read page by page."""
    counts: Callable[[sa.Connection], dict[str, int]] | None = None
    """What the service has, in numbers, for ``/healthz`` and the demo's table."""
    queries: str | None = None
    """The nameko class, ``module:Class``, that answers questions by RPC where an installation wants that."""
    addresses_departments: bool = False
    """It hands work to departments: their queues are declared at its start."""


def find_specs(names: Sequence[str] | None = None) -> list[ServiceSpec]:
    """The installed services (all, or those named, in the order named); a broken one fails here, loudly."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    wanted = list(names) if names is not None else sorted(found)
    missing = [name for name in wanted if name not in found]
    if missing:
        from govcore.errors import Refusal

        raise Refusal("MESH_UNKNOWN_SERVICE", field="services", value=", ".join(missing))
    return [found[name].load() for name in wanted]
