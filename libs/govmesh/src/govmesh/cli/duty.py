"""``govmesh duty``: who is on duty, the chain upward, where nobody is, how much is whose; posts given and left."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govmesh.cli.show import as_json, console, moment, table, use_zone
from govmesh.client import running
from govmesh.settings import Settings

duty = typer.Typer(help="在岗值班 / who is on duty where, when, and instead of whom.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
At = Annotated[str | None, typer.Option(help="as it was or will be then: a day (noon), or a moment with its zone")]
Reason = Annotated[str, typer.Option(help="why; kept with it")]
By = Annotated[str, typer.Option(help="who decided it")]


@duty.command("who")
def who(area: str, at: At = None, json: Json = False) -> None:
    """谁在岗 / the posts on duty for a grid or division, its own first, then upward."""
    found = _ask("/api/v1/duty", area=area, at=at)
    if json:
        as_json(found)
        return
    console.print(f"{area}  {moment(found['at'])}", markup=False)
    _on_table(found["on"])


@duty.command("chain")
def chain(area: str, at: At = None, json: Json = False) -> None:
    """值班链条 / who answers on each level of the place's duty chain, lowest first."""
    found = _ask("/api/v1/duty/chain", area=area, at=at)
    if json:
        as_json(found)
        return
    rows = [
        (level["label"], level["area"], one["post"], one["person"], one["why"])
        for level in found["levels"]
        for one in level["on"] or [dict.fromkeys(("post", "person", "why"))]
    ]
    table(f"值班链条 {area} {moment(found['at'])}", ("level", "area", "post", "person", "why"), rows)


@duty.command("load")
def load(
    division: Annotated[str | None, typer.Option(help="in or below it")] = None,
    verdict: Annotated[str | None, typer.Option(help="over, under, nobody, uncounted, within")] = None,
    at: At = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    json: Json = False,
) -> None:
    """负荷 / households a worker, grid by grid, against the place's norm."""
    found = _ask("/api/v1/duty/load", division=division, verdict=verdict, at=at, limit=limit)
    if json:
        as_json(found)
        return
    norm = found["norm"]
    console.print(f"标准 norm: {norm['least']}–{norm['most']} ({norm['source']})", markup=False)
    console.print("  ".join(f"{name} {count}" for name, count in sorted(found["verdicts"].items())), markup=False)
    table(
        f"负荷 load ({len(found['grids'])} / {found['total']})",
        ("grid", "name", "households", "workers", "each", "verdict"),
        (
            (one["grid"], one["name"], one["households"], one["workers"], one["each"], one["verdict"])
            for one in found["grids"]
        ),
    )


@duty.command("uncovered")
def uncovered(limit: Annotated[int, typer.Option(min=1, max=200)] = 50, json: Json = False) -> None:
    """无人在岗 / where nobody is on duty now, the longest first."""
    found = _ask("/api/v1/duty/uncovered", limit=limit)
    if json:
        as_json(found)
        return
    table(
        f"无人在岗 uncovered ({len(found['uncovered'])})",
        ("grid", "name", "since", "asked for", "answers meanwhile"),
        (
            (one["id"], one["name"], moment(one["since"]), "/".join(one["kinds"]), one["instead"])
            for one in found["uncovered"]
        ),
    )


@duty.command("post")
def post(post: str, at: At = None, json: Json = False) -> None:
    """岗位 / a post: who holds it, who held it, when it was away."""
    found = _ask(f"/api/v1/posts/{post}", at=at)
    if json:
        as_json(found)
        return
    held = found["person"] or ("空缺 vacant" if found["vacant"] else "—")
    console.print(f"{found['id']}  {found['kind']}  {found['area']}  {held}", markup=False)
    table(
        "任职 held by",
        ("person", "since", "until", "by", "reason"),
        (
            (one["person"] or "空缺 vacant", moment(one["since"]), moment(one["until"]), one["by"], one["reason"])
            for one in found["holdings"]
        ),
    )
    table(
        "离岗 away",
        ("since", "until", "substitute", "reason"),
        (
            (moment(one["since"]), moment(one["until"]), one["substitute"], one["reason"])
            for one in found["absences"]
        ),
    )  # fmt: skip


@duty.command("assign")
def assign(
    post: str,
    reason: Reason,
    person: Annotated[str | None, typer.Option(help="the worker's reference, e.g. W-0001; never a name")] = None,
    vacant: Annotated[bool, typer.Option("--vacant", help="nobody holds it from then on")] = False,
    since: Annotated[str | None, typer.Option(help="from then on; now where absent")] = None,
    by: By = "desk:grid",
) -> None:
    """任命 / somebody holds a post, or nobody does."""
    if (person is None) != vacant:
        raise Refusal("HTTP_BAD_REQUEST", field="--person", value="--vacant")
    _do(post, "assign", {"person": person, "since": since, "reason": reason, "by": by}, keep=("person",))


@duty.command("away")
def away(
    post: str,
    until: Annotated[str, typer.Option(help="moment with its zone, e.g. 2026-03-02T18:00:00+08:00")],
    reason: Reason,
    substitute: Annotated[str | None, typer.Option(help="the post that stands in")] = None,
    since: Annotated[str | None, typer.Option(help="from then on; now where absent")] = None,
    by: By = "desk:grid",
) -> None:
    """离岗 / whoever holds a post is away; another stands in, or nobody."""
    _do(post, "away", {"until": until, "since": since, "substitute": substitute, "reason": reason, "by": by})


@duty.command("back")
def back(post: str, reason: Reason, by: By = "desk:grid") -> None:
    """返岗 / whoever was away is back before the time."""
    _do(post, "back", {"reason": reason, "by": by})


def _ask(path: str, **asked: Any) -> dict[str, Any]:
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        return dict(client.get(path, **{name: value for name, value in asked.items() if value is not None}))


def _do(post: str, verb: str, body: dict[str, Any], keep: tuple[str, ...] = ()) -> None:
    said = {name: value for name, value in body.items() if value is not None or name in keep}
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/posts/{post}/{verb}", said))


def _on_table(on: list[dict[str, Any]]) -> None:
    table(
        f"在岗 on duty ({len(on)})",
        ("post", "kind", "person", "area", "why", "instead of"),
        ((one["post"], one["kind"], one["person"], one["area"], one["why"], one["instead_of"]) for one in on),
    )


def add_to(app: typer.Typer) -> None:
    app.add_typer(duty, name="duty")
