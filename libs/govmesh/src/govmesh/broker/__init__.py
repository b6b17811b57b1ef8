"""The broker the mesh speaks through: ``memory://`` in one process, RabbitMQ between many."""

from govmesh.broker.open import open_broker
from govmesh.broker.port import (
    CONTENT_TYPE,
    Broker,
    BrokerAway,
    Delivery,
    Guarantees,
    Outcome,
    Outgoing,
    Publisher,
    QueueSpec,
    Source,
)

__all__ = [
    "CONTENT_TYPE",
    "Broker",
    "BrokerAway",
    "Delivery",
    "Guarantees",
    "Outcome",
    "Outgoing",
    "Publisher",
    "QueueSpec",
    "Source",
    "open_broker",
]
