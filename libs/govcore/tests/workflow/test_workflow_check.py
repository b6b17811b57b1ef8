"""The checker of workflows: each way to strand a matter, or to ask of the rules what they cannot do, is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from govcore.i18n import reason
from govcore.workflow import SHIPPED, SHIPPED_FILE, Finding, Workflow, WorkflowData, check_workflow

Change = Callable[[dict[str, Any]], object]


def shipped() -> dict[str, Any]:
    """The shipped workflow as the file has it."""
    found: dict[str, Any] = json.loads(SHIPPED_FILE.read_text(encoding="utf-8"))
    return found


def line(table: dict[str, Any], state: str, action: str) -> dict[str, Any]:
    """The line of an action in a state."""
    found: dict[str, Any] = next(
        one for one in table["transitions"] if (one.get("state", ""), one["action"]) == (state, action)
    )
    return found


def without(table: dict[str, Any], state: str, action: str) -> None:
    table["transitions"].remove(line(table, state, action))


def checked(change: Change | None = None) -> list[Finding]:
    said = shipped()
    if change is not None:
        change(said)
    workflow = Workflow.of(WorkflowData.model_validate(said))
    event, handoff = check_workflow(workflow.event, workflow.handoff)
    return event + handoff


def test_the_shipped_workflow_is_sound() -> None:
    """No error and no warning in the loop that govcore ships."""
    assert checked() == []


PLANTED: dict[str, tuple[Change, str]] = {
    "LIFECYCLE_UNREACHABLE": (lambda w: w["event"]["states"].update(lost={"phase": "ended"}), "lost"),
    "LIFECYCLE_DEAD_END": (lambda w: w["event"]["states"]["void"].update(phase="placed"), "void"),
    "LIFECYCLE_NO_START": (lambda w: without(w["handoff"], "", "offer"), "handoff"),
    "LIFECYCLE_NOBODY": (lambda w: line(w["event"], "triage", "void").update(who="mayor"), "triage void: mayor"),
    "LIFECYCLE_NO_REASON": (lambda w: line(w["event"], "triage", "void").update(reason=" "), "triage void"),
    "LIFECYCLE_AMBIGUOUS": (
        lambda w: w["event"]["transitions"].append(dict(line(w["event"], "triage", "void"))),
        "triage void",
    ),
    "LIFECYCLE_UNKNOWN_STATE": (lambda w: line(w["event"], "closed", "rate").update(next="gone"), "closed rate: gone"),
    "LIFECYCLE_UNKNOWN_ACTION": (lambda w: line(w["event"], "triage", "void").update(action="fly"), "triage fly"),
    "LIFECYCLE_UNKNOWN_PHASE": (lambda w: w["event"]["states"]["void"].update(phase="limbo"), "limbo"),
    "LIFECYCLE_WRONG_PHASE": (
        lambda w: line(w["handoff"], "offered", "accept").update(next="returned"),
        "offered accept: asked → back, asked → held",
    ),
    "LIFECYCLE_MUST_ALLOW": (lambda w: without(w["handoff"], "offered", "expire"), "offered: expire"),
    "LIFECYCLE_TIMER_UNSERVED": (lambda w: w["event"]["states"]["triage"].update(timers=["egg"]), "triage: egg"),
    "LIFECYCLE_WRONG_TELL": (
        lambda w: line(w["handoff"], "offered", "accept").update(tell="press"),
        "offered accept: press",
    ),
    "LIFECYCLE_NOT_TOLD": (lambda w: line(w["handoff"], "offered", "accept").pop("tell"), "offered accept"),
    "LIFECYCLE_WRONG_FORK": (
        lambda w: line(w["event"], "located", "route").pop("fork"),
        "located route: departments",
    ),
    "LIFECYCLE_WRONG_JOIN": (lambda w: line(w["event"], "handling", "finish").pop("join"), "handling finish"),
}


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_found(code: str) -> None:
    """One planted fault of each kind is found, named, and has a text in both languages."""
    change, what = PLANTED[code]
    found = [(one.code, one.what) for one in checked(change) if one.error]
    assert (code, what) in found
    assert reason(code, "zh_CN") != code != reason(code, "en")


def test_a_finding_says_which_line() -> None:
    """The number of the transition, or the state, so that a reader of the file can point at it."""
    change, _ = PLANTED["LIFECYCLE_NO_REASON"]
    (found,) = checked(change)
    assert found.line is not None
    assert (SHIPPED.event.transitions[found.line].state, SHIPPED.event.transitions[found.line].action) == (
        "triage",
        "void",
    )
    (warning,) = checked(lambda w: w["event"]["states"]["verifying"].pop("timers"))
    assert (warning.code, warning.state, warning.error) == ("LIFECYCLE_UNWATCHED", "verifying", False)


def test_a_timer_without_meaning_in_a_phase_is_unserved() -> None:
    """A timer the rules know, in a state where it means nothing, is a timer nobody serves."""
    found = checked(lambda w: w["handoff"]["states"]["accepted"].update(timers=["finish", "accept"]))
    assert [(one.code, one.what) for one in found] == [("LIFECYCLE_TIMER_UNSERVED", "accepted: accept")]
