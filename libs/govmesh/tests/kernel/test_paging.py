"""Pages over several ordered lists: every row once, in order, whatever happens between two pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import given, settings

from govcore.errors import Refusal
from govmesh.paging import Page, Read, after, mark, merged
from govmesh.tables import Moment

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Lists = dict[str, list[int]]
LISTS = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 30), unique=True).map(sorted))


def _read(rows: list[int]) -> Read[int]:
    def read(last: str | None, most: int) -> list[tuple[str, int]]:
        return [(str(row), row) for row in rows if last is None or row > int(last)][:most]

    return read


def _page(lists: Lists, limit: int, cursor: str | None = None) -> Page[int]:
    return merged({name: _read(rows) for name, rows in lists.items()}, lambda row: row, limit, cursor)


@pytest.mark.parametrize(
    "cursor",
    ["nonsense", "e30é", "W10", "eyJhIjoxfQ", "x" * 9000, "bnVsbA"],
    ids=["no base64", "no ASCII", "a list", "a number for a mark", "too long", "null"],
)
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    """With the parameter's name, and nothing of what it said."""
    with pytest.raises(Refusal) as refused:
        _page({"a": [1]}, 1, cursor)
    assert (refused.value.code, refused.value.field, refused.value.value) == ("HTTP_BAD_REQUEST", "cursor", None)


@pytest.mark.parametrize("wrong", ["", "yesterday|7", "2026-03-02T01:00:00+00:00", "2026-03-02T01:00:00+00:00|x"])
def test_a_mark_that_is_none_is_refused(wrong: str) -> None:
    """A cursor that can be opened and holds no moment, or no key of the list."""
    columns = sa.Table("t", sa.MetaData(), sa.Column("at", Moment), sa.Column("seq", sa.Integer)).c
    with pytest.raises(Refusal) as refused:
        after(columns.at, columns.seq, wrong)
    assert refused.value.code == "HTTP_BAD_REQUEST"


@settings(deadline=None)
@given(lists=LISTS, limit=st.integers(1, 7))
def test_all_pages_together_are_the_lists_in_order(lists: Lists, limit: int) -> None:
    """Each row of each list once, the smallest first; the last page says that nothing follows."""
    found: list[int] = []
    cursor, again = None, True
    while again:
        page = _page(lists, limit, cursor)
        found, cursor, again = found + page.rows, page.next, page.next is not None
        assert len(page.rows) == limit or not again
    assert found == sorted(row for rows in lists.values() for row in rows)


@settings(deadline=None)
@given(lists=LISTS, limit=st.integers(1, 7), at=st.integers(0, 6))
def test_any_row_of_a_page_can_be_gone_on_from(lists: Lists, limit: int, at: int) -> None:
    """Whoever merges several of these pages stops in the middle of one, and goes on behind that row."""
    page = _page(lists, limit)
    if at < len(page.rows):
        rest = _page(lists, 200, page.cursors[at]).rows
        assert page.rows[: at + 1] + rest == _page(lists, 200).rows


def test_a_list_that_was_not_there_does_not_lose_the_others() -> None:
    """A service is away for one page: its place is kept, and the others go on."""
    both = {"a": [1, 4], "b": [2, 3, 5]}
    first = _page(both, 2)
    second = _page({"b": both["b"]}, 1, first.next)
    assert (second.rows, _page(both, 9, second.next).rows) == ([3], [4, 5])


@pytest.mark.parametrize("key", [7, "H-1"])
def test_rows_of_one_moment_are_told_apart_by_their_key(key: int | str) -> None:
    """The list goes on behind the moment and key of a mark, to the microsecond."""
    moments = [START, START + timedelta(microseconds=1)]
    table = sa.Table("t", sa.MetaData(), sa.Column("at", Moment), sa.Column("id", sa.Integer if key == 7 else sa.Text))
    engine = sa.create_engine("sqlite://")
    keys = [7, 8, 9] if key == 7 else ["H-1", "H-2", "H-3"]
    with engine.begin() as conn:
        table.create(conn)
        conn.execute(table.insert(), [{"at": at, "id": one} for at in moments for one in keys])
        wanted = sa.select(table.c.at, table.c.id).where(after(table.c.at, table.c.id, mark(START, keys[1])))
        found = [tuple(row) for row in conn.execute(wanted.order_by(table.c.at, table.c.id))]
    assert found == [(START, keys[2]), *((moments[1], one) for one in keys)]
