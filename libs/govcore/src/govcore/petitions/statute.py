"""The statutory clock of petitions as data: every term with its article beside it.

Regulations on petition work 信访工作条例, in force 2022-05-01; days are counted by the Civil Code 民法典, articles
201–203.
A pack may bring another statute of the same shape.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from govcore.calendar import Counting, TermField

Path = Literal["suggestion", "accusation", "claim"]
Moment = Literal[
    "received_at",
    "referred_at",
    "arrived_at",
    "objected_at",
    "told_at",
    "accepted_at",
    "answered_at",
    "review_asked_at",
    "reviewed_at",
    "rereview_asked_at",
    "rereviewed_at",
]
"""The moments of a petition that start and end terms."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True)


class Clause(_Strict):
    """One term: from the first of ``starts`` that is known to the first of ``ends``.

    ``kind``: a *duty* that is late once its term has passed, or a *right* that lapses then.  ``paths``: which petitions
    it holds for (none: all); one without a path yet counts as a claim.  ``more``: by how much it may be extended, once.
    ``hearings``: whether the time of a hearing is left out.
    """

    id: str
    article: str
    zh: str
    en: str
    term: TermField
    starts: tuple[Moment, ...] = Field(min_length=1)
    ends: tuple[Moment, ...] = Field(min_length=1)
    kind: Literal["duty", "right"] = "duty"
    who: Literal["office", "organ", "petitioner", "reviewer", "rereviewer"]
    paths: tuple[Path, ...] = ()
    more: TermField | None = None
    hearings: bool = False

    def holds_for(self, path: Path | None) -> bool:
        """Whether it runs for a petition of this path."""
        return not self.paths or (path or "claim") in self.paths


class Statute(_Strict):
    """The terms of a statute, and how its days are counted."""

    name: str
    in_force: date
    counting: Counting = "civil-code"
    counting_articles: str
    clauses: tuple[Clause, ...]

    def clause(self, id: str) -> Clause | None:
        """The clause of that id, None if the statute has none."""
        return next((each for each in self.clauses if each.id == id), None)

    def counted(self, counting: Counting) -> Statute:
        """The same terms counted otherwise."""
        return self.model_copy(update={"counting": counting})


def _regulations() -> Statute:
    rows: list[dict[str, object]] = [
        {
            "id": "register",
            "article": "22",
            "zh": "登记并转送、交办",
            "en": "register, and forward or assign",
            "term": "15d",
            "starts": ("received_at",),
            "ends": ("referred_at", "accepted_at", "answered_at"),
            "who": "office",
        },
        {
            "id": "object",
            "article": "23",
            "zh": "提出管辖异议",
            "en": "object to the jurisdiction, with reasons",
            "term": "5wd",
            "starts": ("arrived_at",),
            "ends": ("objected_at",),
            "kind": "right",
            "who": "organ",
        },
        {
            "id": "tell",
            "article": "23",
            "zh": "告知信访人是否受理",
            "en": "tell the petitioner in writing whether it is accepted",
            "term": "15d",
            "starts": ("arrived_at",),
            "ends": ("told_at", "answered_at"),
            "who": "organ",
        },
        {
            "id": "handle",
            "article": "34",
            "zh": "办结并出具处理意见",
            "en": "handle, and give a written opinion",
            "term": "60d",
            "starts": ("accepted_at",),
            "ends": ("answered_at",),
            "who": "organ",
            "paths": ("claim",),
            "more": "30d",
        },
        {
            "id": "ask_review",
            "article": "35",
            "zh": "请求复查",
            "en": "ask for a review",
            "term": "30d",
            "starts": ("answered_at",),
            "ends": ("review_asked_at",),
            "kind": "right",
            "who": "petitioner",
            "paths": ("claim",),
        },
        {
            "id": "review",
            "article": "35",
            "zh": "提出复查意见",
            "en": "decide on the review",
            "term": "30d",
            "starts": ("review_asked_at",),
            "ends": ("reviewed_at",),
            "who": "reviewer",
            "paths": ("claim",),
        },
        {
            "id": "ask_rereview",
            "article": "36",
            "zh": "请求复核",
            "en": "ask for a re-review",
            "term": "30d",
            "starts": ("reviewed_at",),
            "ends": ("rereview_asked_at",),
            "kind": "right",
            "who": "petitioner",
            "paths": ("claim",),
        },
        {
            "id": "rereview",
            "article": "36",
            "zh": "提出复核意见",
            "en": "decide on the re-review",
            "term": "30d",
            "starts": ("rereview_asked_at",),
            "ends": ("rereviewed_at",),
            "who": "rereviewer",
            "paths": ("claim",),
            "hearings": True,
        },
    ]
    head = {"name": "信访工作条例", "in_force": "2022-05-01", "counting_articles": "民法典 201–203"}
    return Statute.model_validate({**head, "clauses": rows})


REGULATIONS = _regulations()
"""Regulations on petition work (2022), articles 22–36."""
