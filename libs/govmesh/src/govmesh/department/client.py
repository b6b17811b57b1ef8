"""A department as the mesh sees it: an outsider who keeps the published contract and nothing else.

It takes the messages of its queue, says which ones it has (receipts), decides on every hand-off offered to it,
and answers with commands: accept or return after a while, then finish or pass on; whatever else it is asked it answers
as :mod:`govmesh.department.asked` says.  Written as the example for
department developers in any language: messages are plain JSON, the only libraries are kombu and py-amqp.
"""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from govmesh.department.asked import RESULT, Asked, meeting_of
from govmesh.department.behaviour import Behaviour
from govmesh.department.contract import Envelope, Malformed, about_us, answer, command, decode, receipt
from govmesh.department.journal import Journal, read
from govmesh.department.tasks import Tasks
from govmesh.department.trust import KEY, SIGNATURE, Trusted, Unbelieved
from govmesh.department.wire import Away, Command, Taken, Wire

MOST = 200  # messages and commands a turn
RECEIPTS, RECEIPTS_AFTER = 100, 0.05  # ids in one receipt, seconds the first of them waits
SEND_SOON = 1.0  # seconds after the broker did not take it
SEND_AGAIN = 60.0  # seconds without an answer; the same id again, so that nothing is done twice
DEADLINE = 5.0
OVER = ("HANDOFF_STALE_GENERATION", "COMMAND_DEPARTMENT_GONE")  # refusals after which nothing else helps
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds, while the broker is away


def plain_minutes(at: datetime, minutes: float) -> datetime:
    """Minutes by the clock; a department with office hours hands in its own."""
    return at + timedelta(minutes=minutes)


class DepartmentClient:
    """One department.  Belongs to one (green) thread.

    ``now`` is its own clock (aware); ``later(at, minutes)`` when so much work from ``at`` on is done; ``chance``
    must be seeded by the caller where runs are to be repeatable.  All it knows stands in ``log``.  With ``trusted``
    only what is signed is believed; the rest is logged, told to ``warn``, and gets no receipt.
    """

    def __init__(
        self,
        code: str,
        wire: Wire,
        log: Path,
        behaviour: Behaviour,
        now: Callable[[], datetime],
        later: Callable[[datetime, float], datetime] = plain_minutes,
        chance: random.Random | None = None,
        trusted: Trusted | None = None,
        warn: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.code = code
        self._trusted, self._warn = trusted, warn
        self._look_at = 0.0
        self.tasks = Tasks()
        for entry in read(log):
            self.tasks.apply(entry)
        self._journal = Journal(log)
        self._wire, self._behaviour, self._now, self._later = wire, behaviour, now, later
        self._chance = chance or random.Random()
        self._owed_since: float | None = None
        for held in self.tasks.idle_held():
            self._plan_work(held)
        self._journal.flush()

    def run(self, stop: Callable[[], bool]) -> None:
        """Take turns until ``stop()``; waits out a broker that is away."""
        failures = 0
        while not stop():
            try:
                self.turn(0.2)
                failures = 0
            except Away:
                time.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
        self.close()

    def turn(self, wait: float) -> int:
        """Take what has come (``wait`` seconds at most), log it, ack it, send what is due; how much there was to do.

        Raises :class:`Away`; nothing is lost by it, the next turn goes on.
        """
        self._hear_again()
        taken = self._wire.take(MOST, self._patience(wait))
        for one in taken:
            self._hear(one)
        self._journal.flush()
        if taken:
            self._wire.ack(taken)
        return len(taken) + self._send_receipts(idle=not taken) + self._send_commands()

    def close(self) -> None:
        self._wire.close()
        self._journal.close()

    # -- hearing ------------------------------------------------------------------------------------------------

    def _hear_again(self) -> None:
        """Whether there are other keys, now and then; what was refused for want of one is heard once more."""
        if self._trusted is None or time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + KEYS_AFTER
        try:
            self._trusted.renew()
        except ValueError as error:  # half a file, or none while it is replaced: what was believed is believed still
            self._warn(str(error))
        waiting = [one for one in self.tasks.unknown if one["headers"].get(KEY) in self._trusted.keys]
        if not waiting:
            return
        waiting = list(self.tasks.unknown)
        self._log("reheard", at=self._at(), number=len(waiting))
        for one in waiting:
            self._hear(Taken(base64.b64decode(one["body"]), None, one["headers"]))
        self._journal.flush()

    def _hear(self, taken: Taken) -> None:
        try:
            if self._trusted is not None:
                self._trusted.check(taken.body, taken.headers)
        except Unbelieved as error:
            headers = {name: str(taken.headers[name]) for name in (KEY, SIGNATURE) if name in taken.headers}
            body = base64.b64encode(taken.body).decode()
            self._log("refused", at=self._at(), why=str(error), body=body, headers=headers)
            self._warn(f"refused a message: {error}")
            return
        try:
            said = decode(taken.body)
            if said.id in self.tasks.seen:
                self._owe(said.id)
                return
            self._obey(said)
        except Malformed as error:
            self._log("parked", at=self._at(), why=str(error), body=base64.b64encode(taken.body).decode())

    def _obey(self, said: Envelope) -> None:
        handoff, generation, newest = said.handoff, said.generation, self.tasks.newest.get(said.handoff or "", 0)
        about: dict[str, Any] = {"handoff": handoff, "generation": generation} if handoff else {}
        named = {"designated": True} if said.designated else {}
        self._answer(said)  # before it counts as had: torn in between, it comes again and gives the same command
        self._log("got", at=self._at(), id=said.id, type=said.type, cause=said.cause, **about, **named)
        self._owe(said.id)
        if said.type == "command.refused.v1":
            self._refused(said)
        elif handoff and generation < newest:
            if about_us(said, self.code) == "over":  # it comes after a newer offer: a kill held it up
                self._log("over", at=self._at(), **about, why=said.type, since=said.moment)
        elif handoff:
            kind = about_us(said, self.code)
            if kind == "offered" and generation > self.tasks.past.get(handoff, 0):
                self._supersede(handoff, "a new offer")
                self._plan_answer(said)
            elif kind == "held" and generation > self.tasks.ended.get(handoff, 0):
                self._supersede(handoff, said.type)
                entry = {**about, "place": said.place, "trace": said.trace, "since": said.moment, "cause": said.id}
                self._log("held", at=self._at(), **entry)
                self._plan_work(entry)
            elif kind == "over":
                self._supersede(handoff, said.type)
                self._log("over", at=self._at(), **about, why=said.type, since=said.moment)

    def _refused(self, said: Envelope) -> None:
        """A command was refused: fall back to what is always possible, or let it be."""
        plan = self.tasks.planned.get(str(said.data.get("command_id")))
        if plan is None:
            return
        self._log("answer", at=self._at(), id=plan.id, why=str(said.data.get("code")))
        instead = INSTEAD.get(str(plan.event["type"]))
        stale = plan.generation < self.tasks.newest.get(plan.handoff, 0)
        if instead and not stale and said.data.get("code") not in OVER:
            entry = {
                "handoff": plan.handoff,
                "generation": plan.generation,
                "place": plan.event.get("place", ""),
                "trace": plan.event.get("traceparent", ""),
                "cause": said.id,
            }
            self._plan(entry, instead, self._now(), {"result": RESULT} if instead == "finish" else {})

    def _supersede(self, handoff: str, why: str) -> None:
        plan = self.tasks.open_command(handoff)
        if plan is not None:
            self._log("answer", at=self._at(), id=plan.id, why=why)

    # -- deciding -----------------------------------------------------------------------------------------------

    def _answer(self, said: Envelope) -> None:
        """What is asked besides hand-offs: a command about it, or none any more."""
        met = self.tasks.meetings.get(str(said.data.get("operation_id")))
        meeting = datetime.fromisoformat(met) if met else None
        told = Asked(self.code, self._behaviour, self._chance, meeting).told(said)
        if told is None:
            return
        subject, found = told
        self._supersede(subject, said.type)
        if (meet_at := meeting_of(said)) is not None:
            self._log("meeting", at=self._at(), subject=subject, meet_at=meet_at)
        if found is not None:
            due = self._later(self._now(), found.minutes)
            due = max(due, found.earliest) if found.earliest else due
            event = answer(self.code, found.verb, found.type, subject, said, due, found.data, self._chance)
            self._log("plan", at=self._at(), due=due.isoformat(), key=f"dept.{self.code}.{found.verb}", event=event)

    def _plan_answer(self, offer: Envelope) -> None:
        entry = {
            "handoff": offer.handoff,
            "generation": offer.generation,
            "place": offer.place,
            "trace": offer.trace,
            "cause": offer.id,
        }
        due = self._later(self._now(), self._behaviour.answer_minutes(self._chance))
        back = None if offer.designated else self._behaviour.returns_it(self._chance)
        if back is None:
            self._plan(entry, "accept", due, {})
        else:
            self._plan(entry, "return", due, {"reason": back[0], "proposed": back[1], "note": NOTE})

    def _plan_work(self, held: Mapping[str, Any]) -> None:
        minutes = self._behaviour.work_minutes(self._chance)
        named = (held["handoff"], held["generation"]) in self.tasks.designated
        to = None if named else self._behaviour.passes_on(self._chance)
        if to is None:
            self._plan(held, "finish", self._later(self._now(), minutes), {"result": RESULT})
        else:
            self._plan(held, "transfer", self._later(self._now(), minutes / 4), {"to": to, "reason": NOTE})

    def _plan(self, task: Mapping[str, Any], verb: str, due: datetime, data: Mapping[str, Any]) -> None:
        event = command(self.code, verb, task, due, data, self._chance)
        self._log("plan", at=self._at(), due=due.isoformat(), key=f"dept.{self.code}.{verb}", event=event)

    # -- sending ------------------------------------------------------------------------------------------------

    def _send_receipts(self, idle: bool) -> int:
        owed = self.tasks.owed
        if not owed:
            return 0
        late = self._owed_since is None or time.monotonic() - self._owed_since >= RECEIPTS_AFTER
        if not (idle or late or len(owed) >= RECEIPTS):
            return 0
        told = 0
        while owed and (late or idle or len(owed) >= RECEIPTS):
            ids = list(owed)[:RECEIPTS]
            event = receipt(self.code, ids, self._now(), self._chance)
            if not self._publish([Command(event["id"], f"dept.{self.code}.received", event["type"], _json(event))]):
                break
            self._log("receipt", at=self._at(), ids=ids)
            told += len(ids)
        self._owed_since = None
        self._journal.flush()
        return told

    def _send_commands(self) -> int:
        plans = self.tasks.due(self._now(), MOST)
        plans += self.tasks.unanswered(time.monotonic(), MOST - len(plans))
        if not plans:
            return 0
        sent = self._publish([Command(plan.id, plan.key, plan.event["type"], _json(plan.event)) for plan in plans])
        fresh = [plan.id for plan in plans if plan.id in sent and not plan.sent]
        if fresh:
            self._log("sent", at=self._at(), ids=fresh)
        self._journal.flush()
        return len(sent)

    def _publish(self, commands: Sequence[Command]) -> set[str]:
        """Ids the broker has.  What it did not take is tried again soon, what is not answered later."""
        confirmed: set[str] = set()
        try:
            sent = self._wire.send(commands, DEADLINE)
            confirmed = sent.confirmed
            for id, why in sent.wrong.items():
                self._log("unsent", at=self._at(), id=id, why=why)
        except Away as away:
            confirmed = set(away.confirmed)
            raise
        finally:
            now = time.monotonic()
            for one in commands:
                if one.id in self.tasks.planned:
                    self.tasks.again(one.id, now + (SEND_AGAIN if one.id in confirmed else SEND_SOON))
        return confirmed

    # -- small things -------------------------------------------------------------------------------------------

    def _patience(self, wait: float) -> float:
        """How long to wait for messages when something else may be due first."""
        if self.tasks.owed:
            wait = min(wait, RECEIPTS_AFTER)
        due = self.tasks.next_due()
        return wait if due is None else max(0.0, min(wait, (due - self._now()).total_seconds()))

    def _owe(self, id: str) -> None:
        self.tasks.owed[id] = None
        if self._owed_since is None:
            self._owed_since = time.monotonic()

    def _log(self, kind: str, **what: Any) -> None:
        self._journal.write(kind, **what)
        self.tasks.apply({"kind": kind, **what})

    def _at(self) -> str:
        return self._now().isoformat()


KEYS_AFTER = 2.0  # seconds between two looks at the files of keys
INSTEAD = {"handoff.return.v1": "accept", "handoff.transfer.v1": "finish"}
NOTE = "经核实不属本部门职责"


def _json(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
