"""One suite a port: derive a test class from it and give the port's object, and the suite runs on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import sha256

from govcore.ports import Chance, Clock, Ids, Kept, Storage


class ClockContract(ABC):
    """What every clock does."""

    @abstractmethod
    def clock(self) -> Clock:
        """The clock under test."""

    def test_time_has_its_zone(self) -> None:
        """A clock never tells a naive time."""
        assert self.clock().now().tzinfo is not None

    def test_time_does_not_go_back(self) -> None:
        """Asked again, it is not earlier."""
        clock = self.clock()
        seen = [clock.now() for _ in range(100)]
        assert seen == sorted(seen)


class IdsContract(ABC):
    """What every maker of ids does."""

    @abstractmethod
    def ids(self) -> Ids:
        """The maker under test."""

    def test_ids_are_never_the_same(self) -> None:
        """Two thousand ids of two prefixes are two thousand different ids."""
        ids = self.ids()
        assert len({ids.new(prefix) for _ in range(1000) for prefix in ("E", "H")}) == 2000

    def test_ids_name_their_kind(self) -> None:
        """An id begins with its prefix and a dash and has no white space or dots, and fits into 80 characters."""
        for made in (self.ids().new("E"), self.ids().new("HX")):
            assert made.partition("-")[0] in ("E", "HX")
            assert made.partition("-")[2]
            assert not set(made) & set(" \t\n./*#")
            assert len(made) <= 80

    def test_ids_sort_by_age(self) -> None:
        """Later ids sort after earlier ones, so rows stand in the order of their making."""
        ids = self.ids()
        made = [ids.new("E") for _ in range(100)]
        assert made == sorted(made)


class ChanceContract(ABC):
    """What every source of chance does."""

    @abstractmethod
    def chance(self, seed: int) -> Chance:
        """A source under test, made anew with ``seed``."""

    def test_numbers_lie_in_the_unit_interval(self) -> None:
        """Every number is at least 0 and below 1."""
        chance = self.chance(1)
        assert all(0 <= chance.random() < 1 for _ in range(1000))

    def test_a_seed_repeats_itself(self) -> None:
        """The same seed gives the same numbers, another one gives others."""
        draws = [[chance.random() for _ in range(20)] for chance in map(self.chance, (7, 7, 8))]
        assert draws[0] == draws[1] != draws[2]


class StorageContract(ABC):
    """What every store of evidence does."""

    @abstractmethod
    def storage(self) -> Storage:
        """A store under test, empty."""

    def test_what_is_kept_comes_back(self) -> None:
        """Bytes, type and size as they were put, also no bytes at all; the key says their digest."""
        storage = self.storage()
        for data in (b"a picture", b"", b"\x00\xff" * 70_000):
            key = storage.put(data, "image/png")
            assert key == "sha256:" + sha256(data).hexdigest()
            assert storage.get(key) == data
            assert storage.stat(key) == Kept("image/png", len(data))

    def test_the_same_again_is_kept_once(self) -> None:
        """It has the same key and the type of the first time."""
        storage = self.storage()
        assert storage.put(b"x", "image/png") == storage.put(b"x", "image/jpeg")
        assert storage.stat(storage.put(b"x", "text/plain")) == Kept("image/png", 1)

    def test_nothing_is_found_under_other_keys(self) -> None:
        """An unknown key, none at all, and those that would lead out of a folder."""
        storage = self.storage()
        known = storage.put(b"x", "image/png")
        odd = (
            known[:-1],
            known.upper(),
            known.removeprefix("sha256:"),
            "",
            "sha256:",
            "sha256:../../etc/passwd",
            "/",
            "\x00",
        )
        for key in (*odd, "sha256:" + "0" * 64):
            assert storage.get(key) is None and storage.stat(key) is None
