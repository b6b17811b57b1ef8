"""What the mesh asks of a broker, and which of it an adapter really gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

CONTENT_TYPE = "application/cloudevents+json"
"""Of everything the mesh publishes: a CloudEvent whose envelope is the body."""


class BrokerAway(Exception):
    """The broker cannot be reached, is blocked by an alarm, or did not answer by the deadline.

    ``outcome``: what a publish already knew when it went (its confirmed ones need not go again).
    """

    def __init__(self, reason: str, outcome: Outcome | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome or Outcome()


@dataclass(frozen=True, slots=True)
class Guarantees:
    """What an adapter really does; the tests of each adapter hold it to this.

    ``confirms``: a confirm means the broker has it on disk.  ``mandatory``: what no queue takes is told.
    ``user_stamped``: a delivery's ``user`` is proven by the broker, not just said.  ``survives_restart``:
    queues outlive the broker's process.  ``dead_letters``: what was delivered too often is kept aside.
    """

    confirms: bool
    mandatory: bool
    user_stamped: bool
    survives_restart: bool
    dead_letters: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to publish.  ``exchange`` "" is the default exchange: ``routing_key`` names the queue."""

    id: str
    exchange: str
    routing_key: str
    body: bytes
    type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as taken from a queue, undecoded.

    ``user`` is whom the broker says it is from: ``dept.<code>``, ``None`` for the mesh itself, "" where it
    cannot tell (:func:`govmesh.broker.topology.sender`).  ``queue`` is the queue it was meant for (for a dead
    letter: the queue it died in), ``type`` what the sender's properties call it, ``headers`` what it sent beside.
    """

    body: bytes
    queue: str
    tag: Any
    message_id: str | None = None
    user: str | None = None
    content_type: str | None = None
    redelivered: bool = False
    type: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What became of a publish, by message id.  What stands in none of the three is unknown: still owed.

    ``reasons`` has the broker's own words for the returned and refused ones (never anything of a body).
    """

    confirmed: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """Publishes with confirms and mandatory; safe to call from several green threads (it takes turns)."""

    @property
    def guarantees(self) -> Guarantees: ...

    def publish(self, messages: Sequence[Outgoing], deadline: float) -> Outcome:
        """Publish pipelined and wait for the confirms, ``deadline`` seconds at most; ids must be distinct.

        ``returned``: no queue took it.  ``refused``: the broker would not have it (nacked, no such exchange,
        not allowed, forged user, too long a name).  Raises :class:`BrokerAway` with what was known by then
        in ``outcome``; everything else is still owed and may have arrived (the receivers know repeats).
        """
        ...

    def close(self) -> None: ...


class Source(Protocol):
    """Takes messages from named queues, in batches, and acks them one by one when told.

    Belongs to one (green) thread.
    """

    def take(self, most: int, linger: float, wait: float) -> list[Delivery]:
        """Wait ``wait`` seconds for a first message, then ``linger`` for more, up to ``most``.

        Raises :class:`BrokerAway`; the next call connects anew (unacked deliveries come again).
        """
        ...

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these.  Raises :class:`BrokerAway` if they could not be acked (they come again)."""
        ...

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        """Not done: put them back for another time (counts as a delivery towards the delivery limit)."""
        ...

    def depth(self) -> int:
        """Messages ready in the queues (neither taken nor on their way to a taker); takes none itself."""
        ...

    def held(self) -> int:
        """Messages that came to this source and are not acked: taken ones, and ones that wait to be taken."""
        ...

    def close(self) -> None:
        """Stop taking; what was taken and not acked goes back."""
        ...


class Broker(Protocol):
    """A broker one can reach: declares what the mesh needs, makes publishers and sources."""

    @property
    def guarantees(self) -> Guarantees: ...

    def declare(self, exchanges: Sequence[str], queues: Sequence[QueueSpec]) -> None:
        """Declare durable topic exchanges, then queues with their bindings; repeating is harmless.

        Where the broker does not let this user declare, it is enough that all of them exist.  Raises
        :class:`govcore.errors.Refusal` with ``BROKER_DIFFERS`` (declared otherwise before) or
        ``BROKER_MISSING`` (not there and not allowed to declare).
        """
        ...

    def publisher(self) -> Publisher: ...

    def source(self, queues: Sequence[str], prefetch: int) -> Source:
        """``prefetch``: unacked messages the broker hands out ahead, a queue."""
        ...

    def close(self) -> None:
        """Close every publisher and source made here."""
        ...


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """A queue: durable, quorum where the broker has them, with (exchange, key) bindings.

    ``dead_letter_to`` names the queue for what was delivered more than ``delivery_limit`` times, reached
    through the exchange ``dead``.  ``sure_dead_letters``: kept until the dead queue has them, even while that
    one is away; needs ``reject-publish``, which never comes to pass on an unbounded queue, and is not for
    departments' queues all the same: a length that somebody sets there must hold up nobody else.
    """

    name: str
    bindings: tuple[tuple[str, str], ...] = ()
    dead_letter_to: str | None = None
    delivery_limit: int = 100
    sure_dead_letters: bool = False
