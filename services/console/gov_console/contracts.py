"""What console says, hears and obeys: nothing.  It asks the services by their paths."""

from __future__ import annotations

from govcore.messages import Payload

HEARS: tuple[type[Payload], ...] = ()
SAYS: tuple[type[Payload], ...] = ()
COMMANDS: tuple[type[Payload], ...] = ()
