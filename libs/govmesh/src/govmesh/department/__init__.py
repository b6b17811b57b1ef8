"""A department: an outsider that uses only the published contract (see ``docs/howto/department.md``).

Imports nothing but the standard library, kombu, py-amqp and cryptography (to check signatures), and of ``govmesh``
nothing but this package.
"""

from govmesh.department.behaviour import Behaviour
from govmesh.department.client import DepartmentClient
from govmesh.department.trust import Trusted
from govmesh.department.wire import Away, Command, Sent, Taken, Wire

__all__ = ["Away", "Behaviour", "Command", "DepartmentClient", "Sent", "Taken", "Trusted", "Wire"]
