"""Workflows of eGov DIGIT: read with their odd beginnings and ends, and every fault with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.packs.workflows import WorkflowFile, figures, read_workflow

Write = Callable[..., Path]
Change = Callable[[list[dict[str, Any]]], object]


def states() -> list[dict[str, Any]]:
    """A complaint's way in the format's shape: the beginning has no name, the next state is a uuid or a name."""
    return [
        {
            "uuid": "u-0",
            "state": None,
            "isStartState": True,
            "actions": [{"action": "APPLY", "nextState": "u-1", "roles": ["CITIZEN", "CSR"]}],
        },
        {
            "uuid": "u-1",
            "state": "PENDINGFORASSIGNMENT",
            "applicationStatus": "PENDINGFORASSIGNMENT",
            "sla": 86400000,
            "actions": [
                {"action": "ASSIGN", "nextState": "PENDINGATLME", "roles": ["GRO"]},
                {"action": "REJECT", "nextState": "u-3", "roles": ["GRO"], "active": True},
                {"action": "OLD", "nextState": "nowhere", "roles": ["GRO"], "active": False},
            ],
        },
        {
            "uuid": "u-2",
            "state": "PENDINGATLME",
            "sla": None,
            "actions": [{"action": "RESOLVE", "nextState": "u-4", "roles": ["LME"]}],
        },
        {"uuid": "u-3", "state": "REJECTED", "isTerminateState": True, "actions": None},
        {
            "uuid": "u-4",
            "state": "RESOLVED",
            "isTerminateState": True,
            "actions": [{"action": "REOPEN", "nextState": "u-1", "roles": ["CITIZEN"]}],
        },
    ]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., WorkflowFile]:
    """Writes the workflow, changed, and reads it."""

    def write(change: Change | None = None, *, indent: int | str = 2, roles: frozenset[str] = frozenset()) -> Any:
        said = states()
        if change is not None:
            change(said)
        file = tmp_path / "pgr.json"
        service = {"businessService": "PGR", "businessServiceSla": 432000000, "states": said}
        file.write_text(json.dumps({"RequestInfo": {}, "BusinessServices": [service]}, indent=indent), "utf-8")
        return read_workflow(file, roles=roles)

    return write


FAULTS: dict[str, tuple[Change, str, str]] = {
    "LIFECYCLE_UNKNOWN_NEXT": (
        lambda s: s[1]["actions"][0].update(nextState="GONE"),
        '"GONE"',
        "BusinessServices[0].states[1].actions[0].nextState",
    ),
    "LIFECYCLE_DEAD_END": (lambda s: s[2].update(actions=[]), '"u-2"', "BusinessServices[0].states[2]"),
    "LIFECYCLE_UNREACHABLE": (
        lambda s: s[1]["actions"].pop(1),
        '"u-3"',
        "BusinessServices[0].states[3]",
    ),
    "LIFECYCLE_NOBODY": (
        lambda s: s[2]["actions"][0].update(roles=[]),
        '"RESOLVE"',
        "BusinessServices[0].states[2].actions[0]",
    ),
    "LIFECYCLE_BAD_SLA": (lambda s: s[1].update(sla="1 day"), '"1 day"', "BusinessServices[0].states[1].sla"),
    "PACK_CODE_TWICE": (lambda s: s[4].update(state="REJECTED"), '"REJECTED"', "BusinessServices[0].states[4].state"),
    "PACK_KEY_MISSING": (
        lambda s: s[2]["actions"][0].pop("action"),
        '"u-4"',
        "BusinessServices[0].states[2].actions[0].action",
    ),
}


@pytest.mark.parametrize("indent", [2, "\t"], ids=["spaces", "tabs"])
def test_a_sound_workflow_is_counted(read: Callable[..., WorkflowFile], indent: int | str) -> None:
    """States, transitions, ends and timers; that no line says why is a warning each, for the format has no place."""
    found = read(indent=indent)
    assert (found.format, found.errors) == ("digit", [])
    (table,) = found.tables
    assert figures(table) == {"name": "PGR", "version": 1, "states": 4, "transitions": 5, "ends": 2, "timers": 1}
    assert {one.code for one in found.warnings} == {"LIFECYCLE_NO_REASON"} and len(found.warnings) == 5
    assert all(one.line and one.line > 1 for one in found.warnings)


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_found_with_its_line(read: Callable[..., WorkflowFile], code: str) -> None:
    """Each planted fault is an error at its file, line and key."""
    change, near, key = FAULTS[code]
    found = read(change)
    (one,) = [error for error in found.errors if error.code == code]
    assert one.field == key
    lines = Path(found.file).read_text("utf-8").splitlines()
    assert one.line is not None and any(near in text for text in lines[one.line - 1 : one.line + 7])
    assert one.text("zh_CN") != code != one.text("en")


def test_a_role_that_is_not_held_is_found(read: Callable[..., WorkflowFile]) -> None:
    """Told which roles there are, the checker names the line whose role nobody holds."""
    found = read(roles=frozenset({"CITIZEN", "CSR", "GRO"}))
    assert [(one.code, one.value) for one in found.errors] == [("LIFECYCLE_NOBODY", "PENDINGATLME RESOLVE: LME")]


def test_a_named_beginning_will_do(read: Callable[..., WorkflowFile]) -> None:
    """Where the first state has a name, being marked as the start is enough."""
    found = read(lambda s: s[0].update(state="DRAFT"))
    assert found.errors == [] and figures(found.tables[0])["states"] == 5


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.json", '{"BusinessServices": [}', "WORKFLOW_JSON"),
        ("a.json", '{"BusinessServices": []}', "WORKFLOW_NO_TABLE"),
        ("a.json", '{"BusinessServices": [{"businessService": "X"}]}', "PACK_KEY_MISSING"),
        ("a.json", "[1, 2]", "WORKFLOW_NO_TABLE"),
        ("a.json", "", "WORKFLOW_JSON"),
        ("a.yaml", "", "WORKFLOW_NO_TABLE"),
        ("a.yaml", "event: [", "PACK_YAML"),
        ("a.yaml", "event: {}\n", "PACK_KEY_MISSING"),
        ("a.yaml", b"\xff\xfe\x00", "PACK_ENCODING"),
    ],
)
def test_what_is_no_workflow_is_refused(tmp_path: Path, name: str, text: str | bytes, code: str) -> None:
    """Empty, cut off, of another shape or not text at all: a reason code, never an exception."""
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    found = read_workflow(file)
    assert code in [one.code for one in found.errors]
    assert all(one.file == str(file) for one in found.errors)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file or folder that is not there to be read says so."""
    assert [one.code for one in read_workflow(tmp_path / "none.yaml").errors] == ["PACK_FILE_MISSING"]
    assert [one.code for one in read_workflow(tmp_path).errors] == ["PACK_FILE_UNREADABLE"]
