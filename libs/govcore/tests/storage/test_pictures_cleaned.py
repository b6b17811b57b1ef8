"""A picture is kept without what it tells besides what it shows, or not at all."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.memory import MemoryStorage
from govcore.storage import check_keys, cleaned

SECRET = b"N31 02 51 E116 57 00 owner Wang"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def exif(orientation: int, order: str = "big") -> bytes:
    """What a camera writes: how it was held, and more than anybody asked."""
    mark = b"MM" if order == "big" else b"II"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, order)  # type: ignore[arg-type]

    entries = number(0x010F, 2) + number(2, 2) + number(4, 4) + b"Wang"
    entries += number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + b"\x00\x00"
    return b"Exif\x00\x00" + mark + number(42, 2) + number(8, 4) + number(2, 2) + entries + b"\x00" * 4 + SECRET


JFIF = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
FRAME = segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd3\x56"


def jpeg(*between: bytes, after: bytes = b"") -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(between) + FRAME + SCAN + b"\xff\xff\xd9" + after


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(*between: bytes, after: bytes = b"") -> bytes:
    head = chunk(b"IHDR", b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")
    data = chunk(b"IDAT", zlib.compress(b"\x00\x7f"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + data + chunk(b"IEND", b"") + after


PICTURES = {
    "exif": jpeg(segment(0xE1, exif(1))),
    "xmp": jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SECRET)),
    "maker": jpeg(segment(0xEC, SECRET), segment(0xED, SECRET), segment(0xFE, SECRET), segment(0xE2, SECRET)),
    "other application's": jpeg(segment(0xE0, b"JFXX\x00" + SECRET)),
    "behind the end": jpeg(after=SECRET),
    "png text": png(chunk(b"tEXt", b"Author\x00" + SECRET), chunk(b"eXIf", SECRET), chunk(b"iTXt", SECRET)),
    "png unknown": png(chunk(b"waNg", SECRET), after=SECRET),
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_it_tells_besides_is_gone(name: str) -> None:
    """Place, owner, maker's notes, comments, what stands behind the end: none is left, and what it shows is."""
    data, media_type = cleaned(PICTURES[name])
    plain = jpeg() if media_type == "image/jpeg" else png()
    assert SECRET not in data and b"Wang" not in data
    assert data == plain.replace(b"\xff\xff\xd9", b"\xff\xd9")


@pytest.mark.parametrize("order", ["big", "little"])
@pytest.mark.parametrize("turned", [1, 6, 8])
def test_how_it_is_turned_is_kept(turned: int, order: str) -> None:
    """Of all that Exif says only that is left, and cleaning it again changes nothing."""
    data, _ = cleaned(jpeg(segment(0xE1, exif(turned, order))))
    assert (b"\x01\x12\x00\x03\x00\x00\x00\x01\x00" + bytes([turned]) in data) is (turned > 1)
    assert SECRET not in data and cleaned(data) == (data, "image/jpeg")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EVIDENCE_TYPE"),
        (b"%PDF-1.7 " + SECRET, "EVIDENCE_TYPE"),
        (b"GIF89a", "EVIDENCE_TYPE"),
        (b"\x00\x00\x00\x18ftypheic", "EVIDENCE_TYPE"),
        (jpeg()[:-2], "EVIDENCE_BROKEN"),
        (jpeg(b"garbage"), "EVIDENCE_BROKEN"),
        (b"\xff\xd8\xff\xe1\x00\x01", "EVIDENCE_BROKEN"),
        (png()[:-1], "EVIDENCE_BROKEN"),
        (png().replace(b"IDAT", b"IDAX"), "EVIDENCE_BROKEN"),
    ],
)
def test_what_cannot_be_cleaned_is_refused(data: bytes, code: str) -> None:
    """Other kinds of files, and pictures that are cut or wrong, with a code in both languages."""
    with pytest.raises(Refusal) as refused:
        cleaned(data)
    assert refused.value.code == code
    assert code not in (refused.value.text("zh_CN"), refused.value.text("en"))


@given(name=st.sampled_from(sorted(PICTURES)), at=st.integers(0, 400), put=st.binary(max_size=6), cut=st.integers(0, 9))
def test_whatever_comes_in_is_cleaned_or_refused(name: str, at: int, put: bytes, cut: int) -> None:
    """Spoilt anywhere, a picture ends in a refusal or in one that stays as it is when cleaned again."""
    data = PICTURES[name]
    try:
        found, _ = cleaned(data[:at] + put + data[at + cut :])
    except Refusal as refusal:
        assert refusal.code in ("EVIDENCE_TYPE", "EVIDENCE_BROKEN")
    else:
        assert cleaned(found)[0] == found


def test_evidence_that_is_named_must_be_there_or_elsewhere() -> None:
    """An unknown digest and a bare word are refused where there is a store; addresses of the department's own pass."""
    storage = MemoryStorage()
    known = storage.put(b"x", "image/png")
    check_keys((known, "https://chengguan.example/1", "urn:chengguan:1"), storage)
    for key, code in (
        ("sha256:00", "EVIDENCE_UNKNOWN"),
        ("photo 1", "EVIDENCE_BAD_KEY"),
        ("http://x", "EVIDENCE_BAD_KEY"),
    ):
        with pytest.raises(Refusal) as refused:
            check_keys((known, key), storage)
        assert (refused.value.code, refused.value.field) == (code, "evidence")
        check_keys((key,), None)
