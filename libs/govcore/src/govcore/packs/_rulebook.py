"""``points.yaml``: read rule by rule, checked against the messages there are and everybody's right to speak up."""

from __future__ import annotations

from pathlib import Path

from govcore.errors import Refusal
from govcore.messages import CATALOGUE
from govcore.packs._draft import twice
from govcore.packs._validate import validated, validated_list
from govcore.packs._yaml import Document, KeyPath, read_yaml
from govcore.points.guard import ARTICLES, against_rights
from govcore.points.rules import Rule, RulebookData


def load_rulebook(file: Path, findings: list[Refusal]) -> RulebookData | None:
    """The rulebook of a file, None where its frame is wrong; everything that is wrong is among ``findings``."""
    document = read_yaml(file, findings)
    if document is None:
        return None
    beside = frozenset(RulebookData.model_fields) - {"rules"}
    rules = validated_list(Rule, document, "rules", findings, beside=beside)
    _check(document, rules, findings)
    if not isinstance(document.value, dict):
        return None
    frame = {key: value for key, value in document.value.items() if key in beside}
    found = validated(RulebookData, document, findings, {**frame, "rules": ()})
    return found.model_copy(update={"rules": tuple(rule for _, rule in rules)}) if found else None


def _check(document: Document, rules: list[tuple[int, Rule]], findings: list[Refusal]) -> None:
    for at, code in twice((at, rule.id) for at, rule in rules):
        findings.append(document.refuse("PACK_CODE_TWICE", ("rules", at, "id"), code))
    for at, rule in rules:
        if (key := against_rights(rule)) is not None:
            path: KeyPath = ("rules", at, *key.split("."))
            findings.append(document.refuse("POINTS_RIGHTS", path, rule.id, articles=ARTICLES))
        else:
            _trigger(document, ("rules", at), rule, findings)
        caps = [cap for cap in (rule.cap.day, rule.cap.month, rule.cap.year) if cap is not None]
        if caps != sorted(caps):
            findings.append(document.refuse("PACK_CAPS_ORDER", ("rules", at, "cap"), rule=rule.id))


def _trigger(document: Document, at: KeyPath, rule: Rule, findings: list[Refusal]) -> None:
    """The message type that a rule waits for must exist, and have the fields that it looks at."""
    payload = CATALOGUE.types.get(rule.on)
    if payload is None:
        findings.append(document.refuse("POINTS_UNKNOWN_TYPE", (*at, "on"), rule.on))
        return
    for path, name in (((*at, "field"), rule.field), *(((*at, "when", name), name) for name in rule.when)):
        if name not in payload.model_fields:
            findings.append(document.refuse("POINTS_UNKNOWN_FIELD", path, name, type=rule.on))
