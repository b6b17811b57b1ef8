"""``govmesh story``: a pack's way of working, told step by step on a mesh of its own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from govcore.packs import known_packs, load_pack
from govmesh.cli.show import as_json, console, table
from govmesh.story import Told, find_story, run_story


def story(
    ids: Annotated[list[str] | None, typer.Argument(help="e.g. s01; none: list them")] = None,
    pack: Annotated[str | None, typer.Option(help="pack name or folder; any that has the story where absent")] = None,
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """故事 / tell what a place's way of working does, with the figures to be seen; ends with 1 where one differs."""
    if not ids:
        _list(pack, json)
        return
    found = [find_story(ident, pack) for ident in ids]
    results: list[dict[str, Any]] = []
    for of, one in found:
        if not json:
            console.print(f"{one.id}  {one.title.zh} · {one.title.en}", markup=False)
            console.print(f"     {one.about.zh}\n     {one.about.en}", markup=False)
        steps: list[Told] = []
        good = run_story(of, one, steps.append if json else _show)
        results.append({"id": one.id, "pack": of.id, "ok": good, "steps": [_as_dict(step) for step in steps]})
        if not json:
            console.print(f"{'✓' if good else '✗'} {one.id}", markup=False)
    if json:
        as_json({"stories": results})
    raise typer.Exit(0 if all(each["ok"] for each in results) else 1)


def _list(pack: str | None, json: bool) -> None:
    packs = [load_pack(name) for name in ([pack] if pack else known_packs())]
    rows = [(of.id, one) for of in packs for one in of.stories.values()]
    if json:
        as_json({"stories": [{"id": one.id, "pack": name, "title": one.title.model_dump()} for name, one in rows]})
        return
    heads = ("id", "pack", "title", "steps")
    table(
        "故事 stories",
        heads,
        ((one.id, name, f"{one.title.zh} · {one.title.en}", len(one.steps)) for name, one in rows),
    )


def _show(told: Told) -> None:
    console.print(f"{'✓' if told.good else '✗'} {told.number:2d}  {told.say.zh}\n      {told.say.en}", markup=False)
    for seen in told.seen:
        console.print(f"        {'✓' if seen.good else '✗'} {seen}", markup=False)


def _as_dict(told: Told) -> dict[str, Any]:
    seen = [{"ok": one.good, "what": one.what, "found": one.found, "wanted": one.wanted} for one in told.seen]
    return {"step": told.number, "ok": told.good, "zh": told.say.zh, "en": told.say.en, "seen": seen}


def add_to(app: typer.Typer) -> None:
    app.command()(story)
