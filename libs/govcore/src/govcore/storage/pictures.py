"""What a picture tells besides what it shows (where, when, with whose device) is cut out before it is kept.

Only what shows the picture is copied, so what nobody knows of is left out too.  JPEG: ITU-T T.81, Exif 2.3; PNG: W3C.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Literal

from govcore.errors import Refusal

JPEG, PNG = "image/jpeg", "image/png"
TYPES = (JPEG, PNG)
"""What can be cleaned, and so what can be kept."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD", b"hIST")
)
_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF
_RESTARTS = range(0xD0, 0xD8)
_EXIF, _ORIENTATION = b"Exif\x00\x00", 0x0112


def cleaned(data: bytes) -> tuple[bytes, str]:
    """The picture without what it tells besides, and its media type, by its bytes and not by what it is called.

    Raises ``EVIDENCE_TYPE`` for what is no picture that can be cleaned, ``EVIDENCE_BROKEN`` for a wrong one.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return b"".join(_jpeg(data)), JPEG
        if data.startswith(_PNG):
            return b"".join(_png(data)), PNG
    except IndexError as error:
        raise Refusal("EVIDENCE_BROKEN", field="body") from error
    raise Refusal("EVIDENCE_TYPE", field="body", known=", ".join(TYPES))


def _png(data: bytes) -> Iterator[bytes]:
    """The chunks that show the picture; nothing after its end."""
    yield _PNG
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise IndexError
        if kind in _PNG_KEPT:
            yield data[at:end]
        at = end


def _jpeg(data: bytes) -> Iterator[bytes]:
    """The segments that show the picture and how it is turned; nothing after its end."""
    yield data[:2]
    at, turned = 2, False
    while True:
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if marker == 0xFF:  # any number of them may fill up
            at += 1
            continue
        if marker == _EOI:
            yield data[at : at + 2]
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end > len(data) or end < at + 4:
            raise IndexError
        if marker == _APP1 and not turned and (how := _orientation(data[at + 4 : end])) > 1:
            turned = True
            yield _turn(how)
        if _shows(marker, data[at + 4 : end]):
            yield data[at:end]
        at = end
        if marker == _SOS:
            at = _after_scan(data, at)
            yield data[end:at]


def _shows(marker: int, body: bytes) -> bool:
    if marker == _APP0:
        return body.startswith(b"JFIF\x00")
    return marker == _APP14 or not (_APP0 <= marker <= _APP15 or marker == _COMMENT)


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after coded data, in which ``FF`` is followed by 00 or a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise IndexError
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS:
            return at
        at += 2


def _orientation(body: bytes) -> int:
    """How the camera was held, 1 (upright) to 8; 1 too where nothing readable says so."""
    tiff = body[len(_EXIF) :]
    if not body.startswith(_EXIF) or tiff[:2] not in (b"II", b"MM"):
        return 1
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    first = int.from_bytes(tiff[4:8], order)
    for entry in range(int.from_bytes(tiff[first : first + 2], order)):
        line = tiff[first + 2 + 12 * entry : first + 14 + 12 * entry]
        if len(line) < 12:
            return 1
        if int.from_bytes(line[:2], order) == _ORIENTATION:
            found = int.from_bytes(line[8:10], order)
            return found if 1 <= found <= 8 else 1
    return 1


def _turn(how: int) -> bytes:
    """An Exif segment that says how the picture is turned and nothing else."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\x00\x03\x00\x00\x00\x01" + how.to_bytes(2, "big") + b"\x00\x00"
    body = _EXIF + b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
