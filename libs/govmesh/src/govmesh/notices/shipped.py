"""The channels that are shipped: loudspeakers by message, and files that a sender of text messages picks up."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from govcore.errors import Refusal
from govcore.messages import NoticeBroadcast
from govmesh.notices.port import Channel, Contact, Letter, NotSent, Plug
from govmesh.settings import Settings

GROUP = "govmesh.notices"


class Loudspeaker:
    """Orders the loudspeakers of a division to say it: ``notice.broadcast.v1``."""

    wants: Contact | None = None

    def send(self, letter: Letter) -> NoticeBroadcast:
        return NoticeBroadcast(
            notice_id=letter.id,
            event_id=letter.event_id,
            place=letter.place,
            division=letter.division,
            zh=letter.zh,
            en=letter.en,
            ordered_at=letter.at,
        )


class Spool:
    """One line of JSON a notice, in a file that only its owner reads; another program sends it and takes it away."""

    def __init__(self, file: Path, wants: Contact | None) -> None:
        self._file, self.wants = file, wants

    def send(self, letter: Letter) -> None:
        said = {"id": letter.id, "event_id": letter.event_id, "zh": letter.zh, "en": letter.en, "dept": letter.dept}
        if self.wants is not None:
            said[self.wants] = letter.contact
        line = (json.dumps({**said, "at": letter.at.isoformat()}, ensure_ascii=False) + "\n").encode()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(handle, line)  # one write to the end of a file: lines of several processes do not mix
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise NotSent from error


def _spool(name: str, wants: Contact | None) -> Plug:
    return lambda settings: Spool((settings.spool or settings.home / "spool") / f"{name}.jsonl", wants)


SHIPPED: Mapping[str, Plug] = {
    "loudspeaker": lambda settings: Loudspeaker(),
    "sms": _spool("sms", "phone"),
    "account": _spool("account", "handle"),
    "spool": _spool("spool", None),
}


def find_channels(codes: Iterable[str], settings: Settings) -> dict[str, Channel]:
    """The plug-ins of these channels; one of a wheel goes before a shipped one.  Raises ``NOTICE_NO_PLUGIN``."""
    others = {entry.name: entry for entry in entry_points(group=GROUP)}
    found: dict[str, Channel] = {}
    for code in codes:
        plug: Plug | None = others[code].load() if code in others else SHIPPED.get(code)
        if plug is None:
            known = ", ".join(sorted({*SHIPPED, *others}))
            raise Refusal("NOTICE_NO_PLUGIN", field="channel", value=code, known=known)
        found[code] = plug(settings)
    return found
