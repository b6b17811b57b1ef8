"""Who may import whom: the domain stays pure, services stay apart, plumbing stays in its place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import house
import pytest

DECLARED = {"pydantic", "pydantic_core", "stdnum", "govcore"}
"""What govcore may import at any time."""

EXTRAS = {
    *("shapely", "numpy", "pyproj", "shapefile", "drawsvg"),
    *("yaml", "openpyxl", "python_calamine", "charset_normalizer", "rapidfuzz"),
}
"""What govcore may import inside a function, when somebody asks for what needs it."""

IMPURE = {
    "asyncio": "a broker or a socket",
    "http": "a socket",
    "logging": "a logger",
    "secrets": "chance that nobody can seed: take a Chance or an Ids",
    "socket": "a socket",
    "sqlite3": "a database",
    "subprocess": "a process",
    "threading": "a thread",
    "urllib": "a socket",
    "uuid": "chance that nobody can seed: take an Ids",
}
"""What of the standard library says that something is not pure."""

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"}

MESSAGING = {"nameko", "kombu", "amqp", "eventlet"}
SQL = {"sqlalchemy", "alembic", "psycopg2", "sqlite3"}

FOR_SERVICES = {"govcore", "govmesh", "jinja2", "pydantic", "werkzeug", "structlog", *MESSAGING, *SQL}
"""What a service may import at all, each only where the rules below allow it."""

HEAVY = {
    "nameko",
    "kombu",
    "amqp",
    "eventlet",
    "sqlalchemy",
    "shapely",
    "numpy",
    "pyproj",
    "shapefile",
    "yaml",
    "openpyxl",
    "requests",
}

MOST_MODULES = 500
"""How many modules importing the whole of govcore may load (pydantic alone brings about 220): counted, not timed."""


def impure(root: Path = house.ROOT) -> list[str]:
    """What in govcore is not declared, not pure, or imported earlier than it is needed."""
    found = []
    for file in house.sources("govcore", root):
        for one in house.imports(file):
            where = house.at(file, one.line, root)
            if one.top in IMPURE:
                found.append(f"{where} imports {one.module}: {IMPURE[one.top]}")
            elif one.top in EXTRAS:
                if one.at_import:
                    found.append(f"{where} imports {one.module} at once: an extra is imported where it is used")
            elif one.top not in DECLARED and one.top not in house.STDLIB:
                found.append(f"{where} imports {one.module}, which govcore does not declare")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found += [
                f"{house.at(file, number, root)} asks {clock}: take a Clock" for clock in CLOCKS if clock + "(" in line
            ]
    return found


def entangled(root: Path = house.ROOT) -> list[str]:
    """Imports between packages that must not know each other."""
    found = []
    for name in house.packages():
        for file in house.sources(name, root):
            for one in house.imports(file):
                ours = one.top.startswith("gov_") or one.top in house.LIBRARIES
                if ours and one.top != name and one.top not in _may_know(name):
                    found.append(f"{house.at(file, one.line, root)} imports {one.module}: {name} must not know it")
    return found


def _may_know(name: str) -> set[str]:
    if name == "govmesh":
        return {"govcore"}
    return {"govcore", "govmesh"} if name.startswith("gov_") else set()


def misplaced(root: Path = house.ROOT) -> list[str]:
    """Messaging outside service.py, SQL outside store, tables and migrations, and what no service needs."""
    found = []
    for service in house.SERVICES:
        home = house.package(f"gov_{service}", root)
        for file in house.sources(f"gov_{service}", root):
            for one in house.imports(file):
                if rule := _breaks(file.relative_to(home), one.top, f"gov_{service}"):
                    found.append(f"{house.at(file, one.line, root)} imports {one.module}: {rule}")
    return found


def _breaks(file: Path, top: str, own: str) -> str | None:
    if top in MESSAGING and file.name != "service.py":
        return "only service.py and govmesh know nameko and the broker"
    if top in SQL and not (file.stem in {"store", "tables"} or {"store", "tables", "migrations"} & set(file.parts)):
        return "SQL stands in store, tables and migrations"
    if top not in FOR_SERVICES and top not in house.STDLIB and top not in house.packages() and top != own:
        return "no service needs it: govcore or govmesh may"
    return None


def loaded_by(*modules: str) -> list[str]:
    """The names of all modules that importing these loads, in a fresh interpreter."""
    code = (
        f"import sys, json, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout)
    return names


def public_parts() -> list[str]:
    """govcore and each of its subpackages."""
    here = house.package("govcore")
    parts = sorted(at.parent.name for at in here.glob("*/__init__.py"))
    return ["govcore", *(f"govcore.{part}" for part in parts)]


def test_the_domain_is_pure() -> None:
    """govcore imports what it declares and nothing that reaches outside; extras only where they are used."""
    house.none_of(impure())


def test_packages_know_only_what_stands_below_them() -> None:
    """No service imports another, govmesh imports no service, govcore imports neither."""
    house.none_of(entangled())


def test_messaging_and_sql_stand_in_their_place() -> None:
    """nameko and the broker appear in service.py, SQL in store, tables and migrations."""
    house.none_of(misplaced())


def test_importing_the_domain_brings_no_plumbing() -> None:
    """Importing govcore and every subpackage loads no broker, no database, no extra, and few modules."""
    loaded = loaded_by(*public_parts())
    assert sorted(HEAVY & set(loaded)) == []
    assert len(loaded) <= MOST_MODULES


@pytest.mark.slow
def test_nothing_is_patched_by_importing() -> None:
    """Importing the plumbing, its command line and every service leaves the standard library as it is."""
    services = [
        f"gov_{name}.bootstrap" for name in house.SERVICES if (house.package(f"gov_{name}") / "bootstrap.py").exists()
    ]
    code = (
        f"import importlib\nfor m in {['govmesh', 'govmesh.cli', *services]!r}: importlib.import_module(m)\n"
        "from eventlet.patcher import is_monkey_patched as patched\n"
        "print([m for m in ('os', 'select', 'socket', 'thread', 'time') if patched(m)])"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("govcore", "import requests", "does not declare"),
        ("govcore", "def f():\n    import sqlalchemy", "does not declare"),
        ("govcore", "import logging", "a logger"),
        ("govcore", "import shapely", "where it is used"),
        ("govcore", "from datetime import datetime\nnow = datetime.now()", "take a Clock"),
        ("govcore", "import govmesh", "does not declare"),
    ],
)
def test_an_impure_domain_is_seen(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Each way to make the domain impure is named with file and line."""
    file = _written(tmp_path, name, "bad.py", text)
    assert [line for line in impure(tmp_path) if said in line and str(file.relative_to(tmp_path)) in line]


def test_what_the_domain_may_import_is_not_held_against_it(tmp_path: Path) -> None:
    """A lazily imported extra, a type-only import and pydantic break no rule."""
    text = "import pydantic\nif TYPE_CHECKING:\n    import numpy\ndef f():\n    import yaml"
    _written(tmp_path, "govcore", "good.py", text)
    assert impure(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gov_grid", "from gov_points.tables import X"),
        ("govmesh", "def f():\n    import gov_grid"),
        ("govmesh", "import govpacks"),
        ("govcore", "from govmesh import hop"),
    ],
)
def test_a_forbidden_acquaintance_is_seen(tmp_path: Path, name: str, text: str) -> None:
    """An import that joins what must stay apart is found, even inside a function."""
    _written(tmp_path, name, "bad.py", text)
    assert len(entangled(tmp_path)) == 1


@pytest.mark.parametrize(
    ("file", "text", "rules"),
    [
        ("handlers.py", "import kombu", 1),
        ("service.py", "from nameko.rpc import rpc", 0),
        ("handlers/filing.py", "import sqlalchemy as sa", 1),
        ("store/events.py", "import sqlalchemy as sa", 0),
        ("migrations/versions/m0001.py", "from alembic import op", 0),
        ("http.py", "import requests", 1),
    ],
)
def test_messaging_and_sql_out_of_place_are_seen(tmp_path: Path, file: str, text: str, rules: int) -> None:
    """The same import is right in one file of a service and wrong in another."""
    _written(tmp_path, "gov_grid", file, text)
    assert len(misplaced(tmp_path)) == rules


def _written(root: Path, name: str, file: str, text: str) -> Path:
    written = house.package(name, root) / file
    written.parent.mkdir(parents=True)
    written.write_text(text + "\n")
    return written
