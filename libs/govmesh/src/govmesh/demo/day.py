"""The people of the demo day, all of them clients of the public API: who reports, sits at the desks, rates."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from govcore.errors import Refusal
from govcore.packs import Pack
from govmesh.client import Answered, Client

AT_ONCE = 200
GOOD_WORK = 0.96
"""The share of checked results that the verifying desk finds good."""
RATE = 0.6
"""The share of residents who give a grade."""
GRADES = (5, 5, 5, 4, 4, 4, 3, 3, 2, 1)


class Day:
    """A day of reports and the people around it; the same for the same seed."""

    def __init__(self, pack: Pack, client: Client, reports: int, start: datetime, seed: int) -> None:
        draw = pack.demo_draw
        if draw is None:
            raise Refusal("PACK_NO_DEMO", field="pack", value=pack.id)
        self._client, self._chance = client, random.Random(seed)
        self._first = next(iter(pack.departments))
        drawn = [draw.report(self._chance) for _ in range(reports)]
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        timed = []
        for number, one in enumerate(drawn):
            at = midnight + timedelta(hours=one.hour, seconds=self._chance.random() * 3600)
            timed.append((max(at, start), number, one))
        self._waiting = sorted(timed, key=lambda each: (each[0], each[1]), reverse=True)
        self._given: dict[str, str] = {}
        """Whom the real city gave each matter, for the triage desk to know."""
        self._closed_since = start - timedelta(seconds=1)
        self._asked: set[str] = set()
        self.read = reports
        self.outcomes = {"accepted": 0, "attached": 0, "rejected": 0}

    @property
    def all_in(self) -> bool:
        return not self._waiting

    def report_until(self, now: datetime) -> int:
        """Send what has been reported by now; how many."""
        sent = 0
        while self._waiting and self._waiting[-1][0] <= now:
            rows: list[Any] = []
            while self._waiting and self._waiting[-1][0] <= now and len(rows) < AT_ONCE:
                rows.append(self._waiting.pop())
            answer = self._client.post("/api/v1/reports", {"reports": [_said(*row) for row in rows]})
            for (_, _, one), result in zip(rows, answer["results"], strict=True):
                self.outcomes[result["outcome"]] += 1
                if "event" in result:
                    self._given.setdefault(result["event"], one.department)
            sent += len(rows)
        return sent

    def at_the_desks(self) -> None:
        """The triage desk assigns and designates, the verifying desk verifies."""
        for event in self._pages("/api/v1/events", "events", state="triage"):
            body = {"lead": self._given.get(event["id"], self._first), "reason": "按职责清单分拨"}
            self._try(f"/api/v1/events/{event['id']}/assign", body)
        for state in ("returned", "expired"):
            for task in self._pages("/api/v1/handoffs", "handoffs", state=state):
                body = {"dept": self._given.get(task["event_id"], task["dept"]), "reason": "多次退回，指定承办"}
                self._try(f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/designate", body)
        for event in self._pages("/api/v1/events", "events", state="verifying"):
            ok = self._chance.random() < GOOD_WORK
            self._try(f"/api/v1/events/{event['id']}/verify", {"ok": ok, "reason": "" if ok else "现场核查未达标"})

    def residents_rate(self) -> None:
        """Those whose matter has been closed since the last look may give a grade."""
        found = self._client.get("/api/v1/events", closed_since=self._closed_since.isoformat(), limit=AT_ONCE)["events"]
        for event in found:
            self._closed_since = max(self._closed_since, datetime.fromisoformat(event["closed_at"]))
            if event["state"] == "closed" and event["id"] not in self._asked:
                self._asked.add(event["id"])
                if self._chance.random() < RATE:
                    self._try(f"/api/v1/events/{event['id']}/rating", {"grade": self._chance.choice(GRADES)})

    def _pages(self, path: str, name: str, **params: Any) -> Iterator[dict[str, Any]]:
        yield from self._client.get(path, limit=AT_ONCE, **params)[name]

    def _try(self, path: str, body: dict[str, Any]) -> None:
        """A refusal is an answer too: somebody was quicker."""
        try:
            self._client.post(path, body)
        except Answered as no:
            if no.status >= 500:
                raise


def _said(at: datetime, number: int, one: Any) -> dict[str, Any]:
    return {
        "source": "demo",
        "external_id": f"{at:%Y%m%d}-{number:05d}",
        "channel": one.channel,
        "title": one.title,
        "text": one.text,
        "class_code": one.class_code,
        "division": one.place.code,
        "reported_at": at.isoformat(),
    }
