"""Whether two texts say the same, white space aside: how a repeated report is recognised.

White space of every kind goes (line ends, tabs, no-break and ideographic spaces U+3000), and characters
that are not seen at all.  Full-width and half-width marks are *not* made equal (no NFKC): of the 4,326 messages
of ``taidi_messages.xlsx`` 109 repeat an earlier one white space aside, and it is those 109 that are meant.
"""

from __future__ import annotations

from hashlib import sha256

_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


def bare(text: str) -> str:
    """The text without any white space."""
    return "".join(text.translate(_UNSEEN).split())


def fingerprint(text: str) -> str:
    """64 hexadecimal digits (SHA-256); equal for texts that are equal without white space."""
    return sha256(bare(text).encode()).hexdigest()


def telling(text: str, characters: int) -> str | None:
    """The fingerprint of a text of ``characters`` or more, white space aside; None of one that says too little."""
    return fingerprint(text) if len(bare(text)) >= characters else None


def tidy(text: str) -> str:
    """The text as a person would have typed it: no white space around its lines, no empty lines."""
    lines = (line.strip() for line in text.translate(_UNSEEN).splitlines())
    return "\n".join(line for line in lines if line)
