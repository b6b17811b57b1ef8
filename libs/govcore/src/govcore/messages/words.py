"""The kinds of value payloads are made of: ids, codes, places, times."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""A stable name of one thing: ``E-…`` event, ``H-…`` hand-off, ``R-…`` report, ``P-…`` petition."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=120)]
"""A code of the pack or of a standard: class, channel, severity, reason, rule."""

Dept = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")]
"""A department's code, one ascii word: it is a word of routing keys and queue names."""

Holder = Annotated[str, StringConstraints(pattern=r"^(dept|desk|street|post):[A-Za-z0-9_.-]{1,64}$")]
"""Who answers for a task now: ``dept:<code>``, ``desk:<name>``, ``street:<code>``."""

Place = Annotated[str, StringConstraints(pattern=r"^([a-z0-9_-]+(\.[a-z0-9_-]+){0,4})?$", max_length=120)]
"""Jurisdiction as a dotted path, one word a level, at most five: ``34.08.81.103.004``; empty where unknown."""

Grid = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""A grid's code after the pack's profile (15 digits in GB/T 30428)."""

Time = AwareDatetime
"""A moment, never without its time zone."""

Point = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]
"""Longitude, latitude in WGS-84 degrees."""

Role = Literal["lead", "assist"]
"""A department's part in a joint operation (联勤)."""

Evidence = Annotated[tuple[Annotated[str, StringConstraints(min_length=1, max_length=200)], ...], Field(max_length=50)]
"""References into the evidence store, never the evidence itself."""

Words = Annotated[str, StringConstraints(max_length=4000)]
"""What a department or an official wrote: a result, a reason in words."""
