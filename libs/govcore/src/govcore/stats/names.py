"""What the codes in a table of figures are called, in Chinese and English: from the pack, and from the texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from govcore.i18n import label

if TYPE_CHECKING:
    from govcore.packs.model import Pack


class Named(BaseModel):
    """A code with its names."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    code: str
    zh: str
    en: str


Naming = Callable[[str, str], Named]
"""Names a code of a dimension."""


def word(area: str, code: str) -> Named:
    """A word of the ``stats`` texts: ``area`` is count, rate, source, dimension, why …"""
    key = f"stats.{area}.{code}"
    return Named(code=code, zh=label(key, "zh_CN"), en=label(key, "en"))


def naming(pack: Pack) -> Naming:
    """The pack's names of classes, departments, places and channels; a code it does not know is its own name."""

    def name(dimension: str, code: str) -> Named:
        if not code:
            return word("none", dimension).model_copy(update={"code": ""})
        zh, en = _names(pack, dimension, code)
        return Named(code=code, zh=zh or code, en=en or zh or code)

    return name


def _names(pack: Pack, dimension: str, code: str) -> tuple[str, str]:
    if dimension == "class" and code in pack.classes:
        return pack.classes[code].name, pack.classes[code].name_en
    if dimension == "class" and (service := pack.service_of(code)) is not None:
        return service.name, service.name_en
    if dimension == "dept" and code in pack.departments:
        return pack.departments[code].name.zh, pack.departments[code].name.en
    if dimension == "channel" and code in pack.channels:
        return pack.channels[code].name.zh, pack.channels[code].name.en
    if dimension == "place" and code in pack.divisions_by_place:
        return pack.divisions_by_place[code].name, ""
    return "", ""


def town(pack: Pack) -> Callable[[str], str]:
    """Cuts a place to the division right below the pack's area: a town (镇街) of the county, a quarter of the city.

    A place that is the area itself, or outside it, is kept as it is.
    """
    areas = [pack.header.code.place(code).split(".") for code in pack.header.areas]

    def cut(place: str) -> str:
        words = place.split(".")
        for area in areas:
            if words[: len(area)] == area:
                return ".".join(words[: len(area) + 1])
        return place

    return cut
