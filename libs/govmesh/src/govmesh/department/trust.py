"""Whose messages a department believes: those signed by a key it was given.

Ed25519 (RFC 8032) over the bytes of the body; the headers of the AMQP message say which key and carry the signature.
A key's id is made of the key: the first 16 hexadecimal digits of the SHA-256 of its public half in DER.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

KEY, SIGNATURE = "govmesh-key", "govmesh-signature"
"""The two headers."""
UNKNOWN = "unknown key"


class Unbelieved(Exception):
    """Not signed by anybody the department knows; says why, never what the message said."""


def key_id(key: Ed25519PublicKey) -> str:
    """The id of a public key."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


class Trusted:
    """The public keys in ``path``: a PEM file, or a folder of ``*.pem``.

    Read anew whenever the files have changed, so that a new key needs no restart: put it there before the mesh signs
    with it, take the old one away when nothing signed with it is on its way any more.
    """

    def __init__(self, path: Path) -> None:
        """Raises ``ValueError`` where there is no such key."""
        self._path = path
        self._stamp: Any = None
        self._keys: dict[str, Ed25519PublicKey] = {}
        self.renew()

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids of the keys that are believed."""
        return tuple(self._keys)

    def renew(self) -> bool:
        """Look whether the files have changed, and read them if so; whether there are other keys now.

        Raises ``ValueError`` naming a file that holds no Ed25519 public key, and where there is none at all; what was
        believed before is believed still then.
        """
        files = sorted(self._path.glob("*.pem")) if self._path.is_dir() else [self._path]
        try:
            stamp = [(file, (found := file.stat()).st_mtime_ns, found.st_ino, found.st_size) for file in files]
            if stamp == self._stamp:
                return False
            keys = {key_id(key): key for key in map(_public, files)}
        except OSError as error:
            raise ValueError(f"{error.filename}: {error.strerror}") from error
        if not keys:
            raise ValueError(f"{self._path}: no *.pem in it")
        before, self._keys, self._stamp = set(self._keys), keys, stamp
        return before != set(keys)

    def check(self, body: bytes, headers: Mapping[str, Any]) -> None:
        """Raises :class:`Unbelieved` unless a key that is believed has signed ``body``."""
        key, signature = headers.get(KEY), headers.get(SIGNATURE)
        if not isinstance(key, str) or not isinstance(signature, str):
            raise Unbelieved("no signature")
        if key not in self._keys:
            raise Unbelieved(f"{UNKNOWN} {key[:40]!r}")
        try:
            self._keys[key].verify(base64.b64decode(signature, validate=True), body)
        except (ValueError, InvalidSignature) as error:
            raise Unbelieved("wrong signature") from error


def _public(file: Path) -> Ed25519PublicKey:
    try:
        found = load_pem_public_key(file.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{file}: no public key in PEM") from error
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError(f"{file}: no Ed25519 key")
    return found
