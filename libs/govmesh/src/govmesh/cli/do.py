"""Doing something as a person: answer a hand-off, assign from the triage desk, verify, rate."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from govmesh.cli.show import as_json
from govmesh.client import running
from govmesh.settings import Settings

handoff = typer.Typer(help="交接 / answer a hand-off by hand, or decide what was asked for.", no_args_is_help=True)
As = Annotated[str, typer.Option("--as", help="department that answers, e.g. chengguan")]
Generation = Annotated[int | None, typer.Option(help="the offer answered; the present one where absent")]


def _answer(handoff_id: str, verb: str, dept: str, generation: int | None, **more: Any) -> None:
    with running(Settings()) as client:
        found = client.get(f"/api/v1/handoffs/{handoff_id}")
        body = {"dept": dept, "generation": generation or found["generation"], **more}
        as_json(client.post(f"/api/v1/events/{found['event_id']}/handoffs/{handoff_id}/{verb}", body))


@handoff.command("accept")
def accept(handoff_id: str, dept: As, generation: Generation = None) -> None:
    """We take it."""
    _answer(handoff_id, "accept", dept, generation)


@handoff.command("return")
def give_back(
    handoff_id: str,
    dept: As,
    reason: Annotated[str, typer.Option(help="the pack's reason code")],
    proposed: Annotated[str, typer.Option(help="whose it is instead")],
    note: Annotated[str, typer.Option()] = "",
    generation: Generation = None,
) -> None:
    """Not ours: why, and whose it is."""
    _answer(handoff_id, "return", dept, generation, reason=reason, proposed=proposed, note=note)


@handoff.command("transfer")
def transfer(
    handoff_id: str,
    dept: As,
    to: Annotated[str, typer.Option(help="department it passes to")],
    reason: Annotated[str, typer.Option()],
    generation: Generation = None,
) -> None:
    """We pass it on."""
    _answer(handoff_id, "transfer", dept, generation, to=to, reason=reason)


@handoff.command("done")
def done(
    handoff_id: str, dept: As, result: Annotated[str, typer.Option(help="what was done")], generation: Generation = None
) -> None:
    """Done, with the result."""
    _answer(handoff_id, "done", dept, generation, result=result)


@handoff.command("suspend")
def suspend(
    handoff_id: str,
    dept: As,
    reason: Annotated[str, typer.Option(help="the pack's reason code")],
    term: Annotated[str | None, typer.Option(help="how long, e.g. 5wd; the longest allowed where absent")] = None,
    note: Annotated[str, typer.Option()] = "",
    generation: Generation = None,
) -> None:
    """缓办 / we cannot go on for a while."""
    _answer(handoff_id, "suspend", dept, generation, reason=reason, term=term, note=note)


@handoff.command("resume")
def resume(handoff_id: str, dept: As, note: Annotated[str, typer.Option()] = "", generation: Generation = None) -> None:
    """恢复办理 / we go on."""
    _answer(handoff_id, "resume", dept, generation, note=note)


@handoff.command("extend")
def extend(
    handoff_id: str,
    dept: As,
    term: Annotated[str, typer.Option(help="how much longer, e.g. 2wd")],
    reason: Annotated[str, typer.Option()],
    generation: Generation = None,
) -> None:
    """延期 / we ask for more time; the triage desk decides."""
    _answer(handoff_id, "extend", dept, generation, term=term, reason=reason)


@handoff.command("decide")
def decide(
    handoff_id: str,
    ok: Annotated[bool, typer.Option("--ok/--no")],
    reason: Annotated[str, typer.Option(help="required where it is refused")] = "",
) -> None:
    """审批 / the triage desk grants or refuses what the holder asked for."""
    with running(Settings()) as client:
        found = client.get(f"/api/v1/handoffs/{handoff_id}")
        path = f"/api/v1/events/{found['event_id']}/handoffs/{handoff_id}/decide"
        as_json(client.post(path, {"ok": ok, "reason": reason}))


def assign(
    event_id: str,
    lead: Annotated[str, typer.Option(help="leading department")],
    assist: Annotated[list[str], typer.Option(help="assisting department; repeatable")] = [],  # noqa: B006
    reason: Annotated[str, typer.Option()] = "triage",
) -> None:
    """分拨 / name the departments for an event that stands at the triage desk."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/assign", {"lead": lead, "assists": assist, "reason": reason}))


def verify(
    event_id: str,
    ok: Annotated[bool, typer.Option("--ok/--rework")] = True,
    by: Annotated[str, typer.Option()] = "desk:verify",
    reason: Annotated[str, typer.Option()] = "",
) -> None:
    """核查 / say whether the result stands."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/verify", {"ok": ok, "by": by, "reason": reason}))


def rate(event_id: str, grade: Annotated[int, typer.Option(min=1, max=5)]) -> None:
    """评价 / the resident's grade, 5 very satisfied … 1 very dissatisfied."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/rating", {"grade": grade}))


def add_to(app: typer.Typer) -> None:
    app.add_typer(handoff, name="handoff")
    for command in (assign, verify, rate):
        app.command()(command)
