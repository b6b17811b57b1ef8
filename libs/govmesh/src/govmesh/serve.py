"""The cluster profile's process: one service over RabbitMQ and PostgreSQL.

``python -m govmesh.serve dispatch``; patches the process before anything else is imported.
"""

from __future__ import annotations

import argparse
import warnings


def main(argv: list[str] | None = None) -> None:
    """Run until told to stop."""
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
    from govmesh._serve import run

    run(args)


if __name__ == "__main__":
    main()
