"""Names of exchanges and queues, in one place.

======================  =====================================================================
``<service>.events``    topic exchange; key ``<entity>.<verb>.<prov>.….<village>.<dept>``
``<service>.commands``  topic exchange *and* the queue behind it (bound by ``#``)
``<service>.inbox``     queue, bound to the speakers' ``<entity>.<verb>.#``
``alerts.in``           topic exchange *and* the queue behind it: what gateways of devices bring to dispatch
``dept.<code>``         queue of a department; published straight to it, no bindings
``dead``                exchange for what was delivered too often; queues ``dead.<service>``, ``dead.dept``
======================  =====================================================================

Dead letters are taken in again: a service takes from its inbox, its commands and ``dead.<service>`` alike
(the broker keeps the sender's user on them, a fresh publish would lose it); those of departments' queues
are put back by :func:`put_back`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from govcore.errors import Refusal
from govmesh.broker.port import Broker, BrokerAway, Delivery, Outgoing, QueueSpec
from govmesh.department.trust import KEY, SIGNATURE

SERVICES = ("grid", "dispatch", "petition", "points", "console")
TO_DEPARTMENTS = ("dispatch", "grid")
"""The services that send straight to departments' queues, hear their receipts and put their dead letters back."""
DEAD = "dead"
DEAD_DEPT = "dead.dept"
DISPATCH_COMMANDS = "dispatch.commands"
ALERTS = "alerts.in"
NEVER = 1_000_000
"""A delivery limit nobody reaches: RabbitMQ 3.10 cannot say "none", and 4 takes no word for 20."""
_CODE = re.compile(r"[a-z0-9_]+")


def events(service: str) -> str:
    """The exchange a service says its events on."""
    return f"{service}.events"


def commands(service: str) -> str:
    """The exchange, and the queue of the same name, that take a service's commands."""
    return f"{service}.commands"


def inbox(service: str) -> str:
    """The queue of what a service hears."""
    return f"{service}.inbox"


def dead(service: str) -> str:
    """The queue of a service's dead letters."""
    return f"{DEAD}.{service}"


DEPARTMENT = "dept."
"""What the queues of departments begin with."""


def department(code: str) -> str:
    """The queue of a department, which is also the name of its user.

    Raises :class:`Refusal` ``BROKER_BAD_CODE`` where the code is not of ``a-z 0-9 _``.
    """
    if not _CODE.fullmatch(code):
        raise Refusal("BROKER_BAD_CODE", field="department", value=code[:80])
    return DEPARTMENT + code


def sender(user: str | None, exchange: str, routing_key: str) -> str | None:
    """Who a delivery is from: ``dept.<code>``, ``gateway.<code>``, ``None`` for the mesh, "" where nobody is proven.

    ``user`` is the message's ``user_id``, which the broker has checked.  A department's own user, or a gateway's,
    decides by itself; a user of the mesh (the console, a developer's ``guest``) may speak for the department whose
    routing key ``dept.<code>.<verb>`` it uses; without ``user_id`` nothing is believed.
    """
    if not user:
        return ""
    if user.startswith(("dept.", "gateway.")):
        return user
    words = routing_key.split(".")
    if exchange.endswith(".commands") and len(words) > 2 and words[0] == "dept":
        return f"dept.{words[1]}"
    return None


def gateway(code: str) -> str:
    """The user of a gateway of devices.  Raises ``BROKER_BAD_CODE`` as :func:`department`."""
    if not _CODE.fullmatch(code):
        raise Refusal("BROKER_BAD_CODE", field="gateway", value=code[:80])
    return f"gateway.{code}"


def department_queue(code: str) -> QueueSpec:
    """Durable, quorum, unbounded, never reject-publish: one full queue must not hold up the others."""
    return QueueSpec(department(code), dead_letter_to=DEAD_DEPT)


def service_exchanges(service: str) -> tuple[str, ...]:
    return (events(service), commands(service), *_doors(service))


def service_queues(service: str, hears: Mapping[str, Iterable[str]] | None = None) -> tuple[QueueSpec, ...]:
    """Inbox, commands and dead letters of a service.

    ``hears``: by speaking service, the ``<entity>.<verb>`` it listens to.
    """
    bindings = tuple(
        (events(speaker), f"{said}.#") for speaker, sayings in sorted((hears or {}).items()) for said in sorted(sayings)
    )
    return (
        QueueSpec(inbox(service), bindings, dead(service), sure_dead_letters=True),
        *(
            QueueSpec(name, ((name, "#"), *_receipts(service, name)), dead(service), sure_dead_letters=True)
            for name in (commands(service), *_doors(service))
        ),
        _dead_queue(dead(service)),
    )


def department_queues(codes: Iterable[str]) -> tuple[QueueSpec, ...]:
    """The queues of all departments and the one of their dead letters."""
    return (*(department_queue(code) for code in codes), _dead_queue(DEAD_DEPT))


def taken_by(service: str) -> tuple[str, ...]:
    """The queues a service takes from, its dead letters included."""
    return (inbox(service), commands(service), *_doors(service), dead(service))


def _receipts(service: str, queue: str) -> tuple[tuple[str, str], ...]:
    """Departments send their receipts to dispatch; whoever else sends to departments hears them there too."""
    theirs = service in TO_DEPARTMENTS and queue == commands(service) != DISPATCH_COMMANDS
    return ((DISPATCH_COMMANDS, "dept.*.received"),) if theirs else ()


def _doors(service: str) -> tuple[str, ...]:
    """What gateways of devices publish to, where it is this service's."""
    return (ALERTS,) if commands(service) == DISPATCH_COMMANDS else ()


def declare(broker: Broker, codes: Iterable[str], hears: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
    """Declare all of it: ``codes`` of the pack's departments, ``hears`` by service, then by speaker."""
    broker.declare(exchanges(hears), queues(codes, hears))


def exchanges(hears: Mapping[str, Mapping[str, Iterable[str]]]) -> list[str]:
    """All exchanges, those of speakers that are not deployed (yet) included."""
    speakers = {speaker for sayings in hears.values() for speaker in sayings}
    return [DEAD, *sorted(name for service in speakers | set(hears) for name in service_exchanges(service))]


def queues(codes: Iterable[str], hears: Mapping[str, Mapping[str, Iterable[str]]]) -> list[QueueSpec]:
    """All queues with their bindings."""
    ours = [spec for service in sorted(hears) for spec in service_queues(service, hears[service])]
    return [*ours, *department_queues(codes)]


def put_back(broker: Broker, queue: str = DEAD_DEPT, most: int = 200, deadline: float = 10.0) -> int:
    """Take dead letters in again: publish up to ``most`` of ``queue`` to the queues they died in; how many."""
    source, publisher = broker.source([queue], prefetch=most), broker.publisher()
    try:
        if not source.depth():
            return 0  # as nearly always; taking would wait for one
        taken = source.take(most, linger=0.2, wait=0.5)
        letters = {
            letter.message_id or f"dead-{index}": letter for index, letter in enumerate(taken) if letter.queue != queue
        }
        outgoing = [_again(id, letter.queue, letter) for id, letter in letters.items()]
        try:
            confirmed = publisher.publish(outgoing, deadline).confirmed if outgoing else set()
        except BrokerAway as away:
            source.ack([letters[id] for id in away.outcome.confirmed])
            raise
        source.ack([letters[id] for id in confirmed])
        return len(confirmed)
    finally:
        source.close()
        publisher.close()


def readdress(broker: Broker, gone: str, to: str, most: int = 200, deadline: float = 10.0) -> int:
    """What lies unread in the queue of a department that is no more goes on to its successor's; how much it was."""
    source, publisher = broker.source([department(gone)], prefetch=most), broker.publisher()
    try:
        if not source.depth():
            return 0
        taken = source.take(most, linger=0.0, wait=0.5)
        letters = {letter.message_id or f"{gone}-{index}": letter for index, letter in enumerate(taken)}
        outgoing = [_again(id, department(to), one) for id, one in letters.items()]
        try:
            confirmed = publisher.publish(outgoing, deadline).confirmed if outgoing else set()
        except BrokerAway as away:
            source.ack([letters[id] for id in away.outcome.confirmed])
            raise
        source.ack([letters[id] for id in confirmed])
        return len(confirmed)
    finally:
        source.close()
        publisher.close()


def _again(id: str, queue: str, letter: Delivery) -> Outgoing:
    """As it was, straight to ``queue``, with the signature it had: what nobody had signed is not signed by this."""
    kept = {name: letter.headers[name] for name in (KEY, SIGNATURE) if isinstance(letter.headers.get(name), str)}
    return Outgoing(id, "", queue, letter.body, letter.type or "", kept)


def _dead_queue(name: str) -> QueueSpec:
    return QueueSpec(name, ((DEAD, name),), delivery_limit=NEVER)
