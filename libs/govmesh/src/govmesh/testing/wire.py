"""Publishing anything as anybody, for tests of what a broker and a service do with it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import amqp


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

    def close(self) -> None:
        for channel in self._open.values():
            channel.connection.close()
