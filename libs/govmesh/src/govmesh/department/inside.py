"""Departments in the mesh's own process (the embedded profile): the same client, another wire."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from govcore.packs import Pack
from govcore.ports import Clock
from govmesh.broker import BrokerAway, Outgoing, topology
from govmesh.broker.memory import MemoryBroker
from govmesh.broker.port import Broker
from govmesh.department.behaviour import Behaviour
from govmesh.department.client import DepartmentClient
from govmesh.department.trust import Trusted
from govmesh.department.wire import COMMANDS, Away, Command, Sent, Taken

SHORTEST, LONGEST = 0.01, 0.05  # seconds between two rounds: just after work, when idle


class BrokerWire:
    """A department's wire over a :class:`~govmesh.broker.port.Broker` of this process."""

    def __init__(self, broker: Broker, code: str, prefetch: int = 200) -> None:
        queue = topology.department(code)
        ours = broker.as_user(queue) if isinstance(broker, MemoryBroker) else broker
        self._source, self._publisher = ours.source([queue], prefetch), ours.publisher()

    def take(self, most: int, wait: float) -> list[Taken]:
        try:
            return [Taken(one.body, one, one.headers) for one in self._source.take(most, 0.0, wait)]
        except BrokerAway as away:
            raise Away(str(away)) from away

    def ack(self, taken: Sequence[Taken]) -> None:
        try:
            self._source.ack([one.handle for one in taken])
        except BrokerAway as away:
            raise Away(str(away)) from away

    def send(self, commands: Sequence[Command], deadline: float) -> Sent:
        batch = [Outgoing(one.id, COMMANDS, one.key, one.body, one.type) for one in commands]
        try:
            outcome = self._publisher.publish(batch, deadline)
        except BrokerAway as away:
            raise Away(str(away), frozenset(away.outcome.confirmed)) from away
        wrong = {id: outcome.reasons.get(id, "not taken") for id in outcome.returned | outcome.refused}
        return Sent(outcome.confirmed, wrong)

    def close(self) -> None:
        self._source.close()
        self._publisher.close()


def behaviour_of(department: Any) -> Behaviour:
    """The behaviour a pack gives its department."""
    return Behaviour.of(department.behaviour.model_dump(by_alias=True))


def office_hours(pack: Pack) -> Callable[[datetime, float], datetime]:
    """Minutes of work by the pack's calendar: nothing is done at night and on holidays."""
    calendar = pack.calendar

    def later(at: datetime, minutes: float) -> datetime:
        microseconds = int(timedelta(minutes=minutes) / timedelta(microseconds=1))
        return max(at, calendar.when_worked(calendar.worked_until(at) + microseconds, opening=False))

    return later


def clients(
    pack: Pack, broker: Broker, clock: Clock, folder: Path, seed: int | None = None, trusted: Trusted | None = None
) -> list[DepartmentClient]:
    """One client for each department of the pack, with its log in ``folder``; goes on where the logs end."""
    later = office_hours(pack)
    return [
        DepartmentClient(
            code,
            BrokerWire(broker, code),
            folder / f"{code}.jsonl",
            behaviour_of(department),
            clock.now,
            later,
            random.Random(f"{seed}.{code}" if seed is not None else None),
            trusted,
        )
        for code, department in pack.departments.items()
    ]


def run_all(
    pack: Pack,
    broker: Broker,
    clock: Clock,
    folder: Path,
    seed: int | None = None,
    trusted: Trusted | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Run all departments of the pack in one (green) thread until ``stop()``."""
    every = clients(pack, broker, clock, folder, seed, trusted)
    pause = SHORTEST
    while not stop():
        done = 0
        for client in every:
            try:
                done += client.turn(0.0)
            except Away:
                continue
        pause = SHORTEST if done else min(pause * 2, LONGEST)
        time.sleep(0 if done else pause)
    for client in every:
        client.close()
