"""Which events are looked at before they are closed (核查): a stable sample."""

from __future__ import annotations

from hashlib import blake2b


def sampled(event_id: str, share: float) -> bool:
    """Whether the event belongs to the ``share`` (0 … 1) that is verified.

    The answer hangs on the id alone: asked twice, after a restart, or by another process, it is the same.
    """
    drawn = int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big") / 2**64
    return drawn < share
