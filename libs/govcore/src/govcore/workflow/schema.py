"""What a workflow file may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from govcore.workflow.table import Lifecycle, Transition
from govcore.workflow.vocabulary import ENDED


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...], BeforeValidator(_one_or_many)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class StateData(_Strict):
    """A state: what it means to the rules, and the timers that run in it."""

    phase: Word
    timers: Words = ()


class TransitionData(_Strict):
    """A line of the table; see :class:`govcore.workflow.table.Transition`.  No ``state``: it begins here."""

    state: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    action: Word
    next: Word
    who: Words
    reason: str = ""
    tell: Words = ()
    fork: Literal["departments", "lead"] | None = None
    join: Annotated[str, Field(pattern=r"^(pack|all|lead|quorum:[1-9][0-9]*)$")] | None = None

    def line(self) -> Transition:
        """As the table has it."""
        who = "|".join(self.who)
        return Transition(self.state, self.action, self.next, who, self.reason.strip(), self.tell, self.fork, self.join)


class LifecycleData(_Strict):
    """The states and transitions of one kind of thing."""

    states: dict[Word, StateData]
    transitions: tuple[TransitionData, ...]

    def table(self, name: str, version: int, *, own: bool) -> Lifecycle:
        """The table; ``name`` is ``event`` or ``handoff``."""
        return Lifecycle(
            name=name,
            version=version,
            transitions=tuple(one.line() for one in self.transitions),
            ends=frozenset(name for name, state in self.states.items() if state.phase in ENDED),
            refusal=f"{name.upper()}_NOT_ALLOWED",
            phases={name: state.phase for name, state in self.states.items()},
            timers={name: state.timers for name, state in self.states.items()},
            own=own,
        )


class Title(_Strict):
    """A name in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class WorkflowData(_Strict):
    """A workflow file: two tables under one name and version."""

    name: Word
    version: int = Field(ge=1)
    title: Title
    source: str = Field(min_length=1)
    event: LifecycleData
    handoff: LifecycleData
