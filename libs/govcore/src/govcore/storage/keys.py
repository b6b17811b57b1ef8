"""Names of pieces of evidence: their digest here, or an address of the department's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from govcore.errors import Refusal
from govcore.ports import Storage

DIGEST = "sha256:"
ELSEWHERE = ("https:", "urn:")
"""How keys begin that a department keeps the evidence under itself."""
_KEY = re.compile(r"sha256:[0-9a-f]{64}")


def key_of(data: bytes) -> str:
    """``sha256:`` and the digest: the same bytes have the same key, and it shows whether they are still the same."""
    return DIGEST + hashlib.sha256(data).hexdigest()


def known_key(key: str) -> str:
    """``key`` if it can be one of a store.  Raises ``EVIDENCE_UNKNOWN``."""
    if not _KEY.fullmatch(key):
        raise Refusal("EVIDENCE_UNKNOWN", field="key", value=key[:80])
    return key


def check_keys(keys: Iterable[str], storage: Storage | None) -> None:
    """Whether evidence that is named is there; what is kept elsewhere passes, and so does all where there is no store.

    Raises ``EVIDENCE_UNKNOWN``, ``EVIDENCE_BAD_KEY``.
    """
    if storage is None:
        return
    for key in keys:
        if key.startswith(DIGEST):
            if storage.stat(key) is None:
                raise Refusal("EVIDENCE_UNKNOWN", field="evidence", value=key[:80])
        elif not key.startswith(ELSEWHERE):
            raise Refusal("EVIDENCE_BAD_KEY", field="evidence", value=key[:80])
