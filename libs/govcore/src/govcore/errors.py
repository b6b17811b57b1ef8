"""A rule that says no: one reason code, in Chinese and English, and where it was wrong.

The texts stand in the gettext catalogues ``govcore/locale/<lang>/LC_MESSAGES/reasons.po`` under the
code as ``msgid``; the same code reaches the API, the command line and the page.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A reasoned no.

    ``code`` is a reason code of the catalogue; ``file``, ``line``, ``row``, ``field`` and ``value`` say
    where and what; further keywords fill the text's placeholders.  Nothing has been half-done when
    this is raised.
    """

    def __init__(
        self,
        code: str,
        *,
        file: str | None = None,
        line: int | None = None,
        row: int | None = None,
        field: str | None = None,
        value: Any = None,
        **params: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.file = file
        self.line = line
        self.row = row
        self.field = field
        self.value = value
        self.params = params

    def text(self, lang: str) -> str:
        """The reason in ``zh_CN`` or ``en``."""
        from govcore.i18n import reason

        return reason(self.code, lang, **self._named())

    def as_dict(self) -> dict[str, Any]:
        """``{code, zh, en, file?, line?, row?, field?, value?}``: what an API answers."""
        found: dict[str, Any] = {"code": self.code, "zh": self.text("zh_CN"), "en": self.text("en")}
        for name in ("file", "line", "row", "field", "value"):
            if (at := getattr(self, name)) is not None:
                found[name] = at
        return found

    def __str__(self) -> str:
        at = [str(self.file)] if self.file else []
        at += [str(self.line)] if self.line is not None else []
        where = ":".join(at)
        named = ", ".join(f"{n}={v!r}" for n in ("row", "field", "value") if (v := getattr(self, n)) is not None)
        return " ".join(
            filter(None, [where, self.code, f"({named})" if named else "", self.text("zh_CN"), "/", self.text("en")])
        )

    def _named(self) -> dict[str, Any]:
        return {"field": self.field, "value": self.value, "row": self.row, **self.params}
