"""Dispatch tells what became of the event that a petition is the cause of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from gov_petition.apply import apply
from gov_petition.contracts import RESULTS
from gov_petition.following import accepted, follow
from gov_petition.store import LINKS, PETITIONS, Link
from govcore.messages import EventAttached, EventFacts, HandOffAccepted, Message
from govcore.petitions import Law
from govmesh.handlers import On, Via
from govmesh.work import Need, Work

BY_EVENT = Via(LINKS, "petitions", lambda message: str(message.data.event_id))
"""The petitions an event answers, so that a batch can lock them in order."""


class Results:
    """Follows events by their versions: what is older than what was heard changes nothing."""

    def __init__(self, law: Law) -> None:
        self._law = law

    def handlers(self) -> Sequence[On]:
        return (
            *(On(payload, self.told, self.needs, BY_EVENT) for payload in RESULTS),
            On(HandOffAccepted, self.accepted, self.needs, BY_EVENT),
        )

    def needs(self, message: Message[Any], petitions: str | None) -> Iterable[Need]:
        cause = getattr(message.data, "cause", None)
        found = {*json.loads(petitions or "[]"), *([cause] if cause else [])}
        if found:
            yield LINKS, "id", message.data.event_id
        for key in found:
            yield PETITIONS, "id", key

    def told(self, message: Message[EventFacts], work: Work) -> None:
        said = message.data
        link = self._link(work, said)
        for key, heard in link.petitions.items():
            stored = work.get(PETITIONS, key)
            if stored is None or message.version <= heard:
                continue
            link = _with(link, key, message.version)
            work.put(LINKS, link)
            apply(work, stored, follow(stored.petition, said, at=message.time, law=self._law), self._law)
            if isinstance(said, EventAttached) and said.into:
                into = work.get(LINKS, said.into) or Link(id=said.into, place=said.place)
                work.put(LINKS, _with(into, key, into.petitions.get(key, -1)))

    def accepted(self, message: Message[HandOffAccepted], work: Work) -> None:
        link = self._link(work, message.data)
        for key in link.petitions:
            if stored := work.get(PETITIONS, key):
                changed = accepted(stored.petition, message.data, at=message.time, law=self._law)
                apply(work, stored, changed, self._law)

    def _link(self, work: Work, said: EventFacts | HandOffAccepted) -> Link:
        """The event's petitions; with the one it names as its cause, where that is ours."""
        cause = getattr(said, "cause", None)
        found = work.get(LINKS, said.event_id) or Link(id=said.event_id, place=said.place)
        return _with(found, cause, -1) if cause and cause not in found.petitions else found


def _with(link: Link, petition: str, version: int) -> Link:
    return link.model_copy(update={"petitions": {**link.petitions, petition: version}})
