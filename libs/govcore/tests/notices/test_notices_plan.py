"""Which notices go out, when they may, and what becomes of a sending that fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcore.errors import Refusal
from govcore.events.routing_rules import read_hours
from govcore.messages import EventFiled
from govcore.notices import BACK_OFF, Notice, again, opens, planned, put_off, retried, sent
from govcore.packs.notices import NoticeRules
from govcore.testing import AT, golden

ZONE = ZoneInfo("Asia/Shanghai")


def rules(**changes: Any) -> NoticeRules:
    template = {
        "id": "t",
        "on": "event.filed.v1",
        "to": "division",
        "channel": "loudspeaker",
        "text": {"zh": "{event_id} {lead}", "en": "{event_id}"},
        "source": "test",
    }
    channel = {"code": "loudspeaker", "name": {"zh": "广播", "en": "x"}, "quiet": "21:00-07:00", "source": "test"}
    return NoticeRules.model_validate({"channels": [channel], "templates": [{**template, **changes}]})


def plan(at: datetime = AT, **changes: Any) -> list[Notice]:
    said = golden(EventFiled).data
    return planned(
        said,  # type: ignore[arg-type]
        "m-1",
        rules=rules(**changes),
        reporters=lambda channel: ["R-2", "R-1"],
        fill=lambda facts, lang: {"event_id": facts.event_id, "lead": f"{facts.lead} {lang}"},
        at=at,
        zone=ZONE,
    )


def test_a_division_is_told_in_both_languages() -> None:
    """One notice, named by message, template and place, due at once, for nobody in person."""
    (notice,) = plan()
    assert (notice.id, notice.zh, notice.en) == ("m-1|t|34.08.81.103.004", "E-000001 chengguan zh_CN", "E-000001")
    assert (notice.state, notice.due_at, notice.person, notice.dept) == ("queued", AT, None, None)


@pytest.mark.parametrize(
    ("changes", "whom"),
    [
        ({"to": "reporter"}, ["R-1", "R-2"]),
        ({"to": "department"}, ["chengguan"]),
        ({"when": {"class": "104*", "severity": "general"}}, ["34.08.81.103.004"]),
        ({"when": {"class": "2*"}}, []),
        ({"when": {"severity": "critical"}}, []),
        ({"on": "event.closed.v1"}, []),
    ],
)
def test_whom_it_goes_to(changes: dict[str, Any], whom: list[str]) -> None:
    """Every reporter the channel can reach, the lead, the division; nobody where a condition does not hold."""
    assert [one.id.rpartition("|")[2] for one in plan(**changes)] == whom


def test_at_night_it_waits_unless_it_cannot() -> None:
    """Told at 22:00 it goes out at 7:00; what cannot wait goes out at once."""
    night = datetime(2026, 3, 2, 22, 0, tzinfo=ZONE)
    assert plan(night)[0].due_at == datetime(2026, 3, 3, 7, 0, tzinfo=ZONE)
    assert plan(night, anyhow=True)[0].due_at == night


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZONE)),
    hours=st.tuples(st.times(), st.times()).filter(lambda both: both[0] != both[1]),
)
def test_it_never_goes_out_while_the_channel_is_quiet(at: datetime, hours: tuple[Any, Any]) -> None:
    """Whatever the hours, the moment is not before, lies outside them, and is the first that does."""
    quiet = "-".join(one.strftime("%H:%M") for one in hours)
    start, end = read_hours(quiet)
    if start == end:
        return
    found = opens(at, quiet, ZONE)
    assert found >= at and opens(found, quiet, ZONE) == found
    assert found == at or (found.time() == end and found - at <= timedelta(days=1))


def test_a_failing_sending_is_tried_less_and_less_often() -> None:
    """No wait is shorter than the last; after its tries it has failed, and a person may let it be tried again."""
    (notice,) = plan()
    waits = []
    for _ in range(5):
        notice = again(notice, AT, reason="NOTICE_NOT_SENT", tries=6, lasting=False)
        assert notice.state == "retry" and notice.due_at is not None
        waits.append(notice.due_at - AT)
    assert tuple(waits) == (*BACK_OFF, BACK_OFF[-1])
    failed = again(notice, AT, reason="NOTICE_NOT_SENT", tries=6, lasting=False)
    assert (failed.state, failed.due_at, failed.tries) == ("failed", None, 6)
    assert again(plan()[0], AT, reason="NOTICE_NO_CONTACT", tries=6, lasting=True).state == "failed"
    once_more = retried(failed, AT)
    assert (once_more.state, once_more.tries, once_more.due_at) == ("retry", 0, AT)
    with pytest.raises(Refusal) as refused:
        retried(once_more, AT)
    assert refused.value.code == "NOTICE_NOT_FAILED"


def test_what_has_ended_stays() -> None:
    """Told sent twice, told failed after, put off after: nothing changes any more."""
    done = sent(plan()[0], AT)
    assert (done.state, done.sent_at, done.due_at) == ("sent", AT, None)
    assert sent(done, AT + timedelta(1)) == done == put_off(done, AT)
    assert again(done, AT, reason="NOTICE_NOT_SENT", tries=1, lasting=True) == done
