"""Which service says which type, so that a hearer can bind to a speaker that is not installed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from govcore.errors import Refusal
from govcore.messages import Payload

_BY_TYPE = {"event.located.v1": "grid", "event.unlocated.v1": "grid"}
_BY_ENTITY = {
    "boundary": "grid",
    "division": "grid",
    "event": "dispatch",
    "handoff": "dispatch",
    "order": "dispatch",
    "operation": "dispatch",
    "surge": "dispatch",
    "calendar": "dispatch",
    "claim": "dispatch",
    "alert": "dispatch",
    "notice": "dispatch",
    "steward": "dispatch",
    "visit": "dispatch",
    "project": "dispatch",
    "grid": "grid",
    "post": "grid",
    "duty": "grid",
    "points": "points",
    "petition": "petition",
    "person": "grid",
}


def speaker_of(name: str) -> str | None:
    """The one service that says messages of this type; None where no service does."""
    return _BY_TYPE.get(name) or _BY_ENTITY.get(name.split(".")[0])


def spoken_by(payload: type[Payload]) -> str:
    """The one service that says this type; an architecture test holds the SAYS of the services to it."""
    speaker = speaker_of(payload.type)
    if speaker is None:
        raise Refusal("MSG_UNKNOWN_TYPE", field="type", value=payload.type)
    return speaker


def by_speaker(hears: Iterable[type[Payload]]) -> dict[str, tuple[str, ...]]:
    """The heard types by the service that says them."""
    found: dict[str, list[str]] = defaultdict(list)
    for payload in hears:
        found[spoken_by(payload)].append(payload.type)
    return {speaker: tuple(sorted(types)) for speaker, types in sorted(found.items())}
