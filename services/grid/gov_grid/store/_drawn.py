"""Columns that are called as what they hold."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any


def drawn(*names: str) -> dict[str, Callable[[Any], Any]]:
    """For each column the attribute of its name."""
    return {name: attrgetter(name) for name in names}
