"""Files that are not what they should be: each gets a clear answer."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.files import Limits, open_table, read_rows

Writer = Callable[..., Path]
GOOD = "编号,内容\n1,路灯不亮，请尽快修理\n2,井盖丢失\n"


def refused(path: Path, **how: object) -> Refusal:
    with pytest.raises(Refusal) as no:
        list(read_rows(path, **how))  # type: ignore[arg-type]
    assert no.value.text("en") != no.value.code and no.value.text("zh_CN") != no.value.code
    return no.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encoding_is_recognised(text_file: Writer, encoding: str) -> None:
    """UTF-8, GB18030 and UTF-16, with a mark or without, give the same rows."""
    read = [row.values for row in read_rows(text_file(GOOD * 3, encoding=encoding))]
    assert read[:2] == [{"编号": "1", "内容": "路灯不亮，请尽快修理"}, {"编号": "2", "内容": "井盖丢失"}]


@pytest.mark.slow
def test_gb18030_is_recognised_past_a_long_ascii_start(text_file: Writer) -> None:
    """One Chinese word after half a megabyte of ASCII is enough."""
    text = "a,b\n" + "1,plain\n" * 60_000 + "2,桐城\n"
    table = open_table(text_file(text, encoding="gb18030"))
    assert table.encoding == "gb18030" and list(table.rows())[-1].values["b"] == "桐城"


def test_broken_byte_in_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    """It is not taken for GB18030, which would read mojibake without a word."""
    raw = ("编号,内容\n" + "1,路灯不亮\n" * 5000).encode()
    path = tmp_path / "a.csv"
    path.write_bytes(raw + b"2,\xe8\xb7 broken\n" + "3,好\n".encode())
    no = refused(path)
    assert (no.code, no.line, no.params["encoding"]) == ("FILE_BAD_ENCODING", 5002, "utf-8")


def test_broken_byte_in_gb18030_is_named_by_its_line(tmp_path: Path) -> None:
    """The line is the one where GB18030 fails, not where UTF-8 would have."""
    path = tmp_path / "a.csv"
    path.write_bytes(GOOD.encode("gb18030") + b"3,\xff\xff\n")
    no = refused(path)
    assert (no.code, no.line, no.params["encoding"]) == ("FILE_BAD_ENCODING", 4, "gb18030")


def test_latin_text_is_not_read_as_chinese(text_file: Writer) -> None:
    """An accented name in Latin-1 happens to be valid GB18030; it is refused rather than turned into hanzi."""
    no = refused(text_file("id,name\n1,Andr\xe9s Ca\xf1izares\n", encoding="latin-1"))
    assert (no.code, no.line) == ("FILE_BAD_ENCODING", 2)


def test_named_encoding_is_used_and_checked(text_file: Writer) -> None:
    """What a mapping says about the encoding is believed where the bytes allow it."""
    path = text_file("id,name\n1,Andr\xe9s\n", encoding="latin-1")
    assert next(read_rows(path, encoding="latin-1")).values["name"] == "Andrés"
    assert refused(path, encoding="utf-8").line == 2
    assert refused(path, encoding="no-such").code == "FILE_UNKNOWN_ENCODING"


def test_broken_workbooks_are_refused_before_the_first_row(tmp_path: Path, sheet: Writer) -> None:
    """Cut off, with a flipped byte, not a workbook at all, or no archive: FILE_BROKEN."""
    good = sheet(*[["号", "内容"], *([n, f"内容{n}"] for n in range(3000))]).read_bytes()
    at = good.index(b"xl/worksheets/sheet1.xml") + 200
    bad = tmp_path / "bad.xlsx"
    for raw in (
        good[: len(good) // 2],
        good[:at] + b"\x00\xff\x00" + good[at + 3 :],
        b"PK\x03\x04",
        b"nothing like it",
    ):
        bad.write_bytes(raw)
        assert refused(bad).code == "FILE_BROKEN"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("hello.xml", "<a/>")
    assert refused(bad).code == "FILE_BROKEN"


def test_workbook_with_a_document_type_is_refused(tmp_path: Path, sheet: Writer) -> None:
    """No workbook has entities; a file that brings them wants to be unfolded without end."""
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(sheet(["a"], ["b"])) as good, zipfile.ZipFile(bad, "w") as archive:
        for part in good.infolist():
            body = good.read(part)
            if part.filename.endswith("sheet1.xml"):
                body = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + body
            archive.writestr(part.filename, body)
    assert (refused(bad).code, refused(bad).params["why"]) == ("FILE_BROKEN", "DOCTYPE")


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.csv", b"", "FILE_EMPTY"),
        ("a.csv", b"\n\n ,\n", "FILE_EMPTY"),
        ("a.json", b"[]", "FILE_EMPTY"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "FILE_EMPTY"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n" * 500, mtime=0)[:-9], "FILE_BROKEN"),
        ("a.pdf", b"%PDF-1.4", "FILE_UNKNOWN_KIND"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "FILE_UNKNOWN_KIND"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "FILE_UNKNOWN_KIND"),
        ("a.json", b'[{"a": 1}, {"a": 2', "FILE_BROKEN"),
        ("a.json", b'[{"a": 1} {"a": 2}]', "FILE_BROKEN"),
        ("a.json", b'[{"a": 1}] tail', "FILE_BROKEN"),
        ("a.json", b'"just a text"', "FILE_BROKEN"),
        ("a.json", b'[{"a": ' + b"[" * 100_000, "FILE_BROKEN"),
        ("a.json", b'[{"a": ' + b"1" * 5000 + b"}]", "FILE_BROKEN"),
        ("a.csv", b'a,b\n1,"never closed\n2,x\n', "FILE_QUOTE_NOT_CLOSED"),
    ],
)
def test_useless_files_are_refused(tmp_path: Path, name: str, raw: bytes, code: str) -> None:
    """Empty, cut off, of another kind, or not the text they claim to be."""
    (tmp_path / name).write_bytes(raw)
    assert refused(tmp_path / name).code == code


def test_broken_json_is_named_by_its_line(text_file: Writer) -> None:
    """The line where it stops being json, after good rows have been read."""
    rows = read_rows(text_file('[\n{"a": 1},\n{"a": 2},\n{"a" 3}\n]', "a.json"))
    with pytest.raises(Refusal) as no:
        list(rows)
    assert no.value.line == 4


def test_json_items_that_are_no_objects_are_refused_one_by_one(text_file: Writer) -> None:
    """The row is refused, its neighbours are read."""
    rows = list(read_rows(text_file('[{"a": 1}, 7, "x", {"a": 2}]', "a.json")))
    assert [row.refusal.code if row.refusal else row.values["a"] for row in rows] == [
        1,
        "ROW_NOT_AN_OBJECT",
        "ROW_NOT_AN_OBJECT",
        2,
    ]


def test_nul_and_half_surrogates_refuse_their_row_only(text_file: Writer) -> None:
    """What no database stores is refused with its column, and not carried on."""
    rows = list(read_rows(text_file("a,b\n1,x\x00y\n2,好\n")))
    assert rows[0].refusal and (rows[0].refusal.code, rows[0].refusal.field) == ("ROW_BAD_CHARACTER", "b")
    assert rows[0].values["b"] is None and rows[1].refusal is None
    half = list(read_rows(text_file('[{"a": "\\ud800"}, {"a": "\\u0000"}]', "a.json")))
    assert [row.refusal.code for row in half if row.refusal] == ["ROW_BAD_CHARACTER"] * 2


def test_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, sheet: Writer) -> None:
    """A row, the shared texts, or a part larger than the limits: FILE_TOO_LARGE, before any of it is parsed."""
    path = sheet(["a"], ["x" * 30_000], ["y" * 30_000])
    assert refused(path, limits=Limits(unpacked_row_bytes=10_000)).code == "FILE_TOO_LARGE"
    assert refused(path, limits=Limits(unpacked_bytes=10_000)).code == "FILE_TOO_LARGE"
