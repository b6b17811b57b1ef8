"""``govmesh persons``: the register of persons: who is in it (masked), who was told what, what two sources say."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govcore.files import Cell, open_table
from govmesh.cli.show import as_json, console, moment, table
from govmesh.client import Client, running
from govmesh.settings import Settings
from govmesh.vault import Vault

AT_ONCE = 200
persons = typer.Typer(help="人员登记 / the register of persons: by purpose, masked.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
By = Annotated[str, typer.Option("--by", help="who asks: dept:CODE, post:ID or desk:NAME")]
Why = Annotated[str, typer.Option("--reason", help="why, in words that name nobody")]
For = Annotated[str, typer.Option("--purpose", help="a purpose of the form")]
Proof = Annotated[str, typer.Option("--proof", help="the paper that shows who asked")]


@persons.command()
def form(json: Json = False) -> None:
    """登记表 / fields, purposes, who sees what, who is told."""
    with running(Settings()) as client:
        found = client.get("/api/v1/persons/form")
    if json:
        as_json(found)
        return
    fields = ((one["code"], one["name"]["zh"], one["name"]["en"], one["kind"]) for one in found["fields"])
    table("表项 fields", ("code", "zh", "en", "kind"), fields)
    table(
        "目的 purposes",
        ("code", "name", "basis", "days", "fields", "viewers", "source"),
        (
            (
                one["code"], one["name"]["zh"], one["basis"], one["days"], " ".join(one["fields"]),
                " ".join(one["viewers"]), one["source"],
            )
            for one in found["purposes"]
        ),
    )  # fmt: skip
    told = ((one["dept"], one["purpose"], " ".join(one["fields"])) for one in found["systems"])
    table("下游系统 systems", ("dept", "purpose", "fields"), told)


@persons.command("list")
def list_(
    grid: Annotated[str | None, typer.Option(help="of one grid")] = None,
    division: Annotated[str | None, typer.Option(help="of one division")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="only where two sources differ")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    json: Json = False,
) -> None:
    """人员 / persons, masked; with --conflicts what two sources say."""
    asked: dict[str, Any] = {"grid": grid, "division": division, "limit": limit, "conflicts": "1" if conflicts else ""}
    with running(Settings()) as client:
        found = client.get("/api/v1/persons", **{name: value for name, value in asked.items() if value})["persons"]
    if json:
        as_json({"persons": found})
        return
    rows = ((one["id"], one["state"], one["grid"], _fields(one["fields"]), " ".join(one["purposes"])) for one in found)
    table(f"人员 persons ({len(found)})", ("id", "state", "grid", "masked", "purposes"), rows)
    for one in found if conflicts else ():
        for each in one["conflicts"]:
            kept = one["sources"].get(each["field"], {}).get("by")
            shown = f"{one['fields'].get(each['field'])} ({kept}) ↔ {each['value']} ({each['by']})"
            console.print(f"  {one['id']} {each['id']} {each['field']}: {shown}", markup=False)


@persons.command()
def read(person: str, by: By, purpose: For, reason: Why) -> None:
    """查看 / unmask for a purpose; the reading is journalled."""
    _post(f"/api/v1/persons/{person}/read", by=by, purpose=purpose, reason=reason)


@persons.command()
def decide(
    person: str,
    conflict: str,
    take: Annotated[bool, typer.Option("--take/--drop", help="the other source's value is taken, or dropped")],
    by: By = "desk:person",
) -> None:
    """裁定冲突 / decide what two sources say."""
    _post(f"/api/v1/persons/{person}/decide", by=by, conflict_id=conflict, take=take)


@persons.command()
def export(person: str, proof: Proof, by: By = "desk:person") -> None:
    """提供副本 / all that is kept, for the person (PIPL 45)."""
    _post(f"/api/v1/persons/{person}/export", by=by, proof=proof)


@persons.command()
def erase(person: str, reason: Why, proof: Proof, by: By = "desk:person") -> None:
    """删除 / destroy the key (PIPL 47); what stays is the proof of it."""
    _post(f"/api/v1/persons/{person}/erase", by=by, reason=reason, proof=proof)


@persons.command()
def ledger(
    person: Annotated[str | None, typer.Argument(help="of one person; of all where absent")] = None,
    system: Annotated[str | None, typer.Option(help="one system's department code")] = None,
    json: Json = False,
) -> None:
    """分发台账 / which system was sent which fields when, and when it had them."""
    path = f"/api/v1/persons/{person}/ledger" if person else "/api/v1/persons/ledger"
    with running(Settings()) as client:
        found = client.get(path, limit=200, **({"system": system} if system else {}))["deliveries"]
    if json:
        as_json({"deliveries": found})
        return
    table(
        f"分发 deliveries ({len(found)})",
        ("person", "ver", "system", "change", "fields", "sent", "received"),
        (
            (
                one["person_id"], one["version"], one["system"], one["change"], " ".join(one["fields"]),
                moment(one["sent_at"]), moment(one["receipt_at"]),
            )
            for one in found
        ),
    )  # fmt: skip


@persons.command("import")
def import_(
    file: Path,
    by: By,
    purpose: Annotated[list[str], typer.Option("--purpose", help="what they are kept for; may be repeated")],
    division: Annotated[str, typer.Option(help="division code of all rows that name none")] = "",
    proof: Annotated[str, typer.Option(help="the paper that shows the consents of this list")] = "",
    json: Json = False,
) -> None:
    """批量登记 / a spreadsheet whose heads are the form's field names or codes; a bad row is told by its number."""
    with running(Settings()) as client:
        heads = _heads(client.get("/api/v1/persons/form")["fields"])
        results = _imported(client, file, heads, by, purpose, division, proof)
    counts = {word: sum(one["outcome"] == word for one in results) for word in ("new", "known", "rejected")}
    if json:
        as_json({**counts, "results": results})
        return
    console.print(" ".join(f"{word} {count}" for word, count in counts.items()), markup=False)
    for one in results:
        if one["outcome"] == "rejected":
            reason = one["reason"]
            console.print(f"  row {one['row']} {reason.get('field', '')} {reason['code']} {reason['zh']}", markup=False)


@persons.command()
def key(dept: str) -> None:
    """交换密钥 / the base64 key that opens what is sent to one department; run beside the vault, hand over safely."""
    settings = Settings()
    given = settings.vault_key.get_secret_value() if settings.vault_key else None
    vault = Vault.at(settings.home, given, settings.cipher)
    print(base64.b64encode(vault.exchange_key(f"dept.{dept}")).decode())


def _heads(fields: list[dict[str, Any]]) -> dict[str, str]:
    named = {name: one["code"] for one in fields for name in (one["code"], one["name"]["zh"], one["name"]["en"])}
    return {**named, "grid": "@grid", "网格": "@grid", "division": "@division", "行政区划": "@division"}


def _imported(
    client: Client, file: Path, heads: dict[str, str], by: str, purposes: list[str], division: str, proof: str
) -> list[dict[str, Any]]:
    consents = {one: {"given_by": "self", "separate": bool(proof), "proof": proof} for one in purposes}
    opened = open_table(file)
    unknown = [head for head in opened.columns if head not in heads and not head.startswith("#")]
    if unknown:
        raise Refusal("PERSON_NO_SUCH_FIELD", file=str(file), row=1, field=unknown[0])
    numbers: list[int] = []
    forms: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for row in opened.rows():
        if row.refusal is not None:
            results.append({"row": row.number, "outcome": "rejected", "reason": row.refusal.as_dict()})
            continue
        said = {heads[head]: _text(cell) for head, cell in row.values.items() if head in heads and cell is not None}
        where = {"division": said.pop("@division", division), "grid": said.pop("@grid", None)}
        numbers.append(row.number)
        forms.append({"fields": said, "consents": consents, "by": by, **where})
    for start in range(0, len(forms), AT_ONCE):
        done = client.post("/api/v1/persons", {"persons": forms[start : start + AT_ONCE]})["results"]
        results += [{**one, "row": numbers[start + one["index"]]} for one in done]
    return results


def _text(cell: Cell) -> str:
    """A number as it is written in full, a day without its hours."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def _fields(found: dict[str, str]) -> str:
    return " ".join(f"{code}={value}" for code, value in found.items())


def _post(path: str, **said: Any) -> None:
    with running(Settings()) as client:
        as_json(client.post(path, said))


def add_to(app: typer.Typer) -> None:
    app.add_typer(persons, name="persons")
