"""Templates and assets: HTML with everything escaped, nothing loaded from elsewhere."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gov_console.findings import link
from gov_console.words import Words, own, pair
from govcore.errors import Refusal
from govmesh.http import Response

REFRESH_SECONDS = 15
MENU = ("events", "handoffs", "stalled", "operations", "orders", "verifying", "claims", "alerts", "surges", "ledger")
_ASSETS = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Renderer:
    """Makes pages of one pack's words."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._templates = Environment(
            loader=PackageLoader("gov_console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "t": own,
            "word": pair,
            "w": words,
            "link": link,
            "every": REFRESH_SECONDS,
            "menu": MENU,
        }

    def html(self, template: str, view: dict[str, Any], now: datetime, status: int = 200) -> Response:
        """The page ``template`` with what ``view`` holds."""
        shown = self._templates.get_template(template).render(now=now, **view)
        return Response(shown, status=status, headers=_HEADERS, content_type="text/html; charset=utf-8")

    def asset(self, name: str) -> Response:
        """A style sheet or script of these pages.  Raises ``HTTP_NOT_FOUND``."""
        if name not in _ASSETS:
            raise Refusal("HTTP_NOT_FOUND", field="path", value=name[:80])
        content = (files("gov_console") / "assets" / name).read_bytes()
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=60"}
        return Response(content, headers=headers, content_type=_ASSETS[name])
