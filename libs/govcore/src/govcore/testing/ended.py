"""A matter that ends and what comes after, with small round numbers: for tests of rectification and visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any

from govcore.errors import Refusal
from govcore.events import matter, visits
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.handoff import HandOff
from govcore.events.holder import assert_one_holder
from govcore.events.visit import Calling, Visit, Visiting
from govcore.events.way import Way
from govcore.testing.builders import AT, a_matter, a_way

DAY = timedelta(days=1)
CALLING = Calling("desk:visit", "2d", 2)
VISITING = Visiting("desk:visit", "2d", 2, AT.tzinfo or UTC, 3, 400, "reopen")
AFTER: dict[str, Any] = {
    "bad_grades": frozenset({1, 2}),
    "rectify": "15wd",
    "call": CALLING,
    "visits": VISITING,
    "rating": timedelta(days=7),
}


class Ended:
    """One matter of chengguan's, with its visits."""

    def __init__(self, assists: tuple[str, ...] = (), **rules: Any) -> None:
        self.way: Way = a_way("chengguan", assists, **{**AFTER, **rules})
        filed = a_matter(self.way)
        assert filed.event is not None
        self.event: Event = filed.event
        self.tasks: dict[str, HandOff] = {one.dept: one for one in filed.handoffs}
        self.visits: dict[str, Visit] = {}
        self.now = AT + timedelta(hours=1)

    def keep(self, changed: Changed) -> Changed:
        """What a decision changed, kept; every task has one holder."""
        self.event = changed.event or self.event
        self.tasks.update({one.dept: one for one in changed.handoffs})
        self.visits.update({one.id: one for one in changed.visits})
        assert_one_holder(self.event, self.every)
        return changed

    @property
    def every(self) -> list[HandOff]:
        """All tasks."""
        return list(self.tasks.values())

    def work(self) -> Changed:
        """Everybody whose task is open accepts it, where it was not yet, and is done."""
        changed = Changed()
        for dept, task in list(self.tasks.items()):
            said: dict[str, Any] = {"by": dept, "generation": task.generation, "at": self.now}
            if task.state == "offered":
                self.keep(matter.accept(self.event, task, **said))
            if self.tasks[dept].state == "accepted":
                done: dict[str, Any] = {"handoff_id": task.id, "result": f"{dept} done", "way": self.way}
                changed = self.keep(matter.finish(self.event, self.every, **said, **done))
        return changed

    def verify(self, by: str, ok: bool = True, reason: str = "不行") -> Changed:
        """Whoever ``by`` is verifies it."""
        said: dict[str, Any] = {"ok": ok, "by": by, "at": self.now, "reason": reason, "way": self.way}
        return self.keep(matter.verify(self.event, self.every, **said))

    def rate(self, grade: int, by: str = "reporter") -> Changed:
        """The resident's grade."""
        said: dict[str, Any] = {"grade": grade, "at": self.now, "way": self.way, "by": by}
        return self.keep(matter.rate(self.event, self.every, **said))

    def reopen(self) -> Changed:
        """The reporter objects."""
        said: dict[str, Any] = {"by": "reporter", "at": self.now, "reason": "又堆上了", "way": self.way}
        return self.keep(matter.reopen(self.event, self.every, **said))

    def agree(self, *days: date, **said: Any) -> Changed:
        """A desk agrees days."""
        about = {"days": days, "what": "看是否按协议清理", "by": "desk:verify", "at": self.now, "way": self.way, **said}
        return self.keep(matter.agree(self.event, list(self.visits.values()), **about))

    def make(self, visit: Visit, by: str = "desk:visit", **said: Any) -> Changed:
        """Somebody makes a visit, or tries."""
        one = self.visits[visit.id]
        return self.keep(matter.make(self.event, self.every, one, by=by, at=self.now, way=self.way, **said))

    def woken(self, kind: str, visit: Visit) -> Changed:
        """A promise of a visit is due."""
        return self.keep(visits.woken(kind, self.event, self.visits[visit.id], at=self.now, way=self.way))

    def one(self) -> Visit:
        """The only visit."""
        (found,) = self.visits.values()
        return found

    def opened(self, **said: Any) -> Visit:
        """A visit whose day has come."""
        self.agree((self.now + DAY).date(), **said)
        self.now += 2 * DAY
        self.woken("revisit", list(self.visits.values())[-1])
        return list(self.visits.values())[-1]


def refused(code: str, ask: Callable[..., Any], /, *args: Any, **said: Any) -> Refusal:
    """The refusal with which ``ask`` answers; fails where it is another one, or none."""
    try:
        ask(*args, **said)
    except Refusal as no:
        assert no.code == code, no
        return no
    raise AssertionError(f"not refused: {code}")


def closed(**rules: Any) -> Ended:
    """A matter whose lead is done."""
    case = Ended(**rules)
    case.work()
    assert case.event.state == "closed"
    return case


def kinds(changed: Changed) -> list[str]:
    """The types of what was said."""
    return [said.payload.type for said in changed.said]
