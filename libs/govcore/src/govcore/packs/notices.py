"""``notices.yaml``: who is told what by which channel when something happens to an event."""

from __future__ import annotations

import string
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from govcore.errors import Refusal
from govcore.events.routing_rules import Many, read_hours
from govcore.notices import opens
from govcore.packs.schema import Both, Strict

FILLED = frozenset({"lead_name", "place_name"})
"""What a template may name besides the fields of its message: the lead's and the place's names in its language."""
WORDS = frozenset({"title", "address", "point", "reason", "external_id"})
"""Fields that nobody is told of: where and in which words a resident reported, and what an official wrote."""
Word = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]


def _hours(text: str) -> str:
    try:
        start, end = read_hours(text)
    except Refusal as no:
        raise PydanticCustomError(no.code, "hours such as 21:00-07:00") from no
    if start == end:
        raise PydanticCustomError("PACK_NOTICE_QUIET", "quiet all day")
    return text


class NoticeChannel(Strict):
    """A way notices go out (告知渠道); its code is its plug-in's name.

    ``quiet``: hours of the place's day in which it is silent; ``tries``: how often a sending that fails is tried.
    """

    code: Word
    name: Both
    quiet: Annotated[str, AfterValidator(_hours)] | None = None
    tries: int = Field(default=5, ge=1, le=10)
    source: str = Field(min_length=1)


class NoticeWhen(Strict):
    """Conditions that must all hold; an empty one always does.  ``class``: codes, ``*`` at the end for beginnings."""

    classes: Many = Field(default=(), alias="class")
    severity: Many = ()

    def holds(self, class_code: str | None, severity: str | None) -> bool:
        """Whether a notice goes out about an event of this class and severity."""
        if self.severity and severity not in self.severity:
            return False
        return not self.classes or any(
            class_code == wanted or (wanted.endswith("*") and (class_code or "").startswith(wanted[:-1]))
            for wanted in self.classes
        )


class Template(Strict):
    """One notice: ``on`` a message about an event, ``to`` whom, by which channel, in which words.

    ``anyhow``: also in the channel's quiet hours, for what cannot wait.
    """

    id: Word
    on: str
    when: NoticeWhen = NoticeWhen()
    to: Literal["reporter", "division", "department"]
    channel: Word
    anyhow: bool = False
    text: Both
    source: str = Field(min_length=1)


class NoticeRules(Strict):
    """The whole file; an empty one sends nothing."""

    channels: tuple[NoticeChannel, ...] = ()
    templates: tuple[Template, ...] = ()

    def tries(self, channel: str) -> int:
        """How often a sending by it is tried; once by a channel that the file no longer has."""
        return next((one.tries for one in self.channels if one.code == channel), 1)

    def opens(self, channel: str, template: str, at: datetime, zone: ZoneInfo) -> datetime:
        """The first moment from ``at`` on at which a notice of the template may go out."""
        if any(one.id == template and one.anyhow for one in self.templates):
            return at
        quiet = next((one.quiet for one in self.channels if one.code == channel), None)
        return opens(at, quiet, zone)

    def on(self, type: str) -> tuple[Template, ...]:
        """What goes out when a message of this type is said."""
        return tuple(one for one in self.templates if one.on == type)


def named(text: str) -> list[str]:
    """The fields a text names; one that is not a plain name stands as it is written.

    Raises ``ValueError`` for a text that is no template.
    """
    parts = string.Formatter().parse(text)
    return [
        name + (f"!{how}" if how else "") + (f":{spec}" if spec else "")
        for _, name, spec, how in parts
        if name is not None
    ]
