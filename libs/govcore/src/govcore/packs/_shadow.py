"""Rules that can never speak, or whose answer never counts, because of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govcore.events.routing_rules import Rule, When, Words


def dead_parts(rules: Sequence[Rule]) -> Iterator[tuple[int, str, str]]:
    """(position, key, id of the earlier rule): ``id`` if the rule is never read, else the answer that never counts."""
    for position, rule in enumerate(rules):
        dead: dict[str, str] = {}
        for earlier in rules[:position]:
            useful = earlier.stop or any(
                getattr(earlier, key) and getattr(rule, key) and key not in dead for key in ("lead", "severity", "term")
            )
            if not useful or not covers(earlier.when, rule.when):
                continue
            if earlier.stop:
                dead = {"id": earlier.id}
                break
            for key in ("lead", "severity", "term"):
                if getattr(earlier, key) and getattr(rule, key):
                    dead.setdefault(key, earlier.id)
        for key, by in dead.items():
            yield position, key, by


def covers(wide: When, narrow: When) -> bool:
    """Whether everything that fulfils ``narrow`` surely fulfils ``wide``."""
    if wide.unclassed is not None:
        implied = False if narrow.classes else narrow.unclassed
        if implied is not wide.unclassed:
            return False
    if wide.classes and not (
        narrow.classes and all(any(_under(code, above) for above in wide.classes) for code in narrow.classes)
    ):
        return False
    if wide.place and not (
        narrow.place and all(any(code.startswith(above) for above in wide.place) for code in narrow.place)
    ):
        return False
    for key in ("channel", "source", "severity", "hours"):
        wanted, given = getattr(wide, key), getattr(narrow, key)
        if wanted and not (given and set(given) <= set(wanted)):
            return False
    if wide.working is not None and narrow.working is not wide.working:
        return False
    return wide.words is None or _words(wide.words, narrow.words or Words())


def _under(code: str, above: str) -> bool:
    return code == above or (above.endswith("*") and code.rstrip("*").startswith(above[:-1]))


def _words(wide: Words, narrow: Words) -> bool:
    any_given = set(narrow.any)
    some = not wide.any or bool(any_given and any_given <= set(wide.any)) or not set(wide.any).isdisjoint(narrow.all)
    return some and set(wide.all) <= set(narrow.all) and set(wide.none) <= set(narrow.none)
