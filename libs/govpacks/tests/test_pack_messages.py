"""Free texts: how many of the real messages are recognised, how many go to triage, and how often it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.events.routing import Facts
from govcore.packs import Pack

Shared = Callable[[str], Path]

FITTING = {
    "劳动和社会保障": ("0802", "080302"),
    "城乡建设": ("01", "05", "07", "0301", "0302", "0304", "0401", "0402", "040301", "040303"),
    "教育文体": ("0801", "0805", "010503"),
    "卫生计生": ("0803", "0203"),
    "交通运输": ("04",),
    "商贸旅游": ("02", "0805", "030404"),
    "环境保护": ("06",),
}
"""Beginnings of our classes that are right for a first-level class of the labelled messages."""


def _rows(file: Path) -> list[tuple[Any, ...]]:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra govcore[files] is not installed: openpyxl")
    sheet = openpyxl.load_workbook(file, read_only=True).active
    return [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] is not None]


@pytest.mark.slow
def test_most_real_messages_find_their_department(tongcheng: Pack, shared: Shared) -> None:
    """Of 4,326 messages without a class over 60 % are classified and 65 % routed; the rest waits at the triage desk."""
    rows = _rows(shared("messages/taidi_messages.xlsx"))
    assert len(rows) == 4_326 and tongcheng.classifier is not None
    classified = routed = 0
    leads: Counter[str] = Counter()
    for row in rows:
        title, text = str(row[2] or ""), " ".join(str(row[4] or "").split())
        guess = tongcheng.classifier.classify(title, text)
        classified += guess is not None
        decision = tongcheng.routing.decide(Facts(guess.class_code if guess else None, text=f"{title}\n{text}"))
        if decision.lead is not None:
            routed += 1
            leads[decision.lead] += 1
    assert 0.60 < classified / len(rows) < 0.75
    assert 0.65 < routed / len(rows) < 0.80
    assert len(leads) >= 20, leads


@pytest.mark.slow
def test_what_is_recognised_is_mostly_right(tongcheng: Pack, shared: Shared) -> None:
    """Of 495 messages whose first-level class is known, over 80 % of the answers fit, over half in each class."""
    assert tongcheng.classifier is not None
    right: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    rows = _rows(shared("messages/taidi_labelled_495.xlsx"))
    assert len(rows) == 495
    for row in rows:
        guess = tongcheng.classifier.classify(str(row[2] or ""), " ".join(str(row[4] or "").split()))
        if guess is not None:
            answered[row[5]] += 1
            right[row[5]] += guess.class_code.startswith(FITTING[row[5]])
    assert answered.total() / len(rows) > 0.65
    assert right.total() / answered.total() > 0.80
    assert min(right[label] / answered[label] for label in FITTING) > 0.5
