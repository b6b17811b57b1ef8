"""A million open hand-offs and more closed ones: one real matter of each kind, multiplied inside the database.

The matters are filed, offered, accepted, returned and finished by the service itself; what is multiplied are its own
rows, with ids of their own and their moments spread over twenty days.  Outbox rows come without their bodies: none of
the measured queries reads one.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg2

from govmesh.testing.alone import Alone

TASKS = 4
"""Hand-offs of one joint operation: a lead and three that assist."""
LEAD, ASSISTS = "chengguan", ("gongan", "shichang", "zhujian")
AT_ONCE = 50_000
_SPREAD = "make_interval(secs => (n::bigint * 7919 % 1728000) - 864000)"
"""Ten days back to ten days ahead, the same for all rows of one matter."""
_ID, _MATTER = "{0} || '-' || n", "split_part({0}, '|', 1) || '-' || n || '|' || split_part({0}, '|', 2)"
_MOMENTS = ("held_since", "late_at", "opened_at", "due_at", "closed_at", "at", "sent_at")
_CHANGED = {
    "events": {"id": _ID},
    "handoffs": {"id": _ID, "event_id": _ID},
    "timers": {"id": "replace(t.id, t.subject, t.subject || '-' || n)", "subject": _ID, "data": _MATTER},
    "outbox": {
        "id": _ID,
        "subject": _ID,
        "body": "''",
        "receipt_at": f"CASE WHEN n % 1000 > 0 THEN t.at + {_SPREAD} + interval '1 minute' END",
    },
}
"""What of a multiplied row differs from its pattern; one offer in a thousand is without a receipt."""


class Load:
    """Fills the tables of ``service``."""

    def __init__(self, service: Alone, url: str) -> None:
        self._service, self._url, self._schema = service, url, service.mesh.database.schema
        self._patterns = {"open": self._opened(), "closed": self._closed()}
        self._made = 0
        with closing(self._connect()) as conn, conn.cursor() as cursor:
            for kind, event in self._patterns.items():
                tasks = f"SELECT id FROM handoffs WHERE event_id = '{event}'"
                for table, which in {
                    "events": f"id = '{event}'",
                    "handoffs": f"event_id = '{event}'",
                    "timers": f"data LIKE '{event}|%' AND subject IN ({tasks})",
                    "outbox": f"exchange = '' AND type = 'handoff.offered.v1' AND subject IN ({tasks})",
                }.items():
                    cursor.execute(f"CREATE TABLE {kind}_{table} AS SELECT * FROM {table} WHERE {which}")

    def add(self, kind: str, tasks: int) -> None:
        """So many hand-offs more that are ``open`` or ``closed``, then what autovacuum would do by itself."""
        matters = tasks // TASKS
        with closing(self._connect()) as conn, conn.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            for first in range(self._made, self._made + matters, AT_ONCE):
                last = min(first + AT_ONCE, self._made + matters) - 1
                for table in _CHANGED:
                    cursor.execute(self._multiplied(cursor, kind, table), (first, last))
            for table in _CHANGED:
                cursor.execute(f"VACUUM ANALYZE {table}")
            cursor.execute("CHECKPOINT")
        self._made += matters

    def _multiplied(self, cursor: Any, kind: str, table: str) -> str:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            (self._schema, table),
        )
        names = [row[0] for row in cursor if row[0] != "seq"]
        drawn = {name: f"t.{name}" for name in names}
        drawn |= {name: f"t.{name} + {_SPREAD}" for name in _MOMENTS if name in names}
        drawn |= {name: form.format(f"t.{name}") for name, form in _CHANGED[table].items()}
        if table in ("events", "handoffs"):
            same = [name for name in ("id", "event_id", "held_since", "opened_at", "closed_at") if name in names]
            fields = ", ".join(f"'{name}', {drawn[name]}" for name in same)
            drawn["doc"] = f"(t.doc::jsonb || jsonb_build_object({fields}))::text"
        columns = ", ".join(names)
        values = ", ".join(drawn[name] for name in names).replace("%", "%%")
        return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {kind}_{table} t, generate_series(%s, %s) n"

    def _connect(self) -> Any:
        conn = psycopg2.connect(self._url, options=f"-c search_path={self._schema} -c timezone=UTC")
        conn.autocommit = True
        return conn

    def _assigned(self, text: str) -> tuple[str, dict[str, dict[str, Any]]]:
        """A matter with one task for each department."""
        api, clock = self._service.api, self._service.clock
        event = _ok(api.post("/api/v1/reports", json={"source": "bench", "text": text}))["event"]
        clock.forward(timedelta(minutes=self._service.mesh.pack.terms.locate.minutes + 1))
        self._service.mesh.tick()
        _ok(api.post(f"/api/v1/events/{event}/assign", json={"lead": LEAD, "assists": ASSISTS, "reason": "bench"}))
        found = _ok(api.get(f"/api/v1/events/{event}/handoffs"))["handoffs"]
        return event, {task["dept"]: task for task in found}

    def _answer(self, task: dict[str, Any], verb: str, **said: Any) -> None:
        path = f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/{verb}"
        _ok(self._service.api.post(path, json={"dept": task["dept"], "generation": task["generation"], **said}))

    def _opened(self) -> str:
        """One task is accepted, one lies at the triage desk for it was returned in a circle, two are offered."""
        event, tasks = self._assigned("一件不知归谁管的事情，还在各处")
        self._answer(tasks[LEAD], "accept")
        back = tasks["gongan"]
        reason = self._service.mesh.pack.header.handoff.return_reasons[0].code
        self._answer(back, "return", reason=reason, proposed="shichang")
        self._answer({**back, "dept": "shichang", "generation": 2}, "return", reason=reason, proposed="gongan")
        return event

    def _closed(self) -> str:
        event, tasks = self._assigned("一件不知归谁管的事情，后来办好了")
        for task in tasks.values():
            self._answer(task, "accept")
        for task in tasks.values():
            self._answer(task, "done", result="已处置")
        if _ok(self._service.api.get(f"/api/v1/events/{event}"))["state"] != "closed":
            _ok(self._service.api.post(f"/api/v1/events/{event}/verify", json={"ok": True}))
        return event


def _ok(answer: Any) -> Any:
    if answer.status_code != 200:
        raise RuntimeError(answer.get_data(as_text=True))
    return answer.get_json()
