"""Asking a running mesh: trace, why, stalled, parked, event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import typer

from govcore.errors import Refusal
from govmesh.cli.show import age, as_json, console, moment, table, use_zone
from govmesh.cli.tree import lines
from govmesh.client import Answered, Client, running
from govmesh.paging import MOST, USUAL
from govmesh.settings import Settings
from govmesh.stalled import told
from govmesh.tracetree import tree

Json = Annotated[bool, typer.Option("--json", help="machine-readable")]


@contextmanager
def mesh() -> Iterator[Client]:
    """The running mesh (or an embedded one), its moments shown in its own time zone."""
    with running(Settings()) as client:
        use_zone(client.get("/mesh")["zone"])
        yield client


def gather(client: Client, event_id: str) -> dict[str, Any]:
    """An event with its hand-offs and every history row of its trace, of all services."""
    event = client.get(f"/api/v1/events/{event_id}")
    handoffs = client.get(f"/api/v1/events/{event_id}/handoffs")["handoffs"]
    parts = client.each(f"/ops/trace/{event['trace_id']}").values()
    rows = [row for part in parts for row in part["rows"]]
    said = {message: cause for part in parts for message, cause in part["said"].items()}
    rows.sort(key=lambda row: (row["at"], row["service"], row["seq"]))
    return {"event": event, "handoffs": handoffs, "rows": rows, "said": said}


def trace(event_id: str, json: Json = False) -> None:
    """案卷全程 / the tree of hops and hand-offs of an event, with times."""
    with mesh() as client:
        found = gather(client, event_id)
    if json:
        as_json({**found, "tree": [asdict(node) for node in tree(found["rows"], found["said"]) if node.depth == 0]})
        return
    event = found["event"]
    console.print(f"{event['id']}  {event['title']}\ntrace {event['trace_id']}")
    for line in lines(found["rows"], found["said"]):
        console.print(line, markup=False)
    table(
        "交接 hand-offs",
        ("hand-off", "gen", "role", "dept", "state", "offered", "sent", "received", "answered", "answer in"),
        (
            (
                h["id"], h["generation"], h["role"], h["dept"], h["state"],
                moment(h["offered_at"]), moment(h.get("sent_at")), moment(h.get("received_at")),
                moment(h.get("answered_at")), moment(h.get("answer_received_at")),
            )
            for h in found["handoffs"]
        ),
    )  # fmt: skip


def why(subject: str, json: Json = False) -> None:
    """为什么 / who holds it, since when, and what led there, each step with its reason."""
    with mesh() as client:
        try:
            event = client.get(f"/api/v1/events/{subject}")
            holders = client.get(f"/api/v1/events/{subject}/holders")["holders"]
        except Answered as no:
            if no.status != 404:
                raise
            event, holders = None, []
        rows = [row for found in client.each(f"/ops/history/{subject}").values() for row in found["rows"]]
        now = datetime.fromisoformat(client.get("/mesh")["now"])
    if not rows and event is None:
        raise Refusal("SUBJECT_UNKNOWN", field="id", value=subject)
    if json:
        as_json({"subject": subject, "event": event, "holders": holders, "history": rows})
        return
    if event is not None:
        console.print(f"{event['id']}  {event['state']}  {event['title']}", markup=False)
        table(
            "由谁负责 held by",
            ("task", "holder", "since"),
            ((h["task"], h["holder"], age(h["since"], now)) for h in holders),
        )
    table(
        "经过 history",
        ("at", "what", "from", "to", "holder", "by", "reason"),
        (
            (moment(r["at"]), r["kind"], r["from_state"], r["to_state"], r["holder"], r["actor"], r["reason"])
            for r in rows
        ),
    )


def stalled(
    json: Json = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="so many at once")] = USUAL,
    cursor: Annotated[str | None, typer.Option(help="where the page before ended")] = None,
) -> None:
    """卡在哪里 / whatever has stood past its time, the longest past it first: where, who holds it, since when."""
    with mesh() as client:
        found = told({name: partial(_findings, client, name) for name in client.services()}, limit, cursor)
        now = datetime.fromisoformat(client.get("/mesh")["now"])
    if json:
        rows = [{**f, "age_s": int((now - datetime.fromisoformat(f["since"])).total_seconds())} for f in found.rows]
        as_json({"stalled": rows, **({"next": found.next} if found.next else {})})
        return
    table(
        f"滞留 stalled ({len(found.rows)}{'+' if found.next else ''})",
        ("kind", "subject", "holder", "since", "age", "detail"),
        (
            (f["kind"], f["subject"], f["holder"], moment(f["since"]), age(f["since"], now), f["detail"])
            for f in found.rows
        ),
    )
    if found.next:
        console.print(f"下一页 next page: govmesh stalled --limit {limit} --cursor {found.next}", markup=False)


def _findings(client: Client, service: str, cursor: str | None, most: int) -> list[tuple[str, dict[str, Any]]]:
    """A service's findings behind its own cursor, each with the cursor it leaves behind."""
    asked = {"limit": min(most, MOST), **({"cursor": cursor} if cursor else {})}
    return [(row.pop("cursor"), row) for row in client.get(f"/svc/{service}/ops/stalled", **asked)["findings"]]


parked = typer.Typer(help="搁置的消息 / messages that failed: list, show, replay, drop.", no_args_is_help=True)


def _find(client: Client, key: str) -> tuple[str, dict[str, Any]]:
    for service, part in client.each("/ops/parked", limit=200).items():
        for row in part["parked"]:
            if row["id"] == key:
                return service, row
    raise Refusal("PARKED_UNKNOWN", field="id", value=key)


@parked.command("list")
def parked_list(json: Json = False) -> None:
    """List them, oldest first; bodies are not shown."""
    with mesh() as client:
        found = [
            {**row, "service": name}
            for name, part in client.each("/ops/parked", limit=200).items()
            for row in part["parked"]
        ]
    if json:
        as_json({"parked": found})
        return
    table(
        f"搁置 parked ({len(found)})",
        ("id", "service", "state", "type", "code", "tries", "first", "last"),
        (
            (
                r["id"],
                r["service"],
                r["state"],
                r["type"],
                r["code"],
                r["tries"],
                moment(r["first_at"]),
                moment(r["last_at"]),
            )
            for r in found
        ),
    )


@parked.command("show")
def parked_show(key: str) -> None:
    """All that is known of one, except its body."""
    with mesh() as client:
        service, row = _find(client, key)
    as_json(
        {**row, "service": service, "zh": Refusal(row["code"]).text("zh_CN"), "en": Refusal(row["code"]).text("en")}
    )


@parked.command("replay")
def parked_replay(key: str) -> None:
    """Try it again now."""
    with mesh() as client:
        service, _ = _find(client, key)
        as_json(client.post(f"/svc/{service}/ops/parked/{key}/replay"))


@parked.command("drop")
def parked_drop(key: str) -> None:
    """Give it up; the row stays as a record."""
    with mesh() as client:
        service, _ = _find(client, key)
        as_json(client.post(f"/svc/{service}/ops/parked/{key}/drop"))


def add_to(app: typer.Typer) -> None:
    for command in (trace, why, stalled):
        app.command()(command)
    app.add_typer(parked, name="parked")
