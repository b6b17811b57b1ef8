"""How joint operations (联合行动) go in a locality: ``joint`` of ``terms.yaml``, each number with its source."""

from __future__ import annotations

from pydantic import Field

from govcore.packs.schema import Code, Strict, TermText

_COMPOSED = "composed; no source gives this place a term"


class KindTerms(Strict):
    """Of one kind of operation: to answer the call, and to end it."""

    answer: TermText
    conclude: TermText
    source: str = Field(min_length=1)


def _usual(answer: str, conclude: str) -> KindTerms:
    return KindTerms(answer=answer, conclude=conclude, source=_COMPOSED)


class Joint(Strict):
    """``joint`` 联合执法, ``whistle`` 吹哨报到, ``task_force`` 专班, ``consultation`` 会商: each kind's terms.

    ``muster``: after the time of a meeting, until who is missing is told; ``callers``: kinds of divisions that may
    call departments (吹哨), none where the place has no such way of working.
    """

    joint: KindTerms = _usual("4wh", "5wd")
    whistle: KindTerms = _usual("2wh", "5wd")
    task_force: KindTerms = _usual("1wd", "30d")
    consultation: KindTerms = _usual("4wh", "2wd")
    muster: TermText = "1uh"
    callers: tuple[Code, ...] = ()
    source: str = Field(default=_COMPOSED, min_length=1)
