"""From a URL to a broker."""

from __future__ import annotations

from govcore.errors import Refusal
from govmesh.broker.port import Broker


def open_broker(url: str) -> Broker:
    """``memory://[user@]namespace`` or ``amqp[s]://user:password@host:port/vhost`` (several joined by ``;``).

    Connects when first used.  Raises :class:`Refusal` ``BROKER_URL_UNKNOWN`` naming the scheme (never the
    URL, which may hold a password).
    """
    scheme, _, rest = url.partition("://")
    if scheme == "memory":
        from govmesh.broker.memory import MemoryBroker

        user, _, namespace = rest.rstrip("/").rpartition("@")
        return MemoryBroker(namespace, user or None)
    if scheme in ("amqp", "amqps"):
        from govmesh.broker.rabbit import RabbitBroker

        return RabbitBroker(url)
    raise Refusal("BROKER_URL_UNKNOWN", field="scheme", value=scheme[:20])
