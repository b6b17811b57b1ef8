"""One notice and what becomes of it: queued, tried again, sent or failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from govcore.errors import Refusal
from govcore.messages.words import Time

State = Literal["queued", "retry", "sent", "failed"]
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""The wait after the first, second … sending that failed; the last of them after every further one."""


class Notice(BaseModel):
    """A notice in its words.

    ``id`` comes of the message, the template and whom it is for, so the same happening gives the same notice.
    ``person``: the report whose reporter it is for, never who that is; ``due_at``: when it is to be sent (again),
    none once it has ended; ``reason``: the code of what went wrong last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    id: str
    event_id: str
    template: str
    channel: str
    to: str
    person: str | None = None
    dept: str | None = None
    division: str | None = None
    place: str
    zh: str
    en: str
    trace: str = ""
    state: State = "queued"
    tries: int = 0
    made_at: Time
    due_at: Time | None
    sent_at: Time | None = None
    reason: str | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be sent."""
        return self.state in ("queued", "retry")


def sent(notice: Notice, at: datetime) -> Notice:
    """It went out.  What has ended already stays as it is: a sending may be told twice."""
    if not notice.open:
        return notice
    changes = {"state": "sent", "tries": notice.tries + 1, "sent_at": at, "due_at": None, "reason": None}
    return notice.model_copy(update=changes)


def again(notice: Notice, at: datetime, *, reason: str, tries: int, lasting: bool) -> Notice:
    """It did not go out: to be tried later, or failed after so many ``tries``, or at once where it is ``lasting``."""
    if not notice.open:
        return notice
    done = notice.tries + 1
    over = lasting or done >= tries
    wait = BACK_OFF[min(done, len(BACK_OFF)) - 1]
    changes = {
        "state": "failed" if over else "retry",
        "tries": done,
        "due_at": None if over else at + wait,
        "reason": reason,
    }
    return notice.model_copy(update=changes)


def put_off(notice: Notice, until: datetime) -> Notice:
    """Its channel is quiet now: no try, only later."""
    return notice.model_copy(update={"due_at": until}) if notice.open else notice


def retried(notice: Notice, at: datetime) -> Notice:
    """A person lets a failed one be tried again.  Raises ``NOTICE_NOT_FAILED``."""
    if notice.state != "failed":
        raise Refusal("NOTICE_NOT_FAILED", field="notice_id", value=notice.id, state=notice.state)
    return notice.model_copy(update={"state": "retry", "tries": 0, "due_at": at})
