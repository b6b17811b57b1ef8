"""The pages: both languages say the same, links lead somewhere, and the commands shown exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import house
import pytest

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```")
HEADING = re.compile(r"^(#+) +(.*)")
SERVICE_WORDS = ("owns", "hears", "says", "never")


def pages(root: Path = house.ROOT) -> list[Path]:
    """Every Markdown page that is kept."""
    return [file for file in house.kept_files(root) if file.suffix == ".md"]


def prose(page: Path) -> list[tuple[int, str]]:
    """The lines outside code blocks, with their numbers."""
    inside, found = False, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            found.append((number, line))
    return found


def code(page: Path) -> list[tuple[int, str]]:
    """The lines inside code blocks, and code spans, with their numbers."""
    outside = {number for number, _ in prose(page)}
    found = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if number in outside:
            found += [(number, span) for span in re.findall(r"`([^`]+)`", line)]
        elif not FENCE.match(line):
            found.append((number, line))
    return found


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual viewers make them."""
    found = set()
    for _, line in prose(page):
        if heading := HEADING.match(line):
            kept = re.sub(r"[^\w\- ]", "", heading.group(2).lower())
            found.add(kept.strip().replace(" ", "-"))
    return found


def broken_links(root: Path = house.ROOT) -> list[str]:
    """Links to files or headings that are not there; addresses outside are not asked."""
    found = []
    for page in pages(root):
        for number, line in prose(page):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                to = (page.parent / name).resolve() if name else page
                if not to.exists():
                    found.append(f"{house.at(page, number, root)} {target}: no such file")
                elif anchor and to.suffix == ".md" and anchor not in anchors(to):
                    found.append(f"{house.at(page, number, root)} {target}: no such heading")
    return found


def outline(page: Path) -> list[str]:
    """What two languages of one page share: levels of headings, rows of tables, commands, figures and links."""
    found = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if heading := HEADING.match(line):
            found.append(heading.group(1))
        elif line.startswith("|"):
            cells = line.strip("| ").split("|")
            found.append(f"row of {len(cells)}: {' '.join(re.findall(r'`[^`]+`', line))}")
            if re.search(r"\d|—", cells[-1]) and len(cells) > 2:
                found.append(f"figure {re.findall(r'[0-9][0-9,.]*', cells[-1])}")
        elif (number, line) in code(page):
            found.append(line.split("#")[0].strip())
    return found


def links(page: Path) -> list[str]:
    return [target for _, line in prose(page) for target in LINK.findall(line) if not target.startswith("README")]


def unknown_commands(root: Path, dev: set[str], govmesh: set[str]) -> list[str]:
    """``./dev X`` and ``govmesh X`` in any page, where there is no such X."""
    found = []
    for page in pages(root):
        for number, line in code(page):
            for word in re.findall(r"(?:^|\s)\./dev +([a-z]+)", line):
                if word not in dev:
                    found.append(f"{house.at(page, number, root)} ./dev {word}")
            for word in re.findall(r"(?:\./dev run|(?:^|[\s/])govmesh) +([a-z]+)\b", line):
                if word not in govmesh:
                    found.append(f"{house.at(page, number, root)} govmesh {word}")
    return found


def dev_commands() -> set[str]:
    said = subprocess.run([house.ROOT / "dev"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^  ([a-z]+)\b", said, re.M))


def govmesh_commands() -> set[str]:
    """The words the command line takes first, as it says itself."""
    asked = "import typer.main\nfrom govmesh.cli import app\nprint(*typer.main.get_command(app).commands)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def adr_faults(folder: Path) -> list[str]:
    """Decisions missing from the index, without status, or numbered with a gap."""
    index = (folder / "README.md").read_text(encoding="utf-8")
    files = sorted(at for at in folder.glob("*.md") if at.name != "README.md")
    found = [f"{at.name} is not in the index" for at in files if f"]({at.name})" not in index]
    found += [f"{at.name} has no status" for at in files if "\nStatus: " not in at.read_text(encoding="utf-8")]
    if [at.name[:4] for at in files] != [f"{number:04d}" for number in range(1, len(files) + 1)]:
        found.append("the numbers have a gap or a double")
    return found


def glossary_faults(page: Path) -> list[str]:
    """Words explained twice, without Chinese, or not at all."""
    found, words = [], set()
    for number, line in prose(page):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 4 or set(line) <= set("|- ") or cells[0] == "word":
            continue
        for word in cells[0].split(", "):
            if word in words:
                found.append(f"{page.name}:{number} {word} is explained twice")
            words.add(word)
        if not re.search(r"[\u4e00-\u9fff]", cells[1]):
            found.append(f"{page.name}:{number} {cells[0]} has no Chinese")
        if not cells[2]:
            found.append(f"{page.name}:{number} {cells[0]} is not explained")
    return found


def test_both_readmes_say_the_same() -> None:
    """The English and the Chinese README have the same headings, tables, commands, figures and links."""
    english, chinese = house.ROOT / "README.md", house.ROOT / "README.zh-CN.md"
    assert outline(english) == outline(chinese)
    assert links(english) == links(chinese)


def test_every_link_leads_somewhere() -> None:
    """Each relative link of each page names a file, and a heading, that exists."""
    house.none_of(broken_links())


@pytest.mark.slow
def test_every_command_shown_exists() -> None:
    """Whatever ./dev or govmesh command a page shows, the script or the command line knows."""
    house.none_of(unknown_commands(house.ROOT, dev_commands(), govmesh_commands()))


def test_every_decision_is_in_the_index() -> None:
    """Decisions are numbered without a gap, listed, and have a status."""
    house.none_of(adr_faults(house.ROOT / "docs" / "adr"))


def test_every_word_has_one_meaning() -> None:
    """The glossary explains each word once, in both languages."""
    house.none_of(glossary_faults(house.ROOT / "docs" / "glossary.md"))


@pytest.mark.parametrize("service", house.SERVICES)
def test_every_service_says_what_it_is(service: str) -> None:
    """A service's README has a row or a heading each for what it owns, hears, says and never does."""
    text = (house.ROOT / "services" / service / "README.md").read_text(encoding="utf-8").lower()
    for word in SERVICE_WORDS:
        assert re.search(rf"^(#+ |\| *|\*\*){word}\b", text, re.M), word


def test_broken_links_are_seen(tmp_path: Path) -> None:
    """A link to nowhere and one to a missing heading are found; good ones, code and addresses are not."""
    (tmp_path / "a.md").write_text(
        "# One thing, *well*\n[x](b.md) [y](#one-thing-well) [z](#other) [w](https://example.org)\n"
        "```\n[c](nowhere.md)\n```\n`[d](nowhere.md)`\n"
    )
    assert broken_links(tmp_path) == ["a.md:2 b.md: no such file", "a.md:2 #other: no such heading"]


def test_a_difference_between_languages_is_seen(tmp_path: Path) -> None:
    """A missing heading, another command and another figure each make two pages differ."""
    page = "# A\n\n```sh\n./dev demo   # words\n```\n\n| a | b | c |\n|---|---|---|\n| x | `cmd` | 12 |\n"
    (tmp_path / "one.md").write_text(page)
    other = tmp_path / "two.md"
    other.write_text(page.replace("words", "字").replace("# A", "# 甲").replace("| x", "| 某"))
    assert outline(tmp_path / "one.md") == outline(other)
    for old, new in (("# A", "A"), ("demo", "test"), ("12", "13"), ("`cmd`", "`other`")):
        other.write_text(page.replace(old, new))
        assert outline(tmp_path / "one.md") != outline(other), old


def test_an_unknown_command_is_seen(tmp_path: Path) -> None:
    """A command in a block or a span that nothing knows is found; prose is left alone."""
    (tmp_path / "a.md").write_text(
        "We run ./dev things. Use `./dev demo` or `./dev dome`, `govmesh up`.\n```sh\n./dev run tarce X\n```\n"
    )
    assert unknown_commands(tmp_path, {"demo", "run"}, {"up", "trace"}) == ["a.md:1 ./dev dome", "a.md:3 govmesh tarce"]


def test_a_forgotten_decision_is_seen(tmp_path: Path) -> None:
    """A decision outside the index, without status or with a gap before it is found."""
    (tmp_path / "README.md").write_text("[0001](0001-a.md)")
    (tmp_path / "0001-a.md").write_text("# A\n\nStatus: accepted\n")
    assert adr_faults(tmp_path) == []
    (tmp_path / "0003-b.md").write_text("# B\n")
    assert len(adr_faults(tmp_path)) == 3


def test_a_word_with_two_meanings_is_seen(tmp_path: Path) -> None:
    """A word explained twice, one without Chinese and one without explanation are found."""
    page = tmp_path / "g.md"
    page.write_text("| word | 中文 | is | not |\n|---|---|---|---|\n| a | 甲 | x | |\n| a | 甲 | y | |\n| b | | | |\n")
    assert len(glossary_faults(page)) == 3
