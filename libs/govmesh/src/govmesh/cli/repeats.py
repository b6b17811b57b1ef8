"""Repeats and surges: what may be the same matter, attach, detach, and what came in more than usual."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from govmesh.cli.show import as_json, console, moment, table
from govmesh.client import running
from govmesh.settings import Settings

Reason = Annotated[str, typer.Option(help="why, in words")]
By = Annotated[str, typer.Option(help="who decides")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]


def suggest(event_id: str, json: Json = False) -> None:
    """疑似重复 / which matters an event may be a repeat of, each with its score and reasons."""
    with running(Settings()) as client:
        found = client.get(f"/api/v1/events/{event_id}/suggestions")
    if json:
        as_json(found)
        return
    table(
        f"疑似重复 suggestions ({len(found['suggestions'])})",
        ("event", "score", "state", "opened", "title", "why"),
        (
            (
                one["event"],
                one["score"],
                one["state"],
                moment(one["opened_at"]),
                one["title"],
                "\n".join(f"{part['zh']} / {part['en']}" for part in one["reasons"]),
            )
            for one in found["suggestions"]
        ),
    )


def attach(
    event_id: str,
    into: Annotated[str, typer.Option(help="the event it is part of")],
    reason: Reason,
    by: By = "desk:triage",
) -> None:
    """并案 / the event is the same matter as another and ends there; its open tasks are withdrawn."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/attach", {"into": into, "reason": reason, "by": by}))


def detach(
    event_id: str,
    reason: Reason,
    report: Annotated[str | None, typer.Option(help="a report of the event; the event itself where absent")] = None,
    by: By = "desk:triage",
) -> None:
    """撤销并案 / what had been attached is an event of its own again."""
    said: dict[str, Any] = {"reason": reason, "by": by}
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/detach", said | ({"report_id": report} if report else {})))


def surge(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="look from this day on")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="to this day")] = None,
    json: Json = False,
) -> None:
    """激增 / what came in more often than its own past explains: those told, or a look at the days named."""
    with running(Settings()) as client:
        if first is None and last is None:
            found = client.get("/api/v1/surges")
        else:
            begin, end = first or last, last or datetime.fromisoformat(client.get("/mesh")["now"])
            assert begin is not None
            found = client.get("/api/v1/surges/look", first=f"{begin:%Y-%m-%d}", last=f"{end:%Y-%m-%d}")
    if json:
        as_json(found)
        return
    for one in found["surges"]:
        console.print(f"{one['score']:.2f}  {one['zh']}\n      {one['en']}", markup=False)
    console.print(f"激增 surges: {len(found['surges'])}")


def add_to(app: typer.Typer) -> None:
    for command in (suggest, attach, detach, surge):
        app.command()(command)
