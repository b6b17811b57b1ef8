"""The list of divisions: files read, changes made, codes resolved on a date, in memory."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.grids import CHINA_CODES, Gazetteer, Listed, listed, resolve
from govcore.grids.divisions import by_code
from govcore.grids.divisions_change import Change, To, codes_of, decide
from govcore.grids.divisions_read import is_changes, read_changes, read_list, table

NAMES = [
    ("34", "安徽省"),
    ("3408", "安庆市"),
    ("340881", "桐城市"),
    ("340881001", "龙腾街道"),
    ("340881001001", "南门社区居委会"),
    ("340881001002", "桃元居委会"),
    ("4419", "东莞市"),
    ("441900003", "东城街道"),
]
FIRST, DAY = date(2020, 1, 1), date(2024, 6, 1)


class Book:
    """A list that changes, as a service keeps it."""

    def __init__(self) -> None:
        self.rows = {one.id: one for one in (listed(code, name, CHINA_CODES) for code, name in NAMES)}

    def ask(self, codes: Sequence[str]) -> dict[str, list[Listed]]:
        return {code: found for code, found in by_code(self.rows.values()).items() if code in codes}

    def make(self, kind: str, code: str, *to: tuple[str, str], on: date = DAY, name: str = "") -> int:
        follows = tuple(To(code=one, name=named) for one, named in to)
        change = Change.model_validate({"on": on, "kind": kind, "code": code, "name": name, "to": follows})
        known = by_code(self.rows.values())
        alive = [one for one in self.rows.values() if one.until is None and one.code != code]
        under = [one for one in alive if one.code.startswith(code)]
        below = under if kind == "recoded" else [one for one in under if one.parent == code]
        assert codes_of(change, below, CHINA_CODES) >= {code}
        steps = decide(change, known, below, CHINA_CODES)
        self.rows |= {one.id: one for step in steps for one in (step.before, *step.after) if one is not None}
        return len(steps)

    def name(self, code: str, at: date) -> tuple[str, bool, list[str]]:
        found = resolve(code, at, self.ask, CHINA_CODES, today=date(2030, 1, 1))
        return found.division.name, found.in_force, [one.code for one in found.successors]


def test_every_kind_of_change_keeps_what_was() -> None:
    """The day before it is as it was, from the day on as it is; made twice it changes nothing."""
    book = Book()
    assert book.make("renamed", "340881001", name="文昌街道") == 1
    assert (
        book.make("split", "340881001001", ("340881001001", ""), ("340881001003", "北门社区"), on=date(2025, 1, 1)) == 1
    )
    assert book.make("merged", "340881001002", ("340881001003", ""), on=date(2025, 2, 1)) == 1
    assert book.make("recoded", "340881", ("340882", "桐城区"), on=date(2026, 1, 1)) == 4
    assert book.make("abolished", "441900003") == 1 and book.make("abolished", "441900003") == 0
    assert book.make("new", "341799", name="新区", on=date(2026, 3, 1)) == 1
    before = date(2024, 5, 31)
    assert book.name("340881001", before) == ("龙腾街道", True, ["340882001"])
    assert book.name("340881001", DAY) == ("文昌街道", True, ["340882001"])
    assert book.name("340881001002", before) == ("桃元居委会", True, ["340882001003"])
    assert book.name("340881001001", date(2026, 1, 1)) == ("南门社区居委会", False, ["340882001001"])
    assert book.name("441900003", DAY) == ("东城街道", False, [])
    gazetteer = Gazetteer([], book.rows.values())
    assert [one.full_name for one in gazetteer.search("北门", date(2026, 1, 1))] == [
        "安徽省安庆市桐城区文昌街道北门社区"
    ]
    assert not gazetteer.search("北门", before)


@pytest.mark.parametrize(
    ("kind", "code", "to", "name", "says"),
    [
        ("abolished", "340881", [], "", "DIVISION_HAS_CHILDREN"),
        ("merged", "340881001001", [], "", "DIVISION_BAD_CHANGE"),
        ("merged", "340881001001", [("340881001009", "")], "", "DIVISION_BAD_CHANGE"),
        ("merged", "340881001001", [("340881001001", "")], "", "DIVISION_BAD_CHANGE"),
        ("renamed", "340881001001", [], "南门社区居委会", "DIVISION_BAD_CHANGE"),
        ("renamed", "340881001009", [], "某村", "DIVISION_NOT_IN_FORCE"),
        ("recoded", "340881001001", [("340881001002", "")], "", "DIVISION_TAKEN"),
        ("new", "340881001001", [], "南门", "DIVISION_TAKEN"),
        ("abolished", "3", [], "", "GRID_BAD_CODE"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    kind: str, code: str, to: list[tuple[str, str]], name: str, says: str
) -> None:
    """With its reason, and nothing is changed."""
    book = Book()
    before = dict(book.rows)
    with pytest.raises(Refusal) as no:
        book.make(kind, code, *to, name=name)
    assert no.value.code == says and no.value.text("zh_CN") != says and book.rows == before


def test_a_change_before_the_last_one_is_refused() -> None:
    """History is written forwards."""
    book = Book()
    book.make("renamed", "340881001", name="文昌街道")
    with pytest.raises(Refusal) as no:
        book.make("renamed", "340881001", name="龙眠街道", on=FIRST)
    assert no.value.code == "DIVISION_BAD_DATE"


def test_the_whole_list_answers_in_memory() -> None:
    """Up, down and by part of a name; a city without counties has its towns; noughts at the end do not matter."""
    gazetteer = Gazetteer(NAMES)
    found = gazetteer.resolve("340881001000", DAY)
    assert [one.name for one in (found.division, *found.chain)] == ["龙腾街道", "桐城市", "安庆市", "安徽省"]
    assert [one.name for one in gazetteer.children("441900", DAY)] == ["东城街道"]
    assert [(one.code, one.fit) for one in gazetteer.search("桃元社区", DAY)] == [("340881001002", "core")]
    assert gazetteer.search("城", DAY, limit=1)[0].fit == "part"
    assert [one.code for one in gazetteer.search("东", DAY, within="44")] == ["4419", "441900003"]
    with pytest.raises(Refusal) as no:
        gazetteer.resolve("340881009", DAY)
    assert (no.value.code, no.value.params["known_name"]) == ("GRID_UNKNOWN_CODE", "桐城市")


@given(st.sampled_from(NAMES), st.integers(0, 6), st.integers(1, 6))
def test_any_part_of_a_name_finds_it(one: tuple[str, str], start: int, length: int) -> None:
    """Whatever is cut out of a name before its official ending finds the division."""
    code, name = one
    if (part := name[start : start + length]) and start < 2:
        assert code in [found.code for found in Gazetteer(NAMES).search(part, DAY, limit=50)]


def test_files_say_which_rows_are_wrong() -> None:
    """Rows of a list and of changes, gzip or GB 18030; a file that is neither is refused."""
    head, rows = table(gzip.compress("代码,名称\n340881,桐城市\n34088,x\n".encode("gb18030")), "a.csv.gz")
    good, bad = list(read_list(head, rows, "a.csv.gz", CHINA_CODES))
    assert (good, str(getattr(bad, "code", ""))) == ((2, "340881", "桐城市"), "GRID_BAD_CODE")
    text = "date,change,code,to_name\n2024-13-01,new,340883,x\n2024-01-01,grown,340883,x\n2024-01-01,新设,340883,甲县\n"
    head, rows = table(text.encode(), "c.csv")
    changes, refused = read_changes(head, rows, "c.csv", CHINA_CODES)
    assert is_changes(head) and [(row, one.kind, one.name) for row, one in changes] == [(4, "new", "甲县")]
    assert [(no.row, no.code) for no in refused] == [(2, "DIVISION_BAD_DATE"), (3, "DIVISION_BAD_CHANGE")]
    for raw in (b"a,b\n", b"\x1f\x8bxx", b""):
        with pytest.raises(Refusal) as no:
            head, rows = table(raw, "f")
            list(read_list(head, rows, "f", CHINA_CODES))
        assert no.value.code == "DIVISION_BAD_FILE"
