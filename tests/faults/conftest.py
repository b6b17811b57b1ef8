"""What fault tests share: a private broker that knows the pack's users and rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from govmesh.testing.servers import PrivateRabbit, Unavailable
from govmesh.testing.wire import provisioned


@pytest.fixture(scope="module")
def rabbit(request: pytest.FixtureRequest) -> Iterator[PrivateRabbit]:
    """A broker of this file's own with the pack's queues, users (password ``pw``) and rights, in its ``VHOST``."""
    try:
        server = provisioned(request.module.VHOST)
        with server as made:
            yield made
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ of one's own: {reason}")
