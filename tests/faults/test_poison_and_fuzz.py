"""Poison among healthy messages, and messages that are wrong in every way: dispatch with its real hop and tables."""

from __future__ import annotations

import gc
import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import structlog

from gov_dispatch.bootstrap import SPEC
from gov_dispatch.store import HANDOFFS
from govcore.messages import (
    AcceptHandOff,
    EventLocated,
    EventUnlocated,
    FinishHandOff,
    Message,
    Payload,
    PetitionReferred,
    ReturnHandOff,
    TransferHandOff,
)
from govcore.packs import Pack, load_pack
from govcore.testing import AT
from govmesh import logs
from govmesh.parking import MOST_TRIES, MOST_TRIES_BAD_ROWS
from govmesh.process import calm_collector
from govmesh.testing.alone import BATCH, Account, Alone
from govmesh.testing.fuzz import Bad, Fuzz, Good, asked

SEED = 20260302
RAISES, STATEMENT, ROW = "raises", "has a statement the database refuses", "has a row the database refuses"
TRIES = {RAISES: MOST_TRIES, STATEMENT: MOST_TRIES_BAD_ROWS, ROW: MOST_TRIES_BAD_ROWS}
SECRET = "王小明13912345678"
MATTER = {"source": "faults", "class_code": "010101", "division": "340881001007"}
"""The rules give it to zhujian, with jiaotong assisting."""
_numbers = count(1)


@pytest.fixture(scope="module")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.broker)])
def dispatch(request: pytest.FixtureRequest, tmp_path: Path, tongcheng: Pack) -> Iterator[Alone]:
    url = request.getfixturevalue("pg_url") if request.param == "postgres" else f"sqlite:///{tmp_path}"
    made = Alone(SPEC, str(url), tmp_path, tongcheng, AT)
    calm_collector()
    yield made
    gc.unfreeze()
    made.close()


@pytest.fixture
def said_in_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that is logged, set up as the product does it, at debug."""
    there = StringIO()
    monkeypatch.setattr(sys, "stderr", there)
    logs.set_up("json", "debug")
    yield there
    structlog.reset_defaults()
    logging.basicConfig(force=True)


def matters_of(dispatch: Alone, many: int) -> list[dict[str, Any]]:
    """So many matters that have gone to their departments, since the grid service never answers; the hand-offs."""
    said = [{**MATTER, "text": f"文昌路中段路面破损，第{next(_numbers)}处"} for _ in range(many)]
    for at in range(0, many, BATCH):
        assert dispatch.api.post("/api/v1/reports", json={"reports": said[at : at + BATCH]}).status_code == 200
    dispatch.clock.forward(timedelta(hours=2))
    while dispatch.mesh.tick():
        pass
    return [json.loads(row[0]) for row in dispatch.rows("SELECT doc FROM handoffs WHERE state = 'offered'")]


def spoilt(dispatch: Alone, how: str, poison: set[str]) -> None:
    """From now on the handler of ``handoff.finish`` raises for these hand-offs, or the database their rows."""
    on = dispatch.mesh.hop.handlers[FinishHandOff]

    def do(message: Message[FinishHandOff], work: Any) -> None:
        on.do(message, work)
        if message.data.handoff_id not in poison:
            return
        if how == RAISES:
            raise ValueError(message.data.result)
        if how == ROW:
            work.put(HANDOFFS, work.get(HANDOFFS, message.data.handoff_id).model_copy(update={"dept": None}))
        else:
            text = f"INSERT INTO inbox (id, type, place, at) VALUES ('{message.data.result}', NULL, '', NULL)"
            work.extras.append(lambda conn: conn.exec_driver_sql(text))

    dispatch.mesh.hop.handlers = {**dispatch.mesh.hop.handlers, FinishHandOff: replace(on, do=do)}


def finished(dispatch: Alone, tasks: Sequence[dict[str, Any]]) -> float:
    """Every one of these accepted hand-offs is finished by its department; hops a second of processor time."""
    for task in tasks:
        data = FinishHandOff(handoff_id=task["id"], generation=task["generation"], result=f"{SECRET} {task['id']}")
        body = dispatch.message(data, task["id"]).encode()
        dispatch.send(dispatch.mesh.commands, f"dept.{task['dept']}", [body])
    began = time.process_time()
    dispatch.work()
    dispatch.retries()
    return len(tasks) / (time.process_time() - began)


def poisoned(dispatch: Alone, said: StringIO, how: str, matters: int, rounds: int) -> float:
    """One in a hundred of each round's commands is poison; the neighbours' rate over that of clean rounds."""
    rates: dict[bool, list[float]] = {False: [], True: []}
    poison: set[str] = set()
    spoilt(dispatch, how, poison)
    for turn in range(2 * rounds):
        tasks = matters_of(dispatch, matters)
        for task in tasks:
            data = AcceptHandOff(handoff_id=task["id"], generation=task["generation"])
            dispatch.send(dispatch.mesh.commands, f"dept.{task['dept']}", [dispatch.message(data, task["id"]).encode()])
        dispatch.work()
        bad = {task["id"] for task in tasks[50::100]} if turn % 2 else set()
        poison |= bad
        healthy = 1 - len(bad) / len(tasks)
        rates[bool(bad)].append(finished(dispatch, tasks) * healthy)
    found = dispatch.rows("SELECT subject, state, tries, code FROM parking")
    assert {row[0] for row in found} == poison, "parked are the poisoned ones and nobody else"
    assert {tuple(row[1:]) for row in found} == {("parked", TRIES[how], "MESH_HANDLER_FAILED")}
    states = Counter(json.loads(row[0])["state"] for row in dispatch.rows("SELECT doc FROM handoffs"))
    assert set(states) == {"done", "accepted"} and states["accepted"] == len(poison), states
    assert len(said.getvalue()) > 100, "failures are logged"
    assert SECRET not in said.getvalue() and SECRET[3:] not in said.getvalue()
    return median(rates[True]) / median(rates[False])


@pytest.mark.slow
@pytest.mark.parametrize("how", list(TRIES))
def test_poison_is_parked_and_its_neighbours_are_handled(
    said_in_logs: StringIO, dispatch: Alone, how: str, capsys: Any
) -> None:
    """One in a hundred: parked after five tries at most, every other one handled, and no log quotes what it said."""
    ratio = poisoned(dispatch, said_in_logs, how, matters=150, rounds=1)
    with capsys.disabled():
        print(f"\npoison that {how}: neighbours at {ratio:.2f} of the clean rate")


@pytest.mark.faults
@pytest.mark.parametrize("how", list(TRIES))
def test_poison_round_after_round(said_in_logs: StringIO, dispatch: Alone, how: str, capsys: Any) -> None:
    """Clean and poisoned rounds in turn: the same holds, and the neighbours' share of the clean rate is printed."""
    ratio = poisoned(dispatch, said_in_logs, how, matters=300, rounds=6)
    with capsys.disabled():
        print(f"\npoison that {how}: neighbours at {ratio:.2f} of the clean rate")


def good_one(
    dispatch: Alone, chance: random.Random, tasks: Sequence[dict[str, Any]], more: Sequence[tuple[str, Payload]]
) -> Good:
    """A message as it should be: a department's command, or what grid or petition say."""
    if chance.random() < 0.5:
        dept, said = chance.choice(more)
        return Good(dispatch.mesh.commands, f"dept.{dept}", json.loads(dispatch.message(said, "-").encode()))
    task = chance.choice(tasks)
    common = {"handoff_id": task["id"], "generation": task["generation"]}
    data: Payload = chance.choice(
        [
            AcceptHandOff(**common),
            ReturnHandOff(**common, reason="not_responsible", proposed="chengguan", note="不属本部门"),
            TransferHandOff(**common, to="chengguan", reason="属其职责"),
            FinishHandOff(**common, result="已清运"),
            EventLocated(**{**example(EventLocated), "event_id": task["event_id"]}),
            EventUnlocated(event_id=task["event_id"], reason="GRID_UNKNOWN_CODE"),
            PetitionReferred(**{**example(PetitionReferred), "referral_id": f"PR-{next(_numbers)}"}),
        ]
    )
    is_command = "handoff_id" in type(data).model_fields
    queue = dispatch.mesh.commands if is_command else dispatch.mesh.inbox
    envelope = json.loads(dispatch.message(data, task["id"]).encode())
    return Good(queue, f"dept.{task['dept']}" if is_command else None, envelope)


def example(of: type[Payload]) -> dict[str, Any]:
    extra: Any = of.model_config["json_schema_extra"]
    return dict(extra["example"])


def fuzzed(dispatch: Alone, many: int, oversized: int) -> Counter[tuple[str, str]]:
    """Send ``many`` spoilt messages, a batch at a time; what became of them."""
    chance, mesh = random.Random(SEED), dispatch.mesh
    users = [f"dept.{code}" for code in sorted(mesh.pack.departments)[:5]]
    fuzz, account = Fuzz(chance, users, [mesh.inbox, mesh.commands]), Account(dispatch)
    tasks = matters_of(dispatch, 40)
    more = asked(lambda path, said: dispatch.api.post(path, json=said).get_json(), tasks[:10], dispatch.clock.now())
    kinds = (list(fuzz.kinds) * (many // len(fuzz.kinds) + 1))[: many - oversized] + ["oversized"] * oversized
    chance.shuffle(kinds)
    sent: dict[str, Bad] = {}
    for at in range(0, many, BATCH):
        for kind in kinds[at : at + BATCH]:
            bad = fuzz.spoil(kind, good_one(dispatch, chance, tasks, more))
            sent[dispatch.send(bad.queue, bad.user, [bad.body])[0]] = bad
        dispatch.work(account.seen, {ident: bad.content_type for ident, bad in sent.items()})
    dispatch.retries()
    assert len(sent) == many
    return account.outcomes({ident: bad.kind for ident, bad in sent.items()})


def hold_together(dispatch: Alone, found: Counter[tuple[str, str]]) -> None:
    """Nothing was dropped, nothing is owed, every task still has one holder, and good messages got through."""
    dropped = {kind: times for (kind, outcome), times in found.items() if outcome == "dropped"}
    assert not dropped, dropped
    assert dispatch.rows("SELECT type, routing_key FROM outbox WHERE exchange = '' AND sent_at IS NULL") == []
    assert dispatch.rows("SELECT id FROM parking WHERE state NOT IN ('parked')") == []
    assert dispatch.api.get("/api/v1/holders/check").get_json()["one_holder"]
    broken = dispatch.rows("SELECT type, error FROM parking WHERE error IS NOT NULL")
    assert not broken, f"a handler broke: {broken[:3]}"


def table(found: Counter[tuple[str, str]]) -> str:
    names = ("refused", "parked", "handled", "dropped")
    kinds = sorted({kind for kind, _ in found})
    lines = [f"{kind:22}" + "".join(f"{found[kind, name]:9d}" for name in names) for kind in kinds]
    total = f"{'all':22}" + "".join(f"{sum(found[kind, name] for kind in kinds):9d}" for name in names)
    return "\n".join([" " * 22 + "".join(f"{name:>9}" for name in names), *lines, total])


@pytest.mark.slow
def test_none_of_500_wrong_messages_is_dropped(dispatch: Alone, capsys: Any) -> None:
    """Each stands in the parking table, came back to its sender refused, or was good enough to be handled."""
    found = fuzzed(dispatch, 500, oversized=3)
    with capsys.disabled():
        print(f"\n{table(found)}")
    hold_together(dispatch, found)


@pytest.mark.faults
def test_none_of_10000_wrong_messages_is_dropped(dispatch: Alone, capsys: Any) -> None:
    """The same with ten thousand."""
    found = fuzzed(dispatch, 10_000, oversized=10)
    with capsys.disabled():
        print(f"\n{table(found)}")
    hold_together(dispatch, found)
