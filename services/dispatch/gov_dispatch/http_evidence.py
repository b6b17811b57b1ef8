"""dispatch's API for evidence: a picture in, cleaned of what it tells besides; and out again by its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from govcore.errors import Refusal
from govcore.ports import Storage
from govcore.storage import cleaned, known_key
from govmesh.http import Request, Response, Route
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about evidence."""
    api = _Evidence(mesh)
    return [
        Route("POST", "/api/v1/evidence", api.put),
        Route("GET", "/api/v1/evidence/<key>", api.get),
    ]


class _Evidence:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._settings = mesh, mesh.settings

    def put(self, request: Request) -> dict[str, Any]:
        """The body is the file itself; its type is what its bytes are.

        Raises ``EVIDENCE_NO_STORE``, ``EVIDENCE_TOO_LARGE``, ``EVIDENCE_TYPE``, ``EVIDENCE_BROKEN``.
        """
        storage, data = self._storage(), request.get_data(cache=False)
        most = self._settings.evidence_most_bytes
        if len(data) > most:
            raise Refusal("EVIDENCE_TOO_LARGE", field="body", value=len(data), most=most)
        clean, media_type = cleaned(data)
        if media_type not in self._settings.evidence_types:
            raise Refusal("EVIDENCE_TYPE", field="body", known=", ".join(self._settings.evidence_types))
        key = storage.put(clean, media_type)
        return {"key": key, "media_type": media_type, "size": len(clean), "removed": len(data) - len(clean)}

    def get(self, request: Request, key: str) -> Response:
        """The file.  Raises ``EVIDENCE_NO_STORE``, ``EVIDENCE_UNKNOWN``."""
        storage = self._storage()
        kept, data = storage.stat(known_key(key)), storage.get(key)
        if kept is None or data is None:
            raise Refusal("EVIDENCE_UNKNOWN", field="key", value=key[:80])
        answer = Response(data, content_type=kept.media_type)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "private"
        return answer

    def _storage(self) -> Storage:
        if self._mesh.storage is None:
            raise Refusal("EVIDENCE_NO_STORE", field="evidence")
        return self._mesh.storage
