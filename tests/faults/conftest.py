"""What fault tests share: a private broker that knows the pack's users and rights."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from govmesh.broker.provision import for_pack, users
from govmesh.testing.servers import PrivateRabbit, Unavailable, private_rabbitmq


@pytest.fixture(scope="module")
def rabbit(request: pytest.FixtureRequest) -> Iterator[PrivateRabbit]:
    """A broker of this file's own with the pack's queues, users (password ``pw``) and rights, in its ``VHOST``."""
    vhost = request.module.VHOST
    try:
        server = private_rabbitmq()
    except Unavailable as reason:
        pytest.skip(f"no RabbitMQ of one's own: {reason}")
    with server:
        told = for_pack("tongcheng", vhost=vhost)
        told = for_pack("tongcheng", {name: "pw" for name in users(told)}, vhost)
        file = server.folder / "definitions.json"
        file.write_text(json.dumps(told), encoding="utf-8")
        server.ctl("import_definitions", str(file), "--format", "json")
        yield server
