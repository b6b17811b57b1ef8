"""The clock runs by the statute, with dispatch or without; who petitioned is nowhere but under its seal."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from govcore.messages import EventClosed, EventFiled, Message

Said = Callable[..., Message[Any]]
WHO = {"name": "王某某", "phone": "13955551234", "id": "340881197001011234"}


def test_fifteen_days_by_the_civil_code(petitions: Any) -> None:
    """Received Monday 2 March 2026: the day itself is not counted, 24:00 of the 17th ends the office's term."""
    key = petitions.new(path=None)
    (register,) = petitions.get(f"/{key}/clock")["deadlines"]
    assert (register["clause"], register["article"], register["last_day"]) == (
        "register",
        "信访工作条例 22",
        "2026-03-17",
    )
    assert register["state"] == "running" and "201" in register["counted_en"] and register["counted_zh"]
    assert petitions.get(f"/{key}")["due_at"].startswith("2026-03-18T00:00:00+08:00")


def test_a_last_day_off_moves_to_the_next_working_day(petitions: Any) -> None:
    """Received on Friday 30 January 2026 the 15 days end on Saturday 14 February, which was a working day that year."""
    key = petitions.new(path=None, received_at="2026-01-30T16:00:00+08:00")
    assert petitions.get(f"/{key}/clock")["deadlines"][0]["last_day"] == "2026-02-14"
    key = petitions.new(path=None, received_at="2026-02-06T16:00:00+08:00")
    assert petitions.get(f"/{key}/clock")["deadlines"][0]["last_day"] == "2026-02-24"


def test_a_term_that_runs_out_is_escalated_once(petitions: Any) -> None:
    """The durable timer fires at the end: a line of history with the article, a finding with holder and age."""
    key = petitions.new(path=None)
    petitions.forward(14.9)
    assert petitions.mesh.stalled().rows == [] and petitions.steps(key) == ["register"]
    petitions.forward(1)
    petitions.forward(1)
    assert petitions.steps(key) == ["register", "overdue"]
    (finding,) = petitions.mesh.stalled().rows
    assert (finding.kind, finding.subject) == ("petition.overdue", key) and "22" in finding.detail
    assert petitions.get(f"/{key}/clock")["deadlines"][0]["state"] == "overdue"
    petitions.post(f"/{key}/answer", outcome="explained")
    assert petitions.mesh.stalled().rows == []


def test_without_dispatch_the_clock_runs_on(petitions: Any) -> None:
    """A referred petition nobody answers: the 15 days to tell the petitioner (art 23) run out and are seen."""
    key = petitions.new()
    petitions.forward(17)
    assert petitions.steps(key) == ["register", "refer", "overdue"]
    (finding,) = petitions.mesh.stalled().rows
    assert "tell" in finding.detail and "23" in finding.detail
    petitions.post(f"/{key}/tell")
    assert petitions.mesh.stalled().rows == []


def test_what_an_organ_owes_stands_at_the_organ(petitions: Any) -> None:
    """Once a department leads, its late term is its own."""
    key = petitions.new()
    petitions.post(f"/{key}/accept", by="dept:chengguan")
    petitions.post(f"/{key}/tell")
    petitions.forward(70)
    (finding,) = petitions.mesh.stalled().rows
    assert finding.holder == "dept:chengguan" and "34" in finding.detail


def test_the_way_through_review_to_the_end(petitions: Any, said: Said) -> None:
    """Answered, reviewed, re-reviewed: each step once, by its article; what the table does not know is refused."""
    key = petitions.new()
    petitions.hear(said(EventFiled, key, version=2), said(EventClosed, key, version=4, hours=3))
    petitions.forward(1)
    assert petitions.post(f"/{key}/ask_review")["state"] == "reviewing"
    petitions.hear(said(EventClosed, key, version=8, hours=40))
    assert petitions.get(f"/{key}")["state"] == "reviewing"
    assert petitions.post(f"/{key}/review", outcome="upheld")["state"] == "reviewed"
    assert petitions.post(f"/{key}/ask_rereview")["state"] == "rereviewing"
    assert petitions.post(f"/{key}/begin_hearing")["state"] == "rereviewing"
    assert petitions.post(f"/{key}/end_hearing")["state"] == "rereviewing"
    assert petitions.post(f"/{key}/rereview", outcome="upheld")["state"] == "closed"
    refused = petitions.post(f"/{key}/answer", outcome="again")
    assert refused["error"]["code"] == "PETITION_NOT_ALLOWED"
    assert petitions.rows("SELECT count(*) FROM timers")[0][0] == 0


def test_who_petitioned_is_nowhere_but_under_the_seal(petitions: Any, said: Said) -> None:
    """Not in any other table, message, history line, parked body, log line, answer of the API or error."""
    logged = io.StringIO()
    with redirect_stderr(logged), redirect_stdout(logged):
        key = petitions.new(petitioner=WHO)
        petitions.hear(said(EventFiled, key, version=2), said(EventClosed, key, version=4))
        petitions.post(f"/{key}/close", reason="本人电话13955551234表示满意")
        shown = [petitions.get(f"/{key}"), petitions.get(), petitions.get(f"/{key}/clock")]
        shown.append(petitions.post(f"/{key}/read", by="desk:petition", purpose="handling"))
        bad = petitions.post(channel="letter", text="x", petitioner={"王某某13955551234": "x"})
        assert bad["error"]["field"] == "petitioner"
    everything = logged.getvalue() + json.dumps([*shown, bad], ensure_ascii=False, default=str)
    for table in ("outbox", "history", "parking", "timers", "inbox", "petitions", "links", "people", "matter_keys"):
        everything += str(petitions.rows(f"SELECT * FROM {table}"))
    for secret in (*WHO.values(), "王某某"):
        assert secret not in everything
    vault, (sealed,) = petitions.mesh.vault, petitions.rows("SELECT doc FROM people")
    (wrapped,) = petitions.rows("SELECT doc FROM matter_keys")
    opened = vault.open(json.loads(wrapped[0])["wrapped"], key, json.loads(sealed[0])["sealed"])
    assert "13812345678" in opened.pop("said")["text"], "the words that told it, as they were said"
    assert opened == WHO
    assert json.loads(sealed[0])["phone_index"] == vault.index(WHO["phone"])


def test_numbers_in_the_words_do_not_leave_the_service(petitions: Any) -> None:
    """A telephone number in a petition's own words is masked in messages and in the API."""
    key = petitions.new()
    shown = petitions.get(f"/{key}")["text"] + "".join(row[0] for row in petitions.rows("SELECT body FROM outbox"))
    assert "***" in shown and "13812345678" not in shown


def test_an_accusation_is_shown_only_as_far_as_it_has_come(petitions: Any) -> None:
    """Its words, class, village and accused are withheld; reading them is a line of history with who and why."""
    key = petitions.new(path="accusation", accused="城市管理综合执法局")
    shown = petitions.get(f"/{key}")
    assert "withheld" in shown and shown["state"] == "registered"
    assert not {"title", "text", "accused", "class_name", "division", "path"} & set(shown)
    assert petitions.post(f"/{key}/read", by="desk:petition", purpose="handling")["title"] == "要求清理菜市场垃圾"
    rows = petitions.rows(f"SELECT kind, actor, reason FROM history WHERE subject = '{key}' ORDER BY seq DESC")
    assert tuple(rows[0]) == ("unmasked", "desk:petition", "handling")


@pytest.mark.parametrize(
    ("path", "said", "status", "code"),
    [
        ("", {"channel": "letter"}, 422, "PETITION_EMPTY"),
        ("", {"channel": "pigeon", "text": "x"}, 422, "PETITION_BAD_FIELD"),
        ("", {"channel": "letter", "text": "x", "division": "999999"}, 422, "PETITION_BAD_DIVISION"),
        ("", {"channel": "visit", "text": "x", "received_at": "2030-01-01T00:00:00Z"}, 422, "PETITION_IN_FUTURE"),
        ("/P-none/answer", {"outcome": "x"}, 404, "PETITION_UNKNOWN"),
        ("/P-none/dance", {}, 404, "HTTP_NOT_FOUND"),
    ],
)
def test_the_api_says_no_with_a_reason(petitions: Any, path: str, said: Any, status: int, code: str) -> None:
    """Each wrong request gets its status and code, and leaves nothing behind."""
    found = petitions.post(path, **said)
    assert (found["status"], found["error"]["code"]) == (status, code)
    assert petitions.said() == [] and petitions.get()["petitions"] == []
