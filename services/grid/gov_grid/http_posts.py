"""grid's API for posts and duty: who holds what, who is on duty, where nobody is, how much is whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gov_grid.lookup import lookup_of
from gov_grid.moments import moment
from gov_grid.post_commands import AssignPost, EndPost, LeavePost, OpenPost, ReturnToPost
from gov_grid.store import posts as store
from govcore.errors import Refusal
from govcore.messages import Payload
from govcore.persons import Load, OnDuty
from govcore.persons.holding import holder
from govmesh.http import Request, Route, fields, page
from govmesh.mesh import Mesh


def routes(mesh: Mesh) -> Sequence[Route]:
    """Every route about posts and duty."""
    api = _Posts(mesh)
    return [
        Route("GET", "/api/v1/posts", api.list),
        Route("POST", "/api/v1/posts", api.open),
        Route("GET", "/api/v1/posts/<post>", api.get),
        Route("POST", "/api/v1/posts/<post>/assign", lambda request, post: api.obey(AssignPost, request, post)),
        Route("POST", "/api/v1/posts/<post>/away", lambda request, post: api.obey(LeavePost, request, post)),
        Route("POST", "/api/v1/posts/<post>/back", lambda request, post: api.obey(ReturnToPost, request, post)),
        Route("POST", "/api/v1/posts/<post>/end", lambda request, post: api.obey(EndPost, request, post)),
        Route("GET", "/api/v1/duty", api.who),
        Route("GET", "/api/v1/duty/chain", api.chain),
        Route("GET", "/api/v1/duty/load", api.load),
        Route("GET", "/api/v1/duty/uncovered", api.uncovered),
        Route("GET", "/api/v1/duty/held", api.held),
    ]


class _Posts:
    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._lookup = mesh, lookup_of(mesh)

    def list(self, request: Request) -> dict[str, Any]:
        """By id: ``?area=`` of a grid or division, ``?kind=``."""
        limit, offset = page(request, most=1000)
        with self._mesh.database.read() as conn:
            found = store.list_posts(
                conn, area=request.args.get("area"), kind=request.args.get("kind"), limit=limit, offset=offset
            )
        return {"posts": [one.model_dump(mode="json", exclude={"seeded"}) for one in found]}

    def get(self, request: Request, post: str) -> dict[str, Any]:
        """A post, who holds it at ``?at=``, everybody who held it, and when it was away."""
        at = moment(self._mesh, request)
        with self._mesh.database.read() as conn:
            life = store.post(conn, post)
            if life is None:
                raise Refusal("POST_UNKNOWN", field="post", value=post[:80])
            holdings, absences = store.held(conn, post=post), store.away(conn, post)
        held = holder(holdings, at)
        return {
            **life.model_dump(mode="json", exclude={"seeded"}),
            "person": held.person if held else None,
            "vacant": held is not None and held.person is None,
            "holdings": [one.model_dump(mode="json", include=_HELD) for one in holdings],
            "absences": [one.model_dump(mode="json", exclude={"area", "place"}) for one in absences],
        }

    def open(self, request: Request) -> dict[str, Any]:
        return _shown(self._mesh.obey(OpenPost.model_validate(fields(request))))

    def obey(self, command: type[Payload], request: Request, post: str) -> dict[str, Any]:
        """One command about a post."""
        return _shown(self._mesh.obey(command.model_validate({**fields(request), "post": post})))

    def who(self, request: Request) -> dict[str, Any]:
        """Who is on duty for ``?area=`` at ``?at=``: its own posts first, then upward."""
        area, at = _area(request), moment(self._mesh, request)
        found = self._lookup.places(now=True).duties.who(area, at)
        return {"area": area, "at": at.isoformat(), "on": [_on(one) for one in found]}

    def chain(self, request: Request) -> dict[str, Any]:
        """The duty chain of ``?area=`` at ``?at=``, lowest level first."""
        area, at = _area(request), moment(self._mesh, request)
        lang = request.args.get("lang", "zh_CN")
        steps = self._lookup.places(now=True).duties.chain(area, at)
        levels = [
            {
                "level": step.level.code,
                "label": step.level.label.said(lang),
                "area": step.area,
                "on": [_on(one) for one in step.on],
            }
            for step in steps
        ]
        return {"area": area, "at": at.isoformat(), "levels": levels}

    def load(self, request: Request) -> dict[str, Any]:
        """Households a worker in or below ``?division=`` against the norm; ``?verdict=`` only these; pages by code."""
        limit, offset = page(request, most=1000)
        asked = request.args
        found = self._lookup.places(now=True).duties.loads(moment(self._mesh, request), asked.get("division"))
        counts: dict[str, int] = {}
        for one in found:
            counts[one.verdict] = counts.get(one.verdict, 0) + 1
        if wanted := asked.get("verdict"):
            found = [one for one in found if one.verdict == wanted]
        norm = self._mesh.pack.grid_rules.load
        return {
            "norm": norm.model_dump(mode="json") if norm else None,
            "verdicts": counts,
            "total": len(found),
            "grids": [_load(one) for one in sorted(found, key=lambda one: one.grid)[offset : offset + limit]],
        }

    def uncovered(self, request: Request) -> dict[str, Any]:
        """Where nobody is on duty now, the longest first."""
        limit, offset = page(request)
        with self._mesh.database.read() as conn:
            found = store.uncovered(conn, limit, offset)
        return {"uncovered": [one.model_dump(mode="json", exclude={"until"}) for one in found]}

    def held(self, request: Request) -> dict[str, Any]:
        """Which posts ``?person=`` (a reference) holds or has held, the earliest first."""
        person = request.args.get("person")
        if not person:
            raise Refusal("HTTP_BAD_REQUEST", field="person")
        with self._mesh.database.read() as conn:
            found = store.held(conn, person=person)
        return {"person": person, "holdings": [one.model_dump(mode="json", include=_HELD) for one in found]}


_HELD = {"id", "post", "area", "kind", "person", "since", "until", "by", "reason"}


def _area(request: Request) -> str:
    area = request.args.get("area")
    if not area:
        raise Refusal("HTTP_BAD_REQUEST", field="area")
    return area


def _on(one: OnDuty) -> dict[str, Any]:
    return {
        "post": one.post.id,
        "kind": one.post.kind,
        "person": one.post.person,
        "area": one.area,
        "level": one.level,
        "why": one.why,
        "instead_of": one.instead_of,
    }


def _load(one: Load) -> dict[str, Any]:
    finding = one.finding
    return {
        "grid": one.grid,
        "name": one.name,
        "division": one.division,
        "households": one.households,
        "workers": one.workers,
        "each": one.each,
        "verdict": one.verdict,
        "finding": finding.as_dict() if finding else None,
    }


def _shown(done: dict[str, Any]) -> dict[str, Any]:
    """The post, and what was made for it."""
    found: dict[str, Any] = {}
    for name, one in done.items():
        exclude = {"seeded"} if name == "post" else {"place"}
        found[name] = one.model_dump(mode="json", exclude=exclude)
    return found
