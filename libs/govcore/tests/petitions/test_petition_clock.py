"""Every deadline of articles 22–36: when it ends, how that was counted, what became of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from govcore.calendar import Pause, WorkCalendar
from govcore.petitions import REGULATIONS, Deadline, Petition, clock

CHINA = WorkCalendar.china()


def at(text: str) -> datetime:
    """A moment in China."""
    return CHINA.here(datetime.fromisoformat(text))


def petition(**moments: Any) -> Petition:
    """A claim received on Monday, 2 March 2026."""
    came = moments.pop("received_at", at("2026-03-02T10:00"))
    given = {
        name: at(value) if isinstance(value, str) and name.endswith("_at") else value for name, value in moments.items()
    }
    plain: dict[str, Any] = {"id": "P-1", "state": "handling", "channel": "letter", "path": "claim"}
    return Petition(**{**plain, "received_at": came, "registered_at": came, **given})


def deadline(one: Petition, clause: str, now: str = "2026-03-02T12:00", **more: Any) -> Deadline:
    """The one deadline of that clause."""
    (found,) = [each for each in clock(one, CHINA, at(now), **more) if each.clause.id == clause]
    return found


@pytest.mark.parametrize(
    ("clause", "article", "starts", "start", "last_day", "why"),
    [
        ("register", "22", "received_at", "2026-03-02T10:00", "2026-03-17", "15 d, a working day"),
        ("register", "22", "received_at", "2026-03-02T23:59", "2026-03-17", "the hour does not matter"),
        ("register", "22", "received_at", "2026-01-30T10:00", "2026-02-14", "a Saturday that is worked"),
        (
            "register",
            "22",
            "received_at",
            "2026-02-01T10:00",
            "2026-02-24",
            "16 Feb lies in the Spring Festival: 24 Feb",
        ),
        ("register", "22", "received_at", "2026-09-20T10:00", "2026-10-08", "5 Oct lies in National Day: 8 Oct"),
        ("register", "22", "received_at", "2024-02-14T10:00", "2024-02-29", "leap day"),
        (
            "register",
            "22",
            "received_at",
            "2025-12-17T10:00",
            "2026-01-04",
            "1 Jan is a holiday: Sunday 4 Jan is worked",
        ),
        ("object", "23", "arrived_at", "2026-03-02T10:00", "2026-03-09", "5 wd over a weekend"),
        ("object", "23", "arrived_at", "2026-03-07T10:00", "2026-03-13", "from a Saturday: Monday to Friday"),
        ("object", "23", "arrived_at", "2026-09-29T10:00", "2026-10-12", "30 Sep, 8, 9, 10 (worked), 12 Oct"),
        ("tell", "23", "arrived_at", "2026-03-05T10:00", "2026-03-20", "15 d"),
        ("tell", "23", "arrived_at", "2026-03-06T10:00", "2026-03-23", "21 Mar is a Saturday: Monday"),
        ("handle", "34", "accepted_at", "2026-03-02T10:00", "2026-05-06", "60 d: 1 May is Labour Day: 6 May"),
        ("handle", "34", "accepted_at", "2026-01-31T10:00", "2026-04-01", "60 d over a month's end"),
        ("handle", "34", "accepted_at", "2024-01-01T10:00", "2024-03-01", "60 d over the leap day"),
        ("ask_review", "35", "answered_at", "2026-03-02T10:00", "2026-04-01", "30 d"),
        ("review", "35", "review_asked_at", "2026-03-05T10:00", "2026-04-07", "4 to 6 Apr is Qingming: 7 Apr"),
        ("ask_rereview", "36", "reviewed_at", "2026-03-10T10:00", "2026-04-09", "30 d"),
        ("rereview", "36", "rereview_asked_at", "2026-03-10T10:00", "2026-04-09", "30 d"),
    ],
)
def test_every_term_ends_when_its_article_and_the_civil_code_say(
    clause: str, article: str, starts: str, start: str, last_day: str, why: str
) -> None:
    """The day of the event is not counted; a rest day at the end moves on; 24:00 of the last day is the end."""
    found = deadline(petition(**{starts: at(start)}), clause, start)
    assert found.end is not None
    assert (found.clause.article, str(found.end.last_day)) == (article, last_day), why
    assert found.due == CHINA.midnight(date.fromisoformat(last_day).toordinal() + 1)
    assert article in found.article and not found.end.provisional


def test_what_is_done_at_2359_is_in_time_and_at_2400_late() -> None:
    """The last microsecond of the last day is in time."""
    end = at("2026-03-18T00:00")
    assert deadline(petition(referred_at=end - timedelta(microseconds=1)), "register").state == "met"
    assert deadline(petition(referred_at=end), "register").state == "late"


def test_a_term_runs_is_overdue_met_or_late() -> None:
    """A duty's four ends, by what was done and by now."""
    assert deadline(petition(), "register", "2026-03-17T23:59").state == "running"
    assert deadline(petition(), "register", "2026-03-18T00:00").state == "overdue"
    assert deadline(petition(referred_at="2026-03-03"), "register", "2027-01-01").state == "met"
    assert deadline(petition(referred_at="2026-04-03"), "register", "2027-01-01").state == "late"


def test_a_right_is_open_used_or_lapsed() -> None:
    """Nobody is late with a right: it lapses."""
    answered = {"answered_at": "2026-03-02T10:00"}
    assert deadline(petition(**answered), "ask_review", "2026-04-01T23:00").state == "open"
    assert deadline(petition(**answered), "ask_review", "2026-04-02T00:00").state == "lapsed"
    assert deadline(petition(**answered, review_asked_at="2026-03-09"), "ask_review").state == "used"


def test_an_extension_makes_one_period_of_ninety_days() -> None:
    """60 d + 30 d are counted as one period, whose last day moves once."""
    found = deadline(petition(accepted_at="2026-03-02T10:00", extended_at="2026-04-20T10:00"), "handle")
    assert str(found.term) == "90d" and found.end and str(found.end.last_day) == "2026-06-01"
    assert "顺延至 2026-06-01" in found.counted("zh_CN") and "2026-05-31" in found.counted("en")


def test_the_time_of_a_hearing_is_not_counted_in_a_re_review() -> None:
    """Nine days of hearing move the end by nine days; while it goes on there is no end."""
    asked = {"rereview_asked_at": "2026-03-10T10:00"}
    hearing = Pause(at("2026-03-16T09:00"), at("2026-03-25T09:00"))
    found = deadline(petition(**asked, hearings=(hearing,)), "rereview")
    assert found.end and str(found.end.last_day) == "2026-04-20"
    assert any(span.kind == "paused" for span in found.end.why)
    going_on = deadline(petition(**asked, hearing_since=at("2026-03-16T09:00")), "rereview")
    assert (going_on.state, going_on.due) == ("paused", None)
    assert "hearing" in going_on.counted("en")
    review = deadline(petition(review_asked_at="2026-03-10T10:00", hearings=(hearing,)), "review")
    assert review.end and str(review.end.last_day) == "2026-04-09", "article 35 knows no hearing"


@pytest.mark.parametrize(
    ("path", "clauses"), [("claim", True), (None, True), ("suggestion", False), ("accusation", False)]
)
def test_the_sixty_days_are_for_claims(path: str | None, clauses: bool) -> None:
    """Articles 34–36 speak of claims; a petition whose path is undecided counts as one."""
    one = petition(path=path, accepted_at="2026-03-02T10:00")
    assert ("handle" in [each.clause.id for each in clock(one, CHINA, at("2026-03-03"))]) is clauses


def test_the_rule_of_counting_is_data() -> None:
    """The same 15 d: civil code moves the last day, days does not, elapsed runs by the hour; each says so."""
    one = petition(received_at=at("2026-02-01T10:00"))
    ends = {}
    for counting in ("civil-code", "days", "elapsed"):
        found = deadline(one, "register", statute=REGULATIONS.counted(counting))
        ends[counting] = (found.due, found.counted("en"))
    assert [each[0] for each in ends.values()] == [
        at("2026-02-25T00:00"),
        at("2026-02-17T00:00"),
        at("2026-02-16T10:00"),
    ]
    assert "the last day is 2026-02-24" in ends["civil-code"][1] and "民法典 201–203" in ends["civil-code"][1]
    assert "not moved" in ends["days"][1] and "elapsed" in ends["elapsed"][1]


def test_a_year_without_a_notice_is_provisional() -> None:
    """What ends in 2027 is counted by weekends only, and says so."""
    found = deadline(petition(received_at=at("2026-12-28T10:00")), "register")
    assert found.end and found.end.provisional and "provisional" in found.counted("en")
    objection = deadline(petition(arrived_at=at("2026-12-30T10:00")), "object")
    assert objection.end and objection.end.provisional


def test_a_clock_prints_as_json_in_both_languages() -> None:
    """Article, both texts, the counting and every span."""
    (found,) = clock(petition(), CHINA, at("2026-03-03"))
    shown = found.as_dict()
    assert shown["article"] == "信访工作条例 22" and shown["due"] == "2026-03-18T00:00:00+08:00"
    assert shown["last_day"] == "2026-03-17" and shown["counting"] == "civil-code" and shown["why"]
    assert "二十四时" in shown["counted_zh"] and "24:00" in shown["counted_en"]


def test_a_clock_never_ends_before_it_starts() -> None:
    """Over every day of three years and every clause."""
    for day in range(0, 1000, 3):
        start = at("2024-01-01T10:00") + timedelta(days=day)
        names = {name: start for clause in REGULATIONS.clauses for name in clause.starts}
        for each in clock(petition(**names), CHINA, start):
            assert each.due is not None and each.due > each.started
