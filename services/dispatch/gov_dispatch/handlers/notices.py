"""Notices out: written down with what they tell of, sent after the commit, and what became of each sending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from gov_dispatch.notice_commands import NoticeTried, RetryNotice
from gov_dispatch.store import EVENTS, KEYS, PEOPLE
from gov_dispatch.store import notices as store
from gov_dispatch.store.notices import NOTICES
from govcore.errors import Refusal
from govcore.messages import CATALOGUE, Message
from govcore.messages.event import EventFacts
from govcore.notices import Notice, again, planned, put_off, retried, sent
from govcore.packs import Pack
from govmesh.handlers import On
from govmesh.logs import place_of
from govmesh.mesh import Mesh
from govmesh.notices import Channel, Letter, NotSent, find_channels
from govmesh.work import Need, Work

AT_ONCE = 50
"""Sendings of one process in one go."""


class Planning:
    """Looks at what each message's handling said, and writes the notices of it down in the same transaction."""

    def __init__(self, mesh: Mesh) -> None:
        self._pack, self._rules = mesh.pack, mesh.pack.notice_rules
        self._types = {one.on for one in self._rules.templates}
        self._channels = find_channels((one.code for one in self._rules.channels), mesh.settings)

    def __call__(self, work: Work) -> None:
        if not self._types:
            return
        for row in work.outbox:
            if row["exchange"] and row["type"] in self._types:
                self._plan(CATALOGUE.decode(row["body"].encode()), work)

    def _plan(self, message: Message[Any], work: Work) -> None:
        said: EventFacts = message.data
        event = work.get(EVENTS, said.event_id)
        notices = planned(
            said,
            message.id,
            rules=self._rules,
            reporters=lambda channel: self._reachable(said.event_id, channel, work),
            fill=lambda facts, lang: filling(self._pack, facts, lang),
            at=work.now,
            zone=self._pack.zone,
        )
        for notice in notices:
            work.put(NOTICES, notice.model_copy(update={"trace": event.trace if event else message.trace}))

    def _reachable(self, event_id: str, channel: str, work: Work) -> Iterable[str]:
        """Reports whose reporters left what the channel needs; that they did is known without unsealing it."""
        wants = self._channels[channel].wants
        return (
            one.id
            for one in work.find(PEOPLE, "event_id", event_id)
            if wants and (one.phone_index if wants == "phone" else one.handle_index)
        )


class Sending:
    """Sends what is due, outside any transaction, then records what became of it."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh, self._rules = mesh, mesh.pack.notice_rules
        self._channels = find_channels((one.code for one in self._rules.channels), mesh.settings)

    def __call__(self) -> int:
        """How many were tried."""
        now = self._mesh.clock.now()
        claimed = store.claim(self._mesh.database, now, AT_ONCE)
        if claimed:
            self._mesh.submit([self.send(notice, now) for notice in claimed])
        return len(claimed)

    def owed(self) -> int:
        """How many are due and not sent."""
        with self._mesh.database.read() as conn:
            return store.owed(conn, self._mesh.clock.now())

    def send(self, notice: Notice, now: datetime) -> NoticeTried:
        """Send one; what became of it, to be recorded.  A kill in between means that it is sent again."""
        channel = self._channels.get(notice.channel)
        if channel is None:
            return NoticeTried(notice_id=notice.id, reason="NOTICE_NO_PLUGIN", lasting=True)
        if self._rules.opens(notice.channel, notice.template, now, self._mesh.pack.zone) > now:
            return NoticeTried(notice_id=notice.id, put_off=True)
        try:
            return NoticeTried(notice_id=notice.id, says=channel.send(self._letter(notice, channel, now)))
        except Refusal as refusal:
            return NoticeTried(notice_id=notice.id, reason=refusal.code, lasting=True)
        except NotSent as error:
            return NoticeTried(notice_id=notice.id, reason="NOTICE_NOT_SENT", lasting=error.lasting)
        except Exception as error:  # a plug-in's own: its text could quote whom it wrote to
            self._mesh.log.error("notice failed", channel=notice.channel, error=place_of(error))
            return NoticeTried(notice_id=notice.id, reason="NOTICE_NOT_SENT")

    def _letter(self, notice: Notice, channel: Channel, now: datetime) -> Letter:
        """Raises ``NOTICE_NO_CONTACT``, ``VAULT_UNREADABLE``."""
        contact = self._contact(notice.person, channel) if notice.person else None
        return Letter(
            id=notice.id,
            event_id=notice.event_id,
            zh=notice.zh,
            en=notice.en,
            place=notice.place,
            division=notice.division,
            dept=notice.dept,
            at=now,
            contact=contact,
        )

    def _contact(self, report_id: str, channel: Channel) -> str:
        """The one place where a reporter is unsealed to be written to."""
        with self._mesh.database.read() as conn:
            people = PEOPLE.load(conn, "id", [report_id], lock=False)
            keys = KEYS.load(conn, "id", [one.event_id for one in people], lock=False)
        if not people or not keys or channel.wants is None:
            raise Refusal("NOTICE_NO_CONTACT", field="person")
        record = self._mesh.vault.open(keys[0].wrapped, keys[0].id, people[0].sealed)
        if not (contact := record.get(channel.wants)):
            raise Refusal("NOTICE_NO_CONTACT", field="person")
        return str(contact)


class Notices:
    """What became of a sending; and a person who lets one be tried again."""

    def __init__(self, mesh: Mesh) -> None:
        self._rules, self._zone = mesh.pack.notice_rules, mesh.pack.zone

    def handlers(self) -> Sequence[On]:
        return (On(NoticeTried, self.tried, _the_notice), On(RetryNotice, self.retry, _the_notice))

    def tried(self, message: Message[NoticeTried], work: Work) -> None:
        """A sending that is told twice counts once."""
        said = message.data
        notice = _notice(work, said.notice_id)
        if not notice.open:
            return
        if said.put_off:
            after = put_off(notice, self._rules.opens(notice.channel, notice.template, work.now, self._zone))
        elif said.reason is None:
            after = sent(notice, work.now)
        else:
            tries = self._rules.tries(notice.channel)
            after = again(notice, work.now, reason=said.reason, tries=tries, lasting=said.lasting)
        work.put(NOTICES, after)
        work.extras.append(lambda conn: store.let_go(conn, notice.id))
        if said.says is not None and after.state == "sent":
            work.say(said.says, subject=notice.event_id, version=0, place=notice.place, trace=notice.trace)
        if after.state in ("sent", "failed"):
            work.note(
                notice.event_id,
                "notice",
                place=notice.place,
                to_state=after.state,
                actor=f"channel:{notice.channel}",
                reason=after.reason,
                trace=notice.trace,
            )

    def retry(self, message: Message[RetryNotice], work: Work) -> None:
        """Answers with the notice as it is now."""
        notice = retried(_notice(work, message.data.notice_id), work.now)
        work.put(NOTICES, notice)
        work.result = notice


def filling(pack: Pack, said: EventFacts, lang: str) -> dict[str, str]:
    """What a template may name, in words of the language; nothing that anybody wrote."""
    values: dict[str, str] = {}
    for name in type(said).model_fields:
        value = getattr(said, name)
        if isinstance(value, datetime):
            value = value.astimezone(pack.zone).strftime("%Y-%m-%d %H:%M")
        values[name] = "" if value is None else str(value)
    item = pack.classes.get(said.class_code or "")
    lead = pack.departments.get(said.lead or "")
    place = pack.divisions_by_place.get(said.place)
    severity = next((one.label.said(lang) for one in pack.terms.severities if one.code == said.severity), "")
    names = {"class_name": (item.name if lang == "zh_CN" else item.name_en) if item else "", "severity": severity}
    return {
        **values,
        **names,
        "lead_name": lead.name.said(lang) if lead else "",
        "place_name": place.name if place else "",
    }


def _the_notice(message: Message[Any], _found: Any) -> Iterable[Need]:
    yield NOTICES, "id", message.data.notice_id


def _notice(work: Work, key: str) -> Notice:
    found = work.get(NOTICES, key)
    if found is None:
        raise Refusal("NOTICE_UNKNOWN", field="notice_id", value=key[:80])
    return found
