"""``./dev bench dispatch_explain``: milliseconds to explain the routing of one event with 1,000 rules.

The whole answer of ``GET /api/v1/events/{id}/routing``, from the event to plain data: facts, classifier, every rule's
part, names.  The rules are the pack's own and, to the thousand, ones over classes, places and words.
With ``--json`` the last line is ``{"explain_ms":…}``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import replace
from datetime import datetime

from govcore.embed import Embedded
from govcore.events.routing_rules import Rule
from govcore.packs import Pack, explain, load_pack, told

RULES = 1_000
TEXT = "小区门口的垃圾站三天没有人清理，气味很大，路面也有破损，影响居民生活，请尽快处理。" * 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench dispatch_explain", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--runs", type=int, default=200, help="explanations (200)")
    args = parser.parse_args()
    found = explain_ms(args.runs)
    print(f"explain one event, {RULES:,} rules, median of {args.runs}: {found:.2f} ms")
    if args.json:
        print(json.dumps({"explain_ms": round(found, 2)}))


def explain_ms(runs: int = 200) -> float:
    """The median milliseconds of so many explanations, after as many to warm up."""
    pack = many_rules()
    town = Embedded(pack)
    said = {"source": "bench", "text": TEXT, "division": "340881001007", "class_code": "010101"}
    event = town.seen(said, at=datetime(2026, 3, 2, 9, 30, tzinfo=pack.zone))
    took = []
    for _ in range(2 * runs):
        start = time.perf_counter()
        told(pack, explain(pack, event))
        took.append(time.perf_counter() - start)
    return statistics.median(took[runs:]) * 1000


def many_rules() -> Pack:
    """The pack ``tongcheng`` with a thousand rules."""
    pack = load_pack("tongcheng")
    codes, places = list(pack.classes), list(pack.divisions)
    more = [
        {
            "class": [codes[number % len(codes)]],
            "place": [places[number % len(places)]],
            "words": {"none": [f"词{number}"]},
        }
        if number % 3
        else {"words": {"any": [f"词{number}", f"语{number}"]}, "channel": ["hotline", "grid"]}
        for number in range(RULES - len(pack.rules))
    ]
    added = [
        Rule.model_validate({"id": f"bench{number}", "when": when, "lead": "chengguan", "assist": "gongan"})
        for number, when in enumerate(more)
    ]
    return replace(pack, rules=(*added, *pack.rules))


if __name__ == "__main__":
    main()
