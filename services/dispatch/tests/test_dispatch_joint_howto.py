"""docs/howto/joint.md does what it says: each request of the page gets the answer below it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from govcore.i18n import reason
from govcore.messages import CATALOGUE
from govcore.packs import load_pack

PAGE = (Path(__file__).parents[3] / "docs/howto/joint.md").read_text(encoding="utf-8")
EXCHANGE = re.compile(r"^```http\n(\w+) (\S+)\n(.*?)^```\n+^```json\n(.*?)^```$", re.M | re.S)


def fits(wanted: Any, got: Any) -> bool:
    """Whether an answer is the page's; ``…`` is anything, and so is what the page leaves out of an object."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(name in got and fits(one, got[name]) for name, one in wanted.items())
    if isinstance(wanted, list):
        return len(wanted) == len(got) and all(map(fits, wanted, got))
    return bool(wanted in ("…", got))


def test_every_request_is_answered_as_the_page_says(make: Callable[..., Any], tmp_path: Path) -> None:
    """From top to bottom, in the pack of the streets that whistle."""
    dispatch = make(f"sqlite:///{tmp_path}", pack=load_pack("guiyang"))
    market = {"source": "t", "text": "消防通道常年被堵", "class_code": "020101", "division": "520103034001"}
    lost = {"source": "t", "text": "说不清归谁管的一件事", "division": "520103034001"}
    names = {
        name: dispatch.post("/api/v1/reports", said)["event"] for name, said in (("event", market), ("desk", lost))
    }
    dispatch.locate_late()
    exchanges = EXCHANGE.findall(PAGE)
    assert len(exchanges) == PAGE.count("```http") == 8
    for _, path, said, answer in exchanges:
        for name, value in names.items():
            path, said = path.replace(f"{{{name}}}", value), said.replace(f"{{{name}}}", value)
        got = dispatch.post(path, json.loads(said))
        assert fits(json.loads(answer), got), got
        names.setdefault("operation", got.get("id", ""))


def test_every_type_and_code_named_is_there() -> None:
    """Message types and reason codes of the page are the catalogue's."""
    assert set(re.findall(r"\b(\w+\.\w+\.v\d)\b", PAGE)) <= CATALOGUE.types.keys()
    for code in set(re.findall(r"`((?:JOINT|EVENT|PACK)_[A-Z_]+)`", PAGE)):
        assert reason(code, "en") != code and reason(code, "zh_CN") != code, code
