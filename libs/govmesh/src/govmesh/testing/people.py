"""The people around a mesh under test, all of them clients of its public API: who reports, sits at desks, petitions.

The same seed gives the same people.  What a mesh that is away did with a request nobody knows: reports and petitions
carry their number and are sent again, what a desk did is looked up again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from govcore.errors import Refusal
from govcore.packs import Pack
from govmesh.client import Answered

SOURCE = "faults"
GRADES = (5, 5, 4, 4, 3, 2, 1)
PATHS = ("claim", "claim", "suggestion", "accusation", None)
STEPS = ("tell", "answer", "ask_review", "extend", "close", "begin_hearing")
AWAY = ("MESH_AWAY", "MESH_SERVICE_AWAY")

MOST_AT_ONCE = 500
"""Reports in one request."""


class Api(Protocol):
    """The part of :class:`govmesh.client.Client` that people need."""

    def get(self, path: str, **params: Any) -> Any: ...

    def post(self, path: str, body: Any = None, **params: Any) -> Any: ...


class People:
    """Composed reports and petitions, and the desks; ``sent`` are the numbers of the reports that were taken in."""

    def __init__(self, pack: Pack, api: Api, seed: int, at_once: int = 200) -> None:
        """``at_once``: how many matters of a kind a desk looks at in a turn."""
        draw = pack.demo_draw
        if draw is None:
            raise Refusal("PACK_NO_DEMO", field="pack", value=pack.id)
        self._draw, self._pack, self.api, self.chance = draw, pack, api, random.Random(seed)
        self._departments = list(pack.departments)
        self._number, self._at_once = 0, at_once
        self._waiting: list[dict[str, Any]] = []
        self._petitions: list[dict[str, Any]] = []
        self._texts: list[str] = []
        self.sent: set[str] = set()
        self.petitioned: set[str] = set()

    def report(self, many: int) -> int:
        """Report ``many`` matters more, and those that nobody knows the fate of; how many were taken in."""
        self._waiting += [self.composed() for _ in range(many)]
        if not self._waiting:
            return 0
        said = self._waiting[:MOST_AT_ONCE]
        answer = self._try("/api/v1/reports", {"reports": said})
        if answer is None:
            return 0
        told = zip(said, answer["results"], strict=True)
        taken = {said["external_id"] for said, result in told if result["outcome"] != "rejected"}
        self._waiting = [said for said in self._waiting if said["external_id"] not in taken]
        self.sent |= taken
        return len(taken)

    def composed(self) -> dict[str, Any]:
        """A report for ``POST /api/v1/reports``, with a number of its own."""
        self._number += 1
        one = self._draw.report(self.chance)
        self._texts.append(f"{one.text}（第{self._number}号）")
        said: dict[str, Any] = {
            "source": SOURCE,
            "external_id": f"{self._number:06d}",
            "channel": one.channel,
            "title": one.title,
            "text": self.chance.choice(self._texts[-20:]) if self._likely(0.15) else self._texts[-1],
            "division": one.place.code,
        }
        if self._likely(0.9):
            said["class_code"] = one.class_code
        if self._likely(0.3):
            said["reporter"] = {"name": "王某", "phone": f"139{self._number:08d}"}
        return said

    def petition(self, many: int) -> int:
        """Hand in ``many`` petitions more; how many were taken in."""
        for _ in range(many):
            self._number += 1
            one = self._draw.report(self.chance)
            said = {
                "source": SOURCE,
                "external_id": f"P{self._number:06d}",
                "channel": "letter",
                "path": self.chance.choice(PATHS),
                "title": one.title,
                "text": f"{one.text}（第{self._number}号）",
                "class_code": one.class_code,
                "division": one.place.code,
            }
            self._petitions.append({name: value for name, value in said.items() if value is not None})
        before = len(self.petitioned)
        for said in list(self._petitions):
            if self._try("/api/v1/petitions", said) is not None:
                self._petitions.remove(said)
                self.petitioned.add(str(said["external_id"]))
        return len(self.petitioned) - before

    def at_the_desks(self, petitions: bool = True) -> int:
        """Every desk does what lies on it: assigns, designates, verifies, voids; residents rate, object; how much."""
        done = 0
        for event in self._pages("/api/v1/events", "events", state="triage"):
            done += self._void(event) if self._likely(0.15) else self._assign(event)
        for state in ("returned", "expired"):
            for task in self._pages("/api/v1/handoffs", "handoffs", state=state):
                body = {"dept": self._anybody(), "reason": "多次退回，指定承办"}
                done += self._done(f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/designate", body)
        for event in self._pages("/api/v1/events", "events", state="verifying"):
            ok = self._likely(0.7)
            done += self._done(f"/api/v1/events/{event['id']}/verify", {"ok": ok, "reason": "" if ok else "未达标"})
        for event in self._pages("/api/v1/events", "events", state="assigned"):
            done += self._void(event) if self._likely(0.03) else 0
        for event in self._pages("/api/v1/events", "events", state="closed"):
            if self._likely(0.1):
                done += self._done(f"/api/v1/events/{event['id']}/reopen", {"reason": "问题依旧"})
            elif self._likely(0.3):
                done += self._done(f"/api/v1/events/{event['id']}/rating", {"grade": self.chance.choice(GRADES)})
        return done + (self._at_the_petition_desk() if petitions else 0)

    def close_all(self) -> int:
        """Desks that only want to be done: assign, designate, verify; how much there was."""
        done = 0
        for event in self._pages("/api/v1/events", "events", state="triage"):
            done += self._assign(event)
        for state in ("returned", "expired"):
            for task in self._pages("/api/v1/handoffs", "handoffs", state=state):
                body = {"dept": self._anybody(), "reason": "指定承办"}
                done += self._done(f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/designate", body)
        for event in self._pages("/api/v1/events", "events", state="verifying"):
            done += self._done(f"/api/v1/events/{event['id']}/verify", {"ok": True})
        return done

    def now(self) -> datetime | None:
        """The mesh's clock, None while it is away."""
        found = self._ask("/mesh")
        return datetime.fromisoformat(found["now"]) if found else None

    def _at_the_petition_desk(self) -> int:
        done = 0
        for one in self._pages("/api/v1/petitions", "petitions"):
            path = f"/api/v1/petitions/{one['id']}"
            if one["state"] == "closed" or self._likely(0.7):
                continue
            if self._likely(0.2):
                done += self._done(f"{path}/read", {"by": "desk:petition", "purpose": "handling"})
            if one["state"] == "registered":
                done += self._done(f"{path}/refer", {})
            else:
                body = {"outcome": "supported", "result": "已答复", "reason": "需延期", "approved_by": "局长"}
                done += self._done(f"{path}/{self.chance.choice(STEPS)}", body)
        return done

    def _assign(self, event: dict[str, Any]) -> int:
        lead, assist = self.chance.sample(self._departments, 2)
        body = {"lead": lead, "assists": [assist] if self._likely(0.3) else [], "reason": "按职责清单分拨"}
        return self._done(f"/api/v1/events/{event['id']}/assign", body)

    def _void(self, event: dict[str, Any]) -> int:
        return self._done(f"/api/v1/events/{event['id']}/void", {"reason": "测试"})

    def _anybody(self) -> str:
        return self.chance.choice(self._departments)

    def _likely(self, share: float) -> bool:
        return self.chance.random() < share

    def _pages(self, path: str, name: str, **params: Any) -> Iterator[dict[str, Any]]:
        yield from (self._ask(path, limit=self._at_once, **params) or {name: []})[name]

    def _ask(self, path: str, **params: Any) -> Any:
        try:
            return self.api.get(path, **params)
        except (Answered, Refusal) as no:
            if is_away(no):
                return None
            raise

    def _done(self, path: str, body: dict[str, Any]) -> int:
        """1 where it was done; a refusal is an answer too: somebody was quicker."""
        try:
            return int(self._try(path, body) is not None)
        except Answered as no:
            if no.status >= 500:
                raise
            return 0

    def _try(self, path: str, body: dict[str, Any]) -> Any:
        """The answer, None where the mesh was away."""
        try:
            return self.api.post(path, body)
        except (Answered, Refusal) as no:
            if is_away(no):
                return None
            raise


def is_away(no: Answered | Refusal) -> bool:
    """Whether a request may be made again later: nobody answered, or whoever did was without its database."""
    return no.status == 503 if isinstance(no, Answered) else no.code in AWAY
