"""Checks across the YAML files of a pack: departments, routing, terms, points, words, demo."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from govcore.calendar.terms import Term
from govcore.errors import Refusal
from govcore.events.routing_rules import Rule, placed, read_hours
from govcore.packs._check_doors import check_doors
from govcore.packs._covers import impossible
from govcore.packs._draft import Draft, twice
from govcore.packs._orders import check_orders
from govcore.packs._shadow import dead_parts
from govcore.packs._yaml import Document, KeyPath
from govcore.packs.demo import ANY, GIVEN, DemoSpec


def check_work(draft: Draft) -> None:
    """Adds what is wrong to the draft's findings."""
    _departments(draft)
    if draft.channel_file is not None:
        _twice(draft, draft.channel_file, "channels", "code", ((at, one.code) for at, one in draft.channels))
    if draft.rule_file is not None:
        _rules(draft, draft.rule_file)
    if draft.head is not None and draft.header is not None:
        partners = enumerate(draft.header.partners)
        _twice(draft, draft.head, "partners", "code", ((at, one.code) for at, one in partners))
    _terms(draft)
    _surge(draft)
    if draft.words_file is not None and draft.words is not None:
        for code in draft.words.classes:
            _class(draft, draft.words_file, ("classes", code), code)
    if draft.demo_file is not None and draft.demo is not None:
        _demo(draft, draft.demo_file, draft.demo)
    check_doors(draft, _class, _severity)


def _twice(draft: Draft, document: Document, key: str, name: str, found: Iterable[tuple[int, str]]) -> None:
    for position, code in twice(found):
        draft.findings.append(document.refuse("PACK_CODE_TWICE", (key, position, name), code))


def _departments(draft: Draft) -> None:
    document = draft.department_file
    if document is None:
        return
    known = draft.department_codes()
    _twice(draft, document, "departments", "code", ((at, one.code) for at, one in draft.departments))
    for at, one in draft.departments:
        behaviour = ("departments", at, "behaviour", "transfer_to")
        for position, other in enumerate(one.behaviour.transfer_to):
            if other not in known or other == one.code:
                draft.findings.append(document.refuse("PACK_DEPARTMENT_UNKNOWN", (*behaviour, position), other))
        if one.behaviour.accept < 1 and not one.behaviour.transfer_to:
            draft.findings.append(document.refuse("PACK_KEY_MISSING", behaviour))
    _former(draft, document)
    if draft.header is None or draft.head is None:
        return
    reasons = {reason.code for reason in draft.header.handoff.return_reasons}
    for at, one in draft.departments:
        for position, reason in enumerate(one.behaviour.return_reasons):
            if reason not in reasons:
                path = ("departments", at, "behaviour", "return_reasons", position)
                draft.findings.append(
                    document.refuse("PACK_REASON_UNKNOWN", path, reason, known=", ".join(sorted(reasons)))
                )
    kind, _, code = draft.header.verify.by.partition(":")
    if kind == "dept" and code not in known:
        draft.findings.append(draft.head.refuse("PACK_DEPARTMENT_UNKNOWN", ("verify", "by"), code))
    _department(draft, draft.head, ("handoff", "supervisor"), draft.header.handoff.supervisor)
    if draft.terms is not None and draft.terms_file is not None:
        for position, code in enumerate(draft.terms.claims.offer):
            _department(draft, draft.terms_file, ("claims", "offer", position), code)


def _former(draft: Draft, document: Document) -> None:
    """A unit is there or is no more, and what it had in hand ends with one that is there."""
    known, gone = draft.department_codes(), {one.code: one.successor for _, one in draft.former}
    _twice(draft, document, "former", "code", ((at, one.code) for at, one in draft.former))
    for at, one in draft.former:
        if one.code in known:
            draft.findings.append(document.refuse("PACK_FORMER_STILL_THERE", ("former", at, "code"), one.code))
        to, seen = one.successor, {one.code}
        while to in gone and to not in seen:
            seen.add(to)
            to = gone[to]
        if to not in known:
            draft.findings.append(document.refuse("PACK_NO_SUCCESSOR", ("former", at, "successor"), one.successor))


def _class(draft: Draft, document: Document, path: KeyPath, code: str) -> None:
    """A class code, or its beginning with ``*``, must be known."""
    codes = draft.class_codes()
    if draft.class_table is None or code in codes:
        return
    if not (code.endswith("*") and any(known.startswith(code[:-1]) for known in codes)):
        draft.findings.append(document.refuse("PACK_CLASS_UNKNOWN", path, code))


def _department(draft: Draft, document: Document, path: KeyPath, code: str) -> None:
    if draft.department_file is not None and code not in draft.department_codes():
        draft.findings.append(document.refuse("PACK_DEPARTMENT_UNKNOWN", path, code))


def _severity(draft: Draft, document: Document, path: KeyPath, word: str) -> None:
    if draft.terms is None:
        return
    known = [severity.code for severity in draft.terms.severities]
    if word not in known:
        draft.findings.append(document.refuse("PACK_SEVERITY_UNKNOWN", path, word, known=", ".join(known)))


def _rules(draft: Draft, document: Document) -> None:
    _twice(draft, document, "rules", "id", ((at, rule.id) for at, rule in draft.rules))
    check_orders(draft, document)
    for at, rule in draft.rules:
        _rule(draft, document, ("rules", at), rule)
    for index, key, by in dead_parts([placed(rule, partial(_dotted, draft)) for _, rule in draft.rules]):
        at, rule = draft.rules[index]
        code = "PACK_RULE_UNREACHABLE" if key == "id" else "PACK_RULE_SHADOWED"
        draft.findings.append(document.refuse(code, ("rules", at, key), getattr(rule, key), rule=rule.id, by=by))


def _rule(draft: Draft, document: Document, at: KeyPath, rule: Rule) -> None:
    findings, when = draft.findings, rule.when
    for path, code in _each((*at, "when", "class"), when.classes):
        _class(draft, document, path, code)
    for path, code in _each((*at, "when", "place"), when.place):
        if draft.division_table is not None and code not in draft.division_codes():
            findings.append(document.refuse("PACK_DIVISION_UNKNOWN", path, code))
    for path, code in _each((*at, "when", "channel"), when.channel):
        if draft.channel_file is not None and code not in draft.channel_codes():
            findings.append(document.refuse("PACK_CHANNEL_UNKNOWN", path, code))
    for path, word in _each((*at, "when", "severity"), when.severity):
        _severity(draft, document, path, word)
    for path, span in _each((*at, "when", "hours"), when.hours):
        try:
            read_hours(span)
        except Refusal as refusal:
            findings.append(document.refuse(refusal.code, path, span))
    if (key := impossible(when)) is not None:
        findings.append(document.refuse("PACK_RULE_IMPOSSIBLE", (*at, "when", key), rule=rule.id))
    if rule.lead is not None:
        _department(draft, document, (*at, "lead"), rule.lead)
    for path, code in _each((*at, "assist"), rule.assist):
        _department(draft, document, path, code)
        if code == rule.lead:
            findings.append(document.refuse("PACK_LEAD_ASSISTS", path, code))
    if rule.severity is not None:
        _severity(draft, document, (*at, "severity"), rule.severity)
    if rule.term is not None:
        try:
            Term.parse(rule.term)
        except Refusal as refusal:
            findings.append(document.refuse(refusal.code, (*at, "term"), rule.term, **refusal.params))
    if not (rule.lead or rule.assist or rule.severity or rule.term or rule.join or rule.stop):
        findings.append(document.refuse("PACK_RULE_EMPTY", (*at, "id"), rule.id))


def _dotted(draft: Draft, code: str) -> str:
    """The place of a division code; a wrong one, found elsewhere, stands for itself."""
    try:
        return code if draft.header is None else draft.header.code.place(code)
    except Refusal:
        return code


def _each(path: KeyPath, values: tuple[str, ...]) -> Iterable[tuple[KeyPath, str]]:
    return (((*path, position), value) for position, value in enumerate(values))


def _terms(draft: Draft) -> None:
    document, terms = draft.terms_file, draft.terms
    if document is None or terms is None:
        return
    _severity(draft, document, ("default_severity",), terms.default_severity)
    kinds = {cells[3] for _, cells in draft.division_table.rows} if draft.division_table else None
    for path, kind in _each(("joint", "callers"), terms.joint.callers):
        if kinds is not None and kind not in kinds:
            expected = ", ".join(sorted(kinds))
            draft.findings.append(document.refuse("PACK_NOT_ONE_OF", path, kind, expected=expected))
    for at, line in enumerate(terms.handle):
        for path, code in _each(("handle", at, "class"), line.classes):
            _class(draft, document, path, code)
        for path, word in _each(("handle", at, "severity"), line.severity):
            _severity(draft, document, path, word)
    always = [at for at, line in enumerate(terms.handle) if line.always]
    if always != [len(terms.handle) - 1]:
        at = always[0] if always else len(terms.handle) - 1
        draft.findings.append(document.refuse("PACK_TERM_NO_LAST", ("handle", at)))


def _surge(draft: Draft) -> None:
    """Who is told of surges must exist, and so must the classes."""
    if draft.head is None or draft.header is None:
        return
    for at, line in enumerate(draft.header.surge.tell):
        for path, code in _each(("surge", "tell", at, "class"), line.classes):
            _class(draft, draft.head, path, code)
        for path, code in _each(("surge", "tell", at, "departments"), line.departments):
            _department(draft, draft.head, path, code)


def _demo(draft: Draft, document: Document, demo: DemoSpec) -> None:
    for name in demo.channels:
        if draft.channel_file is not None and name not in draft.channel_codes():
            draft.findings.append(document.refuse("PACK_CHANNEL_UNKNOWN", ("channels", name), name))
    if ANY not in demo.problems:
        draft.findings.append(document.refuse("PACK_KEY_MISSING", ("problems", ANY)))
    for code in demo.problems:
        if code != ANY:
            _class(draft, document, ("problems", code), code)
    slots = demo.slots()
    for path, wanted in slots.items():
        for slot in sorted(wanted - GIVEN - set(demo.words)):
            draft.findings.append(document.refuse("PACK_WORD_UNKNOWN", path, slot))
    within = {path[1]: wanted for path, wanted in slots.items() if path[0] == "words"}
    for name in within:
        if _leads_to(name, name, within, set()):
            draft.findings.append(document.refuse("PACK_WORD_CIRCLE", ("words", name), name))
    for table in (draft.count_table,) if draft.count_table else ():
        for line, (code, department, n) in table.rows:
            if draft.class_table is not None and code not in draft.class_codes():
                draft.findings.append(table.refuse("PACK_CLASS_UNKNOWN", line, "class", code))
            if draft.department_file is not None and department not in draft.department_codes():
                draft.findings.append(table.refuse("PACK_DEPARTMENT_UNKNOWN", line, "department", department))
            if not (n.isascii() and n.isdigit() and int(n) > 0):
                draft.findings.append(table.refuse("PACK_RANGE", line, "n", n, why="> 0", expected="> 0"))


def _leads_to(name: str, start: str, slots: dict[str, set[str]], seen: set[str]) -> bool:
    for slot in slots.get(name, ()):
        if slot == start or (slot not in seen and _leads_to(slot, start, slots, seen | {slot})):
            return True
    return False
