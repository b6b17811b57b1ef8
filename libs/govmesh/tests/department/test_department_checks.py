"""Departments' own logs are enough to see whether a task was ever held by two."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import load_pack
from govmesh.broker.memory import MemoryBroker
from govmesh.department.checks import check, holds, logs_in
from govmesh.department.inside import clients, run_all
from govmesh.department.journal import Journal
from govmesh.department.tasks import Tasks

DONE, PASSED_ON = "handoff.done.v1", "handoff.transferred.v1"


def log(folder: Path, dept: str, *entries: tuple[str, int, int, str | None]) -> None:
    """(kind, generation, minute, why) of hand-off H."""
    journal = Journal(folder / f"{dept}.jsonl")
    for kind, generation, minute, why in entries:
        more = {"why": why} if why else {}
        journal.write(kind, handoff="H", generation=generation, since=f"2026-03-02T09:{minute:02}:00+00:00", **more)
    journal.close()


def found(folder: Path) -> list[str]:
    return [finding.kind for finding in check(holds(logs_in(folder)))]


def test_one_after_the_other_is_fine(tmp_path: Path) -> None:
    """Held and done by one, offered anew, held and done by the next."""
    log(tmp_path, "a", ("held", 1, 0, None), ("over", 1, 10, DONE), ("held", 3, 30, None), ("over", 3, 40, DONE))
    log(tmp_path, "b", ("held", 2, 15, None), ("over", 2, 20, "handoff.returned.v1"))
    assert found(tmp_path) == []


def test_two_holders_of_one_offer_are_found(tmp_path: Path) -> None:
    """The same generation in two departments' logs."""
    log(tmp_path, "a", ("held", 1, 0, None), ("over", 1, 1, DONE))
    log(tmp_path, "b", ("held", 1, 5, None))
    assert found(tmp_path) == ["two_holders"]


def test_held_before_it_was_let_go_is_found(tmp_path: Path) -> None:
    """The next one holds it while the earlier still does, or after it let go later."""
    log(tmp_path, "a", ("held", 1, 0, None), ("over", 1, 10, DONE))
    log(tmp_path, "b", ("held", 2, 5, None))
    assert found(tmp_path) == ["overlap"]
    log(tmp_path, "c", ("held", 3, 20, None))
    assert found(tmp_path) == ["overlap", "overlap"]


def test_passing_on_is_no_overlap(tmp_path: Path) -> None:
    """Who passes on answers for it until the next one accepts: that is one holder at a time."""
    log(tmp_path, "a", ("held", 1, 0, None), ("over", 1, 10, PASSED_ON))
    log(tmp_path, "b", ("held", 2, 20, None), ("over", 2, 30, DONE))
    assert found(tmp_path) == []


def test_the_same_news_twice_is_one_hold(tmp_path: Path) -> None:
    """A department that logged a hold twice (killed between log and ack) held it once."""
    log(tmp_path, "a", ("held", 1, 0, None), ("held", 1, 0, None), ("over", 1, 10, DONE))
    assert len(holds(logs_in(tmp_path))) == 1


def test_it_can_be_run(tmp_path: Path) -> None:
    """As a command it tells the findings and ends with 1, or with 0 where there are none."""
    log(tmp_path, "a", ("held", 1, 0, None))
    command = [sys.executable, "-m", "govmesh.department.checks", str(tmp_path)]
    clean = subprocess.run(command, capture_output=True, text=True, timeout=60)
    log(tmp_path, "b", ("held", 1, 0, None))
    broken = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (clean.returncode, broken.returncode) == (0, 1)
    assert "0 findings" in clean.stdout and "two_holders: H held by a" in broken.stdout


@pytest.mark.slow
def test_all_departments_of_the_pack_for_a_week(
    memory: MemoryBroker, time: Any, make_desk: Any, tmp_path: Path
) -> None:
    """23 departments with the pack's behaviour, killed at random: every task ends, none was ever held by two."""
    pack = load_pack("tongcheng")
    codes = list(pack.departments)
    desk, chance = make_desk(memory, codes, time), random.Random(11)

    class Clock:
        now = staticmethod(time)

    every = clients(pack, memory, Clock(), tmp_path, 5)
    for n in range(150):
        desk.offer(chance.choice(codes), f"H-{n}")
    for _ in range(400):
        for index, client in enumerate(every):
            client.turn(0.0)
            if chance.random() < 0.002:
                client._wire.close()
                every[index] = clients(pack, memory, Clock(), tmp_path, 5)[index]
        desk.work()
        time.move(minutes=20)
    assert {task.state for task in desk.tasks.values()} == {"done"}
    every_hold = holds(logs_in(tmp_path))
    assert check(every_hold) == [] and all(hold.until for hold in every_hold)
    types = {message.type for message in desk.commands}
    assert {"handoff.return.v1", "handoff.transfer.v1"} <= types
    assert not desk.refused


@pytest.mark.slow
def test_run_all_takes_turns_until_told(memory: MemoryBroker, time: Any, make_desk: Any, tmp_path: Path) -> None:
    """The embedded profile's loop receipts what is offered and closes the logs at the end."""
    pack = load_pack("tongcheng")
    desk = make_desk(memory, list(pack.departments), time)
    for code in pack.departments:
        desk.offer(code, f"H-{code}")

    class Clock:
        now = staticmethod(time)

    rounds = iter(range(20))
    run_all(pack, memory, Clock(), tmp_path, 5, stop=lambda: next(rounds, None) is None)
    desk.work()
    assert len(desk.receipts) == len(pack.departments) == 23


def test_an_operation_that_designates_is_no_offer() -> None:
    """A consultation's end names whom it designated and no hand-off of ours: nothing is held by it."""
    tasks = Tasks()
    tasks.apply({"kind": "got", "id": "m-1", "type": "operation.concluded.v1", "designated": "chengguan"})
    assert tasks.seen == {"m-1"} and not tasks.designated
