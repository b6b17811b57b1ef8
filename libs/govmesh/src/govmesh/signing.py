"""Messages that leave for a department are signed: Ed25519 (RFC 8032) over the body's bytes, in two headers.

A signature is made when a message is published, not when it is committed: after a change of keys what still waits goes
out under the new one.  Messages inside the mesh are not signed (they would cost a third of a hop's speed).
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from govcore.errors import Refusal
from govmesh import secret_file
from govmesh.department.trust import KEY, SIGNATURE, key_id
from govmesh.settings import Settings

QUEUE = "dept."
"""How queues of departments begin."""


class Signer:
    """Signs with one private key; ``key`` is the id under which departments know its public half."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.key = key_id(private.public_key())

    @classmethod
    def at(cls, settings: Settings) -> Signer | None:
        """With the key the settings give or name; the embedded profile makes its own in home.  None: nothing is signed.

        Raises ``SIGNING_BAD_KEY`` for what is no such key or lies open to others, ``SIGNING_NO_KEY`` where signing is
        wanted (``GOVMESH_SIGNING=on``) and there is none.
        """
        if settings.signing == "off":
            return None
        if settings.signing_key is not None:
            return cls(_coded(settings.signing_key.get_secret_value()))
        file = settings.signing_key_file
        if file is None and settings.profile == "embedded":
            file = settings.home / "signing.pem"
            if not file.exists():
                secret_file.make(file, _new())
        if file is None:
            if settings.signing == "on":
                raise Refusal("SIGNING_NO_KEY", field="GOVMESH_SIGNING_KEY_FILE")
            return None
        return cls(_read(file))

    def headers(self, body: bytes) -> Mapping[str, str]:
        """What is sent beside ``body``: which key, and the signature in base64."""
        return {KEY: self.key, SIGNATURE: base64.b64encode(self._private.sign(body)).decode()}

    def publish_key(self, home: Path) -> Path:
        """The public key as a file in ``home``, for departments that run beside the mesh; where it is."""
        home.mkdir(parents=True, exist_ok=True)
        file = home / "signing.pub.pem"
        handle, name = tempfile.mkstemp(prefix=".signing-", dir=home)
        with os.fdopen(handle, "wb") as out:
            out.write(self.public)
        os.replace(name, file)
        return file


def _new() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _coded(key: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.strip(), validate=True))
    except ValueError as error:
        raise Refusal("SIGNING_BAD_KEY", field="GOVMESH_SIGNING_KEY", why="base64, 32") from error


def _read(file: Path) -> Ed25519PrivateKey:
    try:
        if secret_file.others_may_read(file):
            raise Refusal("SIGNING_BAD_KEY", field=str(file), why="chmod 600")
        found = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise Refusal("SIGNING_BAD_KEY", field=str(file), why=error.strerror or "?") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Refusal("SIGNING_BAD_KEY", field=str(file), why="PEM, PKCS 8, Ed25519") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise Refusal("SIGNING_BAD_KEY", field=str(file), why="Ed25519")
    return found
