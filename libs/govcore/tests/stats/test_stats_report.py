"""A report says what is known and what is not, who changed most, and lies in a workbook as it is."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govcore.packs import Pack, load_pack
from govcore.packs.schema import ThreeRates
from govcore.stats import (
    Cell,
    Fact,
    Filings,
    Judging,
    Matters,
    Period,
    Report,
    Three,
    Work,
    accounts,
    naming,
    report,
    town,
)
from govcore.stats.book import workbook
from govcore.stats.counts import CATALOGUE as COUNTS
from govcore.stats.sheets import Percent, sheets

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 3, 9, 30, tzinfo=ZONE)
JUDGING = Judging.of([1, 2])


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("tongcheng")


def cell(place: str = "34.08.81.103", **more: str) -> Cell:
    return Cell(**{"class_code": "0101", "dept": "chengguan", "place": place, "channel": "hotline", **more})


def made(pack: Pack, facts: Three, since: datetime | None, kind: str = "month", **more: Any) -> Report:
    period = Period.holding(kind, date(2026, 3, 11), ZONE)
    return report(
        period,
        facts,
        **{
            "pack": pack.id,
            "now": NOW,
            "judging": JUDGING,
            "weights": pack.header.three_rates,
            "name": naming(pack),
            "since": since,
            "days": {},
            "ledger": (),
            **more,
        },
    )


def came_in(number: int, where: Cell | None = None) -> list[Fact]:
    return [Matters(where or cell(), "handling", opened=True, open=True, number=number)]


def test_an_empty_mesh_has_no_data(pack: Pack) -> None:
    """Before the first matter there is no nought: every number is missing, every rate is without data."""
    empty = made(pack, Three([], [], []), None)
    assert empty.total.now.counts == {}
    assert {share.why for share in empty.total.now.rates.values()} == {"no_data"}
    assert (empty.movers["class"], empty.tables["class"]) == ((), ())


def test_what_ended_before_the_first_matter_has_no_data(pack: Pack) -> None:
    """Records begin in February: that month has its nought, March of last year has nothing to say."""
    since = datetime(2026, 2, 10, tzinfo=ZONE)
    found = made(pack, Three(came_in(3), [], []), since).total
    assert [part.counts.get("received") for part in (found.now, found.before, found.year_before)] == [3, 0, None]
    assert found.before.rates["due_closing"].why == "empty"
    assert found.year_before.rates["due_closing"].why == "no_data"


def test_those_that_changed_most_are_named(pack: Pack) -> None:
    """Up or down, the greatest change first; what stayed is not named; from nothing there is no per cent."""
    towns = {"34.08.81.103": (20, 10), "34.08.81.001": (5, 30), "34.08.81.002": (7, 7), "": (4, 0)}
    now, before = (
        [fact for code, both in towns.items() for fact in came_in(both[at], cell(code)) if both[at]] for at in (0, 1)
    )
    found = made(pack, Three(now, before, []), datetime(2020, 1, 1, tzinfo=ZONE)).movers["place"]
    assert [(one.code, one.change, one.share) for one in found] == [
        ("34.08.81.001", -25, pytest.approx(-25 / 30)), ("34.08.81.103", 10, 1.0), ("", 4, None),
    ]  # fmt: skip
    assert found[2].zh == "未定地点"


def test_codes_get_the_packs_names(pack: Pack) -> None:
    """Class, department, town and channel by name in both languages; a code nobody knows stays a code."""
    name = naming(pack)
    assert (name("dept", "chengguan").zh, name("class", "0102").en) == (
        pack.departments["chengguan"].name.zh,
        pack.classes["0102"].name_en,
    )
    assert (name("channel", "pigeon").zh, name("dept", "").en) == ("pigeon", "no department")


def test_places_are_towns(pack: Pack) -> None:
    """A village counts for its town, the county for itself, what lies outside stays as it is."""
    cut = town(pack)
    assert [cut(place) for place in ("34.08.81.103.004", "34.08.81.103", "34.08.81", "11.01", "")] == [
        "34.08.81.103", "34.08.81.103", "34.08.81", "11.01", "",
    ]  # fmt: skip
    assert town(load_pack("boston"))("us.ma.bos.allston") == "us.ma.bos.allston"


def whole(pack: Pack) -> Report:
    facts: list[Fact] = [
        Matters(cell(class_code="=1+1"), "closed", opened=True, closed=True, due=True, on_time=True),
        *came_in(2),
        Filings(cell(), "closed", 3),
    ]
    since = datetime(2026, 1, 1, tzinfo=ZONE)
    ledger = accounts((), Work(), departments=pack.departments, reasons={}, judging=JUDGING, name=naming(pack))
    days = {"2026-03-09": facts, "2026-03-10": []}
    return made(pack, Three(facts, facts[:1], []), since, kind="week", ledger=ledger, days=days)


def test_a_report_comes_back_from_json(pack: Pack) -> None:
    """What is sent is what was made, numbers, names and formulas."""
    found = whole(pack)
    assert Report.model_validate_json(found.model_dump_json()) == found


def test_the_workbook_holds_every_sheet_cell_by_cell(pack: Pack) -> None:
    """Read back: heads in Chinese with English beneath, numbers as numbers, shares in per cent."""
    from openpyxl import load_workbook

    found = whole(pack)
    book = load_workbook(BytesIO(workbook(found)))
    assert [page.title for page in book.worksheets] == [
        "总表 totals", "逐日 day by day", "事项类别 class", "责任部门 department", "镇街 town", "渠道 channel",
        "变化最大 top movers", "责任台账 responsibility ledger", "口径说明 legend",
    ]  # fmt: skip
    for page, sheet in zip(book.worksheets, sheets(found), strict=True):
        lines = list(page.iter_rows())
        assert [cell.value for cell in lines[0]] == [head.zh for head in sheet.heads]
        assert [cell.value for cell in lines[1]] == [head.en for head in sheet.heads]
        assert len(lines) == len(sheet.rows) + 2
        for line, cells in zip(lines[2:], sheet.rows, strict=True):
            for there, wanted in zip(line, cells, strict=True):
                if isinstance(wanted, Percent):
                    assert there.value == (str(wanted) if wanted.value is None else wanted.value)
                    assert wanted.value is None or there.number_format == "0.0%"
                else:
                    assert there.value == (wanted if wanted != "" else None)
                assert there.data_type != "f"


def test_the_legend_says_how_each_rate_is_made(pack: Pack) -> None:
    """Every rate with named numerator, denominator and source; the weights with theirs; when the rows were read."""
    legend = sheets(whole(pack))[-1].rows
    made_of = {row[0]: row[2:] for row in legend}
    assert made_of["满意率"] == (
        "评价满意数（未达返办等级） rated satisfied (no grade that sends it back)",
        "已评价的结案数 closed and rated",
        "北京市接诉即办工作条例第32条；等级依地方规则包 Beijing regulation, art 32; grades as in the pack",
    )
    assert made_of["三率权重"][0] == "10/45/45"
    assert made_of["取数时间"][0] == "2026-04-03 09:30"


def test_another_places_weights_are_shown_as_its_own(pack: Pack) -> None:
    """30/35/35 with its source stands where 10/45/45 would."""
    other = ThreeRates(response=30, solution=35, satisfaction=35, source="another city")
    rows = sheets(made(pack, Three(came_in(1), [], []), datetime(2020, 1, 1, tzinfo=ZONE), weights=other))[-1].rows
    assert [row[2:] for row in rows if row[0] == "三率权重"] == [("30/35/35", None, "another city")]


def test_no_column_of_any_sheet_holds_a_person(pack: Pack) -> None:
    """Counts are of matters and offers; no fact has a field for who reported, handled or was on duty."""
    fields = {name for kind in (Matters, Filings) for name in kind._fields} | set(Cell._fields)
    assert not {"reporter", "person", "duty_person", "name", "phone"} & (fields | set(COUNTS))
