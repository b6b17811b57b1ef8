"""``govmesh elements`` and ``govmesh inspection``: what stands in a grid, and draws that anybody can check."""

from __future__ import annotations

import json as read_json
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.elements import lot
from govcore.errors import Refusal
from govcore.files import open_table
from govmesh.cli.show import as_json, console, moment, table
from govmesh.client import Client, running
from govmesh.settings import Settings

AT_ONCE = 200
HEADS = {
    "类型": "kind", "编码": "code", "名称": "name", "类别": "group", "行政区划": "division", "网格": "grid",
    "权属单位": "owner",
}  # fmt: skip
"""Chinese heads of a list; the English ones are the fields' own names."""

elements = typer.Typer(help="部件与组织 / components, organisations, places, helpers.", no_args_is_help=True)
inspection = typer.Typer(help="双随机 / inspections drawn by lot.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
By = Annotated[str, typer.Option("--by", help="who does it: dept:CODE, post:ID or desk:NAME")]


@elements.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(help="component, organisation, site, alliance …")] = None,
    state: Annotated[str | None, typer.Option()] = None,
    grid: Annotated[str | None, typer.Option()] = None,
    json: Json = False,
) -> None:
    """要素 / what there is, by kind, state and grid."""
    asked = {"kind": kind, "state": state, "grid": grid}
    with running(Settings()) as client:
        found = client.get("/api/v1/elements", limit=200, **{name: said for name, said in asked.items() if said})
    if json:
        as_json(found)
        return
    rows = found["elements"]
    heads = ("id", "kind", "code", "name", "group", "state", "owner", "grid")
    table(f"要素 elements ({len(rows)})", heads, ([one[head] for head in heads] for one in rows))


@elements.command()
def counts(json: Json = False) -> None:
    """数量 / how many of each kind and state."""
    with running(Settings()) as client:
        found = client.get("/api/v1/elements/counts")
    if json:
        as_json(found)
        return
    rows = ((kind, state, count) for kind, states in found["counts"].items() for state, count in states.items())
    table("数量 counts", ("kind", "state", "n"), rows)


@elements.command("import")
def import_(
    file: Path,
    by: By,
    kind: Annotated[str | None, typer.Option(help="of all rows that name none")] = None,
    json: Json = False,
) -> None:
    """批量登记 / a spreadsheet of elements; the same kind and code again is the same thing."""
    with running(Settings()) as client:
        results = _imported(client, file, by, kind)
    totals = {word: sum(one["outcome"] == word for one in results) for word in ("new", "known", "rejected")}
    if json:
        as_json({**totals, "results": results})
        return
    console.print(" ".join(f"{word} {count}" for word, count in totals.items()), markup=False)
    for one in results:
        if one["outcome"] == "rejected":
            why = one["reason"]
            console.print(f"  row {one['row']} {why.get('field', '')} {why['code']} {why['zh']}", markup=False)


def _imported(client: Client, file: Path, by: str, kind: str | None) -> list[dict[str, Any]]:
    opened = open_table(file)
    known = {*HEADS.values(), *HEADS}
    if unknown := [head for head in opened.columns if head not in known and not head.startswith("#")]:
        raise Refusal("ELEMENT_HEAD", file=str(file), row=1, field=unknown[0], known=", ".join(sorted(known)))
    numbers: list[int] = []
    said: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for row in opened.rows():
        if row.refusal is not None:
            results.append({"row": row.number, "outcome": "rejected", "reason": row.refusal.as_dict()})
            continue
        cells = {HEADS.get(head, head): str(cell) for head, cell in row.values.items() if cell not in (None, "")}
        numbers.append(row.number)
        said.append({"by": by, **({"kind": kind} if kind else {}), **cells})
    for start in range(0, len(said), AT_ONCE):
        done = client.post("/api/v1/elements", {"elements": said[start : start + AT_ONCE]})["results"]
        results += [{**one, "row": numbers[start + one["index"]]} for one in done]
    return results


@inspection.command("list")
def inspections(json: Json = False) -> None:
    """抽查 / inspections: committed, drawn."""
    with running(Settings()) as client:
        found = client.get("/api/v1/inspections")
    if json:
        as_json(found)
        return
    table(
        "抽查 inspections",
        ("id", "title", "state", "of", "drawn", "committed to", "at"),
        (
            (one["id"], one["title"], one["state"], len(one["terms"]["subjects"]), len(one["chosen"]),
             one["committed"][:16], moment(one["at"]))
            for one in found["inspections"]
        ),
    )  # fmt: skip


@inspection.command()
def verify(
    what: Annotated[str, typer.Argument(help="an inspection's id, or a JSON file of what its page said")],
    committed: Annotated[str | None, typer.Option(help="the digest as it was published before the draw")] = None,
    json: Json = False,
) -> None:
    """核验抽签 / compute the draw again from what was frozen, the seed and the beacon; status 1 where it differs."""
    if Path(what).is_file():
        said = read_json.loads(Path(what).read_text(encoding="utf-8"))
    else:
        with running(Settings()) as client:
            said = client.get(f"/api/v1/inspections/{what}")
    if said["state"] != "drawn":
        raise Refusal("LOT_NOT_DRAWN", field="inspection", value=said["id"])
    terms = lot.Terms.model_validate(said["terms"])
    lot.verify(terms, committed or said["committed"], said["seed"], said["beacon"], said["chosen"])
    if json:
        as_json({"ok": True, "id": said["id"], "committed": committed or said["committed"], "chosen": said["chosen"]})
        return
    console.print(f"✓ {said['id']} {said['title']}: {len(said['chosen'])} / {len(terms.subjects)}", markup=False)
    console.print(f"  承诺 committed {said['committed']}\n  种子 seed {said['seed']}", markup=False)
    console.print(f"  公开随机 beacon {said['beacon']}", markup=False)


def add_to(app: typer.Typer) -> None:
    app.add_typer(elements, name="elements")
    app.add_typer(inspection, name="inspection")
