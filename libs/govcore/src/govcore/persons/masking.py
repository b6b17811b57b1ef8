"""What is left of a person's data when somebody without a purpose looks at it 脱敏.

Single fields only; identities inside a free text are taken out by :func:`govcore.events.without_identity`.
"""

from __future__ import annotations

import re

STAR = "*"


def mask(text: str, *, head: int, tail: int) -> str:
    """All but the first ``head`` and last ``tail`` signs as stars; a text too short to hide anything is all stars."""
    hidden = len(text) - head - tail
    if hidden <= 0:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail :]


def mask_id(number: str) -> str:
    """A citizen id: province and county stay, the day of birth and the number do not (``340881************``)."""
    return mask(number, head=6, tail=0)


def mask_phone(number: str) -> str:
    """A telephone number: the last four stay, and of an international one the beginning (``+86*******5678``)."""
    return mask(number, head=3 if number.startswith("+") else 0, tail=4)


def mask_name(name: str) -> str:
    """A name: the first sign of a Chinese name, the initials of another (``王**``, ``J*** S****``)."""
    return " ".join(mask(word, head=1, tail=0) if len(word) > 1 else word for word in name.split())


def mask_address(address: str) -> str:
    """An address up to its first number: street and estate stay, building, unit and room do not."""
    found = re.search(r"[0-9０-９]", address)
    if found is None:
        return address
    return address[: found.start()] + "**" if found.start() else "**"
