"""What every test may ask for, and the word at the end on what could not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

_left_out = {"long": 0, "others": 0}


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """A RabbitMQ virtual host of this run's own; skips with the reason where none is to be had."""
    from govmesh.testing.servers import Unavailable, rabbitmq

    try:
        vhost = rabbitmq()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ: {reason}")
    with vhost:
        yield vhost.url


@pytest.fixture(scope="session")
def pg_url() -> Iterator[str]:
    """A PostgreSQL database of this run's own (SQLAlchemy URL); skips with the reason where none is to be had."""
    from govmesh.testing.servers import Unavailable, postgres

    try:
        database = postgres()
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL: {reason}")
    with database:
        yield database.url


@pytest.fixture
def own_amqp_url() -> Iterator[str]:
    """A virtual host of this test's own: for a whole mesh, whose queues have fixed names."""
    from govmesh.testing.servers import Unavailable, rabbitmq

    try:
        vhost = rabbitmq()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ: {reason}")
    with vhost:
        yield vhost.url


@pytest.fixture
def own_pg_url() -> Iterator[str]:
    """A database of this test's own: for a whole mesh, whose schemas have fixed names."""
    from govmesh.testing.servers import Unavailable, postgres

    try:
        database = postgres()
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL: {reason}")
    with database:
        yield database.url


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        _left_out["long" if item.get_closest_marker("faults") else "others"] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how many it left out; all leave out the same."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = dict(_left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """``what could not run``: every reason for skipping, with how many tests it held back."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[text.removeprefix("Skipped: ")] += 1
    terminalreporter.section("what could not run")
    for reason, held in sorted(reasons.items(), key=lambda found: (-found[1], found[0])):
        terminalreporter.line(f"{held:5d}  {reason}")
    if not reasons:
        terminalreporter.line("    0  nothing was skipped")
    if long := _left_out["long"]:
        terminalreporter.line(f"{long:5d}  long runs of kills, crashes and load: ./dev faults")
    if others := _left_out["others"]:
        terminalreporter.line(f"{others:5d}  left out by the marks or names asked for")
