"""Visits to ended matters: agree days, list, say what was found."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from govmesh.cli.show import a_day, as_json, moment, table
from govmesh.client import running
from govmesh.settings import Settings

State = Literal["planned", "open", "done", "dropped"]
visits = typer.Typer(help="回访 / visits on agreed days and return calls.", no_args_is_help=True)
Found = Annotated[str, typer.Option(help="what was found, without names")]
By = Annotated[str, typer.Option(help="who made it")]


@visits.command("agree")
def agree(
    event_id: str,
    day: Annotated[list[str], typer.Option(help="YYYY-MM-DD; repeatable")],
    what: Annotated[str, typer.Option(help="what to look for")],
    holder: Annotated[
        str | None, typer.Option(help="who visits, e.g. dept:gongan; the pack's desk where absent")
    ] = None,
) -> None:
    """约定回访 / agree days on which somebody looks whether what was agreed is kept."""
    for one in day:
        a_day(one, "--day")
    said = {"days": day, "what": what, **({"holder": holder} if holder else {})}
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/visits", said))


@visits.command("list")
def listed(
    holder: Annotated[str | None, typer.Option(help="of one desk or department")] = None,
    state: Annotated[State | None, typer.Option()] = None,
    json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """List them, what is due first."""
    asked = {name: value for name, value in (("holder", holder), ("state", state)) if value}
    with running(Settings()) as client:
        found = client.get("/api/v1/visits", **asked)
    if json:
        as_json(found)
        return
    table(
        f"回访 visits ({len(found['visits'])})",
        ("visit", "event", "kind", "state", "holder", "opens", "due", "tries", "outcome"),
        (
            (v["id"], v["event_id"], v["kind"], v["state"], v["holder"], moment(v["opens_at"]), moment(v["due_at"]),
             v["tries"], v["outcome"])
            for v in found["visits"]
        ),
    )  # fmt: skip


@visits.command("done")
def done(
    visit_id: str,
    kept: Annotated[bool | None, typer.Option("--kept/--not-kept", help="of a visit")] = None,
    grade: Annotated[int | None, typer.Option(min=1, max=5, help="of a return call")] = None,
    found: Found = "",
    by: By = "desk:visit",
) -> None:
    """It was made: what was found."""
    said: dict[str, Any] = {"found": found, "by": by, "kept": kept, "grade": grade}
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/visits/{visit_id}/done", said))


@visits.command("missed")
def missed(visit_id: str, found: Found = "", by: By = "desk:visit") -> None:
    """Nobody was reached."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/visits/{visit_id}/missed", {"found": found, "by": by}))


def add_to(app: typer.Typer) -> None:
    app.add_typer(visits, name="visits")
