"""Checks of what comes in and goes out by machines: the alerts and the notices of a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from govcore.messages import CATALOGUE, EventFacts, EventImported
from govcore.packs._draft import Draft, twice
from govcore.packs._yaml import Document, KeyPath
from govcore.packs.alerts import AlertRules
from govcore.packs.notices import FILLED, WORDS, NoticeRules, Template, named

Known = Callable[[Draft, Document, KeyPath, str], None]
"""Adds a finding where a code is not one of the pack."""


def check_doors(draft: Draft, known_class: Known, known_severity: Known) -> None:
    """Adds what is wrong to the draft's findings."""
    if draft.alerts_file is not None and draft.alerts is not None:
        _alerts(draft, draft.alerts_file, draft.alerts, known_class, known_severity)
    if draft.notice_file is not None and draft.notice_rules is not None:
        _notices(draft, draft.notice_file, draft.notice_rules, known_class, known_severity)


def _alerts(draft: Draft, document: Document, alerts: AlertRules, known_class: Known, known_severity: Known) -> None:
    for key in ("gateways", "watchers", "kinds"):
        _twice(draft, document, key, map(attrgetter("code"), getattr(alerts, key)))
    if draft.channel_file is not None and alerts.channel not in draft.channel_codes():
        draft.findings.append(document.refuse("PACK_CHANNEL_UNKNOWN", ("channel",), alerts.channel))
    watchers = sorted(one.code for one in alerts.watchers)
    for at, kind in enumerate(alerts.kinds):
        known_class(draft, document, ("kinds", at, "class"), kind.class_code)
        if kind.class_code.endswith("*"):
            draft.findings.append(document.refuse("PACK_CLASS_UNKNOWN", ("kinds", at, "class"), kind.class_code))
        known_severity(draft, document, ("kinds", at, "severity"), kind.severity)
        for step, degree in enumerate(kind.degrees):
            known_severity(draft, document, ("kinds", at, "degrees", step, "severity"), degree.severity)
        for position, watcher in enumerate(kind.watchers):
            if watcher not in watchers:
                path = ("kinds", at, "watchers", position)
                draft.findings.append(document.refuse("PACK_WATCHER_UNKNOWN", path, watcher, known=", ".join(watchers)))


def _notices(draft: Draft, document: Document, rules: NoticeRules, known_class: Known, known_severity: Known) -> None:
    _twice(draft, document, "channels", (one.code for one in rules.channels))
    for at, id in twice(enumerate(one.id for one in rules.templates)):
        draft.findings.append(document.refuse("PACK_CODE_TWICE", ("templates", at, "id"), id))
    channels = sorted(one.code for one in rules.channels)
    for at, template in enumerate(rules.templates):
        path: KeyPath = ("templates", at)
        if template.channel not in channels:
            known = ", ".join(channels)
            draft.findings.append(
                document.refuse("PACK_NOTICE_CHANNEL", (*path, "channel"), template.channel, known=known)
            )
        for position, code in enumerate(template.when.classes):
            known_class(draft, document, (*path, "when", "class", position), code)
        for position, word in enumerate(template.when.severity):
            known_severity(draft, document, (*path, "when", "severity", position), word)
        _texts(draft, document, path, template)


def _texts(draft: Draft, document: Document, path: KeyPath, template: Template) -> None:
    """The message must be one about an event, and each field that a text names one of its own."""
    payload = CATALOGUE.types.get(template.on)
    if payload is None or not issubclass(payload, EventFacts) or payload is EventImported:
        draft.findings.append(document.refuse("PACK_NOTICE_ON", (*path, "on"), template.on))
        return
    fields = (payload.model_fields.keys() - WORDS) | FILLED
    for lang, text in (("zh", template.text.zh), ("en", template.text.en)):
        try:
            names = named(text)
        except ValueError as error:
            draft.findings.append(document.refuse("PACK_NOTICE_TEXT", (*path, "text", lang), text[:80], why=str(error)))
            continue
        for name in sorted({*names} - fields):
            known = ", ".join(sorted(fields))
            draft.findings.append(document.refuse("PACK_NOTICE_FIELD", (*path, "text", lang), name, known=known))


def _twice(draft: Draft, document: Document, key: str, codes: Iterable[str]) -> None:
    for position, code in twice(enumerate(codes)):
        draft.findings.append(document.refuse("PACK_CODE_TWICE", (key, position, "code"), code))
