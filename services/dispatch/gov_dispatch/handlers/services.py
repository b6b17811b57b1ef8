"""Applications for services: each is an event that goes straight to its unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.claim_commands import ApplyForService
from gov_dispatch.handlers.intake import Intake
from gov_dispatch.sealing import seal
from gov_dispatch.store import REPORTS, StoredReport
from govcore.messages import Message
from govcore.packs import application
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Services:
    """Takes applications in, the applicant sealed; two applicants for one thing are two events."""

    def __init__(self, mesh: Mesh, intake: Intake) -> None:
        self._pack, self._vault, self._intake = mesh.pack, mesh.vault, intake

    def handlers(self) -> Sequence[On]:
        return (On(ApplyForService, self.apply, _by_key),)

    def apply(self, message: Message[ApplyForService], work: Work) -> None:
        said, key = message.data, _key(message.data)
        if earlier := work.find(REPORTS, "key", key):
            work.result = _result(earlier[0], new=False)
            return
        report = application(
            self._pack,
            said.service,
            id=work.new_id("R"),
            event_id=work.new_id("E"),
            division=said.division,
            channel=said.channel,
            source=said.source,
            external_id=said.external_id,
            at=work.now,
        )
        stored = self._intake.take_in(work, report, key)
        seal(
            work,
            self._vault,
            said.applicant,
            id=report.id,
            matter=report.event_id,
            place=report.place,
            source=said.source,
        )
        work.result = _result(stored, new=True)


def _by_key(message: Message[ApplyForService], _found: Any) -> Iterable[Need]:
    yield REPORTS, "key", _key(message.data)


def _key(said: ApplyForService) -> str | None:
    return f"{said.source}|{said.external_id}" if said.external_id else None


def _result(stored: StoredReport, *, new: bool) -> dict[str, Any]:
    return {"outcome": "accepted", "event": stored.event_id, "report": stored.id, "new": new}
