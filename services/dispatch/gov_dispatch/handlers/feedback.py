"""A surge is handed to whom it concerns (激增反馈): a matter of its own on the normal road, answered like any other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.contracts import ReferSurge
from gov_dispatch.handlers.intake import Intake
from gov_dispatch.store import REPORTS, SURGES, StoredSurge
from govcore.errors import Refusal
from govcore.events.report_in import ReportIn, check_report, codes_of
from govcore.messages import Message
from govcore.packs import Known, report_of
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

CHANNEL = "surge"


class Feedback:
    """A local command; it answers with the surge, whose ``event_id`` is the matter from then on."""

    def __init__(self, mesh: Mesh, intake: Intake) -> None:
        self._pack, self._known, self._intake = mesh.pack, Known(mesh.pack), intake

    def handlers(self) -> Sequence[On]:
        return (On(ReferSurge, self.refer, _surge_and_report),)

    def refer(self, message: Message[ReferSurge], work: Work) -> None:
        """A surge is handed over once; again changes nothing."""
        said = message.data
        surge = work.get(SURGES, said.surge_id)
        if surge is None:
            raise Refusal("SURGE_UNKNOWN", field="surge_id", value=said.surge_id[:80])
        if surge.event_id is None:
            earlier = work.find(REPORTS, "key", _key(surge.id))
            event = earlier[0].event_id if earlier else self._filed(surge, said, work)
            surge = surge.model_copy(update={"event_id": event})
            work.put(SURGES, surge)
            work.note(surge.id, "refer", place=surge.place, actor=said.by, reason=event)
        work.result = surge

    def _filed(self, surge: StoredSurge, said: ReferSurge, work: Work) -> str:
        """The event of a report that says what surged, and what is asked for; an unknown class is refused."""
        report = ReportIn(
            source=CHANNEL,
            external_id=surge.id,
            channel=CHANNEL,
            title=said.title,
            text=f"{surge.zh}\n{said.text}",
            class_code=said.class_code,
            class_strict=True,
            division=said.division,
        )
        for wrong in check_report(report, self._known, work.now):
            raise wrong
        codes = codes_of(report, self._known)
        made = report_of(self._pack, report, codes, id=work.new_id("R"), event_id=work.new_id("E"), now=work.now)
        return self._intake.take_in(work, made, _key(surge.id)).event_id


def _surge_and_report(message: Message[ReferSurge], _found: Any) -> Iterable[Need]:
    yield SURGES, "id", message.data.surge_id
    yield REPORTS, "key", _key(message.data.surge_id)


def _key(surge_id: str) -> str:
    return f"{CHANNEL}|{surge_id}"
