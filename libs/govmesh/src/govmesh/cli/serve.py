"""``govmesh up`` and ``govmesh department``: run a mesh, or be a department."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from govmesh.settings import Settings


def up(
    pack: Annotated[Optional[str], typer.Option(help="pack name or folder")] = None,
    profile: Annotated[str, typer.Option(help="embedded | cluster")] = "embedded",
    services: Annotated[Optional[str], typer.Option(help="comma-separated; all where absent")] = None,
    departments: Annotated[bool, typer.Option(help="also run the pack's departments")] = False,
) -> None:
    """起动网格 / run a mesh until Ctrl-C."""
    if profile == "cluster":
        from govmesh.cluster import supervise

        raise typer.Exit(supervise(Settings(profile="cluster"), pack, services.split(",") if services else None, departments))
    args = [sys.executable, "-m", "govmesh.embedded"]
    args += ["--pack", pack] if pack else []
    args += ["--services", services] if services else []
    args += ["--departments"] if departments else []
    sys.stdout.flush()
    os.execv(sys.executable, args)


def department(
    code: Annotated[str, typer.Argument(help="department code, e.g. chengguan")],
    pack: Annotated[Optional[str], typer.Option(help="pack whose behaviour data it follows")] = None,
    log: Annotated[Optional[Path], typer.Option(help="its own log (JSON lines)")] = None,
    seed: Annotated[int, typer.Option()] = 1,
    pace: Annotated[float, typer.Option(help="its delays run this many times faster")] = 1.0,
) -> None:
    """扮演一个部门 / be a department: an AMQP client of the published contract."""
    from govmesh.department.main import run

    settings = Settings(**({"pack": pack} if pack else {}))
    run(settings.amqp_url, settings.pack, code, log or Path(f"dept.{code}.jsonl"), seed, pace)


def add_to(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(department)
