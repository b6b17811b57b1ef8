"""The points of a running mesh: is the book right, whose points, why; and whether a rulebook may be used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcore.errors import Refusal
from govcore.packs import load_rulebook
from govmesh.cli.show import as_json, console, moment, table, use_zone
from govmesh.client import running
from govmesh.settings import Settings

points = typer.Typer(help="积分账本 / the points ledger: prove it, explain it, check a rulebook.", no_args_is_help=True)
rules = typer.Typer(help="积分细则 / rulebooks.", no_args_is_help=True)
points.add_typer(rules, name="rules")
SUMS = (
    ("发放 issued", "issued"),
    ("持有 held", "held"),
    ("已用 spent", "spent"),
    ("过期 expired", "expired"),
    ("收回 reversed", "reversed"),
)
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]


@points.command("verify")
def verify(
    head: Annotated[str | None, typer.Option(help="SEQ:HASH noted at an earlier verify: it must still stand")] = None,
    json: Json = False,
) -> None:
    """核账 / prove the sums and the chain; status 1 where one is wrong."""
    with running(Settings()) as client:
        found = client.get("/api/v1/points/proof", **({"head": head} if head else {}))
    if json:
        as_json(found)
    else:
        table("积分账本 ledger", ("", "points"), ((word, found[name]) for word, name in SUMS))
        console.print(f"平衡 balanced: {_yes(found['balanced'])}   链 chain: {_yes(found['chain'])}", markup=False)
        console.print(f"已封 sealed: {found['sealed']}   待封 waiting: {found['waiting']}", markup=False)
        console.print(f"head: {found['head']}", markup=False)
        for account in found["wrong_accounts"]:
            console.print(f"余额不符 wrong sum: {account}", markup=False)
        if found["broken_at"]:
            console.print(f"链断于 chain broken at: {found['broken_at']}", markup=False)
    if not (found["balanced"] and found["chain"]):
        raise typer.Exit(1)


@points.command("explain")
def explain(entry: str, json: Json = False) -> None:
    """为什么 / why an entry is there: rule and version, what met it, what capped it, what it reverses."""
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        found = client.get(f"/api/v1/points/entries/{entry}")
    if json:
        as_json(found)
        return
    console.print(f"{found['id']}  {found['account']}  {found['points']:+d} → {found['after']}", markup=False)
    console.print(f"  {found['why']['zh']}", markup=False)
    console.print(f"  {found['why']['en']}", markup=False)
    for word, name in (("起因 cause", "cause"), ("案卷 event", "event"), ("冲销 reverses", "reverses")):
        if found[name]:
            console.print(f"  {word}: {found[name]}", markup=False)
    console.print(f"  事实 fact: {moment(found['fact_at'])}   入账 posted: {moment(found['posted_at'])}", markup=False)


@points.command("balance")
def balance(
    account: Annotated[str, typer.Argument(help="kind:code, as post:post-340881103004001")],
    at: Annotated[str | None, typer.Option(help="a moment with its offset: 2026-03-02T10:00+08:00")] = None,
    json: Json = False,
) -> None:
    """余额 / what an account has, now or at a past moment, and its latest entries."""
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        found = client.get(f"/api/v1/points/accounts/{account}", **({"at": at} if at else {}))
    if json:
        as_json(found)
        return
    rows = ((one["id"], moment(one["posted_at"]), one["rule"], f"{one['points']:+d}") for one in found["entries"])
    table(f"{account}: {found['balance']}", ("entry", "posted", "rule", "points"), rows)


@rules.command("check")
def check(file: Path, json: Json = False) -> None:
    """检查 / read a rulebook as the service would; what is wrong with file, line and reason, status 1."""
    findings: list[Refusal] = []
    found = load_rulebook(file, findings)
    if json:
        as_json({"rules": len(found.rules) if found else 0, "wrong": [one.as_dict() for one in findings]})
    else:
        for one in findings:
            console.print(str(one), markup=False)
        if found and not findings:
            console.print(
                f"{len(found.rules)} 条规则，没有问题 / {len(found.rules)} rules, nothing wrong", markup=False
            )
    if findings:
        raise typer.Exit(1)


def _yes(right: bool) -> str:
    return "是 yes" if right else "否 NO"


def add_to(app: typer.Typer) -> None:
    """``govmesh points …``."""
    app.add_typer(points, name="points")
