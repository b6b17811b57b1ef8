"""What may be done with a person's record: registered, changed, decided, withdrawn, erased.

Every decision answers with :class:`Kept` or raises a reason code; none of them has a personal value in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from govcore.errors import Refusal
from govcore.persons.entitled import ended, open_fields, purpose_of, told
from govcore.persons.form import PersonRules, Purpose
from govcore.persons.record import Conflict, Erasure, Ground, Kept, Person, Secret, Source
from govcore.persons.said import Consent
from govcore.persons.values import age, born_on, checked


def register(
    new: Person,
    said: Mapping[str, str],
    consents: Mapping[str, Consent],
    *,
    by: str,
    at: datetime,
    today: date,
    rules: PersonRules,
) -> Kept:
    """A person comes into the register, for the purposes in ``consents``, with no field that none of them needs.

    Raises ``PERSON_NO_FORM``, ``PERSON_NO_SUCH_PURPOSE``, ``PERSON_NO_SUCH_FIELD``, ``PERSON_NOT_NEEDED``,
    ``PERSON_FIELD_MISSING``, ``PERSON_AGE_MISSING``, ``PERSON_NO_CONSENT``, ``PERSON_GUARDIAN_MISSING`` and those of
    :func:`govcore.persons.values.checked`.
    """
    if not rules.fields:
        raise Refusal("PERSON_NO_FORM", field="persons")
    if not consents:
        raise Refusal("PERSON_NO_PURPOSE", field="purposes")
    purposes = [purpose_of(rules, code) for code in consents]
    values = _values(rules, purposes, said)
    missing = [one.code for one in rules.fields if one.required and one.code not in values]
    if missing:
        raise Refusal("PERSON_FIELD_MISSING", field=missing[0])
    minor = _minor(rules, values, today)
    person = new.model_copy(
        update={
            "version": 1,
            "minor": minor,
            "purposes": {one.code: _ground(one, consents[one.code], values, minor, at, rules) for one in purposes},
            "sources": {code: Source(by=by, at=at) for code in values},
        }
    )
    secret = Secret(values)
    return Kept(person, secret, told(rules, person, secret, values, new=frozenset(consents)), "registered")


def change(
    person: Person,
    secret: Secret,
    said: Mapping[str, str],
    *,
    by: str,
    at: datetime,
    today: date,
    ids: Sequence[str],
    rules: PersonRules,
    corrects: bool = False,
    consents: Mapping[str, Consent] | None = None,
) -> Kept:
    """A source says other values.  Its own it may replace; another's stands beside as a conflict, shown and not
    overwritten.  ``corrects``: the person asked for it with proof (PIPL 46), which replaces whatever stands there and
    ends its conflicts.  ``ids``: one for each field said, for the conflicts; ``consents``: to further purposes, or
    again to those there are, whose time then starts anew.
    """
    _kept(person)
    grants = {code: purpose_of(rules, code) for code in consents or {}}
    values = _values(
        rules, [rules.purpose[code] for code in {**person.purposes, **grants} if code in rules.purpose], said
    )
    now, other, sources = dict(secret.now), dict(secret.other), dict(person.sources)
    conflicts = list(person.conflicts)
    moved: list[str] = []
    for (code, value), ident in zip(values.items(), ids, strict=True):
        theirs = [one for one in conflicts if one.field == code and (corrects or one.by == by)]
        for one in theirs:
            conflicts.remove(one)
            other.pop(one.id)
        owner = sources.get(code)
        if now.get(code) == value:
            continue
        if owner is not None and owner.by != by and not corrects:
            conflicts.append(Conflict(id=ident, field=code, by=by, at=at))
            other[ident] = value
            continue
        now[code], sources[code] = value, Source(by=by, at=at)
        moved.append(code)
    minor = _minor(rules, now, today)
    grounds = {code: _ground(one, (consents or {})[code], now, minor, at, rules) for code, one in grants.items()}
    update = {
        "sources": sources,
        "conflicts": tuple(conflicts),
        "minor": minor,
        "purposes": {**person.purposes, **grounds},
    }
    after = _next(person, at, update)
    if minor and any(ground.given_by != "guardian" for ground in after.purposes.values()):
        raise Refusal("PERSON_GUARDIAN_MISSING", field="purposes", below=rules.guardian_below)
    kept, new = Secret(now, other), frozenset(grounds) - frozenset(person.purposes)
    what = "corrected" if corrects else "changed"
    shown = _fields(moved, conflicts, open_fields(rules, after))
    return Kept(after, kept, told(rules, after, kept, moved, new=new), what, shown)


def decide(
    person: Person, secret: Secret, conflict_id: str, *, take: bool, by: str, at: datetime, today: date,
    rules: PersonRules,
) -> Kept:  # fmt: skip
    """A person decides a conflict: the other value is taken, or dropped.  Raises ``PERSON_CONFLICT_UNKNOWN``."""
    _kept(person)
    one = next((one for one in person.conflicts if one.id == conflict_id), None)
    if one is None:
        raise Refusal("PERSON_CONFLICT_UNKNOWN", field="conflict_id")
    value = secret.other[one.id]
    now, sources = dict(secret.now), dict(person.sources)
    if take:
        now[one.field], sources[one.field] = value, Source(by=one.by, at=one.at)
    rest = tuple(each for each in person.conflicts if each.id != one.id)
    kept = Secret(now, {key: each for key, each in secret.other.items() if key != one.id})
    update = {"sources": sources, "conflicts": rest, "minor": _minor(rules, now, today)}
    after = _next(person, at, update)
    moved = [one.field] if take else []
    return Kept(after, kept, told(rules, after, kept, moved), "decided", "taken" if take else "dropped")


def withdraw(person: Person, secret: Secret, purposes: Sequence[str], *, at: datetime, rules: PersonRules) -> Kept:
    """Purposes end: the consent was taken back (PIPL 15) or their time is over; what no other purpose needs goes too.

    Raises ``PERSON_NO_SUCH_PURPOSE``; with the last one :func:`erase` is what is wanted: ``PERSON_LAST_PURPOSE``.
    """
    _kept(person)
    for code in purposes:
        if code not in person.purposes:
            raise Refusal("PERSON_NO_SUCH_PURPOSE", field="purpose", known=", ".join(person.purposes))
    left = {code: ground for code, ground in person.purposes.items() if code not in purposes}
    if not left:
        raise Refusal("PERSON_LAST_PURPOSE", field="purposes")
    needed = {field for code in left if code in rules.purpose for field in rules.purpose[code].fields}
    conflicts = tuple(one for one in person.conflicts if one.field in needed)
    update = {
        "purposes": left,
        "sources": {code: one for code, one in person.sources.items() if code in needed},
        "conflicts": conflicts,
    }
    kept = Secret(
        {code: value for code, value in secret.now.items() if code in needed},
        {one.id: secret.other[one.id] for one in conflicts},
    )
    return Kept(_next(person, at, update), kept, ended(rules, purposes, "withdrawn"), "withdrawn")


def erase(
    person: Person, *, by: str, reason: str, proof: str, digests: tuple[str, str], at: datetime, rules: PersonRules,
    asked: bool,
) -> Kept:  # fmt: skip
    """The record ends (PIPL 47): its key is destroyed, and every system that had something is told.

    ``digests`` of the wrapped key and the sealed record stay as the proof; ``asked``: on request, which a statutory
    period holds up (``PERSON_MUST_KEEP``).
    """
    _kept(person)
    for code, ground in person.purposes.items():
        rule = rules.purpose.get(code)
        if asked and rule is not None and rule.statutory and at < ground.until:
            raise Refusal("PERSON_MUST_KEEP", field="purpose", value=code, until=ground.until.date().isoformat(),
                          source=rule.source)  # fmt: skip
    if not proof.strip():
        raise Refusal("PERSON_PROOF_MISSING", field="proof")
    erasure = Erasure(at=at, by=by, reason=reason, proof=proof, key_digest=digests[0], record_digest=digests[1])
    update = {
        "state": "erased", "erasure": erasure, "household_id": None, "grid": None, "minor": False, "purposes": {},
        "sources": {}, "conflicts": (), "sealed": None, "id_index": None, "phone_index": None,
    }  # fmt: skip
    return Kept(_next(person, at, update), Secret(), ended(rules, person.purposes, "erased"), "erased", reason)


def over(person: Person, at: datetime) -> tuple[str, ...]:
    """The purposes whose time is over."""
    return tuple(code for code, ground in person.purposes.items() if ground.until <= at)


def _kept(person: Person) -> None:
    if person.state != "kept":
        raise Refusal("PERSON_ERASED", field="person_id", value=person.id)


def _next(person: Person, at: datetime, update: Mapping[str, object]) -> Person:
    return person.model_copy(update={"version": person.version + 1, "changed_at": at, **update})


def _values(rules: PersonRules, purposes: Sequence[Purpose], said: Mapping[str, str]) -> dict[str, str]:
    needed = {field for one in purposes for field in one.fields}
    values = {}
    for code, value in said.items():
        field = rules.field.get(code)
        if field is None:
            raise Refusal("PERSON_NO_SUCH_FIELD", field="fields")
        if code not in needed:
            raise Refusal("PERSON_NOT_NEEDED", field=code)
        values[code] = checked(field, value)
    return values


def _minor(rules: PersonRules, values: dict[str, str], today: date) -> bool:
    return age(born_on(values, dict(rules.field)), today) < rules.guardian_below


def _ground(
    purpose: Purpose, consent: Consent, values: Mapping[str, str], minor: bool, at: datetime, rules: PersonRules
) -> Ground:
    if minor and (consent.given_by != "guardian" or not consent.proof.strip()):
        raise Refusal("PERSON_GUARDIAN_MISSING", field="purposes", value=purpose.code, below=rules.guardian_below)
    if purpose.basis == "consent" and not consent.proof.strip():
        raise Refusal("PERSON_NO_CONSENT", field="purposes", value=purpose.code)
    sensitive = any(rules.field[code].sensitive for code in purpose.fields if code in values)
    if purpose.basis == "consent" and sensitive and not consent.separate:
        raise Refusal("PERSON_NO_SEPARATE_CONSENT", field="purposes", value=purpose.code)
    given = consent.given_by if consent.proof.strip() else None
    until = at + timedelta(days=purpose.days)
    return Ground(
        basis=purpose.basis, given_by=given, separate=consent.separate, proof=consent.proof, since=at, until=until
    )


def _fields(moved: Sequence[str], conflicts: Sequence[Conflict], there: frozenset[str]) -> str:
    held = [f"conflict:{one.field}" for one in conflicts if one.field in there]
    return " ".join([*(code for code in moved if code in there), *held])
