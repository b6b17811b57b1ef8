"""Words about a matter that change nothing in it."""

from __future__ import annotations

from govcore.errors import Refusal
from govcore.events._moves import note
from govcore.events.decision import Changed
from govcore.events.event import Event
from govcore.events.redact import without_identity


def comment(event: Event, *, by: str, words: str) -> Changed:
    """A line of the event's history by the desk ``by``, identity masked; told to nobody.  No clock of it moves.

    Raises ``EVENT_NO_WORDS``.
    """
    if not words.strip():
        raise Refusal("EVENT_NO_WORDS", field="words")
    return Changed(notes=(note(event, "comment", event.state, by, without_identity(words)),))
