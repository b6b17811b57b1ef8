"""Load → ask the domain → save.  Every business ``if`` lives in :mod:`govcore.events`."""

from __future__ import annotations

from collections.abc import Sequence

from gov_dispatch.contracts import COMMANDS
from gov_dispatch.handlers import (
    alerts,
    claims,
    clock,
    departments,
    desks,
    feedback,
    intake,
    joint,
    notices,
    orders,
    places,
    projects,
    renewals,
    repeats,
    revisits,
    services,
    stewards,
    succession,
    surges,
)
from gov_dispatch.handlers.words import cleaned
from govcore.packs import joint_rules_of, way_of
from govmesh.handlers import On
from govmesh.mesh import Mesh

__all__ = ["build"]


def build(mesh: Mesh) -> Sequence[On]:
    """All handlers of dispatch; the one place that makes them."""
    way = way_of(mesh.pack, mesh.ids)
    watch = surges.Surges(mesh)
    board = claims.Claims(mesh)
    doors = intake.Intake(mesh, way, watch)
    callers = stewards.Stewards(mesh, doors)
    led = projects.Projects(mesh)
    operations = joint.Joint(way, joint_rules_of(mesh.pack), mesh.storage)
    papers = orders.Orders(mesh, way)
    others = {claims.TIMER: board.woken, stewards.TIMER: callers.woken, projects.TIMER: led.woken}
    others |= dict.fromkeys(orders.TIMERS, papers.woken)
    others |= operations.timers
    parts = (
        doors,
        services.Services(mesh, doors),
        alerts.Alerts(mesh, way, watch),
        callers,
        notices.Notices(mesh),
        led,
        places.Places(way),
        departments.Departments(way, mesh.storage, operations.returned),
        desks.Desks(way, operations),
        operations,
        renewals.Renewals(way),
        succession.Succession(mesh.pack, way),
        repeats.Repeats(mesh, way),
        revisits.Revisits(way),
        watch,
        feedback.Feedback(mesh, doors),
        board,
        papers,
        clock.Clock(way, watch, others),
    )
    all_of_them = [cleaned(on, mesh.vault) for part in parts for on in part.handlers()]
    return [succession.answerable(on, mesh.pack) if on.hears in COMMANDS else on for on in all_of_them]
