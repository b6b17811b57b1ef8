"""Real brokers and databases for tests: found, started, or installed.

``rabbitmq()`` and ``postgres()`` give an address of one's own (a virtual host, a database of random
name) on the best server to be had:

1. the one named by ``GOVMESH_TEST_AMQP`` or ``GOVMESH_TEST_DATABASE``;
2. the one on the usual local port, if it lets us in;
3. one started from installed programs, with its own data, ports and name;
4. the same after installing the programs, when root on Debian (``GOVMESH_TEST_INSTALL=no`` forbids it).

``private_rabbitmq()`` and ``private_postgres()`` always start a server of their own; only those can be
stopped, paused or put under an alarm, so that no test ever stops what somebody else uses.

Each raises :class:`Unavailable` with the reason where nothing of this is possible.  Whatever was made
is removed at ``close()``, at the end of a ``with`` block, and also when the test process is killed: a
small process of its own waits for that.
"""

from govmesh.testing.servers.database import Database, PrivatePostgres, postgres, private_postgres
from govmesh.testing.servers.guard import Unavailable
from govmesh.testing.servers.rabbit import PrivateRabbit, Vhost, private_rabbitmq, rabbitmq

__all__ = [
    "Database",
    "PrivatePostgres",
    "PrivateRabbit",
    "Unavailable",
    "Vhost",
    "postgres",
    "private_postgres",
    "private_rabbitmq",
    "rabbitmq",
]
