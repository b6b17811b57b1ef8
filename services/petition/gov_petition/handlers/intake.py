"""A petition comes in: it is registered, and what nobody has to read first goes on to dispatch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gov_petition.apply import apply
from gov_petition.contracts import RegisterPetition
from gov_petition.following import then
from gov_petition.petition_in import PetitionIn, check
from gov_petition.store import KEYS, PEOPLE, PETITIONS, MatterKey, Person, StoredPetition
from govcore.events.redact import without_identity
from govcore.events.report_in import Reporter
from govcore.grids.coordinates import convert, crs_named
from govcore.messages import Message
from govcore.petitions import OFFICE, Law, Petition, by_hand, refer, register
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.work import Need, Work


class Intake:
    """Registers petitions.  ``(source, external_id)`` recognises one that comes again."""

    def __init__(self, mesh: Mesh, law: Law) -> None:
        self._mesh, self._pack, self._law = mesh, mesh.pack, law

    def handlers(self) -> Sequence[On]:
        return (On(RegisterPetition, self.register, self.needs),)

    def needs(self, message: Message[RegisterPetition], _found: Any) -> Iterable[Need]:
        yield PETITIONS, "key", message.data.petition.key

    def register(self, message: Message[RegisterPetition], work: Work) -> None:
        """Its result says what became of it; a repeat changes nothing."""
        said = message.data.petition
        if earlier := work.find(PETITIONS, "key", said.key):
            work.result = _result(earlier[0].petition, new=False)
            return
        check(said, self._pack, work.now)
        new = self._petition(said, work)
        changed = register(new, by=OFFICE, law=self._law)
        assert changed.petition is not None
        if may_go_on(changed.petition):
            changed = then(changed, new, lambda one: refer(one, by=OFFICE, at=work.now, law=self._law))
        assert changed.petition is not None
        apply(work, StoredPetition(petition=new, key=said.key), changed, self._law)
        self._who(work, said, new)
        work.result = _result(changed.petition, new=True)

    def _petition(self, said: PetitionIn, work: Work) -> Petition:
        pack = self._pack
        named = said.class_code or said.class_name
        code = pack.code_of("class", named) if named else None
        item = pack.classes.get(code or "")
        division = said.division or pack.header.areas[0]
        title, text, address = _plain(said)
        return Petition(
            id=work.new_id("P"),
            state="",
            trace=work.message.trace,
            channel=said.channel,
            source=said.source,
            external_id=said.external_id,
            path=said.path,
            class_code=code,
            class_name=item.name if item else said.class_name,
            severity=said.severity,
            title=title or text[:60],
            text=text,
            address=address,
            accused=(pack.code_of("department", said.accused) or said.accused) if said.accused else None,
            place=pack.header.code.place(division),
            division=division,
            grid=said.grid,
            point=_wgs84(said),
            received_at=min(said.received_at or work.now, work.now),
            registered_at=work.now,
        )

    def _who(self, work: Work, said: PetitionIn, new: Petition) -> None:
        """Who petitioned, and words that tell it, go into a record of its own, sealed under the petition's key."""
        who, vault = said.petitioner or Reporter(), self._mesh.vault
        record = {name: value for name, value in who.model_dump().items() if value} | _told(said)
        if not record:
            return
        key = MatterKey(id=new.id, place=new.place, wrapped=vault.new_key(new.id))
        work.put(KEYS, key)
        work.put(
            PEOPLE,
            Person(
                id=new.id,
                place=new.place,
                sealed=vault.seal(key.wrapped, new.id, record),
                phone_index=vault.index(who.phone) if who.phone else None,
                handle_index=vault.index(f"{said.source}|{who.handle}") if who.handle else None,
            ),
        )


def may_go_on(petition: Petition) -> bool:
    """Whether rules may refer it: never an accusation or what accuses a unit (art 30), nor what nobody has read yet."""
    return petition.path is not None and not by_hand(petition)


def _plain(said: PetitionIn) -> tuple[str, str, str]:
    """Title, text and address without what would say who petitioned."""
    who = said.petitioner.names() if said.petitioner else ()
    return without_identity(said.title, who), without_identity(said.text, who), without_identity(said.address, who)


def _told(said: PetitionIn) -> dict[str, dict[str, str]]:
    """The words that were masked, as they were said."""
    clean = zip(("title", "text", "address"), _plain(said), strict=True)
    words = {name: word for name, plain in clean if (word := getattr(said, name)) != plain}
    return {"said": words} if words else {}


def _wgs84(said: PetitionIn) -> tuple[float, float] | None:
    if said.point is None:
        return None
    return convert(said.point.lon, said.point.lat, crs_named(said.point.crs), "wgs84")


def _result(petition: Petition, *, new: bool) -> dict[str, Any]:
    return {"petition": petition.id, "state": petition.state, "due_at": petition.due_at, "new": new}
