"""Asking the services, by their paths only; that one is away is an answer too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from govcore.errors import Refusal
from govmesh.http import Response
from govmesh.mesh import Mesh

NOT_DEPLOYED = "MESH_NOT_DEPLOYED"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a service gave no answer: the HTTP status and the reason in both languages."""

    service: str
    status: int
    code: str
    zh: str
    en: str

    @property
    def away(self) -> bool:
        """Whether asking it for something else is of no use either."""
        return self.status >= 500 or self.code == NOT_DEPLOYED

    def as_dict(self) -> dict[str, Any]:
        return {"service": self.service, "code": self.code, "zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Got:
    """What a service answered, or why it did not; one of the two is None."""

    value: Any = None
    problem: Problem | None = None


class Services:
    """The services as one request sees them.  Whoever is away is asked once, so that a page waits for it once."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._away: dict[str, Problem] = {}

    @property
    def names(self) -> Sequence[str]:
        """Every service of this mesh, console too."""
        return list(self._mesh.edge.services)

    def get(self, service: str, path: str, **params: Any) -> Got:
        """GET ``path`` of ``service``; parameters that are None or empty are left out."""
        if service in self._away:
            return Got(problem=self._away[service])
        query = urlencode({name: value for name, value in params.items() if value not in (None, "")})
        got = self._ask(service, f"{path}?{query}" if query else path)
        if got.problem is not None and got.problem.away:
            self._away[service] = got.problem
        return got

    def each(self, path: str, **params: Any) -> dict[str, Got]:
        """The same path of every service."""
        return {name: self.get(name, path, **params) for name in self.names}

    def _ask(self, service: str, path: str) -> Got:
        try:
            answer: Response = self._mesh.edge.ask(service, path)
        except Exception as error:
            self._mesh.log.error("service_failed", asked=service, path=path, error=type(error).__name__)
            return Got(problem=_problem(service, 500, Refusal("CONSOLE_SERVICE_FAILED", field=service).as_dict()))
        found = answer.get_json(silent=True) if answer.is_json else None
        if answer.status_code == 200 and isinstance(found, dict):
            return Got(value=found)
        said = found.get("error") if isinstance(found, dict) else None
        status = answer.status_code if answer.status_code >= 400 else 502
        if not isinstance(said, dict):
            said = Refusal("CONSOLE_BAD_ANSWER", field=service, value=status).as_dict()
        return Got(problem=_problem(service, status, said))


def _problem(service: str, status: int, error: dict[str, Any]) -> Problem:
    code = str(error.get("code", ""))
    return Problem(service, status, code, str(error.get("zh") or code), str(error.get("en") or code))


def part(text: str) -> str:
    """``text`` as one part of a path."""
    return quote(text, safe="")
