"""What tests of the broker and of departments share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from govmesh.testing.servers import PrivateRabbit, Unavailable, private_rabbitmq


@pytest.fixture(scope="session")
def private_rabbit() -> Iterator[PrivateRabbit]:
    """A broker of this run's own, that may be hurt; whoever hurts it leaves it as it was."""
    try:
        server = private_rabbitmq()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ to be started: {reason}")
    with server:
        yield server
