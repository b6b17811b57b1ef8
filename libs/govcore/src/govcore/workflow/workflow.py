"""Lifecycles under a name and a version (流程版本): a running matter keeps the one it started with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from govcore.errors import Refusal
from govcore.workflow.schema import WorkflowData
from govcore.workflow.table import Lifecycle

if TYPE_CHECKING:
    from govcore.events.event import Event
    from govcore.events.handoff import HandOff

SHIPPED_FILE = Path(__file__).parent / "data" / "gbt30428.json"
"""The loop of digital city management, GB/T 30428: report 上报 → file 立案 → assign 派遣 → handle 处置 →
feed back 反馈 → verify and close 核查结案 → evaluate 评价."""


@dataclass(frozen=True)
class Workflow:
    """The lifecycle of an event and that of its hand-offs, together."""

    name: str
    version: int
    title: Mapping[str, str]
    source: str
    event: Lifecycle
    handoff: Lifecycle

    @classmethod
    def of(cls, data: WorkflowData, *, own: bool = True) -> Workflow:
        """The workflow a checked file says."""
        return cls(
            name=data.name,
            version=data.version,
            title=MappingProxyType(data.title.model_dump()),
            source=data.source,
            event=data.event.table("event", data.version, own=own),
            handoff=data.handoff.table("handoff", data.version, own=own),
        )

    @property
    def key(self) -> str:
        """``<name>/<version>``, as a row keeps it."""
        return f"{self.name}/{self.version}"

    @cached_property
    def join(self) -> str | None:
        """The join rule of the ``finish`` line, None where the pack's own number holds."""
        rules = [line.join for line in self.event.transitions if line.action == "finish"]
        return next((rule for rule in rules if rule and rule != "pack"), None)


class Workflows:
    """All workflows a locality knows; a new event starts with ``current``."""

    def __init__(self, current: Workflow, older: Iterable[Workflow] = ()) -> None:
        self.current = current
        self._known = {one.key: one for one in (*older, current)}

    def of(self, key: str) -> Workflow:
        """Raises ``WORKFLOW_UNKNOWN``."""
        found = self._known.get(key)
        if found is None:
            raise Refusal("WORKFLOW_UNKNOWN", field="workflow", value=key[:80], known=", ".join(sorted(self._known)))
        return found

    def event(self, event: Event) -> Lifecycle:
        """The table an event follows.  Raises ``WORKFLOW_UNKNOWN``."""
        return self.of(event.workflow).event

    def event_tasks(self, event: Event) -> Lifecycle:
        """The table that the hand-offs of an event follow.  Raises ``WORKFLOW_UNKNOWN``."""
        return self.of(event.workflow).handoff

    def task(self, handoff: HandOff) -> Lifecycle:
        """The table a hand-off follows.  Raises ``WORKFLOW_UNKNOWN``."""
        return self.of(handoff.workflow).handoff

    def __iter__(self) -> Iterator[Workflow]:
        return iter(self._known.values())


SHIPPED = Workflow.of(WorkflowData.model_validate(json.loads(SHIPPED_FILE.read_text(encoding="utf-8"))), own=False)
"""What holds where a pack says nothing else."""

ONLY_SHIPPED = Workflows(SHIPPED)
