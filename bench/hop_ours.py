"""Ours: the mesh's own hop with the real ``handoff.accept``."""

from __future__ import annotations

from bench.common import Env


def ours(env: Env) -> float:
    """Hops a second, from the first message asked for to the last one acked.

    Runs in its own process; the run's schema, exchange and the two quorum queues are there, empty, and are taken
    away afterwards.  Makes the mesh's tables, offers ``env.n`` hand-offs, preloads ``env.n`` commands
    (:func:`bench.hop_load.preload`), and counts at the end that each had its whole hop, once.
    """
    raise NotImplementedError
