"""Mappings: chosen by a file's columns, refused with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.errors import Refusal
from govcore.files import (
    Mapping,
    check_columns,
    choose_mapping,
    load_mapping,
    mapping_for,
    open_table,
    shipped_mappings,
)

Writer = Callable[..., Path]
TAIDI = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
SMALL = """\
name: small
source: desk
pack: tongcheng
zone: Asia/Shanghai
recognise: [编号, 内容]
fields:
  external_id: {column: 编号}
  reported_at: {column: 时间, formats: "%Y-%m-%d"}
  text: {columns: 内容}
"""


def named(name: str) -> Mapping:
    return next(mapping for mapping in shipped_mappings() if mapping.name == name)


def test_shipped_mappings_are_chosen_by_columns() -> None:
    """The messages, with replies or without, and the labelled ones are taidi's; further columns do not matter."""
    known = shipped_mappings()
    assert {mapping.name for mapping in known} >= {"taidi", "boston"}
    for more in ((), ("答复意见", "答复时间"), ("一级分类",), ("反对数", "点赞数")):
        assert choose_mapping((*TAIDI, *more), known).name == "taidi"


def test_no_mapping_or_several_are_said(tmp_path: Path) -> None:
    """A file nobody knows, and one that two mappings know equally well."""
    with pytest.raises(Refusal) as none:
        choose_mapping(("a", "b"), shipped_mappings())
    assert none.value.code == "MAPPING_NONE_FITS" and "a, b" in none.value.text("en")
    taidi = named("taidi")
    with pytest.raises(Refusal) as several:
        choose_mapping(TAIDI, [taidi, taidi.model_copy(update={"name": "other"})])
    assert several.value.code == "MAPPING_SEVERAL_FIT"


def test_mapping_that_recognises_more_wins() -> None:
    """A mapping made for the files with replies is chosen for those, not for the others."""
    wider = named("taidi").model_copy(update={"name": "wider", "recognise": (*TAIDI, "答复时间")})
    known = [named("taidi"), wider]
    assert choose_mapping((*TAIDI, "答复时间"), known).name == "wider"
    assert choose_mapping(TAIDI, known).name == "taidi"


def test_missing_column_is_named_with_those_there_are() -> None:
    """One that the mapping reads is missing; optional ones may be."""
    with pytest.raises(Refusal) as no:
        check_columns(named("taidi"), TAIDI[:-1])
    assert (no.value.code, no.value.field) == ("FILE_MISSING_COLUMN", "留言详情")
    assert "留言编号, 留言用户" in no.value.text("zh_CN") and "taidi" in no.value.text("en")
    check_columns(named("taidi"), TAIDI)


def test_column_that_is_there_twice_is_refused_only_if_it_is_read() -> None:
    """Two columns 留言详情 leave open which is meant; two 备注 nobody asks for."""
    check_columns(named("taidi"), (*TAIDI, "备注", "备注#2"))
    with pytest.raises(Refusal) as no:
        check_columns(named("taidi"), (*TAIDI, "留言详情#2"))
    assert (no.value.code, no.value.field) == ("FILE_DUPLICATE_COLUMN", "留言详情")


def test_mapping_is_found_by_name_file_or_columns(tmp_path: Path, text_file: Writer) -> None:
    """By a file of one's own, by the name of a known one, among a pack's, and by columns; an unknown name is said."""
    own = tmp_path / "small.yaml"
    own.write_text(SMALL, encoding="utf-8")
    table = open_table(text_file("编号,时间,内容\n1,2024-05-01,路灯\n"))
    assert mapping_for(table, own).name == "small"
    assert mapping_for(table, more=[own]).name == "small"
    assert mapping_for(table, "small", more=[own]).name == "small"
    for wanted, code in (("large", "MAPPING_UNKNOWN"), ("taidi", "FILE_MISSING_COLUMN"), (None, "MAPPING_NONE_FITS")):
        with pytest.raises(Refusal) as no:
            mapping_for(table, wanted)
        assert no.value.code == code


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("zone: Asia/Shanghai", "zone: Asia/Atlantis", 4, "zone"),
        ('"%Y-%m-%d"', '"%Y-%Q"', 8, "fields.reported_at.formats"),
        ("external_id:", "externalid:", 7, "fields.externalid"),
        ("{columns: 内容}", "{columns: []}", 9, "fields.text.columns"),
        ("recognise: [编号, 内容]", "recognise: [编号, 内容", 6, None),
        ("source: desk", "source: desk\nsource: other", 3, "source"),
        ("name: small", "name: Small one", 1, "name"),
    ],
)
def test_broken_mapping_is_named_by_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str | None
) -> None:
    """What is wrong with it, and where."""
    own = tmp_path / "small.yaml"
    own.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(Refusal) as no:
        load_mapping(own)
    assert no.value.file == str(own)
    assert no.value.line == line
    assert key is None or (no.value.field or "").startswith(key)


def test_mapping_needs_something_to_say(tmp_path: Path) -> None:
    """Neither title nor text: no report could come of it."""
    own = tmp_path / "small.yaml"
    own.write_text(SMALL.replace("  text: {columns: 内容}\n", ""), encoding="utf-8")
    with pytest.raises(Refusal) as no:
        load_mapping(own)
    assert no.value.field == "fields"
