"""``alerts.yaml``: which alerts 告警 a locality takes in, from whom, and what becomes of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self, TypeVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from govcore.events.report_in import CRS
from govcore.events.routing_rules import Many
from govcore.packs.schema import Both, Code, Strict

Word = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
MINUTES_A_WEEK = 7 * 24 * 60
Minutes = Annotated[int, Field(ge=1, le=MINUTES_A_WEEK)]


class Gateway(Strict):
    """A system that brings alerts in (接入网关): its code is its user's name; ``crs``: what its points are given in."""

    code: Word
    name: Both
    crs: CRS = "WGS-84"
    source: str = Field(min_length=1)


class Limit(Strict):
    """How many alerts may come in within so many ``minutes``: of ``each`` device, and of ``all`` of a watcher's kind
    that one gateway brings."""

    each: int = Field(ge=1)
    all: int = Field(ge=1)
    minutes: Minutes
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.each > self.all:
            raise PydanticCustomError("PACK_ALERT_LIMIT", "each device may send no more than all together")
        return self


class Watcher(Strict):
    """A kind of what notices (监测来源): sensors, fire towers, patrols."""

    code: Word
    name: Both
    limit: Limit


class Degree(Strict):
    """From this reading on it is of this severity."""

    at_least: float = Field(alias="from")
    severity: Code


class AlertKind(Strict):
    """What can be noticed (告警种类): the class its event gets and its severity, by the reading where it has degrees.

    ``fold``: minutes after the last alert within which the next of the same device folds into the event;
    ``stale``: minutes after which an alert is too old to be taken in.
    """

    code: Word
    name: Both
    watchers: Annotated[Many, Field(min_length=1)]
    class_code: str = Field(alias="class")
    severity: Code
    unit: Both | None = None
    degrees: tuple[Degree, ...] = ()
    fold: Minutes
    stale: Minutes
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        steps = [degree.at_least for degree in self.degrees]
        if steps != sorted(set(steps)):
            raise PydanticCustomError("PACK_ALERT_DEGREES", "degrees rise")
        if steps and self.unit is None:
            raise PydanticCustomError("PACK_ALERT_UNIT", "degrees need a unit")
        return self

    def severity_at(self, reading: float | None) -> str:
        """The severity of a reading; without one, or below all degrees, the kind's own."""
        found = [degree.severity for degree in self.degrees if reading is not None and reading >= degree.at_least]
        return found[-1] if found else self.severity


C = TypeVar("C", Gateway, Watcher, AlertKind)


class AlertRules(Strict):
    """The whole file; an empty one takes no alert in.  ``channel``: the channel that its reports have."""

    channel: Code = "alert"
    gateways: tuple[Gateway, ...] = ()
    watchers: tuple[Watcher, ...] = ()
    kinds: tuple[AlertKind, ...] = ()

    def gateway(self, code: str) -> Gateway | None:
        return _of(self.gateways, code)

    def watcher(self, code: str) -> Watcher | None:
        return _of(self.watchers, code)

    def kind(self, code: str) -> AlertKind | None:
        return _of(self.kinds, code)


def _of(among: Iterable[C], code: str) -> C | None:
    return next((one for one in among if one.code == code), None)
