"""Checks of what comes in by machines: the alerts of a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from govcore.packs._draft import Draft, twice
from govcore.packs._yaml import Document, KeyPath
from govcore.packs.alerts import AlertRules

Known = Callable[[Draft, Document, KeyPath, str], None]
"""Adds a finding where a code is not one of the pack."""


def check_doors(draft: Draft, known_class: Known, known_severity: Known) -> None:
    """Adds what is wrong to the draft's findings."""
    if draft.alerts_file is not None and draft.alerts is not None:
        _alerts(draft, draft.alerts_file, draft.alerts, known_class, known_severity)


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


def _twice(draft: Draft, document: Document, key: str, codes: Iterable[str]) -> None:
    for position, code in twice(enumerate(codes)):
        draft.findings.append(document.refuse("PACK_CODE_TWICE", (key, position, "code"), code))
