"""Stewards: appointed, calling every week; what they cannot put right there is filed on the normal road."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_dispatch.claim_commands import AppointSteward, EndStewardship, VisitServed
from gov_dispatch.handlers.intake import Intake
from gov_dispatch.sealing import seal
from gov_dispatch.standing import write
from gov_dispatch.store.stewards import STEWARDSHIPS, VISITS
from govcore.claims import Changed, Stewardship, stewardship
from govcore.errors import Refusal
from govcore.events.report_in import Reporter, ReportIn, check_report, codes_of
from govcore.messages import Message
from govcore.packs import Known, claim_rules_of, report_of
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work

TIMER = "visit"
CHANNEL = "steward"


class Stewards:
    """Local commands; each answers with the stewardship as it is after, a visit with itself besides."""

    def __init__(self, mesh: Mesh, intake: Intake) -> None:
        self._pack, self._vault, self._known, self._intake = mesh.pack, mesh.vault, Known(mesh.pack), intake
        self._rules = claim_rules_of(mesh.pack)

    def handlers(self) -> Sequence[On]:
        return (
            On(AppointSteward, self.appoint, _by_key),
            On(VisitServed, self.visit, _the_one),
            On(EndStewardship, self.end, _the_one),
        )

    def appoint(self, message: Message[AppointSteward], work: Work) -> None:
        """A repeat changes nothing."""
        said, key = message.data, _key(message.data)
        if earlier := work.find(STEWARDSHIPS, "key", key):
            work.result = earlier[0]
            return
        if said.division not in self._pack.divisions:
            raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=said.division)
        new = Stewardship(
            id=work.new_id("G"),
            key=key,
            place=self._pack.place_of(said.division),
            appointed_by=said.by,
            appointed_at=work.now,
            trace=message.trace,
            **said.model_dump(include={"kind", "name", "steward", "level", "division"}),
        )
        self._write(work, stewardship.appoint(new, at=work.now, rules=self._rules))

    def visit(self, message: Message[VisitServed], work: Work) -> None:
        said, of = message.data, _found(work)
        ident, event = work.new_id("V"), work.new_id("E") if said.outcome == "recorded" else None
        changed, visit = stewardship.visit(
            of,
            id=ident,
            by=said.by,
            round=said.round,
            outcome=said.outcome,
            found=said.found,
            done=said.done,
            event_id=event,
            at=work.now,
            rules=self._rules,
        )
        if event is not None:
            self._escalate(work, of, said, ident, event)
        work.put(VISITS, visit)
        self._write(work, changed)
        work.result = {"stewardship": changed.after, "visit": visit}

    def end(self, message: Message[EndStewardship], work: Work) -> None:
        said = message.data
        self._write(work, stewardship.end(_found(work), by=said.by, reason=said.reason, at=work.now))

    def woken(self, subject: str, work: Work) -> None:
        """The week is over."""
        found = work.get(STEWARDSHIPS, subject)
        if found is not None:
            self._write(work, stewardship.woken(found, at=work.now))

    def _escalate(self, work: Work, of: Stewardship, said: VisitServed, ident: str, event: str) -> None:
        """Filed on the normal road, as anybody's report is, whom it is from sealed; an unknown class is refused."""
        report = ReportIn(
            source=CHANNEL,
            external_id=ident,
            channel=CHANNEL,
            text=said.found,
            class_code=said.class_code,
            class_strict=True,
            division=of.division,
        )
        for wrong in check_report(report, self._known, work.now):
            raise wrong
        codes = codes_of(report, self._known)
        made = report_of(self._pack, report, codes, id=work.new_id("R"), event_id=event, now=work.now)
        self._intake.take_in(work, made, f"{CHANNEL}|{ident}")
        who = Reporter(name=of.name)
        seal(work, self._vault, who, id=made.id, matter=event, place=made.place, source=CHANNEL)

    def _write(self, work: Work, changed: Changed[Stewardship]) -> None:
        write(work, STEWARDSHIPS, TIMER, changed)
        work.result = changed.after


def _by_key(message: Message[AppointSteward], _found: Any) -> Iterable[Need]:
    yield STEWARDSHIPS, "key", _key(message.data)


def _the_one(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield STEWARDSHIPS, "id", message.data.stewardship_id


def _key(said: AppointSteward) -> str | None:
    return f"{said.source}|{said.external_id}" if said.external_id else None


def _found(work: Work) -> Stewardship:
    """The stewardship a command names.  Raises ``STEWARD_UNKNOWN``."""
    key = str(work.message.data.stewardship_id)
    found = work.get(STEWARDSHIPS, key)
    if found is None:
        raise Refusal("STEWARD_UNKNOWN", field="stewardship_id", value=key[:80])
    return found
