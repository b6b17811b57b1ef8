"""What tests of and with the domain need: ready-made values, and a suite for every port."""

from govcore.testing.answers import COMMANDS, Command, obeyed
from govcore.testing.builders import AT, a_handoff, a_matter, a_report, a_way, a_where, an_event, rules
from govcore.testing.contracts import ChanceContract, ClockContract, IdsContract, StorageContract
from govcore.testing.golden import golden

__all__ = [
    "AT",
    "COMMANDS",
    "ChanceContract",
    "ClockContract",
    "Command",
    "IdsContract",
    "StorageContract",
    "a_handoff",
    "a_matter",
    "a_report",
    "a_way",
    "a_where",
    "an_event",
    "golden",
    "obeyed",
    "rules",
]
