"""Reason codes: one catalogue, two languages, nothing missing and nothing left over."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import house
import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh_CN", "en")
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")

BEGUN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?=\{)")
"""The beginning of a code that an f-string puts together: ``CALENDAR_DAY_{kind}``."""

NOT_CODES: dict[str, str] = {}
"""Words that look like a code of a known area and are none, each with what it is."""


def catalogues(root: Path = house.ROOT) -> dict[str, dict[str, str]]:
    """Language → code or word → text, all domains together."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for language in LANGUAGES:
        for file in sorted(_folder(root, language).glob("*.po")):
            with file.open("rb") as handle:
                for message in read_po(handle):
                    if message.id:
                        found[language][str(message.id)] = str(message.string)
    return found


def _folder(root: Path, language: str) -> Path:
    return house.package("govcore", root) / "locale" / language / "LC_MESSAGES"


def uneven(root: Path = house.ROOT) -> list[str]:
    """Codes that one language has and the other has not, empty texts, and texts that fill different places."""
    chinese, english = (catalogues(root)[language] for language in LANGUAGES)
    found = [f"{code} is missing in en" for code in sorted(chinese.keys() - english.keys())]
    found += [f"{code} is missing in zh_CN" for code in sorted(english.keys() - chinese.keys())]
    for code in sorted(chinese.keys() & english.keys()):
        if not chinese[code] or not english[code]:
            found.append(f"{code} has an empty text")
        elif _places(chinese[code]) != _places(english[code]):
            found.append(f"{code} fills {_places(chinese[code])} in zh_CN and {_places(english[code])} in en")
    return found


def _places(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {f"(not a format: {text})"}


def unknown(root: Path = house.ROOT) -> list[str]:
    """Codes that code uses and no catalogue has."""
    known = set().union(*(set(texts) for texts in catalogues(root).values()))
    areas = {code.split("_")[0] for code in known if CODE.fullmatch(code)}
    found = set()
    for name in house.packages():
        for file in house.sources(name, root):
            for line, code in _used(file, areas):
                if code not in known and code not in NOT_CODES:
                    found.add(f"{house.at(file, line, root)} {code}")
    return sorted(found)


def _used(file: Path, areas: set[str]) -> list[tuple[int, str]]:
    """What is given to a Refusal, and every other word that looks like a code of a known area."""
    found = [(line, text) for line, text in house.strings(file) if CODE.fullmatch(text) and text.split("_")[0] in areas]
    for node in ast.walk(house.tree(file)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Refusal" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.append((node.lineno, first.value))
    return found


def unused(root: Path = house.ROOT) -> list[str]:
    """Codes with a text that nothing in code, packs or mappings says any more, whole or put together."""
    codes = {code for texts in catalogues(root).values() for code in texts if CODE.fullmatch(code)}
    said = _said_anywhere(root)
    begun = tuple(word for word in said if word.endswith("_"))
    return sorted(code for code in codes - said if not (begun and code.startswith(begun)))


def _said_anywhere(root: Path) -> set[str]:
    found: set[str] = set()
    for name in house.packages():
        for file in house.package(name, root).rglob("*"):
            if file.suffix in {".py", ".yaml", ".csv", ".html"} and (text := house.text_of(file)):
                found |= {hit.group() for hit in CODE.finditer(text)}
                found |= set(BEGUN.findall(text))
    return found


def stale(root: Path = house.ROOT) -> list[str]:
    """Catalogues whose compiled file is missing or says something else than its source."""
    found = []
    for language in LANGUAGES:
        for source in sorted(_folder(root, language).glob("*.po")):
            compiled = source.with_suffix(".mo")
            with source.open("rb") as handle:
                wanted = {str(one.id): str(one.string) for one in read_po(handle) if one.id and one.string}
            if not compiled.exists() or _compiled(compiled) != wanted:
                found.append(f"{compiled.relative_to(root)}: pybabel compile -D {source.stem} -d … -l {language}")
    return found


def _compiled(file: Path) -> dict[str, str]:
    with file.open("rb") as handle:
        return {str(one.id): str(one.string) for one in read_mo(handle) if one.id}


def in_two_domains(root: Path = house.ROOT) -> list[str]:
    """Codes that two domains of one language explain: only one of the texts would ever be seen."""
    found = []
    for language in LANGUAGES:
        seen: dict[str, str] = {}
        for source in sorted(_folder(root, language).glob("*.po")):
            with source.open("rb") as handle:
                for message in read_po(handle):
                    if message.id and (other := seen.setdefault(str(message.id), source.stem)) != source.stem:
                        found.append(f"{language}: {message.id} stands in {other} and {source.stem}")
    return found


def test_both_languages_say_the_same() -> None:
    """Every code has a text in Chinese and in English, with the same places to fill."""
    house.none_of(uneven())


def test_every_code_used_has_a_text() -> None:
    """A code that a rule can answer with stands in the catalogues."""
    house.none_of(unknown())


def test_no_text_is_left_over() -> None:
    """Every code with a text is said by something."""
    house.none_of(unused())


def test_every_code_has_one_home() -> None:
    """No code is explained in two domains."""
    house.none_of(in_two_domains())


def test_compiled_catalogues_are_fresh() -> None:
    """Each .mo says exactly what its .po says."""
    house.none_of(stale())


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A small house with one of each fault."""
    root = tmp_path
    texts = {
        "zh_CN": {"GRID_A": "甲 {value}", "GRID_B": "乙", "GRID_D": "", "GRID_E_X": "e"},
        "en": {"GRID_A": "a", "GRID_C": "c", "GRID_D": "d", "GRID_E_X": "e"},
    }
    for language, said in texts.items():
        folder = _folder(root, language)
        folder.mkdir(parents=True)
        body = "".join(f'msgid "{code}"\nmsgstr "{text}"\n\n' for code, text in said.items())
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        (folder / "grid.po").write_text(head + body, encoding="utf-8")
        (folder / "other.po").write_text(head + 'msgid "GRID_A"\nmsgstr "again"\n\n', encoding="utf-8")
    code = '__all__ = ["GRID_Y"]; raise Refusal("NEW_AREA_X", field="f")\nREASONS = {1: "GRID_A", 2: "GRID_Z"}\n'
    code += 'ENV = "GOVMESH_HOME"\n'
    code += 'x = f"GRID_E_{x}"\n'
    (house.package("govcore", root) / "rules.py").write_text(code)
    return root


def test_uneven_catalogues_are_seen(bad: Path) -> None:
    """A text missing in one language, an empty one, and one with other places to fill are each found."""
    (bad / "libs/govcore/src/govcore/locale/en/LC_MESSAGES/other.po").unlink()
    (bad / "libs/govcore/src/govcore/locale/zh_CN/LC_MESSAGES/other.po").unlink()
    assert [line.split()[0] for line in uneven(bad)] == ["GRID_B", "GRID_C", "GRID_A", "GRID_D"]


def test_codes_without_text_are_seen(bad: Path) -> None:
    """A code given to a Refusal and one in a table are found with their lines; other capitals are left alone."""
    assert [line.rpartition("/")[2] for line in unknown(bad)] == ["rules.py:1 NEW_AREA_X", "rules.py:2 GRID_Z"]


def test_left_over_texts_are_seen(bad: Path) -> None:
    """Texts that nothing says are found."""
    assert unused(bad) == ["GRID_B", "GRID_C", "GRID_D"]


def test_stale_and_double_catalogues_are_seen(bad: Path) -> None:
    """Missing compiled files and a code in two domains are found."""
    assert len(stale(bad)) == 4
    assert in_two_domains(bad) == [f"{language}: GRID_A stands in grid and other" for language in LANGUAGES]
