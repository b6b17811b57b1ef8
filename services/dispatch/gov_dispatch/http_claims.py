"""dispatch's API for wishes and posts: the board, and what is done about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_dispatch.claim_commands import ConfirmClaim, PutUpClaim, RedoClaim, WithdrawClaim
from gov_dispatch.store import claims as store
from govcore.claims import Claim
from govcore.errors import Refusal
from govcore.messages import FinishClaim, Payload, ReturnClaim, TakeClaim
from govmesh.http import Request, Route, fields
from govmesh.mesh import Mesh
from govmesh.paging import asked

_VERBS: dict[str, type[Payload]] = {
    "take": TakeClaim,
    "return": ReturnClaim,
    "done": FinishClaim,
    "confirm": ConfirmClaim,
    "redo": RedoClaim,
    "withdraw": WithdrawClaim,
}


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about claims."""
    api = _Claims(mesh)
    return [
        Route("POST", "/api/v1/claims", api.put_up),
        Route("GET", "/api/v1/claims", api.board),
        Route("GET", "/api/v1/claims/<claim_id>", api.get),
        Route("POST", "/api/v1/claims/<claim_id>/<verb>", api.answer),
    ]


class _Claims:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def put_up(self, request: Request) -> dict[str, Any]:
        return _shown(self._mesh.obey(PutUpClaim.model_validate(fields(request))))

    def board(self, request: Request) -> dict[str, Any]:
        """Those there are, the latest first: ``?kind=&state=&place=&holder=``."""
        limit, cursor = asked(request)
        wanted = {name: request.args.get(name) for name in ("kind", "state", "place", "holder")}
        with self._mesh.database.read() as conn:
            found = store.list_claims(conn, **wanted, limit=limit, cursor=cursor)
        return found.told("claims", _shown)

    def get(self, request: Request, claim_id: str) -> dict[str, Any]:
        with self._mesh.database.read() as conn:
            found = store.claim(conn, claim_id)
        if found is None:
            raise Refusal("CLAIM_UNKNOWN", field="claim_id", value=claim_id[:80])
        return _shown(found)

    def answer(self, request: Request, claim_id: str, verb: str) -> dict[str, Any]:
        """Take, give back, done, confirm, redo, withdraw."""
        command = _VERBS.get(verb)
        if command is None:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=verb[:80])
        return _shown(self._mesh.obey(command.model_validate({**fields(request), "claim_id": claim_id})))


def _shown(found: Claim) -> dict[str, Any]:
    """A claim for the API; it has no field that says who wished."""
    return found.model_dump(mode="json", exclude={"key"})
