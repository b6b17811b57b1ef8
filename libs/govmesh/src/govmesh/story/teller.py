"""Does what a step says, as anybody could over HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from govcore.errors import Refusal
from govcore.packs import Answer, Expect, Repeat, Step, length_of
from govmesh.client import Answered, Client
from govmesh.story.look import Seen, at_path, judge

PATIENCE = 120.0
"""Real seconds a step may take to come to rest."""
LOOK_SECONDS = 0.05
AT_ONCE = 500
"""Rows of a repeated body in one post."""
_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_WHEN = {"accept": ("offered",), "return": ("offered", "accepted"), "transfer": ("accepted",), "done": ("accepted",)}
"""In which states a hand-off can be answered so."""
_MORE = ("reason", "proposed", "note", "to", "result")


class Teller:
    """One mesh, the names kept so far, and the pack's figures."""

    def __init__(self, client: Client, figures: Mapping[str, int]) -> None:
        self._client, self._figures = client, figures
        self._names: dict[str, str] = {}

    def do(self, step: Step) -> Seen | None:
        """Do what the step says and wait until all is still; what went wrong, or the no that was wanted."""
        try:
            self._act(step)
        except Answered as no:
            code = str(no.error.get("code"))
            self.rest()
            return Seen(code == step.refused, "refused", code if step.refused else str(no), step.refused or "done")
        self.rest()
        return Seen(False, "refused", None, step.refused) if step.refused else None

    def see(self, expect: Expect) -> Seen:
        """Look, and judge."""
        if expect.figure is not None:
            return judge(expect, self._figures.get(expect.figure))
        assert expect.get is not None
        update: dict[str, Any] = {"get": self._filled(expect.get)}
        for name in {"is_", "has"} & expect.model_fields_set:
            update[name] = self._filled(getattr(expect, name))
        said = expect.model_copy(update=update)
        assert said.get is not None
        return judge(said, at_path(self._client.get(said.get), self._filled(expect.at)))

    def rest(self) -> None:
        """Wait until nothing is on its way and every due promise has been kept.  Raises ``MESH_NOT_SETTLED``."""
        until = time.monotonic() + PATIENCE
        while any(part["missed"] for part in self._client.settle(PATIENCE, pause=LOOK_SECONDS).values()):
            if time.monotonic() > until:
                raise Refusal("MESH_NOT_SETTLED", field="seconds", value=PATIENCE)
            time.sleep(LOOK_SECONDS)

    def _act(self, step: Step) -> None:
        if step.post is not None:
            to, body = self._filled(step.post), dict(step.body)
            answer = self._many(to, body, step.repeat) if step.repeat else self._client.post(to, self._filled(body))
            self._names |= {name: str(at_path(answer, path)) for name, path in step.keep.items()}
        elif step.look is not None:
            found = self._client.get(self._filled(step.look))
            self._names |= {name: str(at_path(found, path)) for name, path in step.keep.items()}
        elif step.answer is not None:
            self._answer(step.answer, wanted_no=step.refused is not None)
        elif step.advance is not None:
            self._let_go(self._now() + length_of(step.advance))

    def _many(self, path: str, body: Mapping[str, Any], repeat: Repeat) -> dict[str, Any]:
        """Post the rows, each day's once the clock is there; all their results.  Raises the first row's no."""
        now = self._now()
        results: list[dict[str, Any]] = []
        for at, rows in groupby(repeat.rows(repeat.since or now), key=itemgetter(1)):
            if at > now:
                self._let_go(at)
                self.rest()
            said = [self._filled(body, n=str(number), at=at.isoformat()) for number, at in rows]
            for start in range(0, len(said), AT_ONCE):
                results += self._client.post(path, {_last_word(path): said[start : start + AT_ONCE]})["results"]
        for one in results:
            if one["outcome"] == "rejected":
                raise Answered(422, one["reason"])
        return {"results": results}

    def _answer(self, said: Answer, *, wanted_no: bool) -> None:
        of = f"/api/v1/events/{self._names[said.event]}/handoffs"
        tasks = self._client.get(of)["handoffs"]
        more = {
            name: value for name in ("reason", "proposed", "note", "to", "result") if (value := getattr(said, name))
        }
        for code in self._who(said, tasks):
            ours = [task for task in tasks if task["dept"] == code and task["state"] in _WHEN[said.verb]]
            if not ours and not wanted_no:
                raise Refusal("STORY_NOTHING_TO_ANSWER", field="by", value=code, verb=said.verb)
            for task in ours or self._any(code, tasks):
                body = {"dept": code, "generation": said.generation or task["generation"], **more}
                self._client.post(f"{of}/{task['id']}/{said.verb}", body)

    @staticmethod
    def _who(said: Answer, tasks: list[dict[str, Any]]) -> list[str]:
        if said.by != "all":
            return list(said.by)
        return list(dict.fromkeys(task["dept"] for task in tasks if task["state"] in _WHEN[said.verb]))

    @staticmethod
    def _any(code: str, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A hand-off to be refused: the department's own, or somebody else's."""
        own = [task for task in tasks if task["dept"] == code or task["holder"] == f"dept:{code}"]
        return (own or tasks)[:1]

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._client.get("/mesh")["now"])

    def _let_go(self, until: datetime) -> None:
        self._client.post("/mesh/clock", {"until": until.isoformat()})
        patience = time.monotonic() + PATIENCE
        while self._now() < until:
            if time.monotonic() > patience:
                raise Refusal("MESH_NOT_SETTLED", field="seconds", value=PATIENCE)
            time.sleep(LOOK_SECONDS)

    def _filled(self, value: Any, **row: str) -> Any:
        """``value`` with every ``{name}`` replaced by what was kept under it, or what ``row`` says."""
        if isinstance(value, str):
            known = self._names | row
            return _NAMED.sub(lambda found: known.get(found[1], found[0]), value)
        if isinstance(value, Mapping):
            return {key: self._filled(each, **row) for key, each in value.items()}
        return [self._filled(each, **row) for each in value] if isinstance(value, list | tuple) else value


def _last_word(path: str) -> str:
    """What the rows of a bulk post are called: the last word of its path."""
    return path.partition("?")[0].rpartition("/")[2]
