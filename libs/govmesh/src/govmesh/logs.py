"""Logs with event, hand-off and trace ids and no bodies, on the console or as JSON lines on stderr."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

_QUIET = ("kombu", "amqp", "nameko", "sqlalchemy", "alembic", "werkzeug", "eventlet")
_BODY = ("body", "text", "reporter", "raw", "content")


def drop_bodies(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Whoever tries to log a body or an identity finds its length instead."""
    for name in _BODY:
        if name in entry:
            entry[name] = f"<{len(str(entry[name]))} characters>"
    return entry


class _NoBodies(logging.Filter):
    """kombu logs the raw body of a message it cannot decode: never let its arguments through."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] in _QUIET:
            record.msg, record.args, record.exc_info = f"{record.name}: {record.levelname.lower()}", (), None
        return True


def set_up(fmt: str, level: str) -> None:
    """Configure structlog and the standard library's logging for this process."""
    number = logging.getLevelNamesMapping()[level.upper()]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_bodies,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_NoBodies())
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def log(service: str) -> Any:
    """The logger of a service."""
    return structlog.get_logger().bind(service=service)


def place_of(error: BaseException) -> str:
    """Type and place of an error, never its text: it may quote what a message said."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    at = f" at {'/'.join(last.filename.rsplit('/', 2)[-2:])}:{last.lineno}" if last else ""
    return f"{type(error).__qualname__}{at}"
