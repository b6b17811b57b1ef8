"""What a channel of notices is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from govcore.messages import NoticeBroadcast
from govmesh.settings import Settings

Contact = Literal["phone", "handle"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice on its way out.

    ``id``: the same whenever it is sent again, so that what arrived is not shown twice.  ``contact``: how to reach the
    resident it is for, unsealed for this one call; None where it is for a division or a department.  It must go nowhere
    but out: into no log, no error, no file that others read.
    """

    id: str
    event_id: str
    zh: str
    en: str
    place: str
    division: str | None
    dept: str | None
    at: datetime
    contact: str | None = field(default=None, repr=False)


class NotSent(Exception):
    """It did not go out.  ``lasting``: trying again cannot help."""

    def __init__(self, *, lasting: bool = False) -> None:
        super().__init__()
        self.lasting = lasting


class Channel(Protocol):
    """A way out.  ``wants``: what of a resident it needs; None for a channel that reaches no single person."""

    @property
    def wants(self) -> Contact | None: ...

    def send(self, letter: Letter) -> NoticeBroadcast | None:
        """Send it; may be called again for a letter that had been sent when the process was killed.

        An order to loudspeakers that it answers is said by the mesh, in the transaction that records the sending.
        Raises :class:`NotSent`; any other error is tried again too, and kept by its place in the program, never its
        text.
        """
        ...


Plug = Callable[[Settings], Channel]
