"""A points rule (积分规则) as a pack writes it: data, checked when it is read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = bool | int | float | str
AccountKind = Literal["post", "person", "household", "grid", "village", "department"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Both(_Strict):
    """A text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Bound(_Strict):
    """A number between two others, ends included; None: no limit on that side."""

    at_least: float | None = None
    at_most: float | None = None


class Cap(_Strict):
    """The most points one account gets (or loses) by one rule in a period; None: no limit."""

    day: int | None = Field(default=None, gt=0)
    month: int | None = Field(default=None, gt=0)
    year: int | None = Field(default=None, gt=0)


Wanted = Scalar | Bound | tuple[Scalar, ...]
"""A value, a text that ends in ``*`` (beginnings), bounds, or a list of which one must hold."""


class Rule(_Strict):
    """``on`` this message, ``when`` its fields are so, ``points`` go to the account that ``field`` names.

    ``account`` is the kind of account, ``field`` the payload's field with its code (``duty_post``); ``basis`` the law,
    or the village compact with its vote, that it rests on; ``version`` goes up with every change of meaning.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=120)]
    version: int = Field(default=1, ge=1)
    title: Both
    on: str = Field(pattern=r"^[a-z]+\.[a-z_]+\.v[0-9]+$")
    when: dict[str, Wanted] = Field(default_factory=dict)
    points: int
    account: AccountKind
    field: str = Field(min_length=1)
    cap: Cap = Cap()
    basis: str = Field(min_length=1)


class Reset(_Strict):
    """When what was not spent expires: on ``day`` (``01-01``) of each year, at its midnight in the place, for accounts
    of these kinds.  What an account has earned stays written: honour (荣誉积分) is counted from the entries."""

    day: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")
    kinds: tuple[AccountKind, ...] = Field(min_length=1)


class RulebookData(_Strict):
    """``points.yaml``: ``currency`` is the word for the points, ``published`` the day the rules were made public.

    Nothing that happened before that day counts.  ``reversed_by`` are the messages that take back what their event
    had earned.  ``floors``: what accounts of a kind never go below, neither by a rule that takes points nor by a
    reversal; a kind that is not named has none.  ``reset``: when exchangeable points expire; ``hold_minutes``: how
    long points are held for somebody who has not fetched what they are for.
    """

    currency: Both
    published: date
    reversed_by: tuple[str, ...] = ("event.reworked.v1", "event.reopened.v1", "event.voided.v1")
    floors: dict[AccountKind, int] = Field(default_factory=dict)
    reset: Reset | None = None
    hold_minutes: int = Field(default=7 * 24 * 60, gt=0)
    rules: tuple[Rule, ...]
