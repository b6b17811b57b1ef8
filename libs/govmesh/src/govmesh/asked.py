"""A service's own API asked from inside its process: the same routes, checks and answers as over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from werkzeug.test import EnvironBuilder

from govmesh import ops
from govmesh.http import Api, Request
from govmesh.mesh import Mesh


@cache
def api_of(mesh: Mesh) -> Api:
    """The one API of a running service."""
    return Api([*mesh.spec.routes(mesh), *ops.routes(mesh)])


def answered(mesh: Mesh, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What ``GET path`` answers, a reasoned no (``{"error": …}``) included; what is asked as None is left out."""
    given = {name: str(value) for name, value in asked.items() if value is not None}
    builder = EnvironBuilder(path, query_string=given)
    try:
        answer: dict[str, Any] = api_of(mesh).answer(Request(builder.get_environ())).get_json()
    finally:
        builder.close()
    return answer
