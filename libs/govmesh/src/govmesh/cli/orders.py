"""Orders 三单一函: list, show, give, answer, send back, close; and a comment about an event."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from govcore.i18n import label
from govmesh.cli.show import as_json, console, moment, table, use_zone
from govmesh.client import running
from govmesh.settings import Settings

State = Literal["issued", "received", "answered", "unanswered", "closed"]
Kind = Literal["task", "directive", "supervision", "reminder"]
orders = typer.Typer(help="三单一函 / orders: task, directive, supervision, letter of notice.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="machine-readable")]
By = Annotated[str, typer.Option(help="the desk that issued it")]


@orders.command("list")
def list_(
    state: Annotated[State | None, typer.Option()] = None,
    dept: Annotated[str | None, typer.Option(help="department that owes the answer")] = None,
    event: Annotated[str | None, typer.Option(help="of one event")] = None,
    kind: Annotated[str | None, typer.Option(help="task, directive, supervision, reminder")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    json: Json = False,
) -> None:
    """清单 / those that wait for an answer by the earliest time first."""
    asked = {"state": state, "dept": dept, "event": event, "kind": kind, "limit": limit}
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        found = client.get("/api/v1/orders", **{name: value for name, value in asked.items() if value is not None})
    if json:
        as_json(found)
        return
    table(
        f"三单一函 orders ({len(found['orders'])})",
        ("order", "kind", "to", "dept", "event", "state", "issued", "answer by", "next"),
        (
            (
                one["id"],
                _both(one["kind"]),
                one["to"],
                one["dept"],
                one["event_id"],
                _both(one["state"]),
                moment(one["issued_at"]),
                moment(one["answer_due_at"]),
                one["next_order"],
            )
            for one in found["orders"]
        ),
    )


@orders.command("show")
def show(order_id: str, json: Json = False) -> None:
    """查看 / one order, and what became of it."""
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        found = client.get(f"/api/v1/orders/{order_id}")
    if json:
        as_json(found)
        return
    head = f"{found['id']}  {_both(found['kind'])}  {_both(found['state'])}  → {found['to']}"
    console.print(head, markup=False)
    for word, name in (
        ("事由 reason", "reason"),
        ("内容 words", "words"),
        ("反馈 answer", "answer"),
        ("办结 closing", "closing"),
    ):
        if found[name]:
            console.print(f"  {word}: {found[name]}", markup=False)
    for word, name in (
        ("发出 issued", "issued_at"),
        ("签收 received", "receipt_at"),
        ("反馈时限 answer by", "answer_due_at"),
        ("反馈 answered", "answer_received_at"),
        ("办结 closed", "closed_at"),
    ):
        if found.get(name):
            console.print(f"  {word}: {moment(found[name])}", markup=False)


@orders.command("give")
def give(
    kind: Annotated[Kind, typer.Argument()],
    to: Annotated[str, typer.Option(help="e.g. dept:chengguan, post:…")],
    words: Annotated[str, typer.Option(help="what is to be done")],
    term: Annotated[str, typer.Option(help="how long for the answer, e.g. 4wh")],
    event: Annotated[str | None, typer.Option(help="the event it is about; it stands alone where absent")] = None,
    handoff: Annotated[str | None, typer.Option(help="the hand-off it is about")] = None,
    key: Annotated[
        str | None, typer.Option(help="文号 / your own number: the same one again is the same order")
    ] = None,
    by: By = "desk:command",
) -> None:
    """下达 / give an order by hand."""
    said = {"kind": kind, "to": to, "words": words, "term": term, "by": by}
    more = {"event_id": event, "handoff_id": handoff, "key": key}
    with running(Settings()) as client:
        as_json(client.post("/api/v1/orders", {**said, **{name: one for name, one in more.items() if one}}))


@orders.command("answer")
def answer(
    order_id: str,
    words: Annotated[str, typer.Option(help="what was done")],
    dept: Annotated[str | None, typer.Option("--as", help="department that answers, e.g. chengguan")] = None,
    by: Annotated[str | None, typer.Option(help="the desk or leader's post it is addressed to: desk:…, post:…")] = None,
    evidence: Annotated[list[str], typer.Option(help="reference to evidence; repeatable")] = [],  # noqa: B006
    round: Annotated[int | None, typer.Option(help="the asking answered; the present one where absent")] = None,
) -> None:
    """反馈 / say what was done."""
    with running(Settings()) as client:
        now = round or client.get(f"/api/v1/orders/{order_id}")["round"]
        body = {"round": now, "words": words, "evidence": evidence, **_who(dept, by)}
        as_json(client.post(f"/api/v1/orders/{order_id}/answer", body))


@orders.command("reject")
def reject(
    order_id: str,
    reason: Annotated[str, typer.Option(help="what is missing")],
    term: Annotated[str | None, typer.Option(help="how long now; the order's own term where absent")] = None,
    by: By = "desk:command",
) -> None:
    """退回重报 / the answer is not accepted: once more."""
    with running(Settings()) as client:
        body = {"reason": reason, "by": by, **({"term": term} if term else {})}
        as_json(client.post(f"/api/v1/orders/{order_id}/reject", body))


@orders.command("close")
def close(order_id: str, reason: Annotated[str, typer.Option(help="why")], by: By = "desk:command") -> None:
    """办结 / what was wanted is there, or wanted no longer."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/orders/{order_id}/close", {"reason": reason, "by": by}))


def comment(
    event_id: str,
    words: Annotated[str, typer.Option(help="kept in the event's history, told to nobody")],
    by: Annotated[str, typer.Option(help="the desk that says it")] = "desk:triage",
) -> None:
    """批注 / words about an event; no clock of it moves."""
    with running(Settings()) as client:
        as_json(client.post(f"/api/v1/events/{event_id}/comment", {"words": words, "by": by}))


def _who(dept: str | None, by: str | None) -> dict[str, Any]:
    return {"dept": dept} if dept else {"by": by} if by else {}


def _both(word: str) -> str:
    """A kind or a state in both languages."""
    return f"{label(f'order.{word}', 'zh_CN')} {label(f'order.{word}', 'en')}"


def add_to(app: typer.Typer) -> None:
    app.add_typer(orders, name="orders")
    app.command()(comment)
