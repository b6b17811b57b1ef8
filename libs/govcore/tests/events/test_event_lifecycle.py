"""The tables of transitions: sound, complete, explained in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govcore.errors import Refusal
from govcore.events import EVENT, HANDOFF, ROLES, Lifecycle, Transition
from govcore.events.lifecycle import NOTHING
from govcore.i18n import label
from govcore.workflow import check

TABLES = (EVENT, HANDOFF)
SAID_BESIDES = ("correct", "attach_report", "receipt", "undelivered", "order", "fall_back", "offer_again", "rework")
SAID_BESIDES += ("attach_event", "detach_event", "found")
DESKS_AND_REST = ("desk:intake", "desk:triage", "desk:verify", "role.lead", "role.assist", "finding.late")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_tables_are_sound(table: Lifecycle) -> None:
    """No unreachable state, no dead end, no role nobody holds, no transition without a reason."""
    assert check(table, ROLES) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_line_is_a_step_and_nothing_else_is(table: Lifecycle) -> None:
    """Of all pairs of state and action, exactly those of the table lead on; the others are refused with a code."""
    lines = {(line.state, line.action): line.next for line in table.transitions}
    for state in (*table.states, NOTHING, "nonsense"):
        for action in {line.action for line in table.transitions} | {"nonsense"}:
            if (state, action) in lines:
                assert table.step(state, action) == lines[state, action]
                assert action in table.actions(state)
            else:
                with pytest.raises(Refusal) as refused:
                    table.step(state, action)
                assert refused.value.code == f"{table.name.upper()}_NOT_ALLOWED"
                assert action in refused.value.text("en") and action in refused.value.text("zh_CN")


def test_every_role_of_the_tables_is_needed() -> None:
    """No role is described that does nothing."""
    assert {role for table in TABLES for line in table.transitions for role in line.roles} == set(ROLES)


def test_every_state_and_action_has_a_word_for_people() -> None:
    """States, actions, desks and findings have labels in Chinese and in English."""
    words = [f"{table.name}.{state}" for table in TABLES for state in table.states]
    words += [f"action.{line.action}" for table in TABLES for line in table.transitions]
    words += [f"action.{kind}" for kind in SAID_BESIDES] + list(DESKS_AND_REST)
    for word in words:
        assert label(word, "zh_CN") != word and label(word, "en") != word, word


GOOD = Lifecycle(
    "t",
    1,
    (
        Transition(NOTHING, "open", "a", "clerk", "it begins"),
        Transition("a", "go", "b", "clerk", "it goes on"),
        Transition("b", "end", "c", "clerk", "it ends"),
    ),
    frozenset({"c"}),
)
MORE = {
    "LIFECYCLE_UNREACHABLE": (Transition("x", "end", "c", "clerk", "why"), "x"),
    "LIFECYCLE_DEAD_END": (Transition("a", "lose", "y", "clerk", "why"), "y"),
    "LIFECYCLE_NOBODY": (Transition("a", "end", "c", "ghost", "why"), "a end: ghost"),
    "LIFECYCLE_NO_REASON": (Transition("a", "end", "c", "clerk", " "), "a end"),
    "LIFECYCLE_AMBIGUOUS": (Transition("a", "go", "c", "clerk", "why"), "a go"),
}


@pytest.mark.parametrize("code", MORE)
def test_the_checker_finds_what_would_strand_a_matter(code: str) -> None:
    """One planted fault of each kind gives exactly its finding."""
    assert check(GOOD, {"clerk"}) == []
    line, what = MORE[code]
    found = check(replace(GOOD, transitions=(*GOOD.transitions, line)), {"clerk"})
    assert [(one.code, one.what) for one in found] == [(code, what)]


def test_the_checker_finds_a_table_without_start_and_an_end_outside_it() -> None:
    """A table nobody can enter, and an end that no line reaches, are found."""
    beheaded = replace(GOOD, transitions=GOOD.transitions[1:])
    assert "LIFECYCLE_NO_START" in {one.code for one in check(beheaded, {"clerk"})}
    found = check(replace(GOOD, ends=frozenset({"c", "z"})), {"clerk"})
    assert [(one.code, one.what) for one in found] == [("LIFECYCLE_UNKNOWN_END", "z")]
