"""A pack's points rules (积分规则), and the rule that no pack may have.

Nobody loses points because somebody petitioned, complained, reported, sued or asked for a review
(信访工作条例, Regulations on petition work, articles 18 and 46); handling it late is another matter.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from govcore.packs.schema import Both, Code, Strict

Scalar = bool | int | float | str

_VOICES = ("petition", "complaint", "report", "reported", "lawsuit", "appeal", "review", "accusation")
_VOICES_ZH = ("信访", "上访", "投诉", "举报", "上报", "诉求", "起诉", "复查", "复核", "控告")
_HANDLING = ("answered", "overdue", "late", "closed", "expired", "handled", "settled")
ARTICLES = "信访工作条例 18, 46"


class Bound(Strict):
    """A number between two others, ends included."""

    at_least: float | None = None
    at_most: float | None = None


class Cap(Strict):
    """The most points one account gets by one rule in a period; None: no limit."""

    day: int | None = Field(default=None, gt=0)
    month: int | None = Field(default=None, gt=0)
    year: int | None = Field(default=None, gt=0)


class PointsRule(Strict):
    """``on`` this message, ``when`` its fields are so, ``points`` go to the account that ``field`` names.

    ``account`` is the kind of account; ``basis`` the law, or the village compact with its vote, that it rests on.
    """

    id: Code
    title: Both
    on: str = Field(pattern=r"^[a-z]+\.[a-z]+\.v[0-9]+$")
    when: dict[str, Scalar | tuple[Scalar, ...] | Bound] = Field(default_factory=dict)
    points: int
    account: Literal["post", "person", "household", "grid", "village", "department"]
    field: str = Field(min_length=1)
    cap: Cap = Cap()
    basis: str = Field(min_length=1)


class Points(Strict):
    """``points.yaml``; ``currency`` is the word for them, ``published`` the day the rules were made public."""

    currency: Both
    published: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    rules: tuple[PointsRule, ...]


def punishes_voice(rule: PointsRule) -> str | None:
    """What in a rule takes points because somebody spoke up; None if nothing does.

    A department may lose points for handling such a matter late, nobody for its having been raised.
    """
    if rule.points >= 0:
        return None
    entity, verb, _ = rule.on.split(".")
    if _speaks(f"{entity}_{verb}") and not (rule.account == "department" and verb in _HANDLING):
        return rule.on
    for name, wanted in rule.when.items():
        texts = [name, *(str(one) for one in (wanted if isinstance(wanted, tuple) else (wanted,)))]
        for text in texts:
            if _speaks(text):
                return text
    return None


def _speaks(text: str) -> bool:
    parts = text.lower().replace(".", "_").replace("-", "_").split("_")
    return any(part in _VOICES or part.removesuffix("s") in _VOICES for part in parts) or any(
        word in text for word in _VOICES_ZH
    )
