"""Checks of ``closing.yaml``: classes, severities, channels and whoever is named are known, no rectification is too
long."""

from __future__ import annotations

from collections.abc import Iterable

from govcore.calendar.model import read_sessions
from govcore.calendar.terms import Term
from govcore.packs._check_orders import duty_levels
from govcore.packs._draft import Draft
from govcore.packs._yaml import Document, KeyPath
from govcore.packs.closing import RECTIFY_AT_MOST

_DAY = 24.0


def check_closing(draft: Draft) -> None:
    """Adds what is wrong to the draft's findings."""
    document, closing = draft.closing_file, draft.closing
    if document is None or closing is None:
        return
    for at, line in enumerate(closing.verify):
        path: KeyPath = ("verify", at)
        _known(draft, document, (*path, "class"), line.classes, "PACK_CLASS_UNKNOWN", draft.class_codes())
        _known(draft, document, (*path, "severity"), line.severity, "PACK_SEVERITY_UNKNOWN", _severities(draft))
        _known(draft, document, (*path, "channel"), line.channel, "PACK_CHANNEL_UNKNOWN", draft.channel_codes())
        _holder(draft, document, (*path, "by"), line.by)
    for key in ("call", "visits"):
        if (coming := getattr(closing, key)) is not None:
            _holder(draft, document, (key, "by"), coming.by)
    if closing.rectify is not None and _days(closing.rectify.term, draft) > _days(RECTIFY_AT_MOST.term, draft):
        most, source = RECTIFY_AT_MOST.term, RECTIFY_AT_MOST.source
        path = ("rectify", "term")
        draft.findings.append(
            document.refuse("PACK_RECTIFY_TOO_LONG", path, closing.rectify.term, most=most, source=source)
        )


def _days(text: str, draft: Draft) -> float:
    """A term in working days, never fewer than it can take; a calendar day counts as one."""
    sessions = read_sessions(draft.header.calendar.sessions) if draft.header is not None else ()
    worked = sum(one.closes - one.opens for one in sessions) / 3_600_000_000 or _DAY
    hours = {"wd": worked, "d": worked, "wh": 1.0, "uh": worked / _DAY}
    return sum(stage.amount * hours[stage.unit.value] for stage in Term.parse(text).stages) / worked


def _known(
    draft: Draft, document: Document, path: KeyPath, words: Iterable[str], code: str, known: Iterable[str]
) -> None:
    there = set(known)
    for position, word in enumerate(words):
        begins = word.endswith("*") and any(one.startswith(word[:-1]) for one in there)
        if there and word not in there and not begins:
            shown = ", ".join(sorted(there)[:20])
            draft.findings.append(document.refuse(code, (*path, position), word, known=shown))


def _severities(draft: Draft) -> set[str]:
    return {one.code for one in draft.terms.severities} if draft.terms is not None else set()


def _holder(draft: Draft, document: Document, path: KeyPath, by: str) -> None:
    kind, _, code = by.partition(":")
    if kind == "dept" and draft.department_file is not None and code not in draft.department_codes():
        draft.findings.append(document.refuse("PACK_DEPARTMENT_UNKNOWN", path, code))
    elif kind == "leader" and not (levels := duty_levels(draft)):
        draft.findings.append(document.refuse("PACK_LADDER_NOBODY", path, by))
    elif kind == "leader" and code and code not in levels:
        draft.findings.append(document.refuse("PACK_LADDER_LEVEL", path, code, known=", ".join(sorted(levels))))
    elif kind == "post" and code and code not in _posts(draft):
        draft.findings.append(document.refuse("PACK_POST_UNKNOWN", path, code))


def _posts(draft: Draft) -> set[str]:
    tables = (draft.post_table, draft.leader_table)
    return {cells[0] for table in tables if table is not None for _, cells in table.rows}
