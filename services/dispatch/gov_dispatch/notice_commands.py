"""dispatch's local commands about notices."""

from __future__ import annotations

from typing import ClassVar

from govcore.messages import NoticeBroadcast, Payload


class NoticeTried(Payload):
    """What became of one sending of a notice: out, put off while its channel is quiet, or not, with the ``reason``."""

    type: ClassVar[str] = "notice.try.v1"
    notice_id: str
    reason: str | None = None
    lasting: bool = False
    put_off: bool = False
    says: NoticeBroadcast | None = None


class RetryNotice(Payload):
    """A person lets a notice that failed be sent again."""

    type: ClassVar[str] = "notice.retry.v1"
    notice_id: str


LOCAL: tuple[type[Payload], ...] = (NoticeTried, RetryNotice)
