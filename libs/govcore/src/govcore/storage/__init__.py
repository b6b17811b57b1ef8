"""Evidence 证据材料: what a file is kept as, what of it is thrown away first, and which keys may be named.

The port is :class:`govcore.ports.Storage`.
"""

from govcore.storage.keys import check_keys, key_of, known_key
from govcore.storage.pictures import TYPES, cleaned

__all__ = ["TYPES", "check_keys", "cleaned", "key_of", "known_key"]
