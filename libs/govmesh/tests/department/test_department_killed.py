"""The department client killed, cut off and started again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govmesh.department import Away
from govmesh.department.checks import logs_in


def test_a_killed_department_goes_on_where_it_stood(desk: Any, start: Any, time: Any) -> None:
    """Killed between any two turns: it answers everything once, with the same ids, and forgets nothing."""
    department = start()
    for n in range(5):
        desk.offer("chengguan", f"H-{n}")
    for minutes in (0, 10, 0, 30, 30, 60):
        time.move(minutes=minutes)
        for _ in range(3):
            department.client.turn(0.0)
            department.kill()
            department.start()
            desk.work()
    assert {task.state for task in desk.tasks.values()} == {"done"}
    assert len(desk.told()) == 10 and not desk.refused


def test_unanswered_commands_are_sent_again_with_the_same_id(desk: Any, start: Any, time: Any) -> None:
    """Killed after sending and before any answer: the command comes again, the same one."""
    department = start()
    desk.offer("chengguan", "H-1")
    department.client.turn(0.0)
    time.move(minutes=10)
    department.client.turn(0.0)
    department.kill()
    department.start()
    department.client.turn(0.0)
    desk.work()
    assert desk.told() == ["handoff.accept.v1"]
    assert desk.repeats >= 1 and not desk.refused


def test_killed_between_holding_and_planning(desk: Any, start: Any, time: Any) -> None:
    """A log that ends right after `held` still leads to a finish."""
    department = start()
    desk.offer("chengguan", "H-1")
    desk.play(department)
    time.move(minutes=10)
    desk.play(department)
    department.kill()
    lines = department.log.read_bytes().splitlines(keepends=True)
    held = next(n for n, line in enumerate(lines) if b'"kind":"held"' in line)
    department.log.write_bytes(b"".join(lines[: held + 1]) + b'{"kind":"pl')
    department.start()
    time.move(minutes=60)
    desk.play(department)
    assert desk.tasks["H-1"].state == "done"


def test_a_broker_away_is_waited_out(desk: Any, start: Any, time: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending fails: the command is tried again soon, with the same id, and not forgotten."""
    from govmesh.department import client

    monkeypatch.setattr(client, "SEND_SOON", 0.0)
    department = start()
    desk.offer("chengguan", "H-1")
    desk.play(department)
    time.move(minutes=10)
    send = department.wire.send

    def fails(*_: Any) -> Any:
        raise Away("gone")

    monkeypatch.setattr(department.wire, "send", fails)
    with pytest.raises(Away):
        department.client.turn(0.0)
    monkeypatch.setattr(department.wire, "send", send)
    desk.play(department)
    assert desk.told() == ["handoff.accept.v1"]


def test_logs_are_for_their_owner_only(start: Any, tmp_path: Path) -> None:
    """The log may hold parked bodies: nobody else may read it."""
    department = start()
    assert department.log.stat().st_mode & 0o077 == 0
    assert logs_in(tmp_path) == {"chengguan": department.log}
