"""A pack brings its own workflow: checked with file and line, kept by version, followed by what started under it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcore.embed import Embedded
from govcore.errors import Refusal
from govcore.events import matter
from govcore.events.decision import Changed
from govcore.messages import EventClosed
from govcore.packs import check_pack, load_pack
from govcore.testing import AT
from govcore.workflow import SHIPPED_FILE

PackMaker = Callable[[dict[str, str]], Path]
REPORT = {
    "source": "t",
    "text": "桥头有垃圾没人清",
    "class_code": "010101",
    "channel": "hotline",
    "division": "340881001001",
}


def street(version: int = 1, change: Callable[[dict[str, Any]], object] | None = None) -> str:
    """A street's own workflow: every matter is verified, work on site has a name of its own, and the lead is told."""
    said = json.loads(SHIPPED_FILE.read_text(encoding="utf-8"))
    said.update(name="street", version=version, title={"zh": "街道流程", "en": "street"}, source="test")
    event, handoff = said["event"], said["handoff"]
    event["transitions"] = [one for one in event["transitions"] if one["action"] != "close"]
    for one in event["transitions"]:
        if one["action"] == "approve":
            one["tell"] = "lead"
        if one["action"] == "finish":
            one["join"] = "lead"
    handoff["states"]["on_site"] = handoff["states"].pop("accepted")
    for one in handoff["transitions"]:
        for end in ("state", "next"):
            one[end] = "on_site" if one.get(end) == "accepted" else one.get(end, "")
    if change is not None:
        change(said)
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


BROKEN: list[tuple[str, str, str, str]] = [
    ("phase: triage", "phase: limbo", "LIFECYCLE_UNKNOWN_PHASE", "event.states.triage"),
    ("who: importer", "who: mayor", "LIFECYCLE_NOBODY", "event.transitions[1]"),
    ("action: rate", "action: fly", "LIFECYCLE_UNKNOWN_ACTION", "event.transitions[27]"),
    ("version: 1", "version: nought", "PACK_TYPE", "version"),
    ("name: street", "name: Street!", "PACK_PATTERN", "name"),
    ("action: rate", "doing: rate", "PACK_KEY_UNKNOWN", "event.transitions[27].doing"),
    ("join: lead", "join: most", "PACK_PATTERN", "event.transitions[18].join"),
]


@pytest.mark.parametrize(("old", "new", "code", "key"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_workflow_is_refused_where_it_is_broken(
    make_pack: PackMaker, old: str, new: str, code: str, key: str
) -> None:
    """File, line, key and reason, as for every other file of a pack; and the pack does not load."""
    text = street()
    at = text.index(old)
    folder = make_pack({"workflow.yaml": text[:at] + new + text[at + len(old) :]})
    (found,) = [one for one in check_pack(folder) if one.code == code and one.field == key]
    assert Path(found.file or "").name == "workflow.yaml"
    assert found.line is not None and abs(found.line - text[:at].count("\n") - 1) <= 3
    assert found.text("zh_CN") != code != found.text("en")
    with pytest.raises(Refusal):
        load_pack(folder)


def test_a_version_cannot_stand_there_twice(make_pack: PackMaker) -> None:
    """Neither in two files, nor under the name and version of the shipped workflow."""
    folder = make_pack({"workflow.yaml": street(1), "workflows/old.yaml": street(1)})
    assert [(one.code, Path(one.file or "").name, one.value) for one in check_pack(folder)] == [
        ("PACK_CODE_TWICE", "old.yaml", "street/1")
    ]
    folder = make_pack(
        {"workflow.yaml": street(1, lambda w: w.update(name="gbt30428")), "workflows/old.yaml": street()}
    )
    assert [one.code for one in check_pack(folder)] == ["PACK_CODE_TWICE"]


def test_a_pack_without_one_follows_the_shipped(make_pack: PackMaker) -> None:
    """The loop of GB/T 30428, under its name and version."""
    mesh = Embedded(make_pack({}))
    assert mesh.take(REPORT, at=AT).event.workflow == "gbt30428/1"


def test_a_pack_replaces_the_workflow(make_pack: PackMaker) -> None:
    """Its states, its order, its join and whom it tells: all from the file, by the same rules."""
    mesh = Embedded(make_pack({"workflow.yaml": street()}))
    case = mesh.take(REPORT, at=AT)
    assert (case.event.workflow, case.event.join) == ("street/1", "lead")
    case = mesh.accept(case, "chengguan", at=AT + timedelta(minutes=5))
    task = case.task("chengguan")
    assert (task.state, task.phase, task.workflow) == ("on_site", "held", "street/1")
    assert type(task).model_validate_json(task.model_dump_json()) == task
    case = mesh.finish(case, "chengguan", result="已清运", at=AT + timedelta(minutes=50))
    assert case.event.state == "verifying"
    said = {"ok": True, "by": "desk:verify", "at": AT + timedelta(hours=1), "way": mesh.way}
    changed: Changed = matter.verify(case.event, case.handoffs, **said)
    (closed,) = changed.said
    assert isinstance(closed.payload, EventClosed) and closed.to == ("chengguan",)


def test_a_running_matter_keeps_the_version_it_started_with(make_pack: PackMaker) -> None:
    """The pack is upgraded: what runs follows the old table, what is new the new one."""
    before = Embedded(make_pack({"workflow.yaml": street(1)})).take(REPORT, at=AT)

    mesh = Embedded(make_pack({"workflow.yaml": street(2, _never_verified), "workflows/street1.yaml": street(1)}))
    later = AT + timedelta(minutes=5)
    new = mesh.take(REPORT, at=later)
    assert (before.event.workflow, new.event.workflow) == ("street/1", "street/2")
    ends = []
    for case in (before, new):
        case = mesh.finish(mesh.accept(case, "chengguan", at=later), "chengguan", result="已清运", at=later)
        ends.append(case.event.state)
    assert ends == ["verifying", "closed"]


def test_a_version_nobody_lists_any_more_is_a_reasoned_no(make_pack: PackMaker) -> None:
    """A matter that follows a version the pack has dropped is refused with the versions that are known."""
    before = Embedded(make_pack({"workflow.yaml": street(1)})).take(REPORT, at=AT)
    mesh = Embedded(make_pack({"workflow.yaml": street(2)}))
    with pytest.raises(Refusal) as no:
        mesh.accept(before, "chengguan", at=AT)
    assert (no.value.code, no.value.value) == ("WORKFLOW_UNKNOWN", "street/1")
    assert "street/2" in no.value.text("en") and before.event.open


def test_who_may_do_what_is_the_tables(make_pack: PackMaker) -> None:
    """A table that leaves voiding to the verifying desk refuses the triage desk."""

    def by_verify(said: dict[str, Any]) -> None:
        for one in said["event"]["transitions"]:
            if one["action"] == "void":
                one["who"] = "verify"

    mesh = Embedded(make_pack({"workflow.yaml": street(1, by_verify)}))
    case = mesh.take(REPORT, at=AT)
    said: dict[str, Any] = {"at": AT, "reason": "测试", "workflows": mesh.way.workflows}
    with pytest.raises(Refusal) as no:
        matter.void(case.event, case.handoffs, by="desk:triage", **said)
    assert no.value.code == "LIFECYCLE_NOT_YOURS" and "verify" in no.value.text("zh_CN")
    assert matter.void(case.event, case.handoffs, by="desk:verify", **said).event is not None


def test_which_timers_run_is_the_tables(make_pack: PackMaker) -> None:
    """Without the acceptance timer no promise is made for it, and an old one that fires changes nothing."""

    def patient(said: dict[str, Any]) -> None:
        said["handoff"]["states"]["offered"]["timers"] = ["finish"]

    mesh = Embedded(make_pack({"workflow.yaml": street(1, patient)}))
    filed = mesh.file(REPORT, at=AT)
    changed = matter.go_on(filed.event, at=AT, way=mesh.way, reason="EVENT_NO_GRID_SERVICE")
    assert [one.kind for one in changed.promises] == ["finish"] * len(changed.handoffs)
    case = mesh.after(filed, changed, at=AT)
    task, late = case.handoffs[0], AT + timedelta(days=30)
    assert not matter.woken("accept", case.event, task, generation=1, at=late, way=mesh.way)


def _never_verified(said: dict[str, Any]) -> None:
    """What is handled is closed; no line leads to verification, so its state goes too."""
    event = said["event"]
    del event["states"]["verifying"]
    rows = [one for one in event["transitions"] if "verifying" not in (one.get("state"), one["next"])]
    event["transitions"] = [
        *rows,
        {"state": "handled", "action": "close", "next": "closed", "who": "rule", "reason": "nobody looks"},
    ]
