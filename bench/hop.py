"""``./dev bench hop``: hops a second of a hand-written floor, stock nameko and ours, in one run on one machine.

Every stack runs in its own process, on its own schema and queues, and is counted afterwards: a stack that
lost, doubled or forgot to publish anything fails the run.  With ``--json`` the last line is
``{"floor":…,"stock1":…,"stock10":…,"ours":…}`` (medians, hops/s).
"""

from __future__ import annotations

import argparse
import json
import os
import platform

from rich.console import Console

from bench.common import Env, in_own_process, ratios, servers, settings

LABELS = {
    "floor": "hand-written floor (py-amqp + psycopg2, batch 200)",
    "stock1": "nameko 2.14.1 + SQLAlchemy, 1 worker",
    "stock10": "nameko 2.14.1 + SQLAlchemy, 10 workers",
    "ours": "govmesh hop, handoff.accept",
}


def _stack(name: str, env: Env) -> float:
    """One stack, in the process that is its own."""
    if name == "floor":
        from bench.hop_floor import floor

        return floor(env)
    if name == "ours":
        from bench.hop_ours import ours

        return ours(env)
    from bench.hop_stock import stock

    return stock(env, int(name.removeprefix("stock")))


def measure(name: str, env: Env) -> float:
    """Prepare, run and count one stack; hops/s."""
    # Not at the top: a stack's own process must be patched, where it is, before it imports anything of this.
    from bench.hop_load import check, prepared

    with prepared(env):
        rate = in_own_process("bench.hop", "--stack", name, "--env", env.as_json())
        check(env)
        return rate


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench hop", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds (3)")
    parser.add_argument("--messages", type=int, default=20_000, help="messages a round for floor and ours (20,000)")
    parser.add_argument("--stock-messages", type=int, default=2_000, help="messages a round for stock nameko (2,000)")
    parser.add_argument("--only", default=",".join(LABELS), help="stacks, with commas between")
    parser.add_argument("--stack", help=argparse.SUPPRESS)
    parser.add_argument("--env", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.stack:
        print(_stack(args.stack, Env(**json.loads(args.env))))
        return
    names = args.only.split(",")
    found: dict[str, list[float]] = {name: [] for name in names}
    console = Console(width=110)
    with servers() as corner:
        shown = settings(corner, ("server_version", "fsync", "synchronous_commit", "full_page_writes"))
        for turn in range(args.rounds):
            for name in names:
                n = args.stock_messages if name.startswith("stock") else args.messages
                found[name].append(measure(name, corner.of(n)))
                console.print(f"round {turn + 1}  {name:8} {found[name][-1]:8,.0f} hops/s")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, quorum queues"
    console.print(f"{machine}; PostgreSQL: {shown}", highlight=False)
    console.print("a hop: know again, load locked, update, timers, history, outbox, commit, publish, mark, ack")
    measured = {name: (LABELS[name], rates) for name, rates in found.items()}
    medians = ratios("hops/s, medians", "hops/s", measured, ("floor", "stock10"))
    if args.json:
        print(json.dumps({name: round(rate, 1) for name, rate in medians.items()}))


if __name__ == "__main__":
    main()
