"""``python -m govmesh.department CODE``: one department as a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from govmesh.department.amqp import AmqpWire
from govmesh.department.behaviour import Behaviour
from govmesh.department.client import DepartmentClient
from govmesh.department.trust import Trusted

DEFAULT_URL = "amqp://guest:guest@127.0.0.1:5672/"


def options() -> argparse.ArgumentParser:
    """What the command takes; each has a variable of the environment, for 23 processes at a time."""
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="govmesh department", description=__doc__)
    parser.add_argument("code", help="the department's code, e.g. gongan")
    parser.add_argument(
        "--url",
        default=env("GOVMESH_DEPARTMENT_URL") or env("GOVMESH_AMQP_URL") or DEFAULT_URL,
        help="where the broker is; {code} and {password} in it are filled in",
    )
    parser.add_argument(
        "--passwords",
        type=Path,
        default=env("GOVMESH_PASSWORDS"),
        help="JSON file of user to password, for {password} in the URL",
    )
    home = env("GOVMESH_HOME") or ".govmesh"
    parser.add_argument(
        "--keys",
        type=Path,
        default=env("GOVMESH_DEPARTMENT_KEYS"),
        help="public key of the mesh (PEM), or a folder of them: only what one of them has signed is believed",
    )
    parser.add_argument("--log", type=Path, help=f"its own log (default: {home}/departments/CODE.jsonl)")
    parser.add_argument("--behaviour", type=Path, help="JSON file (default: what the pack says)")
    parser.add_argument("--pack", default=env("GOVMESH_PACK") or "tongcheng", help="the pack with its behaviour")
    parser.add_argument("--seed", type=int, help="makes its chances repeatable")
    parser.add_argument(
        "--speed",
        type=float,
        default=float(env("GOVMESH_DEPARTMENT_SPEED") or 1),
        help="so many of its minutes pass in one",
    )
    parser.set_defaults(home=home)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 0 then, 2 for a mistake in the options."""
    args = options().parse_args(argv)
    try:
        behaviour = _behaviour(args.behaviour, args.pack, args.code)
        url = _url(args.url, args.passwords, args.code)
        trusted = Trusted(Path(args.keys)) if args.keys else None
    except (OSError, ValueError, KeyError) as error:
        print(f"govmesh department: {error}", file=sys.stderr)
        return 2
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: stopping.append(number))

    def later(at: datetime, minutes: float) -> datetime:
        return at + timedelta(minutes=minutes / args.speed)

    client = DepartmentClient(
        args.code,
        AmqpWire(url, args.code),
        args.log or Path(args.home) / "departments" / f"{args.code}.jsonl",
        behaviour,
        lambda: datetime.now(UTC),
        later,
        random.Random(args.seed),
        trusted,
        lambda text: print(f"govmesh department {args.code}: {text}", file=sys.stderr, flush=True),
    )
    print(json.dumps({"ready": args.code}), flush=True)
    client.run(lambda: bool(stopping))
    return 0


def _behaviour(file: Path | None, pack: str, code: str) -> Behaviour:
    if file is not None:
        return Behaviour.of(json.loads(file.read_text(encoding="utf-8")))
    from govcore.packs import load_pack  # only this command knows packs, the client does not

    departments = load_pack(pack).departments
    if code not in departments:
        raise ValueError(f"no department {code} in pack {pack}")
    return Behaviour.of(departments[code].behaviour.model_dump(by_alias=True))


def _url(url: str, passwords: str | Path | None, code: str) -> str:
    from urllib.parse import quote

    password = ""
    if "{password}" in url:
        if passwords is None:
            raise ValueError("--passwords is wanted for {password} in the URL")
        password = json.loads(Path(passwords).read_text(encoding="utf-8"))[f"dept.{code}"]
    return url.replace("{code}", code).replace("{password}", quote(password, safe=""))


if __name__ == "__main__":
    sys.exit(main())
