"""Make what an installation keeps to itself: ``python deploy/prepare.py PACK [--into FOLDER]``.

Writes, readable by their owner only save what is public: ``passwords.json`` (RabbitMQ users), ``definitions.json``
(for RabbitMQ's ``load_definitions`` or ``rabbitmqctl import_definitions``), ``govmesh.env`` (all services),
``<service>.env``, ``dept.<code>.env`` and ``gateway.<code>.env`` (one each, with its own broker address),
``postgres.env`` and ``mesh.pem``, the public key with which departments check what they get (its private half is
for the services that send to them).  Run again after a pack has changed: known passwords and keys stay.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from govcore.errors import Refusal
from govmesh.broker.provision import VHOST, for_pack, make_passwords, users
from govmesh.settings import DEFAULT_PORTS, Settings
from govmesh.signing import Signer

HERE = Path(__file__).parent


def prepare(pack: str, into: Path, rabbitmq: str, postgres: str) -> None:
    """Write all of it.  Raises :class:`Refusal` for a wrong pack."""
    into.mkdir(parents=True, exist_ok=True)
    into.chmod(0o700)
    names = users(for_pack(pack))
    passwords = make_passwords(into / "passwords.json", names)
    definitions = into / "definitions.json"
    _write(definitions, json.dumps(for_pack(pack, passwords), indent=1, sort_keys=True) + "\n")
    definitions.chmod(0o644)  # the broker's user reads it; the hashes in it are salted
    shared = _known(into / "govmesh.env")
    database = _known(into / "postgres.env").get("POSTGRES_PASSWORD") or secrets.token_urlsafe(24)
    _env(into / "postgres.env", {"POSTGRES_USER": "govmesh", "POSTGRES_DB": "govmesh", "POSTGRES_PASSWORD": database})
    _env(
        into / "govmesh.env",
        {
            "GOVMESH_PROFILE": "cluster",
            "GOVMESH_PACK": pack,
            "GOVMESH_LOG_FORMAT": "json",
            "GOVMESH_DATABASE_URL": f"postgresql://govmesh:{quote(database, safe='')}@{postgres}/govmesh",
            "GOVMESH_VAULT_KEY": shared.get("GOVMESH_VAULT_KEY") or base64.b64encode(secrets.token_bytes(32)).decode(),
        },
    )
    signing = _known(into / "dispatch.env").get("GOVMESH_SIGNING_KEY")
    signing = signing or base64.b64encode(secrets.token_bytes(32)).decode()
    signer = Signer.at(Settings(profile="cluster", signing="on", signing_key=SecretStr(signing)))
    assert signer is not None
    _write(into / "mesh.pem", signer.public.decode())
    (into / "mesh.pem").chmod(0o644)
    for name in names:
        url = f"amqp://{name}:{quote(passwords[name], safe='')}@{rabbitmq}/{VHOST}"
        if name in DEFAULT_PORTS:
            key = {"GOVMESH_SIGNING_KEY": signing} if name in ("dispatch", "grid") else {}
            _env(into / f"{name}.env", {"GOVMESH_AMQP_URL": url, "PORT": str(DEFAULT_PORTS[name]), **key})
        elif name.startswith("dept."):
            _env(into / f"{name}.env", {"GOVMESH_DEPARTMENT_URL": url, "GOVMESH_PACK": pack})
        else:
            _env(into / f"{name}.env", {"GOVMESH_GATEWAY_URL": url})


def _env(file: Path, values: Mapping[str, str]) -> None:
    _write(file, "".join(f"{name}={value}\n" for name, value in values.items()))


def _known(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack")
    parser.add_argument("--into", type=Path, default=HERE / "secrets")
    parser.add_argument("--rabbitmq", default="rabbitmq:5672", help="host:port (default: as in compose.yaml)")
    parser.add_argument("--postgres", default="postgres:5432", help="host:port (default: as in compose.yaml)")
    args = parser.parse_args(argv)
    try:
        prepare(args.pack, args.into, args.rabbitmq, args.postgres)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
