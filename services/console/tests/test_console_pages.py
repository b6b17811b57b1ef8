"""The pages over a real mesh: what they show, and that nothing of a resident's gets in as markup or identity."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape
from typing import Any

import pytest

pytestmark = pytest.mark.slow

EVIL = "<script>alert(1)</script>\"'><img onerror=a()>{{ 7*7 }}"
PHONE = "13800138000"


def between(page: str, start: str, end: str = "</section>") -> str:
    """The part of a page from ``start`` on."""
    return page[page.index(start) :].partition(end)[0]


def test_an_empty_mesh_has_a_first_page(console: Any) -> None:
    """With nothing in it, the first page says so in every section."""
    page = console.page("/")
    for part in ('data-live="by-state"', 'data-live="held"', 'data-live="latest"'):
        assert "none" in between(page, part)
    assert "没有超过时限的事项" in page and "Nothing has stood past its time." in page
    assert page.count("正常") == 4


def test_the_first_page_shows_states_holders_and_latest(console: Any) -> None:
    """Events by state, who holds how many since when, and the latest events with links to their pages."""
    event = console.report(class_name="机动车乱停放")
    lost = console.report(title="说不清的事")
    console.settle(minutes=1)
    console.settle(minutes=30)
    (lead, *_) = console.handoffs(event)
    console.answer(lead, "accept")
    page = console.page("/")
    states = between(page, 'data-live="by-state"')
    assert "处置中" in states and "being handled" in states and "待分拨" in states
    held = between(page, 'data-live="held"')
    assert f"/handoffs?dept={lead['dept']}" in held and "/events?holder=desk%3Atriage" in held
    assert "30分" in held and "30m" in held
    latest = between(page, 'data-live="latest"')
    assert f'href="/events/{event}"' in latest and f'href="/events/{lost}"' in latest


@pytest.mark.parametrize("field", ["title", "text", "address", "external_id"])
def test_what_a_resident_writes_is_never_markup(busy: Any, field: str) -> None:
    """A report with a script in it shows the script as words, on every page, in the title bar too."""
    event = busy.report(**{field: EVIL})
    busy.settle(days=9)
    paths = ["/", "/events", f"/events/{event}", "/stalled", "/handoffs"]
    pages = [busy.page(path) for path in paths]
    for page in pages:
        assert "<script>alert" not in page and "<img" not in page
    if field in ("title", "text"):
        assert escape("<script>alert(1)</script>") in pages[2] and "{{ 7*7 }}" in pages[2]


def test_words_in_the_address_are_never_markup(busy: Any) -> None:
    """What somebody puts into a link comes back as words, or not at all."""
    for path in ("/events/<script>x", "/events?state=<script>x", "/handoffs?dept=<script>x", "/handoffs/<b>"):
        page = busy.page(path, status=404)
        assert "<script>x" not in page and "<b>" not in page


def test_no_page_shows_who_reported(busy: Any) -> None:
    """Neither the reporter's record nor a telephone number in the words reaches a page."""
    said = {
        "title": f"请回电{PHONE}",
        "text": f"我是王某某，电话{PHONE}，身份证11010519491231002X",
        "address": f"找{PHONE}",
    }
    event = busy.report(**said, reporter={"name": "王德发", "phone": "13911112222"})
    busy.settle(days=9)
    for path in ("/", "/events", f"/events/{event}", "/stalled", "/handoffs", "/api/v1/stalled"):
        text = busy.get(path).text
        assert PHONE not in text and "13911112222" not in text and "王德发" not in text, path
        assert "11010519491231002X" not in text
    assert "***" in busy.page(f"/events/{event}")


def test_an_event_shows_its_holder_and_the_times_of_its_hand_offs(busy: Any) -> None:
    """Who holds it and since when; offered, sent, received, answered and answer in, in the pack's time zone."""
    event = busy.report(class_name="机动车乱停放")
    busy.settle(minutes=1)
    (lead, *_) = busy.handoffs(event)
    before = busy.page(f"/events/{event}")
    assert "受理台" in between(before, 'data-live="held"') and "收到答复" in before
    answered = busy.clock.now() + timedelta(minutes=20)
    busy.settle(minutes=25)
    busy.answer(lead, "accept", answered_at=answered.isoformat())
    busy.settle(minutes=2)
    page = busy.page(f"/events/{event}")
    held = between(page, 'data-live="held"')
    assert f"/handoffs?dept={lead['dept']}" in held and "2分" in held
    card = between(page, f'<article id="{lead["id"]}"', "</article>")
    times = re.findall(r"<li[^>]*><span><span[^>]*>(\S+?)</span>.*?(?:datetime=\"([^\"]+)\"|(—))", card, re.S)
    assert [name for name, *_ in times] == ["交办", "发出", "送达", "答复", "收到答复"]
    shown = {name: at for name, at, _ in times}
    assert shown["交办"] and shown["发出"] and shown["送达"]  # an answer by hand is as good as a receipt
    assert shown["答复"].startswith(answered.astimezone(busy.meshes["console"].pack.zone).isoformat()[:19])
    assert shown["收到答复"] > shown["答复"]


def test_an_event_shows_its_trace_over_all_services(busy: Any) -> None:
    """Filed, found by the grid, routed, offered, accepted, done, closed, points posted: one tree."""
    event = busy.report(class_name="机动车乱停放", channel="grid")
    busy.settle(minutes=1)
    for verb, said in (("accept", {}), ("done", {"result": "已处置"})):
        for task in busy.handoffs(event):
            busy.answer(task, verb, **said)
        busy.settle(minutes=10)
    page = busy.page(f"/events/{event}")
    trace = between(page, 'class="tree"')
    services = set(re.findall(r'class="service">(\w+)<', trace))
    assert {"dispatch", "grid"} <= services
    for word in ("受理", "网格定位", "按规则派遣", "交办", "接受", "办结"):
        assert word in trace, word
    depths = [int(depth) for depth in re.findall(r'<li class="d(\d)">', trace)]
    assert depths[0] == 0 and depths.count(0) == 1 and max(depths) >= 3


def test_an_unknown_event_has_a_page_that_says_so(busy: Any) -> None:
    """404 with the reason in both languages, whatever stands in the path."""
    for path in ("/events/E-none", "/events/x%3Flimit=1", "/events/%E6%A1%88", "/handoffs/H-none"):
        page = busy.page(path, status=404)
        assert "_UNKNOWN" in page and 'lang="zh-CN"' in page and 'lang="en"' in page


def test_a_hand_off_leads_to_its_event(busy: Any) -> None:
    """The link of a hand-off goes to its place on the page of its event."""
    event = busy.report(class_name="机动车乱停放")
    busy.settle(minutes=1)
    (lead, *_) = busy.handoffs(event)
    answer = busy.get(f"/handoffs/{lead['id']}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/events/{event}#{lead['id']}")
    assert f'id="{lead["id"]}"' in busy.page(f"/events/{event}")


def test_lists_are_filtered_and_paged(console: Any) -> None:
    """By state, holder and department, a page at a time, every event on exactly one page."""
    events = {console.report(title="说不清的事") for _ in range(5)}
    known = console.report(class_name="机动车乱停放")
    console.settle(minutes=1)
    assert known not in console.page("/events?state=triage")
    assert known not in console.page("/events?holder=desk:triage")
    found: list[str] = []
    path: str | None = "/events?state=triage&limit=2"
    while path:
        page = console.page(path)
        found += re.findall(r'href="/events/(E-\w+)"', page)
        later = re.search(r'href="([^"]+)" rel="next"', page)
        path = later.group(1).replace("&amp;", "&") if later else None
    assert sorted(found) == sorted(events)
    (lead, *_) = console.handoffs(known)
    assert lead["id"] in console.page(f"/handoffs?dept={lead['dept']}")
    assert lead["id"] not in console.page(f"/handoffs?dept={lead['dept']}&state=done")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/events?state=lost", 404, "CONSOLE_UNKNOWN_STATE"),
        ("/events?holder=desk:none", 404, "HANDOFF_UNKNOWN_DEPARTMENT"),
        ("/handoffs?dept=mars", 404, "HANDOFF_UNKNOWN_DEPARTMENT"),
        ("/handoffs?state=lost", 404, "CONSOLE_UNKNOWN_STATE"),
        ("/events?limit=many", 422, "HTTP_BAD_REQUEST"),
    ],
)
def test_a_wrong_question_is_answered_with_its_reason(busy: Any, path: str, status: int, code: str) -> None:
    """An unknown state or department, or a limit that is no number, gets a page with the reason."""
    assert code in busy.page(path, status=status)


def test_assets_are_its_own(busy: Any) -> None:
    """The style sheet and the script come from here, pages allow no other, and nothing else is given out."""
    assert busy.get("/assets/console.css").mimetype == "text/css"
    assert busy.get("/assets/console.js").mimetype == "text/javascript"
    for path in ("/assets/other.css", "/assets/..%2F__init__.py", "/assets/../bootstrap.py"):
        assert busy.get(path).status_code == 404
    policy = busy.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert busy.get("/").headers["Cache-Control"] == "no-store"
