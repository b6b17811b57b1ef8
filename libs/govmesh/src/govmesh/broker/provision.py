"""RabbitMQ for a pack: a file of definitions that ``rabbitmqctl import_definitions`` takes.

Least privilege, with one user for each service, each department and each gateway of devices.  A department
(``dept.<code>``) reads its own queue and publishes to ``dispatch.commands`` with keys ``dept.<code>.<verb>``; a gateway
(``gateway.<code>``) publishes to ``alerts.in`` with keys ``gateway.<code>.<kind>`` and reads nothing; a service reads
its own queues and publishes its own events, commands ``mesh.…`` to services, and straight to queues.  Nobody declares,
deletes or binds anything: all of it stands in the definitions.

``python -m govmesh.broker.provision --help`` makes the file, makes passwords, and imports it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from govcore.errors import Refusal
from govmesh.broker import topology
from govmesh.broker.port import QueueSpec
from govmesh.broker.rabbit import queue_arguments

VHOST = "govmesh"
NOTHING = "^$"
Hears = Mapping[str, Mapping[str, Iterable[str]]]
"""By service, then by speaking service: the ``<entity>.<verb>`` it listens to."""


def definitions(
    codes: Sequence[str],
    hears: Hears,
    passwords: Mapping[str, str] | None = None,
    vhost: str = VHOST,
    gateways: Sequence[str] = (),
    former: Sequence[str] = (),
) -> dict[str, Any]:
    """Everything the mesh needs on a broker, for departments ``codes`` and ``gateways`` of devices.

    Departments that are no more (``former``) keep their queues, which dispatch empties, and have no rights.

    Users without a password in ``passwords`` are there and cannot log in.
    """
    services = sorted(hears)
    queues = topology.queues([*codes, *former], hears)
    brings = list(map(topology.gateway, gateways))
    users = [*services, *map(topology.department, codes), *brings]
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, (passwords or {}).get(name)) for name in users],
        "permissions": [
            *(_service_permission(service, services, former, vhost) for service in services),
            *(_department_permission(code, vhost) for code in codes),
            *(_permission(name, vhost, write=_any([topology.ALERTS]), read=NOTHING) for name in brings),
        ],
        "topic_permissions": [
            *(_topics(service, topology.commands(other), "mesh", vhost) for service in services for other in services),
            *(_topics(name, topology.DISPATCH_COMMANDS, name, vhost) for name in map(topology.department, codes)),
            *(_topics(name, topology.ALERTS, name, vhost) for name in brings),
        ],
        "exchanges": [_exchange(name, vhost) for name in topology.exchanges(hears)],
        "queues": [_queue(spec, vhost) for spec in queues],
        "bindings": [_binding(spec.name, *binding, vhost) for spec in queues for binding in spec.bindings],
    }


def users(told: Mapping[str, Any]) -> list[str]:
    """The users of some definitions."""
    return [user["name"] for user in told["users"]]


def make_passwords(file: Path, names: Iterable[str]) -> dict[str, str]:
    """The passwords in ``file`` (JSON, user to password), with fresh ones for those it lacks; readable by its owner."""
    known = read_passwords(file) if file.exists() else {}
    for name in names:
        known.setdefault(name, secrets.token_urlsafe(24))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(known, out, indent=1, sort_keys=True)
        out.write("\n")
    return known


def read_passwords(file: Path) -> dict[str, str]:
    """Raises :class:`Refusal` ``BROKER_BAD_PASSWORDS``."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refusal("BROKER_BAD_PASSWORDS", file=str(file), name=str(file)) from error
    if not isinstance(known, dict) or not all(isinstance(word, str) for word in known.values()):
        raise Refusal("BROKER_BAD_PASSWORDS", file=str(file), name=str(file))
    return known


def import_into(told: Mapping[str, Any], ctl: Sequence[str] = ("rabbitmqctl",)) -> None:
    """Import definitions into the broker that the command ``ctl`` speaks to.  Repeating is harmless.

    Raises :class:`Refusal` ``BROKER_CTL_FAILED`` with what the command said.
    """
    command = [*ctl, "import_definitions", "--format", "json"]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-400:]
        raise Refusal("BROKER_CTL_FAILED", field="rabbitmqctl", value="import_definitions", reason=said)


def hash_password(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's ``rabbit_password_hashing_sha256``: base64 of a salt of four bytes and the digest."""
    salt = secrets.token_bytes(4) if salt is None else salt
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _user(name: str, password: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": hash_password(password) if password else "",
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {},
    }


def _service_permission(service: str, services: Iterable[str], former: Iterable[str], vhost: str) -> dict[str, str]:
    writes = ["amq.default", topology.events(service), *map(topology.commands, services)]
    reads = [
        *topology.taken_by(service),
        *([topology.DEAD_DEPT] if service in topology.TO_DEPARTMENTS else []),
        *(map(topology.department, former) if service == "dispatch" else []),
    ]
    return _permission(service, vhost, write=_any(writes), read=_any(reads))


def _department_permission(code: str, vhost: str) -> dict[str, str]:
    name = topology.department(code)
    return _permission(name, vhost, write=_any([topology.DISPATCH_COMMANDS]), read=_any([name]))


def _permission(user: str, vhost: str, *, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": vhost, "configure": NOTHING, "write": write, "read": read}


def _topics(user: str, exchange: str, first: str, vhost: str) -> dict[str, str]:
    """Keys that begin with the word(s) ``first``; and no binding."""
    write = f"^{re.escape(first)}\\..+$"
    return {"user": user, "vhost": vhost, "exchange": exchange, "write": write, "read": NOTHING}


def _any(names: Iterable[str]) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"


def _exchange(name: str, vhost: str) -> dict[str, Any]:
    plain = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": name, "vhost": vhost, "type": "topic", **plain}


def _queue(spec: QueueSpec, vhost: str) -> dict[str, Any]:
    arguments = queue_arguments(spec)
    return {"name": spec.name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}


def _binding(queue: str, exchange: str, key: str, vhost: str) -> dict[str, Any]:
    return {
        "source": exchange,
        "vhost": vhost,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }


def for_pack(pack: str, passwords: Mapping[str, str] | None = None, vhost: str = VHOST) -> dict[str, Any]:
    """The definitions for a pack and the installed services."""
    from govcore.packs import load_pack
    from govmesh.spec import find_specs
    from govmesh.voices import by_speaker

    hears = {
        spec.name: {
            speaker: {".".join(name.split(".")[:2]) for name in types}
            for speaker, types in by_speaker(spec.hears).items()
        }
        for spec in find_specs()
    }
    loaded = load_pack(pack)
    gateways = [one.code for one in loaded.alerts.gateways]
    return definitions(list(loaded.departments), hears, passwords, vhost, gateways, list(loaded.former))


def main(argv: Sequence[str] | None = None) -> int:
    """Write the definitions of a pack, or import them with ``--import``."""
    parser = argparse.ArgumentParser(prog="python -m govmesh.broker.provision", description=main.__doc__)
    parser.add_argument("pack", help="name or folder of the pack")
    parser.add_argument("--vhost", default=VHOST)
    parser.add_argument("--passwords", type=Path, help="JSON file of user to password; missing ones are made")
    parser.add_argument("--out", type=Path, help="where to write (default: standard output)")
    parser.add_argument("--import", dest="ctl", nargs="?", const="rabbitmqctl", help="import with this command instead")
    args = parser.parse_args(argv)
    try:
        told = for_pack(args.pack, vhost=args.vhost)
        if args.passwords:
            told = for_pack(args.pack, make_passwords(args.passwords, users(told)), args.vhost)
        if args.ctl:
            import_into(told, args.ctl.split())
            return 0
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if args.out:
        args.out.write_text(text, encoding="utf-8")
        args.out.chmod(0o640 if args.passwords else 0o644)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
