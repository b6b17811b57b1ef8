"""Embedded meshes by the dozen: one process imports everything once and forks a mesh for each line it reads.

A line is JSON: ``home`` (GOVMESH_HOME), ``args`` (of ``python -m govmesh.embedded``), ``said`` (a file for what it
says).  The answer is its process id; SIGTERM ends it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from typing import Any


def main() -> None:
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
    from eventlet import patcher

    from govmesh import _embedded
    from govmesh.spec import find_specs

    find_specs()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    read = patcher.original("os").read
    left = b""
    while got := read(0, 65536):
        *lines, left = (left + got).split(b"\n")
        for line in lines:
            job = json.loads(line)
            pid = os.fork()
            if pid == 0:
                become(job, _embedded)
            os.write(1, f"{pid}\n".encode())


def become(job: dict[str, Any], embedded: Any) -> None:
    """The forked process: a mesh like any other."""
    from govmesh.embedded import arguments

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ["GOVMESH_HOME"] = job["home"]
    os.dup2(os.open(job["said"], os.O_WRONLY | os.O_CREAT, 0o600), 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    embedded.run(arguments(job["args"]))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
