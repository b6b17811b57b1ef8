"""Chinese and English side by side, from gettext catalogues.

``locale/<lang>/LC_MESSAGES/<domain>.po`` (one domain an area), compiled to ``.mo`` beside it.
"""

from __future__ import annotations

import gettext as _gettext
from functools import cache
from pathlib import Path
from typing import Any

_LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("zh_CN", "en")


@cache
def _catalogue(lang: str) -> _gettext.NullTranslations:
    joined = _gettext.NullTranslations()
    for file in sorted((_LOCALE / lang / "LC_MESSAGES").glob("*.mo")):
        with file.open("rb") as handle:
            joined.add_fallback(_gettext.GNUTranslations(handle))
    return joined


def reason(code: str, lang: str, **params: Any) -> str:
    """The text of a reason code in ``zh_CN`` or ``en``; the bare code where no catalogue has it."""
    text = _catalogue(lang).gettext(code)
    try:
        return text.format(**params)
    except (KeyError, IndexError):
        return text


def label(word: str, lang: str) -> str:
    """A word shown to residents or officials (a state, a column head) in ``lang``."""
    return _catalogue(lang).gettext(word)
