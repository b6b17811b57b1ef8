"""``govmesh route``: why a matter goes where it goes, and what changed rules would do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.embed import Embedded
from govcore.errors import Refusal
from govcore.files import KINDS
from govcore.i18n import reason
from govcore.packs import Pack as LoadedPack
from govcore.packs import Replay, check_pack, explain, load_pack, told
from govmesh.cli import routed
from govmesh.cli.ask import mesh
from govmesh.cli.reports import Seen, Source, of_mesh
from govmesh.cli.show import as_json, console, moment, refusal_lines, table
from govmesh.settings import Settings

MESH = "mesh"
"""The word for the running mesh where a file could stand."""
KIND_NAMES = {
    "to_triage": "转入分拨台 now at triage",
    "from_triage": "不再分拨 no longer at triage",
    "lead": "主办改变 lead changed",
    "assists": "协办改变 assists changed",
    "severity": "紧急程度改变 severity changed",
    "term": "时限改变 term changed",
    "order": "先后或办结条件改变 order or join rule changed",
}
EDIT_NAMES = {"added": "新增 added", "removed": "删除 removed", "edited": "修改 edited"}
REFUSED_SHOWN = 5

Pack = Annotated[
    str | None, typer.Option(help="pack name or folder; the mapping's own, or the usual one, where absent")
]
Map = Annotated[str | None, typer.Option("--map", help="mapping: a shipped name or a YAML file")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]

route = typer.Typer(
    help="分派规则 / routing: why a matter goes where it goes, what changed rules would do.", no_args_is_help=True
)


@route.command("explain")
def explain_(
    what: Annotated[
        str, typer.Argument(metavar="EVENT|FILE", help="an event's id, or a file of reports: xlsx, csv, json")
    ],
    pack: Pack = None,
    map: Map = None,
    row: Annotated[int | None, typer.Option(help="this row of the file, with every rule")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many reports of the file")] = 20,
    json: Json = False,
) -> None:
    """为什么这样分派 / which rules matched, which did not and why; who leads, who assists, by when.

    A report of a file is explained as if it were taken in at the time it was made.
    """
    if "/" in what or Path(what).is_file() or what.endswith(tuple(f".{kind}" for kind in KINDS)):
        _explain_file(Path(what), pack=pack, map=map, row=row, limit=limit, json=json)
    else:
        _explain_event(what, json=json)


@route.command("replay")
def replay(
    rules: Annotated[Path, typer.Argument(help="a routing.yaml, changed")],
    against: Annotated[
        str,
        typer.Option("--against", metavar="HISTORY", help=f"a file of reports, or {MESH}: the running one's events"),
    ],
    pack: Pack = None,
    map: Map = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only so many reports")] = None,
    examples: Annotated[int, typer.Option(min=0, help="of each kind of change")] = 3,
    json: Json = False,
) -> None:
    """规则改动试算 / what a changed set of rules would have done differently; nothing is written.

    Each report is looked at alone, by the pack's rules and by the changed ones, with the same class, place and time.
    """
    if against == MESH:
        with mesh() as client:
            own, changed = _both(pack or str(client.get("/mesh")["pack"]), rules)
            asked = Replay(own, changed, examples=examples)
            rejected = _added(asked, islice(of_mesh(client), limit))
    else:
        source = Source(Path(against), map=map, pack=pack, usual=Settings().pack)
        own, changed = _both(source.pack, rules)
        asked = Replay(own, changed, examples=examples)
        rejected = _added(asked, (one for _, one in islice(source.seen(Embedded(own)), limit)))
    said = {"rules_file": str(rules), "against": against, "rejected": rejected, **asked.as_dict()}
    if json:
        as_json(said)
    else:
        _show_replay(said)


def _explain_event(event_id: str, *, json: bool) -> None:
    with mesh() as client:
        found = client.get(f"/api/v1/events/{event_id}/routing")
        title = client.get(f"/api/v1/events/{event_id}")["title"]
    if json:
        as_json(found)
        return
    console.print(f"{found['event_id']}  {found['state']}  {title}", markup=False)
    for line in (*_then(found), *routed.lines(found, full=True)):
        console.print(line, markup=False)


def _then(found: dict[str, Any]) -> Iterator[str]:
    """What was decided when it was filed, and whether today's rules would say the same."""
    filed = found["filed"]
    if filed is None:
        yield "  尚未分派，规则将如此决定 not routed yet; the rules would decide:"
        return
    to = ", ".join(filter(None, [filed["lead"], *filed["assists"]])) or "分拨台 triage desk"
    yield f"  当时 then       {moment(filed['filed_at'])} → {to} · 匹配 matched {', '.join(filed['matched']) or '—'}"
    if code := filed["reason"]:
        yield f"                  {code} {reason(code, 'zh_CN')} / {reason(code, 'en')}"
    if found["differs"]:
        yield f"  规则已变 rules changed since: {', '.join(found['differs'])}"


def _explain_file(path: Path, *, pack: str | None, map: str | None, row: int | None, limit: int, json: bool) -> None:
    source = Source(path, map=map, pack=pack, usual=Settings().pack)
    town = Embedded(source.pack)
    seen = source.seen(town)
    chosen = [one for at, one in seen if at == row][:1] if row is not None else [one for _, one in islice(seen, limit)]
    if row is not None and not chosen:
        raise Refusal("ROUTING_NO_ROW", file=str(path), field="--row", value=row)
    if json:
        reports = [
            {"row": one.row, "name": one.name, **told(town.pack, explain(town.pack, one.event))}
            for one in chosen
            if isinstance(one, Seen)
        ]
        refused = [one.as_dict() for one in chosen if isinstance(one, Refusal)]
        as_json({"pack": town.pack.id, "reports": reports, "rejected": refused})
        return
    for one in chosen:
        if isinstance(one, Refusal):
            shown = refusal_lines(one)
        else:
            head = f"第{one.row}行 row {one.row}" + (f" · {one.name}" if one.name else "")
            full = row is not None or len(chosen) == 1
            shown = [head, *routed.lines(told(town.pack, explain(town.pack, one.event)), full=full)]
        for line in shown:
            console.print(line, markup=False)


def _both(pack: str, rules: Path) -> tuple[LoadedPack, LoadedPack]:
    """The pack with its own rules and with those of the file.

    Raises ``PACK_…``; what is wrong with the file is told in full, then :class:`typer.Exit`.
    """
    own = load_pack(pack)
    if findings := check_pack(pack, routing=rules):
        for finding in findings:
            for line in refusal_lines(finding):
                typer.echo(line, err=True)
        raise typer.Exit(1)
    return own, load_pack(pack, routing=rules)


def _added(asked: Replay, seen: Iterator[Seen | Refusal] | Iterator[Seen]) -> dict[str, Any]:
    """Every report given to the replay; how many could not be, and the first of those."""
    refused: list[Refusal] = []
    count = 0
    for one in seen:
        if isinstance(one, Refusal):
            count += 1
            refused += [one] if count <= REFUSED_SHOWN else []
        else:
            asked.add(one.event, name=one.name, row=one.row)
    return {"count": count, "first": [one.as_dict() for one in refused]}


def _show_replay(said: dict[str, Any]) -> None:
    console.print(
        f"{said['rules_file']} ↔ {said['against']}: 诉求 reports {said['read']} · 不变 unchanged {said['unchanged']}"
        f" · 改变 changed {said['changed']} · 拒收 rejected {said['rejected']['count']}",
        markup=False,
    )
    for finding in said["rejected"]["first"]:
        console.print(
            f"  ✗ {finding['code']} row {finding.get('row', '')} {finding['zh']} / {finding['en']}", markup=False
        )
    table(
        "规则改动 rules",
        ("rule", "edit", "matched before", "after"),
        ((one["id"], EDIT_NAMES[one["edit"]], one["before"], one["after"]) for one in said["rules"]),
    )
    table("变化 changes", ("kind", "count"), ((KIND_NAMES[kind], n) for kind, n in said["kinds"].items() if n))
    table(
        "部门 departments",
        ("dept", "主办 lead +", "−", "协办 assist +", "−"),
        ((dept, *shares.values()) for dept, shares in said["departments"].items()),
    )
    found = [one for kept in said["examples"].values() for one in kept]
    for one in {(one["row"], one["name"]): one for one in found}.values():
        name = " ".join(filter(None, [f"row {one['row']}" if one["row"] else "", one["name"]]))
        console.print(f"{name}  {' · '.join(KIND_NAMES[kind] for kind in one['kinds'])}", markup=False)
        console.print(f"    − {_short(one['before'])}\n    + {_short(one['after'])}", markup=False)


def _short(decision: dict[str, Any]) -> str:
    by = f"  ← {', '.join(decision['matched']) or '—'}"
    if decision["lead"] is None:
        return f"分拨台 triage desk · {decision['severity']}{by}"
    who = " + ".join(filter(None, [decision["lead"], ", ".join(decision["assists"])]))
    own = "".join(f" {dept}:{term}" for dept, term in decision["terms"].items())
    return f"{who} · {decision['severity']} · {decision['term']}{own}{by}"


def add_to(app: typer.Typer) -> None:
    app.add_typer(route, name="route")
