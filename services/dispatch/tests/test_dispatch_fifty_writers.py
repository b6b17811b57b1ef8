"""Fifty writers at one matter: every answer is done or refused with its reason, and there is one holder after."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from govmesh.testing.servers import Unavailable, private_postgres

pytestmark = [pytest.mark.broker, pytest.mark.slow]
WRITERS, INSTANCES, ROUNDS = 50, 5, 8
DEPARTMENTS = ("chengguan", "gongan", "shichang", "zhujian")
ANSWERS: dict[str, dict[str, str]] = {
    "accept": {},
    "return": {"reason": "not_responsible"},
    "transfer": {"reason": "属其职责"},
    "done": {"result": "已处置"},
}
REASONED = ("HANDOFF_", "EVENT_", "LIFECYCLE_")


@pytest.fixture(scope="module")
def roomy() -> Iterator[str]:
    """A server of one's own: fifty connections at once are nobody else's loss."""
    try:
        with private_postgres() as server:
            yield server.url
    except Unavailable as why:
        pytest.skip(f"no PostgreSQL: {why}")


class Writer(threading.Thread):
    """Somebody at an instance of the service: a department, a desk, a resident, or the clock."""

    def __init__(self, service: Any, event: str, number: int) -> None:
        super().__init__(name=f"writer {number}")
        self._service, self._event, self._chance = service, event, random.Random(number)
        self.answers: list[dict[str, Any]] = []
        self.broken: list[BaseException] = []

    def run(self) -> None:
        try:
            for _ in range(ROUNDS):
                self._write()
        except BaseException as error:
            self.broken.append(error)

    def _write(self) -> None:
        draw = self._chance.random()
        if draw < 0.1:
            self._service.clock.forward(timedelta(minutes=30))
            self._service.mesh.tick()
        elif draw < 0.2:
            self._say(f"/api/v1/events/{self._event}/{self._desk()}", self._of_desk)
        else:
            tasks = self._service.get(f"/api/v1/events/{self._event}/handoffs")["handoffs"]
            self._about(self._chance.choice(tasks))

    def _desk(self) -> str:
        verb = self._chance.choice(("assign", "verify", "rating", "reopen"))
        self._of_desk = {
            "assign": {"lead": "gongan", "reason": "分拨"},
            "verify": {"ok": self._chance.random() < 0.5, "reason": "现场核查"},
            "rating": {"grade": 2},
            "reopen": {"reason": "仍未解决"},
        }[verb]
        return verb

    def _about(self, task: dict[str, Any]) -> None:
        where = f"/api/v1/events/{self._event}/handoffs/{task['id']}"
        other = self._chance.choice(DEPARTMENTS)
        if task["state"] in ("returned", "expired") and self._chance.random() < 0.5:
            self._say(f"{where}/designate", {"dept": other, "reason": "会商指定"})
            return
        verb = self._chance.choice(tuple(ANSWERS))
        by = task["dept"] if self._chance.random() < 0.8 else other
        generation = max(1, task["generation"] - (self._chance.random() < 0.1))
        to = {"return": {"proposed": other}, "transfer": {"to": other}}.get(verb, {})
        self._say(f"{where}/{verb}", {"dept": by, "generation": generation, **ANSWERS[verb], **to})

    def _say(self, path: str, said: dict[str, Any]) -> None:
        self.answers.append(self._service.post(path, said))


def test_fifty_writers_leave_one_holder(make: Callable[..., Any], roomy: str) -> None:
    """At five instances, with the clock moving on: no error but reasons, one holder, one history, nothing lost."""
    services = [make(roomy, "writers_") for _ in range(INSTANCES)]
    first = services[0]
    for other in services[1:]:
        other.clock = other.mesh.clock = other.mesh.hop.clock = first.clock
    event = first.post("/api/v1/reports", {"source": "t", "text": "一件要几家一起办的事情，在河边"})["event"]
    first.locate_late()
    said = {"lead": DEPARTMENTS[0], "assists": DEPARTMENTS[1:], "reason": "联勤"}
    assert first.post(f"/api/v1/events/{event}/assign", said)["status"] == 200
    writers = [Writer(services[number % INSTANCES], event, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not [error for writer in writers for error in writer.broken]
    answers = [answer for writer in writers for answer in writer.answers]
    refused = [answer["error"] for answer in answers if answer["status"] != 200]
    assert all(error["code"].startswith(REASONED) and error["zh"] and error["en"] for error in refused), refused
    done = len(answers) - len(refused)
    print(f"\n{WRITERS} writers: {len(answers)} commands, {done} done, {_codes(refused)}")
    assert done >= 20 and len(refused) >= 20
    assert first.get("/api/v1/holders/check")["one_holder"]
    assert first.rows("SELECT count(*) FROM parking") == [(0,)]
    _one_history(first, event)


def _codes(refused: list[dict[str, Any]]) -> str:
    return ", ".join(f"{code} {number}" for code, number in Counter(one["code"] for one in refused).most_common())


def _one_history(service: Any, event: str) -> None:
    """Each subject's history is a chain that ends in the state its row is in; each offer was accepted once at most."""
    tasks = {
        row[0]: json.loads(row[1]) for row in service.rows(f"SELECT id, doc FROM handoffs WHERE event_id = '{event}'")
    }
    for subject, now in {**tasks, event: service.get(f"/api/v1/events/{event}")}.items():
        sql = f"SELECT kind, from_state, to_state FROM history WHERE subject = '{subject}' ORDER BY seq"
        state, accepted = None, 0
        for kind, before, after in service.rows(sql):
            assert before == state, (subject, kind, before, state)
            state, accepted = after, accepted + (kind == "accept")
        assert state == now["state"]
        assert accepted <= now.get("generation", 0) or subject == event
