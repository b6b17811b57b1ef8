"""points' API: balances, accounts, what an event brought, the whole book.  It tells; nothing is posted through it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gov_points import store
from govcore.errors import Refusal
from govcore.points import AUTHORITY, Account, Entry
from govmesh.http import Request, Route, page
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route of points."""
    api = _Api(mesh)
    return (
        Route("GET", "/api/v1/points/balances", api.get_balances),
        Route("GET", "/api/v1/points/accounts/<path:account>", api.get_account),
        Route("GET", "/api/v1/points/events/<event_id>", api.get_event),
        Route("GET", "/api/v1/points/summary", api.get_summary),
    )


class _Api:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def get_balances(self, request: Request) -> dict[str, Any]:
        """The highest balances first; ``kind``: only accounts of this kind."""
        limit, offset = page(request, most=1000)
        with self._mesh.database.read() as conn:
            found = store.balances(conn, kind=request.args.get("kind"), limit=limit, offset=offset)
        rows = [{"account": one.id, "balance": one.points, "entries": one.version, "place": one.place} for one in found]
        return {"balances": rows}

    def get_account(self, request: Request, account: str) -> dict[str, Any]:
        """One account and its entries, each with its reason; ``at``: the balance at a past moment.

        Raises ``POINTS_ACCOUNT_UNKNOWN``.
        """
        limit, offset = page(request, most=1000)
        key, at = Account.parse(account), _moment(request)
        with self._mesh.database.read() as conn:
            known = key.kind == AUTHORITY and key.code == self._mesh.pack.id
            if not known and store.account(conn, account) is None:
                raise Refusal("POINTS_ACCOUNT_UNKNOWN", field="account", value=account[:80])
            return {
                "account": account,
                "balance": store.balance(conn, key, at),
                "entries": [_shown(each) for each in store.entries_of_account(conn, key, limit=limit, offset=offset)],
            }

    def get_event(self, _request: Request, event_id: str) -> dict[str, Any]:
        """What an event has brought so far; nothing where it has brought nothing."""
        with self._mesh.database.read() as conn:
            found = store.entries_of_event(conn, event_id)
        return {"event": event_id, "points": sum(e.points for e in found), "entries": [_shown(each) for each in found]}

    def get_summary(self, _request: Request) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            return store.summary(conn)


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "account": str(entry.holder),
        "points": entry.points,
        "rule": entry.rule,
        "cause": entry.cause,
        "event": entry.event_id,
        "day": entry.day.isoformat(),
        "fact_at": entry.fact_at.isoformat(),
        "posted_at": entry.posted_at.isoformat(),
        "reverses": entry.reverses,
        "place": entry.place,
        "grid": entry.grid,
        "why": entry.why.as_dict(),
    }


def _moment(request: Request) -> datetime | None:
    """``?at=``, ISO 8601 with its offset.  Raises ``HTTP_BAD_REQUEST``."""
    said = request.args.get("at")
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise Refusal("HTTP_BAD_REQUEST", field="at") from error
    if at.tzinfo is None:
        raise Refusal("HTTP_BAD_REQUEST", field="at")
    return at
