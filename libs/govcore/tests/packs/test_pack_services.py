"""services.csv: what is wrong in it is told with file, line and column, and what is right is one rule each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from govcore.events.routing import Facts
from govcore.packs import check_pack, load_pack

HEAD = "code,name,name_en,unit,term,online,one_trip,open,basis"
GOOD = "legal_aid,法律援助,Legal aid,sifa,7d,yes,yes,yes,法律援助法 43"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a pack that has services."""
    return Path(shutil.copytree(load_pack("tongcheng").folder, tmp_path / "pack"))


@pytest.mark.parametrize(
    ("rows", "code", "line", "field"),
    [
        ([GOOD, GOOD], "PACK_CODE_TWICE", 3, "code"),
        ([GOOD.replace("legal_aid", "Legal-Aid")], "PACK_PATTERN", 2, "code"),
        ([GOOD.replace("sifa", "feidieju")], "PACK_DEPARTMENT_UNKNOWN", 2, "unit"),
        ([GOOD.replace("7d", "soon")], "CALENDAR_BAD_TERM", 2, "term"),
        ([GOOD.replace("7d", "99999d")], "CALENDAR_TERM_TOO_LONG", 2, "term"),
        ([GOOD.replace("yes,yes,yes", "yes,yes,maybe")], "PACK_NOT_ONE_OF", 2, "open"),
        ([GOOD.replace("法律援助法 43", "")], "PACK_CELL_EMPTY", 2, "basis"),
        ([GOOD.replace("Legal aid", "")], "PACK_CELL_EMPTY", 2, "name_en"),
        ([GOOD + ",more"], "PACK_ROW_LENGTH", 2, ""),
    ],
)
def test_a_wrong_row_is_named(folder: Path, rows: list[str], code: str, line: int, field: str) -> None:
    """Code, line and column of each; nothing else is wrong with the pack."""
    (folder / "services.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    found = check_pack(folder)
    assert [(one.code, one.line, one.field) for one in found] == [(code, line, field)]
    assert (found[0].file or "").endswith("services.csv")


def test_a_pack_without_services_has_none() -> None:
    """The file may be missing."""
    assert load_pack("boston").services == {}


def test_a_service_is_read_as_its_one_rule() -> None:
    """Its unit leads alone, for its term, whatever words of danger stand in the text."""
    pack = load_pack("tongcheng")
    for item in pack.services.values():
        decision = pack.routing_of(item.class_code).decide(Facts(item.class_code, text="有人受贿，起火爆炸"))
        assert (decision.lead, decision.assists, decision.term) == (item.unit, (), item.term)
        assert pack.service_of(item.class_code) is item
    assert pack.service_of("010101") is None and pack.routing_of("010101") is pack.routing
    assert load_pack("boston").routing_of(None) is not None
