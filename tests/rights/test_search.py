"""The search itself finds what is there, in whatever form it is written."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("form", ["utf-8", "gb18030", "utf-16-le"])
def test_the_search_finds_what_is_there(search: Callable[[bytes], list[str]], form: str) -> None:
    """A mark is found in every way of writing it."""
    assert search("……欧阳测密……".encode(form)) == ["欧阳测密"]
    assert search(json.dumps({"name": "欧阳测密"}).encode()) == ["欧阳测密"]
