"""A routing decision as lines for an official: Chinese with English beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from govcore.packs import lacked

CONDITIONS = {
    "unclassed": "未分类 unclassed",
    "class": "类别 class",
    "place": "地点 place",
    "channel": "渠道 channel",
    "source": "来源 source",
    "severity": "紧急程度 severity",
    "hours": "时段 hours",
    "working": "工作时间 working hours",
    "words": "词语 words",
    "stop": "已终止 stopped",
}
_ALSO = {"after": "在其后 after", "severity": "紧急 severity", "term": "时限 term", "join": "办结条件 join"}
"""What a rule may also say."""
_BY = {
    "report": "来自诉求 from the report",
    "default": "默认 the pack's usual",
    "pack": "terms.yaml",
    "triage": "terms.yaml 分拨 triage",
}


def lines(routing: dict[str, Any], *, full: bool) -> Iterator[str]:
    """What :func:`govcore.packs.told` says of one matter; ``full``: a line for each rule that did not speak."""
    yield from _facts(routing["facts"])
    yield from _decision(routing["decision"])
    for rule in filter(_spoke, routing["rules"]):
        yield f"  ✓ {rule['id']}  {_says(rule)}{_tail(rule['reason'])}{_tail(rule['basis'], '（', '）')}"
    silent = [rule for rule in routing["rules"] if not _spoke(rule)]
    for rule in silent if full else ():
        no = lacked(rule["failed"], rule["wanted"], rule["got"])
        yield f"  ✗ {rule['id']}  {no.text('zh_CN')} / {no.text('en')}"
    if not full:
        counted = Counter(rule["failed"] for rule in silent).most_common()
        shown = " · ".join(f"{CONDITIONS[condition]} {count}" for condition, count in counted)
        yield f"  ✗ 未匹配 not matched {len(silent)}: {shown}"


def _spoke(rule: dict[str, Any]) -> bool:
    return bool(rule["matched"])


def named(one: dict[str, Any]) -> str:
    """A department's code with its names."""
    return f"{one['dept']} {both(one['name'])}".rstrip()


def both(name: dict[str, str] | None) -> str:
    """Chinese and English, once where they are the same."""
    return " ".join(dict.fromkeys((name["zh"], name["en"]))) if name else ""


def _facts(facts: dict[str, Any]) -> Iterator[str]:
    kind, place, channel = facts["class"], facts["place"], facts["channel"]
    words = f"（词语 words: {' '.join(kind['words'])}）" if kind["words"] else ""
    yield f"  类别 class      {kind['code'] or '— 未分类 unclassed'} {both(kind['name'])}{words}".rstrip()
    where = f"{place['code']} {place['name'] or ''}".strip()
    yield f"  地点 place      {where} · 渠道 channel {channel['code']} {both(channel['name'])}".rstrip()
    session = "工作时间 working hours" if facts["working"] else "非工作时间 out of hours"
    yield f"  时间 time       {str(facts['at'] or '')[:16].replace('T', ' ')} {session}"


def _decision(said: dict[str, Any]) -> Iterator[str]:
    if said["triage"]:
        yield "  主办 lead       分拨台 triage desk ← 没有规则指定主办 no rule names a lead"
    else:
        yield f"  主办 lead       {named(said['lead'])} ← {said['lead']['rule']}"
    role = "  建议 proposed  " if said["triage"] else "  协办 assist    "
    for one in said["assists"]:
        own = f"，时限 term {one['term']}" if one["term"] != said["term"]["text"] and not said["triage"] else ""
        waits = f"，在其后 after {', '.join(one['after'])}" if "after" in one else ""
        yield f"{role} {named(one)} ← {one['rule']}{own}{waits}"
    severity, term = said["severity"], said["term"]
    degree = f"{severity['code'] or '—'} {both(severity['name'])}".rstrip()
    yield f"  紧急 severity   {degree} ← {_BY.get(severity['by'], severity['by'])}"
    source = _tail(term["source"], "（", "）")
    yield f"  时限 term       {term['text'] or '—'} ← {_BY.get(term['by'], term['by'])}{source}"


def _says(rule: dict[str, Any]) -> str:
    parts = [f"主办 lead {rule['lead']}"] if "lead" in rule else []
    parts += [f"协办 assist {', '.join(rule['assist'])}"] if "assist" in rule else []
    parts += [
        f"{label} {rule[key] if isinstance(rule[key], str) else ', '.join(rule[key])}"
        for key, label in _ALSO.items()
        if key in rule
    ]
    parts += ["终止 stop"] if rule.get("stop") else []
    return " · ".join(parts)


def _tail(text: str, before: str = " — ", after: str = "") -> str:
    return f"{before}{text}{after}" if text else ""
