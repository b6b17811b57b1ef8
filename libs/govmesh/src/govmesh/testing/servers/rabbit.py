"""RabbitMQ for tests: a virtual host of one's own, or a whole broker."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

import amqp

from govmesh.testing.servers.guard import Guard, Program, Unavailable, answers, free_port, installed

USUAL_PORT = 5672
PATIENCE = 120.0
"""Seconds a broker may take to start on a busy machine."""


class Vhost:
    """A virtual host on a broker; ``url`` is its AMQP address."""

    def __init__(self, url: str, guard: Guard | None = None) -> None:
        self.url = url
        self._guard = guard

    def close(self) -> None:
        """Remove the virtual host, if it was made for this."""
        if self._guard:
            self._guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PrivateRabbit(Vhost):
    """A broker of one's own: own node name, ports, data and port mapper; nobody else uses it."""

    def __init__(self) -> None:
        server = installed(lambda: _plain("rabbitmq-server"), "rabbitmq-server")
        self.folder = Path(tempfile.mkdtemp(prefix="govmesh-rabbit-"))
        self.port, self.node = free_port(), f"govmesh{secrets.token_hex(4)}@localhost"
        listed = self.folder / "groups"
        super().__init__(
            f"amqp://guest:guest@127.0.0.1:{self.port}/govmesh",
            Guard(["signal", str(listed), "SIGKILL"], ["remove", str(self.folder)]),
        )
        self._env = self._settings()
        mapper = shutil.which("epmd") or "epmd"
        address = ["-port", self._env["ERL_EPMD_PORT"], "-address", "127.0.0.1"]
        self._mapper = Program([mapper, *address], self._env, self.folder / "epmd.log", listed)
        self._program = Program([server], self._env, self.folder / "server.log", listed)
        try:
            self._mapper.start()
            self.start()
        except BaseException:
            self.close()
            raise

    def _settings(self) -> dict[str, str]:
        at = self.folder
        (at / "rabbitmq.conf").write_text(
            "loopback_users = none\n"
            "default_vhost = govmesh\n"
            "disk_free_limit.absolute = 1MB\n"
            "vm_memory_high_watermark.relative = 0.4\n"
        )
        (at / "rabbitmq-env.conf").touch()
        (at / "enabled_plugins").write_text("[].\n")
        ours = {
            "NODENAME": self.node,
            "NODE_IP_ADDRESS": "127.0.0.1",
            "NODE_PORT": str(self.port),
            "DIST_PORT": str(free_port()),
            "CONFIG_FILE": str(at / "rabbitmq.conf"),
            "CONF_ENV_FILE": str(at / "rabbitmq-env.conf"),
            "ENABLED_PLUGINS_FILE": str(at / "enabled_plugins"),
            "MNESIA_BASE": str(at / "data"),
            "LOG_BASE": str(at / "log"),
            "PID_FILE": str(at / "pid"),
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return {
            **kept,
            **{f"RABBITMQ_{name}": value for name, value in ours.items()},
            "HOME": str(at),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def start(self) -> None:
        """Start it and wait until it takes connections; its data is what it was."""
        if not self._program.running:
            self._program.start()
            self._program.wait_until(lambda: can_connect(self.url), PATIENCE)

    def stop(self) -> None:
        """Shut it down in good order."""
        self._program.end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        self._program.end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self._program.tell(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen broker go on."""
        self._program.tell(signal.SIGCONT)

    def memory_alarm(self, on: bool) -> None:
        """Raise or clear the memory alarm: under it the broker blocks every publisher."""
        self.ctl("set_vm_memory_high_watermark", "0" if on else "0.4")

    def add_user(
        self,
        name: str,
        password: str,
        *,
        configure: str = "^$",
        write: str = "^$",
        read: str = "^$",
        topics: Mapping[str, tuple[str, str]] | None = None,
    ) -> str:
        """A user with these rights (regular expressions); ``topics``: exchange → (write, read).  Gives their URL."""
        self.ctl("add_user", name, password)
        self.ctl("set_permissions", "-p", "govmesh", name, configure, write, read)
        for exchange, (may_write, may_read) in (topics or {}).items():
            self.ctl("set_topic_permissions", "-p", "govmesh", name, exchange, may_write, may_read)
        return f"amqp://{quote(name)}:{quote(password)}@127.0.0.1:{self.port}/govmesh"

    def ctl(self, *words: str) -> str:
        """What ``rabbitmqctl`` says.  Raises :class:`RuntimeError` with its complaint."""
        return _ctl(_plain("rabbitmqctl"), words, self._env, "-n", self.node)

    def close(self) -> None:
        """End it and remove its data."""
        for program in (self._program, self._mapper):
            program.end(signal.SIGKILL)
        super().close()


def private_rabbitmq() -> PrivateRabbit:
    """Start a broker of one's own.  Raises :class:`Unavailable`."""
    return PrivateRabbit()


def rabbitmq() -> Vhost:
    """A virtual host of one's own on the best broker to be had.  Raises :class:`Unavailable`."""
    if named := os.environ.get("GOVMESH_TEST_AMQP"):
        if not can_connect(named):
            raise Unavailable("the broker named by GOVMESH_TEST_AMQP does not answer")
        return Vhost(named)
    return _found() or _on(_shared())


def _found() -> Vhost | None:
    """A virtual host on the broker of the usual port, where its tools let us make one."""
    base = f"amqp://guest:guest@127.0.0.1:{USUAL_PORT}/"
    tool = _which("rabbitmqctl")
    if not (tool and answers(USUAL_PORT) and can_connect(base + "%2F")):
        return None
    name = f"govmesh-{secrets.token_hex(6)}"
    guard = Guard(["run", tool, "-q", "delete_vhost", name])
    with contextlib.suppress(RuntimeError):
        _ctl(tool, ["add_vhost", name], os.environ)
        _ctl(tool, ["set_permissions", "-p", name, "guest", ".*", ".*", ".*"], os.environ)
        if can_connect(base + name):
            return Vhost(base + name, guard)
    guard.close()
    return None


@cache
def _shared() -> PrivateRabbit:
    """One private broker for all the virtual hosts of this process; its guard ends it."""
    return PrivateRabbit()


def _on(server: PrivateRabbit) -> Vhost:
    name = f"govmesh-{secrets.token_hex(6)}"
    server.ctl("add_vhost", name)
    server.ctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
    return Vhost(f"amqp://guest:guest@127.0.0.1:{server.port}/{name}")


def can_connect(url: str) -> bool:
    """Whether the broker at ``url`` lets us in within two seconds."""
    at = urlsplit(url)
    vhost = at.path[1:].replace("%2F", "/").replace("%2f", "/") or "/"
    connection = amqp.Connection(
        host=f"{at.hostname}:{at.port or USUAL_PORT}",
        userid=at.username or "guest",
        password=at.password or "guest",
        virtual_host=vhost,
        ssl=at.scheme == "amqps",
        connect_timeout=2,
        read_timeout=2,
    )
    try:
        connection.connect()
        connection.close()
    except (OSError, amqp.AMQPError):
        return False
    return True


def _ctl(tool: str | None, words: Sequence[str], env: Mapping[str, str], *options: str) -> str:
    done = subprocess.run(
        [tool or "rabbitmqctl", "-q", *options, *words],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(f"rabbitmqctl {words[0]}: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


def _plain(name: str) -> str | None:
    """Debian wraps the programs in a script that insists on its own user and drops the environment."""
    unwrapped = Path("/usr/lib/rabbitmq/bin") / name
    return str(unwrapped) if unwrapped.exists() else _which(name)


def _which(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
