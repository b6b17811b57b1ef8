"""The rights guard: no rule may let somebody's having spoken up cost anybody anything.

Regulations on petition work 信访工作条例, articles 18 (nobody may retaliate) and 46 (retaliation is punished): a
petition, complaint, report, accusation, suit, request for review, objection or refusal of consent is never a negative,
neither by itself nor counted.  Handling it badly is another matter, and only for whoever handled it.

So a rule that takes points must rest on a *fault of handling*: a message that is one (expired, stalled, reworked), or a
condition that good work cannot meet (``on_time: false``).  Every event begins with somebody's report, so a message
about events, hand-offs or petitions without such a fault is a count of reports.  A reward for there having been none,
or for one withdrawn, is the same thing turned round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from govcore.points.conditions import holds
from govcore.points.rules import Bound, Rule, Wanted

ARTICLES = "信访工作条例 18, 46"

_BORN_OF_REPORTS = frozenset({"event", "handoff", "petition", "order"})
_FAULTS = frozenset({"handoff.expired", "handoff.stalled", "handoff.returned", "event.reworked", "order.issued"})
_GOOD_WORK: dict[str, tuple[Any, ...]] = {
    "on_time": (True,),
    "reworks": (0,),
    "returns": (0,),
    "expiries": (0,),
    "still_open": (0,),
    "grade": (3, 4, 5),
}
"""Fields that tell of handling, with the values of work well done: a condition that lets one through is no fault."""

_PARTS = re.compile(
    "petition|complain|accus|litigat|lawsuit|whistlebl|grievan|reopen"
    "|xinfang|shangfang|tousu|jubao|suqiu|qisu|konggao|fucha|fuhe|12345"
    "|信访|上访|来访|投诉|举报|上报|诉求|起诉|诉讼|告状|复查|复核|复议|控告|检举|申诉|异议|不同意|拒绝同意|热线"
)
_WORDS = re.compile(
    "(?<![a-z])(report(s|ed|ers?)?|review(s|ed)?|appeal(s|ed)?|sue[ds]?|suits?|objection(s)?|objected|consent"
    "|refusals?|refused|hotline|xf)(?![a-z])"
)


def against_rights(rule: Rule) -> str | None:
    """What in a rule makes somebody's voice cost something: the key of the rule; None if nothing does."""
    entity, verb, _ = rule.on.split(".")
    if _speaks(entity) and verb in ("withdrawn", "dropped"):
        return "on"
    if rule.points > 0:
        return next((f"when.{name}" for name, wanted in rule.when.items() if _wants_silence(name, wanted)), None)
    if rule.points == 0:
        return None
    fault = f"{entity}.{verb}" in _FAULTS or any(_is_fault(name, wanted) for name, wanted in rule.when.items())
    handled = fault and (rule.account in ("post", "department") or rule.field == "duty_person")
    if _speaks(f"{entity}_{verb}") and not (entity == "petition" and handled):
        return "on"
    if entity in _BORN_OF_REPORTS and not handled:
        return "on"
    for name, wanted in rule.when.items():
        voiced = name == "cause" or _speaks(name) or any(map(_speaks, _texts(wanted)))
        if voiced and not (handled and name == "channel"):
            return f"when.{name}"
    if _speaks(rule.field):
        return "field"
    named = {"id": rule.id, "title.zh": rule.title.zh, "title.en": rule.title.en}
    return None if fault else next((key for key, text in named.items() if _speaks(text)), None)


def _is_fault(name: str, wanted: Wanted) -> bool:
    good = _GOOD_WORK.get(name)
    return good is not None and not any(holds(wanted, value) for value in good)


def _wants_silence(name: str, wanted: Wanted) -> bool:
    """Whether nobody's having spoken meets the condition and many having spoken does not."""
    if not _speaks(name):
        return False
    return any(holds(wanted, value) for value in (0, False)) and not any(
        holds(wanted, value) for value in (10**6, True)
    )


def _speaks(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).lower()
    return bool(_PARTS.search(plain) or _WORDS.search(plain))


def _texts(wanted: Wanted) -> Iterable[str]:
    if isinstance(wanted, Bound):
        return ()
    return (str(one) for one in (wanted if isinstance(wanted, tuple) else (wanted,)))
