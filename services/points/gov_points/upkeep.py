"""What points looks after by itself: the chain is sealed, and a year that is over is closed."""

from __future__ import annotations

from datetime import datetime

from gov_points import store
from gov_points.contracts import ExpirePoints
from gov_points.store import chain
from govcore.points import Account
from govmesh.mesh import Mesh

MOST = 200


def look(mesh: Mesh) -> int:
    """Seal what was posted since; close the year of accounts that have not been through its end."""
    return chain.seal(mesh.database) + _close_year(mesh)


def _close_year(mesh: Mesh) -> int:
    rules = mesh.pack.points
    if rules is None or rules.reset is None:
        return 0
    zone, now = mesh.pack.zone, mesh.clock.now()
    month, day = map(int, rules.reset.day.split("-"))
    ended = datetime(now.astimezone(zone).year, month, day, tzinfo=zone)
    if ended > now:
        ended = ended.replace(year=ended.year - 1)
    if ended.date() <= rules.published:
        return 0
    with mesh.database.read() as conn:
        found = store.not_reset(conn, rules.reset.kinds, ended.year, MOST)
        had = {key: max(0, store.balance(conn, Account.parse(key), ended)) for key in found}
    for key, points in had.items():
        mesh.obey(ExpirePoints(account=key, year=ended.year, points=points))
    return len(had)
