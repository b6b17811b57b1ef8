"""How the command line shows things: tables, trees, refusals, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from govcore.errors import Refusal
from govmesh.client import Answered

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)


def refusal_lines(no: Refusal | Answered) -> list[str]:
    """The reason in both languages, with where it was wrong."""
    found = no.as_dict() if isinstance(no, Refusal) else no.error
    where = "  ".join(
        f"{name}={found[name]}" for name in ("file", "line", "row", "field", "value") if found.get(name) is not None
    )
    return [f"✗ {found.get('code', '?')}  {where}".rstrip(), f"  {found.get('zh', '')}", f"  {found.get('en', '')}"]


def a_day(text: str, field: str) -> date:
    """The day somebody wrote.  Raises ``DAY_UNREADABLE``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("DAY_UNREADABLE", field=field, value=text[:40]) from error


def as_json(value: Any) -> None:
    """One line of JSON on standard output."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table; an empty one says so."""
    shown = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for head in heads:
        shown.add_column(head, overflow="fold")
    count = 0
    for row in rows:
        shown.add_row(*("" if cell is None else str(cell) for cell in row))
        count += 1
    if count:
        console.print(shown)
    else:
        console.print(f"{title}\n  （无）none")


_zone: list[ZoneInfo] = [ZoneInfo("UTC")]


def use_zone(name: str) -> None:
    """From here on moments are shown in the mesh's own time zone."""
    _zone[0] = ZoneInfo(name)


def moment(value: str | datetime | None, form: str = "%m-%d %H:%M:%S") -> str:
    """A moment in the mesh's time zone, to the second."""
    if value is None:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(_zone[0]).strftime(form)


def age(since: str, now: datetime | None = None) -> str:
    """How long ago, in the two largest units."""
    return span((now or datetime.now(UTC)) - datetime.fromisoformat(since))


def span(length: timedelta) -> str:
    """A length of time in its two largest units: ``2d 3h``, ``5m 12s``."""
    seconds = max(0, int(length.total_seconds()))
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s")]
    shown = [f"{number}{unit}" for number, unit in parts if number]
    return " ".join(shown[:2]) or "0s"
