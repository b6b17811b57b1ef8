"""What services say and hear: every message has a speaker, and the pages say what the code does."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import house
import pytest

from govcore.messages import ANSWERS, CATALOGUE, Payload

TYPE = re.compile(r"[a-z]+\.[a-z]+\.v[1-9]\d*")
FLOW = house.ROOT / "docs" / "flow.md"


@dataclass(frozen=True, slots=True)
class Contract:
    """What one service says, hears and obeys."""

    says: frozenset[str]
    hears: frozenset[str]
    commands: frozenset[str]

    @classmethod
    def of(
        cls, says: Iterable[type[Payload]], hears: Iterable[type[Payload]], commands: Iterable[type[Payload]]
    ) -> Contract:
        return cls(*(frozenset(one.type for one in part) for part in (says, hears, commands)))


def contracts() -> dict[str, Contract]:
    """The contract of every service, from its ``contracts.py``."""
    found = {}
    for name in house.SERVICES:
        module = importlib.import_module(f"gov_{name}.contracts")
        found[name] = Contract.of(module.SAYS, module.HEARS, module.COMMANDS)
    return found


def unspoken(services: Mapping[str, Contract]) -> list[str]:
    """What somebody hears and nobody says."""
    said = frozenset().union(*(one.says for one in services.values()))
    return [
        f"{name} hears {heard}, nobody says it" for name, one in services.items() for heard in sorted(one.hears - said)
    ]


def disputed(services: Mapping[str, Contract]) -> list[str]:
    """What two services say, or two obey: nobody could tell whose it is.  Answers to commands are everybody's."""
    found = []
    for what, part in (("says", "says"), ("obeys", "commands")):
        owners: dict[str, list[str]] = {}
        for name, one in services.items():
            for message in getattr(one, part) - {answer.type for answer in ANSWERS}:
                owners.setdefault(message, []).append(name)
        found += [
            f"{message}: {' and '.join(who)} {what} it" for message, who in sorted(owners.items()) if len(who) > 1
        ]
    return found


def uncatalogued(services: Mapping[str, Contract], known: Iterable[str]) -> list[str]:
    """What a contract names and the catalogue of messages does not know."""
    known = set(known)
    return [
        f"{name}: {message} is not in the catalogue"
        for name, one in services.items()
        for message in sorted((one.says | one.hears | one.commands) - known)
    ]


def misheard(services: Mapping[str, Contract], speaker_of: Mapping[str, str]) -> list[str]:
    """Where the plumbing binds a type to a speaker other than the one that says it."""
    return [
        f"{message}: said by {name}, listened for at {speaker_of[message]}"
        for name, one in services.items()
        for message in sorted(one.says)
        if speaker_of.get(message, name) != name
    ]


def flow_rows(page: Path) -> list[tuple[int, str, str, list[str]]]:
    """The rows of the page's first table with a column for the service and one for what it says.

    Line, what stands in the column ``service``, what in ``says``, and the types written out there.
    """
    rows: list[tuple[int, str, str, list[str]]] = []
    columns: list[str] | None = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|"):
            if rows:
                break
            columns = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if columns is None:
            columns = [_head(cell) for cell in cells]
        elif {"service", "says"} <= set(columns) and not set(line) <= set("|-: "):
            said = cells[columns.index("says")]
            rows.append((number, cells[columns.index("service")], said, TYPE.findall(said)))
    return rows


def _head(cell: str) -> str:
    words = cell.lower().split()
    return words[0].strip("`*,") if words else ""


def flow_disagrees(
    page: Path, services: Mapping[str, Contract], packages: Path = house.ROOT / "libs/govcore/src/govcore"
) -> list[str]:
    """Rows that name what their service does not say, a rule without a file, or nothing; and what stands in no row."""
    found = []
    shown: set[str] = set()
    rows = flow_rows(page)
    if not rows:
        return [f"{page.name} has no table with the columns service and says"]
    for number, service, said, types in rows:
        speakers = [name for name in house.SERVICES if re.search(rf"\b{name}\b", service)]
        if not speakers:
            found.append(f"{page.name}:{number} names no service in: {service}")
        if not types:
            found.append(f"{page.name}:{number} names no message in: {said}")
        for message in types:
            if not any(message in services[name].says for name in speakers):
                found.append(f"{page.name}:{number} {message} is not said by {' or '.join(speakers)}")
        shown.update(types)
    for number, rule in _rules(page):
        if not ((packages / rule).is_dir() or (packages / f"{rule}.py").is_file()):
            found.append(f"{page.name}:{number} there is no rule govcore/{rule}")
    said_by_any = set().union(*(one.says for one in services.values()))
    return found + [f"{page.name} shows {message} in no row" for message in sorted(said_by_any - shown)]


def _rules(page: Path) -> list[tuple[int, str]]:
    lines = page.read_text(encoding="utf-8").splitlines()
    numbers = [number for number, *_ in flow_rows(page)]
    head = next(line for line in reversed(lines[: numbers[0] - 1]) if "service" in line.lower())
    columns = [_head(cell) for cell in head.strip().strip("|").split("|")]
    if "rule" not in columns:
        return []
    cells = [(number, lines[number - 1].strip().strip("|").split("|")[columns.index("rule")]) for number in numbers]
    return [(number, rule) for number, cell in cells for rule in re.findall(r"\b[a-z]+/[a-z_]+(?:/[a-z_]+)*\b", cell)]


def test_every_heard_message_is_said() -> None:
    """Whatever a service listens for, some service says."""
    house.none_of(unspoken(contracts()))


def test_every_message_has_one_owner() -> None:
    """No type is said, and no command obeyed, by two services."""
    house.none_of(disputed(contracts()))


def test_every_message_is_in_the_catalogue() -> None:
    """Contracts name only types of govcore's catalogue."""
    house.none_of(uncatalogued(contracts(), CATALOGUE.types))


def test_the_plumbing_listens_at_the_right_speaker() -> None:
    """The table of speakers in govmesh agrees with what the services say."""
    from govmesh.voices import spoken_by

    said = {message for one in contracts().values() for message in one.says}
    house.none_of(misheard(contracts(), {message: spoken_by(CATALOGUE.types[message]) for message in said}))


def test_the_page_of_the_flow_is_true() -> None:
    """docs/flow.md names for every step the service and the messages that the contracts name, and leaves none out."""
    house.none_of(flow_disagrees(FLOW, contracts()))


GOOD = {
    "grid": Contract(frozenset({"event.located.v1"}), frozenset({"event.reported.v1"}), frozenset()),
    "dispatch": Contract(
        frozenset({"event.reported.v1"}), frozenset({"event.located.v1"}), frozenset({"handoff.accept.v1"})
    ),
}

PAGE = """
| step | rule (govcore) | service | says (message, versioned) |
|---|---|---|---|
| report comes in | events/intake | dispatch | `event.reported.v1` |
| which grid | {rule} | grid | {says} |
"""


def test_contracts_that_do_not_fit_are_seen() -> None:
    """A message nobody says, one that two say, and one outside the catalogue are each found."""
    assert not unspoken(GOOD) and not disputed(GOOD) and not uncatalogued(GOOD, _known())
    deaf = {**GOOD, "points": Contract(frozenset({"event.reported.v1"}), frozenset({"event.rated.v1"}), frozenset())}
    assert unspoken(deaf) == ["points hears event.rated.v1, nobody says it"]
    assert disputed(deaf) == ["event.reported.v1: dispatch and points says it"]
    assert len(uncatalogued(deaf, _known())) == 1
    assert misheard(GOOD, {"event.located.v1": "dispatch"}) == [
        "event.located.v1: said by grid, listened for at dispatch"
    ]


@pytest.mark.parametrize(
    ("rule", "says", "seen"),
    [
        ("grids/locate", "`event.located.v1`", ""),
        ("grids/locate", "`event.closed.v1`", "event.closed.v1 is not said by grid"),
        ("grids/locate", "tells everybody", "names no message"),
        ("grids/nowhere", "`event.located.v1`", "no rule govcore/grids/nowhere"),
    ],
)
def test_a_page_that_is_not_true_is_seen(tmp_path: Path, rule: str, says: str, seen: str) -> None:
    """A row with a wrong message, without one, or with a rule that does not exist is found with its line."""
    for file in ("events/intake.py", "grids/locate.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    page = tmp_path / "flow.md"
    page.write_text(PAGE.format(rule=rule, says=says))
    found = flow_disagrees(page, GOOD, tmp_path)
    assert bool(found) == bool(seen)
    assert not seen or seen in "\n".join(found)


def test_a_message_left_out_of_the_page_is_seen(tmp_path: Path) -> None:
    """What a service says and no row shows is found, and so is a page without its table."""
    page = tmp_path / "flow.md"
    page.write_text(PAGE.format(rule="", says="`event.located.v1`").replace("events/intake", ""))
    more = Contract(frozenset({"event.located.v1", "event.unlocated.v1"}), frozenset(), frozenset())
    assert flow_disagrees(page, {**GOOD, "grid": more}) == ["flow.md shows event.unlocated.v1 in no row"]
    page.write_text("No table here.")
    assert flow_disagrees(page, GOOD) == ["flow.md has no table with the columns service and says"]


def _known() -> set[str]:
    return set().union(*(one.says | one.hears | one.commands for one in GOOD.values()))
