"""The department client: what it answers, and when."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from govmesh.department import Behaviour


def test_it_accepts_and_finishes_in_its_own_time(desk: Any, start: Any, time: Any) -> None:
    """An offer is receipted at once, accepted after ten minutes and finished an hour later, answered_at told."""
    department = start()
    desk.offer("chengguan", "H-1")
    desk.play(department)
    assert (desk.told(), len(desk.receipts)) == ([], 1)
    time.move(minutes=10)
    desk.play(department)
    assert (desk.told(), desk.tasks["H-1"].holder) == (["handoff.accept.v1"], "dept:chengguan")
    assert desk.tasks["H-1"].answered_at == time()
    time.move(minutes=59)
    desk.play(department)
    assert desk.tasks["H-1"].state == "accepted"
    time.move(minutes=1)
    desk.play(department)
    assert desk.told() == ["handoff.accept.v1", "handoff.finish.v1"]
    assert (desk.tasks["H-1"].state, desk.refused) == ("done", [])
    assert {id for ids in desk.receipts for id in ids} == {message.id for message in desk.said}
    assert not department.client.tasks.planned and not department.client.tasks.held


def test_commands_carry_the_offers_trace_place_and_cause(desk: Any, start: Any, time: Any) -> None:
    """A command goes on in the offer's trace with a span of its own, and names what caused it."""
    department = start()
    desk.offer("chengguan", "H-1")
    desk.play(department)
    time.move(minutes=10)
    desk.play(department)
    offer, [accept] = desk.said[0], [m for m in desk.commands if m.type == "handoff.accept.v1"]
    assert accept.trace.split("-")[1] == offer.trace.split("-")[1] and accept.trace != offer.trace
    assert (accept.place, accept.cause, accept.subject) == (offer.place, offer.id, "H-1")


def test_it_returns_with_reason_and_owner(desk: Any, start: Any, time: Any) -> None:
    """A department that is not responsible says why and whose it is; the other one gets the next offer."""
    department, other = start("returns"), start("swift", "shichang")
    desk.offer("chengguan", "H-1")
    desk.play(department, other)
    time.move(minutes=10)
    desk.play(department, other)
    [back] = [m for m in desk.commands if m.type == "handoff.return.v1"]
    assert (back.data.reason, back.data.proposed) == ("not_responsible", "shichang")
    time.move(minutes=10)
    desk.play(department, other)
    assert desk.tasks["H-1"].holder == "dept:shichang"


def test_it_passes_on_what_it_has_accepted(desk: Any, start: Any, time: Any) -> None:
    """Passed on a quarter of the work in; it holds the task no more once the next one has accepted."""
    department, other = start("passes_on"), start("swift", "shichang")
    desk.offer("chengguan", "H-1")
    for minutes in (0, 10, 15, 10, 60):
        time.move(minutes=minutes)
        desk.play(department, other)
    assert desk.told() == ["handoff.accept.v1", "handoff.transfer.v1", "handoff.accept.v1", "handoff.finish.v1"]
    assert (desk.tasks["H-1"].state, desk.tasks["H-1"].dept, desk.refused) == ("done", "shichang", [])


def test_a_designated_task_is_never_returned_or_passed_on(desk: Any, start: Any, time: Any) -> None:
    """Designated tasks are accepted and finished, whatever the behaviour says."""
    for behaviour in ("returns", "passes_on"):
        department = start(behaviour)
        desk.offer("chengguan", f"H-{behaviour}", designated=True)
        for minutes in (0, 10, 60):
            time.move(minutes=minutes)
            desk.play(department)
        assert (desk.tasks[f"H-{behaviour}"].state, desk.refused) == ("done", [])


def test_a_refused_return_is_accepted_instead(desk: Any, start: Any, time: Any) -> None:
    """Where the mesh does not let it return, it takes the task; where the transfer is refused, it finishes."""
    department = start("returns")
    desk.offer("chengguan", "H-1")
    desk.play(department)
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update={"designated": True})
    time.move(minutes=10)
    desk.play(department)
    assert (desk.refused, desk.tasks["H-1"].state) == (["HANDOFF_CANNOT_RETURN"], "accepted")


def test_a_refused_transfer_is_finished_instead(desk: Any, start: Any, time: Any) -> None:
    """Where the mesh does not let it pass on, it does the work itself."""
    department = start("passes_on")
    desk.offer("chengguan", "H-1")
    desk.play(department)
    time.move(minutes=10)
    desk.play(department)
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update={"designated": True})
    time.move(minutes=60)
    desk.play(department)
    assert (desk.refused, desk.tasks["H-1"].state) == (["HANDOFF_CANNOT_RETURN"], "done")


def test_a_stale_answer_is_let_be(desk: Any, start: Any, time: Any) -> None:
    """Refused because the offer is not the last one any more: nothing more is sent about it."""
    department = start()
    desk.offer("chengguan", "H-1")
    desk.play(department)
    desk.tasks["H-1"] = desk.tasks["H-1"].model_copy(update={"generation": 2, "dept": "shichang"})
    time.move(minutes=10)
    desk.play(department)
    time.move(hours=5)
    desk.play(department)
    assert (desk.refused, desk.told()) == (["HANDOFF_STALE_GENERATION"], ["handoff.accept.v1"])


def test_receipts_are_batched(desk: Any, start: Any) -> None:
    """Two hundred and fifty messages cost three receipts, of a hundred at most."""
    department = start()
    for n in range(250):
        desk.offer("chengguan", f"H-{n}")
    desk.play(department)
    assert sorted(map(len, desk.receipts)) == [50, 100, 100]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"accept_after": {"least": 1}}, "accept_after"),
        ({"finish_after": {"least": 5, "usual": 1, "most": 9}}, "finish_after"),
        ({"return": 2}, "return"),
        ({"return": 0.5, "return_reasons": []}, "return_reasons"),
        ({"return": 0.6, "transfer": 0.6}, "transfer"),
    ],
)
def test_a_broken_behaviour_is_named(change: dict[str, Any], named: str, behaviours: Any) -> None:
    """A behaviour file that makes no sense is refused, naming the key."""
    with pytest.raises(ValueError, match=named):
        Behaviour.of({**behaviours["swift"], **change})


def test_it_needs_nothing_of_the_mesh() -> None:
    """Importing the client loads neither the domain nor the mesh's plumbing: it is an outsider."""
    code = (
        "import sys, govmesh.department, govmesh.department.amqp\n"
        "ours = 'govcore', 'pydantic', 'sqlalchemy', 'nameko', 'eventlet', 'govmesh.'\n"
        "print(sorted(m for m in sys.modules if m.startswith(ours) and not m.startswith('govmesh.department')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stdout + done.stderr
