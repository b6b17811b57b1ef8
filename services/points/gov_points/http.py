"""points' API: balances, accounts, entries, the whole book and its proof; points held, spent and given back.

Nobody is given points through it: only facts do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gov_points import store
from gov_points.contracts import HoldPoints, RefundPoints, ReleasePoints, SpendPoints
from gov_points.store import chain
from govcore.errors import Refusal
from govcore.messages import Payload
from govcore.points import OWN, Account, Entry, Hold
from govmesh.http import Request, Route, fields, page
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route of points."""
    api = _Api(mesh)
    return (
        Route("GET", "/api/v1/points/balances", api.get_balances),
        Route("GET", "/api/v1/points/accounts/<path:account>", api.get_account),
        Route("GET", "/api/v1/points/events/<event_id>", api.get_event),
        Route("GET", "/api/v1/points/entries/<entry_id>", api.get_entry),
        Route("GET", "/api/v1/points/summary", api.get_summary),
        Route("GET", "/api/v1/points/proof", api.get_proof),
        Route("POST", "/api/v1/points/holds", api.hold),
        Route("GET", "/api/v1/points/holds/<hold_id>", api.get_hold),
        Route("POST", "/api/v1/points/holds/<hold_id>/<verb>", api.end_hold),
    )


_VERBS: dict[str, type[Payload]] = {"spend": SpendPoints, "release": ReleasePoints, "refund": RefundPoints}


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
            known = key.kind in OWN and key.code == self._mesh.pack.id
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

    def get_entry(self, _request: Request, entry_id: str) -> dict[str, Any]:
        """One entry with its reason, and the account's sum before and after it.  Raises ``POINTS_ENTRY_UNKNOWN``."""
        with self._mesh.database.read() as conn:
            found = store.entry(conn, entry_id)
        if found is None:
            raise Refusal("POINTS_ENTRY_UNKNOWN", field="entry_id", value=entry_id[:80])
        return {**_shown(found.entry), "contra": str(found.entry.contra), "number": found.number, "after": found.after}

    def get_proof(self, request: Request) -> dict[str, Any]:
        """Whether the book balances and its chain holds; ``head=SEQ:HASH``: a seal noted earlier, which must stand."""
        upto = _seal(request.args.get("head"))
        with self._mesh.database.read() as conn:
            sums, found, wrong = store.proof(conn), chain.verify(conn, upto), store.wrong_accounts(conn)
        return {
            **{name: getattr(sums, name) for name in ("issued", "held", "spent", "expired", "reversed")},
            "balanced": sums.balanced and not wrong,
            "chain": found.broken is None,
            "wrong_accounts": wrong,
            "sealed": found.sealed,
            "waiting": found.waiting,
            "broken_at": found.broken,
            "head": f"{found.sealed}:{found.head}",
        }

    def hold(self, request: Request) -> dict[str, Any]:
        """Set points aside.  Raises ``POINTS_NOT_ENOUGH``, ``POINTS_HOLD_OTHER``, ``POINTS_BAD_ACCOUNT``."""
        return _held(self._mesh.obey(HoldPoints.model_validate(fields(request))))

    def get_hold(self, _request: Request, hold_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.hold(conn, hold_id)
        if found is None:
            raise Refusal("POINTS_HOLD_UNKNOWN", field="hold_id", value=hold_id[:80])
        return _held(found)

    def end_hold(self, request: Request, hold_id: str, verb: str) -> dict[str, Any]:
        """``spend``, ``release`` or ``refund``.  Raises ``POINTS_HOLD_UNKNOWN``, ``POINTS_HOLD_ENDED``."""
        command = _VERBS.get(verb)
        if command is None:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        return _held(self._mesh.obey(command.model_validate({**fields(request), "hold_id": hold_id})))

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


def _held(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "account": str(hold.account),
        "points": hold.points,
        "what": hold.what,
        "state": hold.state,
        "until": hold.until.isoformat(),
        "ended_at": hold.ended_at.isoformat() if hold.ended_at else None,
    }


def _seal(said: str | None) -> tuple[int, str] | None:
    """``SEQ:HASH``.  Raises ``HTTP_BAD_REQUEST``."""
    if not said:
        return None
    seq, colon, head = said.partition(":")
    if not (seq.isdecimal() and colon and len(head) == 64):
        raise Refusal("HTTP_BAD_REQUEST", field="head", value=said[:80])
    return int(seq), head


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
