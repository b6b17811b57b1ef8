"""Publishing anything as anybody, for tests of what a broker and a service do with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import amqp

from govmesh.broker.provision import for_pack, users
from govmesh.testing.servers import PrivateRabbit, private_rabbitmq


@contextmanager
def provisioned(vhost: str) -> Iterator[PrivateRabbit]:
    """A broker of one's own with Tongcheng's queues, users (password ``pw``) and rights in ``vhost``.

    Raises :class:`govmesh.testing.servers.Unavailable`.
    """
    with private_rabbitmq() as server:
        told = for_pack("tongcheng", vhost=vhost)
        told = for_pack("tongcheng", {name: "pw" for name in users(told)}, vhost)
        file = server.folder / "definitions.json"
        file.write_text(json.dumps(told), encoding="utf-8")
        server.ctl("import_definitions", str(file), "--format", "json")
        yield server


class Wire:
    """Publishes as any user, by py-amqp itself: what a sender in any language could do."""

    def __init__(self, port: int, vhost: str) -> None:
        self._port, self._vhost = port, vhost
        self._open: dict[str, Any] = {}
        self.returned = False

    def channel(self, user: str) -> Any:
        found = self._open.get(user)
        if found is None or not found.is_open:
            connection = amqp.Connection(
                f"127.0.0.1:{self._port}", user, "pw", virtual_host=self._vhost, confirm_publish=True
            )
            connection.connect()
            found = self._open[user] = connection.channel()
            found.events["basic_return"].add(self._on_return)
        return found

    def say(self, user: str, exchange: str, key: str, body: bytes, **properties: Any) -> str:
        """What became of it at the broker: ``taken``, ``returned`` or ``refused``."""
        self.returned = False
        try:
            message = amqp.Message(body, **{"delivery_mode": 2, **properties})
            self.channel(user).basic_publish_confirm(message, exchange, key, mandatory=True)
        except amqp.exceptions.AMQPError:
            self._open.pop(user).connection.collect()
            return "refused"
        return "returned" if self.returned else "taken"

    def _on_return(self, *_: Any) -> None:
        self.returned = True

    def refused_commands(self, user: str) -> Counter[str]:
        """The ids of the refused commands of a department, from its queue; ``bad`` for those that could not be read."""
        channel, found = self.channel(user), Counter[str]()
        while (got := channel.basic_get(user, no_ack=True)) is not None:
            event = json.loads(got.body)
            if event["type"] == "command.refused.v1":
                assert event["data"]["code"] and event["data"]["zh"] and event["data"]["en"]
                ident = event["data"]["command_id"]
                found["bad" if ident.startswith("bad-") else ident] += 1
        return found

    def forget(self, user: str) -> None:
        """Its connection has gone; the next call makes another."""
        self._open.pop(user, None)

    def close(self) -> None:
        for channel in self._open.values():
            channel.connection.close()
