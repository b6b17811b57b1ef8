"""Who reported: kept apart, encrypted under a key of the matter's own.

Destroying the matter's key makes every personal field of it unreadable for good, in every archive.
A keyed blind index finds a person's records without keeping the person readable.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from govcore.errors import Refusal
from govmesh import secret_file

_NONCE, _TAG, _MASTER = 12, 16, 32


class Sealer(Protocol):
    """An authenticated cipher over (key, nonce, plain, bound)."""

    key_bytes: int

    def seal(self, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes: ...

    def open(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes: ...


class AesGcm:
    """AES-256-GCM."""

    key_bytes = 32

    def seal(self, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, bound)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, sealed, bound)


class Sm4Gcm:
    """SM4-GCM (GB/T 32907), as GB/T 39786 expects of government systems."""

    key_bytes = 16

    def seal(self, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        worker = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(bound)
        return worker.update(plain) + worker.finalize() + worker.tag

    def open(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        worker = Cipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
        worker.authenticate_additional_data(bound)
        return worker.update(sealed[:-_TAG]) + worker.finalize()


CIPHERS: dict[str, Sealer] = {"aes-gcm": AesGcm(), "sm4-gcm": Sm4Gcm()}


def _key(coded: str, where: str) -> bytes:
    try:
        key = base64.b64decode(coded.strip(), validate=True)
    except ValueError as error:
        raise Refusal("VAULT_BAD_KEY", field=where, why="base64") from error
    if len(key) < _MASTER:
        raise Refusal("VAULT_BAD_KEY", field=where, why=f"{len(key)} < {_MASTER}")
    return key


class Vault:
    """Seals and opens personal records.  The master key wraps the matters' keys; it never leaves here."""

    def __init__(self, master: bytes, cipher: str = "aes-gcm") -> None:
        self._master, self.cipher = master, cipher

    @classmethod
    def at(cls, home: Path, given: str | None, cipher: str) -> Vault:
        """From the given base64 key, else from ``home/vault.key`` (made at first use, readable by its owner only).

        Raises ``VAULT_BAD_KEY`` where that is no whole key, or one that others may read.
        """
        if given:
            return cls(_key(given, "GOVMESH_VAULT_KEY"), cipher)
        file = home / "vault.key"
        if not file.exists():
            secret_file.make(file, base64.b64encode(os.urandom(_MASTER)))
        if secret_file.others_may_read(file):
            raise Refusal("VAULT_BAD_KEY", field=str(file), why="chmod 600")
        return cls(_key(file.read_text(), str(file)), cipher)

    def new_key(self, matter: str) -> str:
        """A fresh key for a matter, wrapped."""
        plain = os.urandom(CIPHERS[self.cipher].key_bytes)
        return self._pack(self._derived("wrap"), plain, matter)

    def seal(self, wrapped: str, matter: str, record: dict[str, Any]) -> str:
        """``record`` sealed under the matter's key."""
        return self._pack(self._matter(wrapped, matter), json.dumps(record, ensure_ascii=False).encode(), matter)

    def open(self, wrapped: str, matter: str, sealed: str) -> dict[str, Any]:
        """The record again.  Raises ``VAULT_UNREADABLE`` where the key is gone or the record was altered."""
        found: dict[str, Any] = json.loads(self._unpack(self._matter(wrapped, matter), sealed, matter))
        return found

    def index(self, value: str) -> str:
        """The blind index of a value: equal for equal values, and tells nothing else without the key."""
        return hmac.new(self._derived("index"), value.strip().encode(), hashlib.sha256).hexdigest()

    def exchange_key(self, addressee: str) -> bytes:
        """The key shared with one addressee (``dept.gongan``), for what only it may read."""
        size = CIPHERS[self.cipher].key_bytes
        return hmac.new(self._master, f"govmesh exchange {addressee}".encode(), hashlib.sha256).digest()[:size]

    def seal_for(self, addressee: str, about: str, record: dict[str, Any]) -> str:
        """``record`` sealed for one addressee and bound to what it is about; :func:`open_sent` opens it there."""
        plain = json.dumps(record, ensure_ascii=False).encode()
        return self._pack(self.exchange_key(addressee), plain, f"{about}@{addressee}")

    def _derived(self, use: str) -> bytes:
        size = 32 if use == "index" else CIPHERS[self.cipher].key_bytes
        return hmac.new(
            self._master, f"govmesh {use} {self.cipher if use == 'wrap' else ''}".encode(), hashlib.sha256
        ).digest()[:size]

    def _matter(self, wrapped: str, matter: str) -> bytes:
        return self._unpack(self._derived("wrap"), wrapped, matter)

    def _pack(self, key: bytes, plain: bytes, bound: str) -> str:
        nonce = os.urandom(_NONCE)
        sealed = nonce + CIPHERS[self.cipher].seal(key, nonce, plain, bound.encode())
        return f"{self.cipher}:{base64.b64encode(sealed).decode()}"

    def _unpack(self, key: bytes, packed: str, bound: str) -> bytes:
        return _unpacked(key, packed, bound)


def open_sent(key: bytes, addressee: str, about: str, sealed: str) -> dict[str, Any]:
    """What :meth:`Vault.seal_for` sealed, opened by its addressee.  Raises ``VAULT_UNREADABLE``."""
    found: dict[str, Any] = json.loads(_unpacked(key, sealed, f"{about}@{addressee}"))
    return found


def _unpacked(key: bytes, packed: str, bound: str) -> bytes:
    name, _, coded = packed.partition(":")
    try:
        sealed = base64.b64decode(coded)
        return CIPHERS[name].open(key, sealed[:_NONCE], sealed[_NONCE:], bound.encode())
    except (KeyError, ValueError, InvalidTag) as error:
        raise Refusal("VAULT_UNREADABLE", field="record") from error
