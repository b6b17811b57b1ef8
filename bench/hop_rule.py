"""What the floor and the peers compute for one ``handoff.accept.v1``, with plain dictionaries.

Ours computes the same with :func:`govcore.events.matter.accept`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic_core import from_json, to_json

LEASE = timedelta(seconds=15)
_FACTS = (
    *("event_id", "role", "dept", "state", "generation", "holder", "class_code", "class_name", "severity", "place"),
    *("grid", "duty_post", "offered_at", "accept_due_at", "due_at"),
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The rows of one hop: the changed hand-off, the timers to delete, the history, the outbox; and the message."""

    handoff: dict[str, Any]
    timers: tuple[str, str]
    history: dict[str, Any]
    outbox: tuple[dict[str, Any], dict[str, Any]]
    said: dict[str, Any]


def inbox_row(message: dict[str, Any]) -> dict[str, Any]:
    return {"id": message["id"], "type": message["type"], "place": message["place"], "at": datetime.now(UTC)}


def accept(message: dict[str, Any], task_doc: str, event_doc: str) -> Accepted:
    """Raises ``ValueError`` where the department may not accept it."""
    command, task, event = message["data"], from_json(task_doc), from_json(event_doc)
    dept = message["source"].removeprefix("/dept.")
    if task["dept"] != dept or task["generation"] != command["generation"] or task["state"] != "offered":
        raise ValueError("refused")
    now = datetime.now(UTC)
    at, holder = now.isoformat(), f"dept:{dept}"
    task |= {"state": "accepted", "version": task["version"] + 1, "holder": holder, "held_since": at, "accepted_at": at}
    task |= {"answered_at": command["answered_at"], "answer_received_at": at}
    facts = {name: task[name] for name in _FACTS}
    data = {"handoff_id": task["id"], **facts, "answered_at": command["answered_at"], "answer_received_at": at}
    trace = event["trace"]
    said = {
        "specversion": "1.0",
        "id": f"{message['id']}.1",
        "source": "/dispatch",
        "type": "handoff.accepted.v1",
        "subject": task["id"],
        "time": at,
        "datacontenttype": "application/json",
        "subjectversion": task["version"],
        "place": task["place"],
        "traceparent": trace,
        "dept": dept,
        "cause": message["id"],
        "data": data,
    }
    row = {"id": task["id"], "state": "accepted", "holder": holder, "late_at": task["due_at"], "doc": _dumps(task)}
    noted = {
        "at": now,
        "said_at": message["time"],
        "trace": trace[3:35],
        "span": message["traceparent"][36:52],
        "parent": None,
        "message": message["id"],
        "type": message["type"],
        "subject": task["id"],
        "kind": "accept",
        "place": event["place"],
        "from_state": "offered",
        "to_state": "accepted",
        "holder": holder,
        "actor": holder,
        "reason": None,
    }
    topic = {
        "id": said["id"],
        "type": said["type"],
        "subject": task["id"],
        "place": task["place"],
        "exchange": "dispatch.events",
        "routing_key": f"handoff.accepted.{task['place']}.{dept}",
        "body": _dumps(said),
        "at": now,
        "lease_until": now + LEASE,
    }
    direct = {**topic, "id": f"{said['id']}@dept.{dept}", "exchange": "", "routing_key": f"dept.{dept}"}
    forgotten = f"accept:{task['id']}:1", f"receipt:{task['id']}:1"
    return Accepted(row, forgotten, noted, (topic, direct), said)


def _dumps(value: dict[str, Any]) -> str:
    return to_json(value).decode()
