"""The lists: a page at a time behind a cursor, narrowed to what was asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from gov_console.ask import Services
from gov_console.listing import LISTS, group
from govmesh.http import Request
from govmesh.mesh import Mesh
from govmesh.paging import asked

ROWS = 50


def view(services: Services, mesh: Mesh, request: Request, name: str) -> dict[str, Any]:
    """What the template of the list shows.  Raises ``CONSOLE_UNKNOWN_STATE``, ``HANDOFF_UNKNOWN_DEPARTMENT``."""
    listing = LISTS[name]
    wanted = {choice.name: request.args.get(choice.name, "") for choice in listing.choices}
    for choice in listing.choices:
        choice.check(mesh.pack, wanted[choice.name])
    limit, cursor = asked(request)
    limit = min(limit, 100) if "limit" in request.args else ROWS
    got = services.get("dispatch", listing.path, **wanted, **listing.always, limit=limit, cursor=cursor)
    here, beside = group(name)
    said = {key: value for key, value in wanted.items() if value} | ({"limit": limit} if limit != ROWS else {})
    more = got.value.get("next") if got.value else None
    return {
        "name": name,
        "here": here,
        "beside": beside,
        "got": got,
        "rows": got.value[listing.rows] if got.value else [],
        "choices": [(one, one.options(mesh.pack)) for one in listing.choices],
        "asked": wanted,
        "first": f"{request.path}?{urlencode(said)}" if cursor else None,
        "later": f"{request.path}?{urlencode({**said, 'cursor': more})}" if more else None,
    }
