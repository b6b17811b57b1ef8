"""Households and persons: opened with their key, asked of the domain, sealed again, told to whom may know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from gov_grid import person_commands as say
from gov_grid.store.persons import DELIVERIES, HOUSEHOLDS, KEYS, PERSONS, Delivery, Household, SubjectKey
from govcore.errors import Refusal
from govcore.messages import Message, PersonChanged
from govcore.persons import entitled, keeping
from govcore.persons.form import FormField
from govcore.persons.numbers import citizen_id, phone
from govcore.persons.record import Kept, Person, Secret
from govcore.persons.said import consents_of, fields_of, words
from govcore.persons.values import checked
from govmesh.handlers import On
from govmesh.mesh import Mesh
from govmesh.vault import Vault
from govmesh.work import Need, Work

TIMER = "person.keep"
_ADDRESS = FormField.model_validate({"code": "address", "name": {"zh": "住址", "en": "address"}, "kind": "address"})


class Persons:
    """Local commands; each answers with the person or household as it is after."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._vault, self._rules = mesh.pack, mesh.vault, mesh.pack.persons

    def handlers(self) -> Sequence[On]:
        return (
            On(say.RegisterHousehold, self.household),
            On(say.RegisterPerson, self.register),
            On(say.ChangePerson, self.change, _person),
            On(say.CorrectPerson, self.correct, _person),
            On(say.DecideConflict, self.decide, _person),
            On(say.WithdrawConsent, self.withdraw, _person),
            On(say.ErasePerson, self.erase, _person),
        )

    def household(self, message: Message[say.RegisterHousehold], work: Work) -> None:
        said, ident = message.data, work.new_id("F")
        address = checked(_ADDRESS, fields_of({"address": said.address}).get("address", ""))
        place = self._place(said.division)
        entitled.may_bring(self._rules, self._rules.purpose, said.by, said.grid, self.grid_of)
        key = SubjectKey(id=ident, place=place, wrapped=self._vault.new_key(ident))
        home = Household(
            id=ident,
            division=said.division,
            grid=said.grid,
            place=place,
            sealed=self._vault.seal(key.wrapped or "", ident, {"address": address}),
            created_at=work.now,
        )
        work.put(KEYS, key)
        work.put(HOUSEHOLDS, home)
        work.note(ident, "registered", place=place, to_state="kept", actor=said.by)
        work.result = home

    def register(self, message: Message[say.RegisterPerson], work: Work) -> None:
        """A person already there by id is not registered again: what is said counts as said by this source."""
        said, fields, consents = message.data, fields_of(message.data.fields), consents_of(message.data.consents)
        entitled.may_bring(self._rules, consents, said.by, said.grid, self.grid_of)
        known = self._known(work, fields)
        if known is not None:
            self._change(work, known, fields, said.by, consents=consents)
            work.result = {"person": work.result, "new": False}
            return
        new = Person(
            id=work.new_id("N"),
            household_id=there(work, HOUSEHOLDS, said.household_id).id if said.household_id else None,
            division=said.division,
            grid=said.grid,
            place=self._place(said.division),
            created_at=work.now,
            changed_at=work.now,
        )
        kept = keeping.register(
            new, fields, consents, by=said.by, at=work.now, today=self._today(work), rules=self._rules
        )
        work.put(KEYS, SubjectKey(id=new.id, place=new.place, wrapped=self._vault.new_key(new.id)))
        self.save(work, kept, said.by)
        work.result = {"person": work.result, "new": True}

    def change(self, message: Message[say.ChangePerson], work: Work) -> None:
        said, fields, consents = message.data, fields_of(message.data.fields), consents_of(message.data.consents or {})
        person = there(work, PERSONS, said.person_id)
        entitled.may_bring(self._rules, [*person.purposes, *consents], said.by, person.grid, self.grid_of)
        self._change(work, person, fields, said.by, consents=consents)

    def correct(self, message: Message[say.CorrectPerson], work: Work) -> None:
        said, fields = message.data, fields_of(message.data.fields)
        entitled.at_the_desk(self._rules, said.by)
        person = there(work, PERSONS, said.person_id)
        self._change(work, person, fields, said.by, corrects=True, why=words(said.proof, "proof"))

    def decide(self, message: Message[say.DecideConflict], work: Work) -> None:
        said = message.data
        entitled.at_the_desk(self._rules, said.by)
        person = there(work, PERSONS, said.person_id)
        kept = keeping.decide(
            person, self.secret(work, person), said.conflict_id, take=said.take, by=said.by, at=work.now,
            today=self._today(work), rules=self._rules,
        )  # fmt: skip
        self.save(work, kept, said.by)

    def withdraw(self, message: Message[say.WithdrawConsent], work: Work) -> None:
        said = message.data
        entitled.at_the_desk(self._rules, said.by)
        person = there(work, PERSONS, said.person_id)
        secret = self.secret(work, person)
        kept = keeping.withdraw(person, secret, said.purposes, at=work.now, rules=self._rules)
        self.save(work, kept, said.by, why=words(said.proof, "proof", secret.now.values()))

    def erase(self, message: Message[say.ErasePerson], work: Work) -> None:
        said = message.data
        entitled.at_the_desk(self._rules, said.by)
        person = there(work, PERSONS, said.person_id)
        hidden = tuple(self.secret(work, person).now.values())
        reason, proof = words(said.reason, "reason", hidden), words(said.proof, "proof", hidden)
        self._erase(work, person, by=said.by, reason=reason, proof=proof, asked=True)

    def woken(self, subject: str, work: Work) -> None:
        """A purpose's time is over (保存期限届满): its fields go, or with the last purpose the whole record."""
        person = work.get(PERSONS, subject)
        if person is None or not (gone := keeping.over(person, work.now)):
            return
        if len(gone) == len(person.purposes):
            self._erase(work, person, by="clock", reason="retention", proof="PIPL 19, 47", asked=False)
            return
        kept = keeping.withdraw(person, self.secret(work, person), gone, at=work.now, rules=self._rules)
        self.save(work, kept, "clock", why="retention")

    def secret(self, work: Work, person: Person) -> Secret:
        """Opened.  Raises ``PERSON_ERASED``."""
        if person.state != "kept":
            raise Refusal("PERSON_ERASED", field="person_id", value=person.id)
        record = opened(work, self._vault, person.id, person.sealed)
        return Secret(record["now"], record["other"])

    def save(self, work: Work, kept: Kept, by: str, why: str = "") -> None:
        """Seal, write, tell each system by a message of its own, keep the promise of the next end."""
        person = kept.person
        if person.state == "kept":
            key = work.get(KEYS, person.id)
            assert key is not None and key.wrapped is not None
            record = {"now": dict(kept.secret.now), "other": dict(kept.secret.other)}
            person = person.model_copy(
                update={
                    "sealed": self._vault.seal(key.wrapped, person.id, record),
                    "id_index": self._index(kept.secret, "citizen_id"),
                    "phone_index": self._index(kept.secret, "phone"),
                }
            )
        work.put(PERSONS, person)
        for told in kept.told:
            self._tell(work, person, told)
        reason = "; ".join(filter(None, (kept.reason, why)))
        work.note(person.id, kept.what, place=person.place, to_state=person.state, actor=by, reason=reason or None)
        key_of = f"{TIMER}:{person.id}"
        if person.wake_at is None:
            work.forget(key_of)
        else:
            work.promise(key_of, person.wake_at, TIMER, subject=person.id, place=person.place)
        work.result = person

    def grid_of(self, post: str) -> str | None:
        found = self._pack.posts.get(post)
        return found.grid if found else None

    def _change(
        self, work: Work, person: Person, fields: dict[str, str], by: str, *, why: str = "", **more: Any
    ) -> None:
        secret = self.secret(work, person)
        words(why, "proof", secret.now.values(), needed=False)
        kept = keeping.change(
            person, secret, fields, by=by, at=work.now, today=self._today(work),
            ids=[work.new_id("X") for _ in fields], rules=self._rules, **more,
        )  # fmt: skip
        self.save(work, kept, by, why)

    def _erase(self, work: Work, person: Person, *, by: str, reason: str, proof: str, asked: bool) -> None:
        key = work.get(KEYS, person.id)
        assert key is not None
        digests = (_digest(key.wrapped or ""), _digest(person.sealed or ""))
        kept = keeping.erase(
            person, by=by, reason=reason, proof=proof, digests=digests, at=work.now, rules=self._rules, asked=asked
        )
        work.put(KEYS, key.model_copy(update={"wrapped": None, "destroyed_at": work.now}))
        self.save(work, kept, by)

    def _tell(self, work: Work, person: Person, told: Any) -> None:
        queue = f"dept.{told.dept}"
        message = work.say(
            PersonChanged(
                person_id=person.id,
                change=told.change,
                dept=told.dept,
                purpose=told.purpose,
                fields=tuple(told.fields),
                sealed=self._vault.seal_for(queue, person.id, dict(told.fields)) if told.fields else None,
                place=person.place,
                changed_at=work.now,
            ),
            subject=person.id,
            version=person.version,
            place=person.place,
            dept=told.dept,
            to=(queue,),
            topic=False,
        )
        sent = Delivery(
            id=f"{message.id}@{queue}",
            person_id=person.id,
            version=person.version,
            system=told.dept,
            purpose=told.purpose,
            change=told.change,
            fields=tuple(told.fields),
            place=person.place,
            at=work.now,
        )
        work.put(DELIVERIES, sent)

    def _known(self, work: Work, fields: dict[str, str]) -> Person | None:
        for one in self._rules.fields:
            if one.kind == "citizen_id" and one.code in fields:
                found = [p for p in self.by_index(work, "citizen_id", fields[one.code]) if p.state == "kept"]
                return found[0] if found else None
        return None

    def by_index(self, work: Work, kind: str, said: Any) -> list[Person]:
        if not isinstance(said, str):
            raise Refusal("PERSON_BAD_FIELDS", field=kind)
        number = citizen_id(said).number if kind == "citizen_id" else phone(said).number
        column = "id_index" if kind == "citizen_id" else "phone_index"
        return work.find(PERSONS, column, self._vault.index(f"{kind}|{number}"))

    def _index(self, secret: Secret, kind: str) -> str | None:
        codes = [one.code for one in self._rules.fields if one.kind == kind and one.code in secret.now]
        return self._vault.index(f"{kind}|{secret.now[codes[0]]}") if codes else None

    def _place(self, division: str) -> str:
        if division not in self._pack.divisions:
            raise Refusal("REPORT_UNKNOWN_DIVISION", field="division", value=division)
        return self._pack.place_of(division)

    def _today(self, work: Work) -> date:
        return work.now.astimezone(self._pack.zone).date()


def opened(work: Work, vault: Vault, ident: str, sealed: str | None) -> dict[str, Any]:
    """The record that the key of ``ident`` opens.  Raises ``PERSON_ERASED`` where it is destroyed."""
    key = work.get(KEYS, ident)
    if key is None or key.wrapped is None or sealed is None:
        raise Refusal("PERSON_ERASED", field="id", value=ident)
    return vault.open(key.wrapped, ident, sealed)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _person(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield PERSONS, "id", message.data.person_id


def there(work: Work, kind: Any, ident: str) -> Any:
    """Raises ``PERSON_UNKNOWN``; what was asked is not repeated, it could be anything."""
    found = work.get(kind, ident)
    if found is None:
        raise Refusal("PERSON_UNKNOWN", field="id")
    return found
