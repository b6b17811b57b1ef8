"""The embedded profile: all services in one process, ``memory://`` broker, SQLite files, departments too if asked.

``python -m govmesh.embedded``; patches the process before anything else is imported.
"""

from __future__ import annotations

import argparse
import sys
import warnings


def main(argv: list[str] | None = None) -> int:
    """Run until told to stop; 1 where it cannot start, with the reason on standard error."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # nameko stands on it
    import eventlet

    eventlet.monkey_patch()
    from govcore.errors import Refusal
    from govmesh._embedded import run

    try:
        run(arguments(argv))
    except Refusal as no:
        print(f"✗ {no}", file=sys.stderr)
        return 1
    return 0


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """The command line of an embedded mesh, read."""
    parser = argparse.ArgumentParser(prog="python -m govmesh.embedded", description=__doc__)
    parser.add_argument("--pack")
    parser.add_argument("--services", help="comma-separated; all installed ones where absent")
    parser.add_argument("--port", type=int, help="0 for any free port")
    parser.add_argument("--departments", action="store_true", help="run the pack's departments in this process")
    parser.add_argument("--pace", type=float, help="mesh seconds a real second; the real clock where absent")
    parser.add_argument(
        "--by-hand", action="store_true", help="the clock stands still until POST /mesh/clock lets it go on"
    )
    parser.add_argument("--start", help="where a paced clock starts, ISO 8601 with zone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
