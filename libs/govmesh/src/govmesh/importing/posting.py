"""Posting a batch to a running mesh, patiently: an import outlives a restart of what it talks to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from govcore.errors import Refusal
from govmesh.client import Answered

As = Literal["live", "history"]
Post = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
"""Reports to results, one for each: ``{"row": its position, "outcome": …, "event", "report", "new", "reason"}``."""

AWAY = frozenset((408, 429, *range(500, 600)))
"""HTTP answers after which the same batch may succeed."""


class Away(Exception):
    """The mesh cannot be reached just now; ``why`` says how that showed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Client(Protocol):
    """The part of :class:`govmesh.client.Client` that is needed."""

    url: str

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """POST and decode the answer; raises ``Answered`` or ``MESH_AWAY``."""
        ...


def posting_to(client: Client, as_: As) -> Post:
    """Posts to ``/api/v1/reports?as=…``.

    Raises :class:`Away`, or :class:`Refusal` ``IMPORT_REFUSED`` with what the mesh said.
    """

    def post(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            answer = client.post("/api/v1/reports", {"reports": reports}, **{"as": as_})
        except Answered as no:
            code = str(no.error.get("code", ""))
            if no.status in AWAY:
                raise Away(code or f"HTTP {no.status}") from no
            raise Refusal("IMPORT_REFUSED", status=no.status, why=str(no)) from no
        except Refusal as refusal:
            if refusal.code == "MESH_AWAY":
                raise Away(client.url) from refusal
            raise
        except ValueError as error:  # an answer that is no json
            raise Refusal("IMPORT_BAD_ANSWER", why="no json") from error
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise Refusal("IMPORT_BAD_ANSWER", why="no results")
        return results

    return post


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits of ``first`` seconds, then twice as long each time up to ``most``; gives up after ``seconds`` in all."""

    first: float = 0.5
    most: float = 10.0
    seconds: float = 300.0
    sleep: Callable[[float], None] = time.sleep


def patiently(post: Post, patience: Patience, tell: Callable[[str], None] | None = None) -> Post:
    """The same post, tried again while the mesh is away; ``tell`` hears why.

    Raises :class:`Refusal` ``IMPORT_SERVER_AWAY`` in the end.
    """

    def insist(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        waited, wait, tries = 0.0, patience.first, 0
        while True:
            tries += 1
            try:
                return post(reports)
            except Away as away:
                if waited >= patience.seconds:
                    raise Refusal("IMPORT_SERVER_AWAY", why=away.why, tries=tries, seconds=round(waited)) from away
                if tell is not None:
                    tell(away.why)
                patience.sleep(wait)
                waited, wait = waited + wait, min(2 * wait, patience.most)

    return insist
