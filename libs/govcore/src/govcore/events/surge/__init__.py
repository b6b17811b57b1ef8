"""Surges 激增 and hot spots: what comes in more often than a class's own past at a place explains.

:class:`Watch` is asked what stood out on a day; :func:`risen` compares a month with that of the year before.
"""

from govcore.events.surge.baseline import Baseline, Kind, Past, kinds_of, past_of, rhythm
from govcore.events.surge.find import Key, Surge, Watch, goes_on, joined
from govcore.events.surge.month import Risen, risen
from govcore.events.surge.rules import SurgeRules, Told
from govcore.events.surge.tail import at_least

__all__ = [
    "Baseline",
    "Key",
    "Kind",
    "Past",
    "Risen",
    "Surge",
    "SurgeRules",
    "Told",
    "Watch",
    "at_least",
    "goes_on",
    "joined",
    "kinds_of",
    "past_of",
    "rhythm",
    "risen",
]
