"""The cluster profile's process: one service over RabbitMQ and PostgreSQL.

``python -m govmesh.serve dispatch``; patches the process before anything else is imported.
"""

from __future__ import annotations

import argparse
import sys
import warnings


def main(argv: list[str] | None = None) -> int:
    """Run until told to stop; 1 where it cannot start, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m govmesh.serve", description=__doc__)
    parser.add_argument("service")
    parser.add_argument("--pack")
    parser.add_argument("--port", type=int)
    args = parser.parse_args(argv)
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # nameko stands on it
    import eventlet

    eventlet.monkey_patch()
    from eventlet.support import psycopg2_patcher

    psycopg2_patcher.make_psycopg_green()
    from govcore.errors import Refusal
    from govmesh._serve import run

    try:
        run(args)
    except Refusal as no:
        print(f"✗ {no}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
