"""``govmesh up`` and ``govmesh department``: run a mesh, or be a department."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from govmesh.settings import Settings

_ITS_OWN = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""The department client reads its own options."""


def up(
    pack: Annotated[str | None, typer.Option(help="pack name or folder")] = None,
    profile: Annotated[str, typer.Option(help="embedded | cluster")] = "embedded",
    services: Annotated[str | None, typer.Option(help="comma-separated; all where absent")] = None,
    departments: Annotated[bool, typer.Option(help="also run the pack's departments")] = False,
) -> None:
    """起动网格 / run a mesh until Ctrl-C."""
    if profile == "cluster":
        from govmesh.cluster import supervise

        raise typer.Exit(
            supervise(Settings(profile="cluster"), pack, services.split(",") if services else None, departments)
        )
    args = [sys.executable, "-m", "govmesh.embedded"]
    args += ["--pack", pack] if pack else []
    args += ["--services", services] if services else []
    args += ["--departments"] if departments else []
    sys.stdout.flush()
    os.execv(sys.executable, args)


def department(context: typer.Context) -> None:
    """扮演一个部门 / be a department: an AMQP client of the published contract (``govmesh department --help``)."""
    from govmesh.department.__main__ import main

    raise typer.Exit(main(context.args))


def add_to(app: typer.Typer) -> None:
    app.command()(up)
    app.command(context_settings=_ITS_OWN)(department)
