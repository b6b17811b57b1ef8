"""``govmesh grid split|merge|amend|end|show|history|list``: what grids are, were and became."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govmesh.cli.show import as_json, console, table, use_zone
from govmesh.client import running
from govmesh.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
On = Annotated[str | None, typer.Option(help="first day it holds, e.g. 2026-04-01; today where absent")]
At = Annotated[str | None, typer.Option(help="as it was then: a day, or a moment with its zone")]
Reason = Annotated[str, typer.Option(help="why; kept with the change")]
By = Annotated[str, typer.Option(help="who decided it")]
Key = Annotated[str | None, typer.Option(help="文号 / your own number: the same one again is the same change")]
Given = Annotated[list[str], typer.Option(help="CODE=WORD,WORD; repeatable")]


def split(
    code: str,
    into: Annotated[list[str], typer.Option(help="CODE=NAME of a grid that begins; twice or more")],
    reason: Reason,
    posts: Given = [],  # noqa: B006
    takes: Given = [],  # noqa: B006
    households: Given = [],  # noqa: B006
    on: On = None,
    by: By = "desk:grid",
    key: Key = None,
    json: Json = False,
) -> None:
    """拆分 / one grid becomes several; --posts and --takes say which posts and which grids inside go where."""
    parts = _parts(into, posts, takes, households)
    _change(f"/api/v1/grids/{code}/split", {"into": parts}, (reason, on, by, key), json)


def merge(
    grids: Annotated[list[str], typer.Argument(help="two grids or more, of one village")],
    into: Annotated[str, typer.Option(help="CODE=NAME of the one grid they become")],
    reason: Reason,
    posts: Given = [],  # noqa: B006
    on: On = None,
    by: By = "desk:grid",
    key: Key = None,
    json: Json = False,
) -> None:
    """合并 / several grids become one, under a new code or an old one."""
    (part,) = _parts([into], posts, [], [])
    _change("/api/v1/grids/merge", {"grids": grids, "into": part}, (reason, on, by, key), json)


def amend(
    code: str,
    reason: Reason,
    name: Annotated[str | None, typer.Option(help="its new name")] = None,
    households: Annotated[int | None, typer.Option(help="how many there are now")] = None,
    on: On = None,
    by: By = "desk:grid",
    key: Key = None,
    json: Json = False,
) -> None:
    """变更 / another name or number of households from a day on."""
    said = {"name": name, "households": households}
    body = {field: value for field, value in said.items() if value is not None}
    _change(f"/api/v1/grids/{code}/amend", body, (reason, on, by, key), json)


def end(code: str, reason: Reason, on: On = None, by: By = "desk:grid", key: Key = None, json: Json = False) -> None:
    """撤销 / a grid is no more from a day on; what it was stays known."""
    _change(f"/api/v1/grids/{code}/end", {}, (reason, on, by, key), json)


def show(code: str, at: At = None, json: Json = False) -> None:
    """查看 / a grid, what lies above and in it, and who is on duty, now or at a day."""
    with running(Settings()) as client:
        found = client.get(f"/api/v1/grids/{code}", **({"at": at} if at else {}))
    if json:
        as_json(found)
        return
    console.print(f"{found['code']}  {found['name']}  {found['kind']} {found['level']}".rstrip(), markup=False)
    console.print(f"  {' '.join(area['name'] for area in reversed(found['chain']))}", markup=False)
    console.print(f"  启用 in force: {found['since'] or '…'} – {found['until'] or '…'}", markup=False)
    console.print(f"  户数 households: {_or_dash(found['households'])}", markup=False)
    console.print(f"  内含 parts: {', '.join(found['parts']) or '—'}", markup=False)
    console.print(f"  在岗 on duty: {', '.join(found['duty']) or '—'}", markup=False)


def history(code: str, json: Json = False) -> None:
    """沿革 / everything a grid code has stood for, and the changes behind it."""
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        found = client.get(f"/api/v1/grids/{code}/history")
    if json:
        as_json(found)
        return
    table(
        f"网格沿革 {code}",
        ("since", "until", "name", "kind", "part of", "households"),
        (
            (one["since"] or "…", one["until"] or "…", one["name"], one["kind"], one["parent"], one["households"])
            for one in found["spells"]
        ),
    )
    rows = (
        (one["on"], one["kind"], _codes(one["before"]), _codes(one["after"]), one["by"], one["reason"])
        for one in found["changes"]
    )
    table("变更 changes", ("on", "change", "before", "after", "by", "reason"), rows)


def list_(
    division: Annotated[str | None, typer.Option(help="in or below it")] = None,
    kind: Annotated[str | None, typer.Option(help="comprehensive, dedicated, …")] = None,
    at: At = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    json: Json = False,
) -> None:
    """清单 / the grids in force, now or at a day."""
    asked = {"division": division, "kind": kind, "at": at, "limit": limit}
    with running(Settings()) as client:
        found = client.get("/api/v1/grids", **{name: value for name, value in asked.items() if value is not None})
    if json:
        as_json(found)
        return
    table(
        f"网格 grids ({len(found['grids'])} / {found['total']})",
        ("code", "name", "kind", "part of", "households"),
        ((one["code"], one["name"], one["kind"], one["parent"], one["households"]) for one in found["grids"]),
    )


def _change(path: str, body: dict[str, Any], said: tuple[str, str | None, str, str | None], json: bool) -> None:
    reason, on, by, key = said
    more = {name: value for name, value in (("on", on), ("key", key)) if value}
    with running(Settings()) as client:
        done = client.post(path, {**body, "reason": reason, "by": by, **more})
    if json:
        as_json(done)
        return
    before, after = _codes(done["before"]) or "—", _codes(done["after"]) or "—"
    console.print(f"{done['id']}  {done['kind']}  {done['on']}  {before} → {after}", markup=False)


def _parts(into: Sequence[str], posts: list[str], takes: list[str], households: list[str]) -> list[dict[str, Any]]:
    """Each new grid with what goes to it.  Raises ``HTTP_BAD_REQUEST`` for what does not fit."""
    parts = {code: {"code": code, "name": name} for code, name in (_pair("--into", one) for one in into)}
    for option, words in (("posts", posts), ("takes", takes), ("households", households)):
        for one in words:
            code, said = _pair(f"--{option}", one)
            if code not in parts or (option == "households" and not said.isdecimal()):
                raise Refusal("HTTP_BAD_REQUEST", field=f"--{option}", value=one)
            parts[code][option] = int(said) if option == "households" else said.split(",")  # type: ignore[assignment]
    return list(parts.values())


def _pair(option: str, text: str) -> tuple[str, str]:
    code, sign, said = text.partition("=")
    if not (sign and code and said):
        raise Refusal("HTTP_BAD_REQUEST", field=option, value=text)
    return code.strip(), said.strip()


def _codes(states: list[dict[str, Any]]) -> str:
    return " + ".join(one["code"] for one in states)


def _or_dash(value: Any) -> Any:
    return "—" if value is None else value


def add_to(grid: typer.Typer) -> None:
    for command in (split, merge, amend, end, show, history):
        grid.command()(command)
    grid.command("list")(list_)
