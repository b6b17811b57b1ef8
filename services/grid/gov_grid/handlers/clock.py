"""Promises that came due: each kind looks at its own subject again; what has moved on changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from govcore.errors import Refusal
from govcore.messages import Message
from govmesh.handlers import On, TimerFired
from govmesh.work import Work


class Clock:
    """``woken``: by kind of promise, what looks at the subject."""

    def __init__(self, woken: Mapping[str, Callable[[str, Work], None]]) -> None:
        self._woken = woken

    def handlers(self) -> Sequence[On]:
        return (On(TimerFired, self.fired),)

    def fired(self, message: Message[TimerFired], work: Work) -> None:
        look = self._woken.get(message.data.kind)
        if look is None:
            raise Refusal("MESH_NO_HANDLER", field="timer", value=message.data.kind)
        look(message.data.subject, work)
