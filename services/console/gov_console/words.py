"""The words of the pages: Chinese with English beside it, names by the pack, times in its zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import Any, NamedTuple

from govcore.calendar.terms import Term
from govcore.errors import Refusal
from govcore.events import without_identity
from govcore.i18n import label, reason
from govcore.packs import Pack

_OWN = "console."
_UNITS = (("days", 86400, 10**9), ("hours", 3600, 24), ("minutes", 60, 60), ("seconds", 1, 60))


class Pair(NamedTuple):
    """One word in both languages.  A template shows both, each marked with its language."""

    zh: str
    en: str

    def __html__(self) -> str:
        if self.zh == self.en:
            return escape(self.zh)
        return f'<span lang="zh-CN">{escape(self.zh)}</span> <span class="en" lang="en">{escape(self.en)}</span>'

    @property
    def plain(self) -> str:
        """Both in a row, for attributes and the title bar."""
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}"


def pair(word: str, fallback: str | None = None, **params: Any) -> Pair:
    """A word of the catalogues; ``fallback`` where none has it."""
    if fallback is not None and label(word, "zh_CN") == word:
        return Pair(fallback, fallback)
    return Pair(reason(word, "zh_CN", **params), reason(word, "en", **params))


def own(word: str, **params: Any) -> Pair:
    """A word of these pages."""
    return pair(_OWN + word, **params)


def span(length: timedelta) -> Pair:
    """A length of time in its two largest units: 3天2小时, 3d 2h."""
    seconds = max(0, int(length.total_seconds()))
    parts = [(f"unit.{name}", seconds // size % most) for name, size, most in _UNITS]
    shown = [own(name, number=number) for name, number in parts if number][:2] or [own("unit.seconds", number=0)]
    return Pair("".join(one.zh for one in shown), " ".join(one.en for one in shown))


def _named(known: Any, code: str) -> Pair:
    return Pair(known.name.zh, known.name.en) if known is not None else Pair(code, code)


class Words:
    """What codes are called in one pack, and what its clock shows."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self.title = Pair(pack.header.title.zh, pack.header.title.en)
        self.departments = {code: Pair(one.name.zh, one.name.en) for code, one in pack.departments.items()}
        self._channels = {code: Pair(one.name.zh, one.name.en) for code, one in pack.channels.items()}
        self._grades = {one.grade: Pair(one.label.zh, one.label.en) for one in pack.header.rating.grades}
        self._severities = {one.code: Pair(one.label.zh, one.label.en) for one in pack.terms.severities}
        self._returns = {one.code: Pair(one.label.zh, one.label.en) for one in pack.header.handoff.return_reasons}

    def dept(self, code: str) -> Pair:
        return self.departments.get(code, Pair(code, code))

    def holder(self, holder: str | None) -> Pair:
        """Who holds it: a department, a desk, a street, a post, a partner, or a service of the mesh; never a person."""
        kind, _, name = (holder or "").partition(":")
        if kind == "dept":
            return self.dept(name)
        if kind == "mesh":
            return own("inside", service=name)
        if kind == "street" and name in self._pack.divisions:
            street = self._pack.divisions[name].name
            return Pair(street, street)
        if kind == "post" and name in self._pack.leaders:
            return Pair(self._pack.leaders[name].title, self._pack.leaders[name].title_en)
        if kind in ("post", "partner"):
            return own(kind, name=name)
        if kind == "volunteer":  # a person: the kind is enough here
            return own(kind)
        return pair(holder, holder) if holder else Pair("—", "—")

    def actor(self, actor: str | None) -> Pair:
        """Who did it: a holder, a channel, a service, or a rule."""
        kind, _, name = (actor or "").partition(":")
        if kind == "channel":
            return self.channel(name)
        if kind == "service" or kind.startswith("/"):
            return own("actor.service", service=name or kind[1:])
        if kind in ("rule", "clock"):
            return own(f"actor.{kind}")
        return self.holder(actor)

    def state(self, of: str, state: str) -> Pair:
        return pair(f"{of}.{state}", state)

    def both(self, zh: str, en: str) -> Pair:
        """A text that comes in both languages, with no identity left in it."""
        return Pair(self.said(zh), self.said(en or zh))

    def term(self, term: str | None) -> Pair:
        """A term of the calendar in words: 3 working days; what has none is a dash."""
        if not term:
            return Pair("—", "—")
        parts = [own(f"term.{stage.unit}", number=f"{stage.amount:g}") for stage in Term.parse(str(term)).stages]
        return Pair("＋".join(one.zh for one in parts), " + ".join(one.en for one in parts))

    def join(self, rule: str) -> Pair:
        """When tasks count as done together: all, the lead alone, or so many."""
        name, _, number = rule.partition(":")
        return own(f"join.{name}", number=number)

    def alert(self, kind: str) -> Pair:
        return _named(self._pack.alerts.kind(kind), kind)

    def watcher(self, code: str) -> Pair:
        return _named(self._pack.alerts.watcher(code), code)

    def unit(self, kind: str) -> Pair:
        """What an alert's number is measured in."""
        known = self._pack.alerts.kind(kind)
        return Pair(known.unit.zh, known.unit.en) if known and known.unit else Pair("", "")

    def way_out(self, code: str) -> Pair:
        """A channel by which notices go out."""
        return _named(next((one for one in self._pack.notice_rules.channels if one.code == code), None), code)

    def role(self, role: str) -> Pair:
        return pair(f"role.{role}", role)

    def action(self, kind: str) -> Pair:
        return pair(f"action.{kind}", kind)

    def finding(self, kind: str) -> Pair:
        return pair(f"stalled.{kind}", kind)

    def outcome(self, code: str) -> Pair:
        """How an event ended: a code, or another system's words with no identity left in them."""
        return pair(f"outcome.{code}", self.said(code))

    def channel(self, code: str) -> Pair:
        return self._channels.get(code, Pair(code, code))

    def severity(self, code: str | None) -> Pair:
        return self._severities.get(code or "", Pair(code or "—", code or "—"))

    def grade(self, grade: int) -> Pair:
        return self._grades.get(grade, Pair(str(grade), str(grade)))

    def classed(self, code: str | None, name: str | None) -> Pair:
        """The class of a matter; what the report called it where the pack has no such class."""
        known = self._pack.classes.get(code or "")
        if known is None:
            said = name or code or "—"
            return Pair(said, said)
        return Pair(known.name, known.name_en or known.name)

    def place(self, path: str) -> str:
        """The divisions of a dotted path by name, the largest first; the path itself where none is known."""
        words = path.split(".")
        known = self._pack.divisions_by_place
        names = [known[one].name for end in range(len(words)) if (one := ".".join(words[: end + 1])) in known]
        return " ".join(names) or path or "—"

    def why(self, said: str | None) -> Pair | None:
        """A reason: one of the pack's, a reason code, or the words themselves with no identity left in them."""
        if not said:
            return None
        if said in self._returns:
            return self._returns[said]
        if said.isupper():
            return Pair(Refusal(said).text("zh_CN"), Refusal(said).text("en"))
        words = self.said(said)
        return Pair(words, words)

    def said(self, text: str | None) -> str:
        """A resident's or department's own words with no identity left in them."""
        return without_identity(text or "")

    def local(self, at: str | None) -> datetime | None:
        """A moment of an API in the pack's time zone."""
        return datetime.fromisoformat(at).astimezone(self._pack.zone) if at else None

    def age(self, since: str | None, now: datetime) -> Pair:
        """How long ago."""
        return span(now - datetime.fromisoformat(since)) if since else Pair("—", "—")
