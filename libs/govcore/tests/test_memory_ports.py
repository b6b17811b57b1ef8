"""The ports in memory keep the contracts of the ports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from govcore.memory import FixedClock, MemoryStorage, SeededChance, SequentialIds, StepClock
from govcore.ports import Chance, Clock, Ids, Storage
from govcore.testing import AT, ChanceContract, ClockContract, IdsContract, StorageContract


class TestFixedClock(ClockContract):
    """A clock that stands still."""

    def clock(self) -> Clock:
        return FixedClock(AT)

    def test_it_moves_when_told(self) -> None:
        """It stands until it is set or moved forward."""
        clock = FixedClock(AT)
        assert clock.now() == clock.now() == AT
        assert clock.forward(timedelta(hours=1)) == clock.now() == AT + timedelta(hours=1)
        clock.set(datetime(2027, 1, 1, tzinfo=UTC))
        assert clock.now().year == 2027


class TestStepClock(ClockContract):
    """A clock that moves each time it is asked."""

    def clock(self) -> Clock:
        return StepClock(AT)

    def test_no_two_moments_are_the_same(self) -> None:
        """Each answer is one step later."""
        clock = StepClock(AT, timedelta(minutes=1))
        assert [clock.now() for _ in range(3)] == [AT, AT + timedelta(minutes=1), AT + timedelta(minutes=2)]


class TestSequentialIds(IdsContract):
    """Ids that count."""

    def ids(self) -> Ids:
        return SequentialIds()


class TestSeededChance(ChanceContract):
    """Chance with a seed."""

    def chance(self, seed: int) -> Chance:
        return SeededChance(seed)


class TestMemoryStorage(StorageContract):
    """A shelf in memory."""

    def storage(self) -> Storage:
        return MemoryStorage()


@pytest.mark.parametrize("clock", [FixedClock, StepClock])
def test_a_clock_without_a_zone_is_refused(clock: type) -> None:
    """A naive time is no time."""
    with pytest.raises(ValueError, match="zone"):
        clock(datetime(2026, 1, 1))
