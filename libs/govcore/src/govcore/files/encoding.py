"""Which encoding a text file has: UTF-8, UTF-16 or GB18030 (国标编码), read once from end to end.

Nothing is guessed where the bytes decide: a byte order mark names the encoding, UTF-8 has to hold
for the whole file, and GB18030 is believed only if what comes out is mostly common Chinese.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import IO

from govcore.errors import Refusal

_CHUNK = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ASCII = re.compile(r"[\x00-\x7f]+")
MOSTLY_UTF8 = 0.8
"""Share of the non-ASCII characters that are good UTF-8, from which a file is UTF-8 with broken bytes in it."""
MOSTLY_COMMON = 0.5
"""Share of the non-ASCII characters in GB2312, from which a file is believed to be GB18030."""

ZEROS_AT_ALL, ZEROS_IN_UTF8 = 0.04, 0.4
"""Share of the byte pairs with a zero on one side, from which a file is UTF-16; the second where it could be UTF-8."""


class _Broken(Exception):
    def __init__(self, line: int, common: float) -> None:
        self.line = line
        self.common = common


def recognise(opened: Callable[[], IO[bytes]], name: str, encoding: str | None = None) -> str:
    """The encoding's Python name.  ``opened`` opens the file's bytes anew; ``encoding``: what it is said to be.

    Raises :class:`Refusal` ``FILE_BAD_ENCODING`` with the line of the first byte that does not fit.
    """
    with opened() as stream:
        start = stream.read(4096)
    wanted = encoding or _marked(start) or _by_zeros(start)
    if wanted:
        try:
            codecs.lookup(wanted)
            _read(opened, wanted)
        except LookupError as error:
            raise Refusal("FILE_UNKNOWN_ENCODING", file=name, field="encoding", value=wanted) from error
        except _Broken as broken:
            raise Refusal("FILE_BAD_ENCODING", file=name, line=broken.line, encoding=wanted) from broken
        return wanted
    try:
        _read(opened, "utf-8")
        return "utf-8"
    except _Broken as broken:
        first = broken.line
    if _share_of_utf8(opened) >= MOSTLY_UTF8:
        raise Refusal("FILE_BAD_ENCODING", file=name, line=first, encoding="utf-8")
    try:
        common = _read(opened, "gb18030")
    except _Broken as broken:
        line, said = (broken.line, "gb18030") if broken.common >= MOSTLY_COMMON else (first, "utf-8")
        raise Refusal("FILE_BAD_ENCODING", file=name, line=line, encoding=said) from broken
    if common < MOSTLY_COMMON:
        raise Refusal("FILE_BAD_ENCODING", file=name, line=first, encoding="utf-8")
    return "gb18030"


def _marked(start: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)


def _by_zeros(start: bytes) -> str | None:
    """UTF-16 without a mark: line ends, digits and separators leave zeros on one side only."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    share = 2 * max(even, odd) / max(len(start), 1)
    if min(even, odd) * 10 >= max(even, odd) or share < (ZEROS_IN_UTF8 if _is_utf8(start) else ZEROS_AT_ALL):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _read(opened: Callable[[], IO[bytes]], encoding: str) -> float:
    """Decode all of it; the share of GB2312 characters among those that are not ASCII (1 where all are)."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, foreign, common = 1, 0, 0
    with opened() as stream:
        while True:
            chunk = stream.read(_CHUNK)
            broken: UnicodeDecodeError | None = None
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                broken = error
                text = error.object[: error.start].decode(encoding, "ignore")
            line += text.count("\n")
            if encoding == "gb18030":
                rest = _ASCII.sub("", text)
                foreign += len(rest)
                common += len(rest.encode("gb2312", "ignore")) // 2
            if broken is not None:
                raise _Broken(line, common / foreign if foreign else 0.0) from broken
            if not chunk:
                return common / foreign if foreign else 1.0


def _share_of_utf8(opened: Callable[[], IO[bytes]]) -> float:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with opened() as stream:
        while chunk := stream.read(_CHUNK):
            rest = _ASCII.sub("", decoder.decode(chunk))
            broken = rest.count("\ufffd")
            bad += broken
            good += len(rest) - broken
    return good / (good + bad) if good + bad else 0.0
