"""The pages in a real browser, wide and narrow: nothing runs out of sight, everything can be read and reached."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

WIDTHS = (1440, 390)
PAGES = (
    "/",
    "/events",
    "/events?holder=desk:triage",
    "/handoffs",
    "/handoffs?dept=zhujian",
    "/stalled",
    "/operations",
    "/orders",
    "/verifying",
    "/visits",
    "/ratings",
    "/claims",
    "/projects",
    "/projects/boards/quarter",
    "/stewards",
    "/catalogue",
    "/alerts",
    "/notices",
    "/surges",
    "/ledger",
    "/events/E-none",
)
SIGHT = """
(() => {
  const wide = Math.min(document.documentElement.clientWidth, WIDTH);
  const out = [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    const box = one.getBoundingClientRect();
    const hidden = getComputedStyle(one).clipPath !== "none" || one.closest("thead") || !box.width;
    return !hidden && (box.right > wide + 0.5 || box.left < -0.5);
  });
  return [document.scrollingElement.scrollWidth - wide, ...out.map((one) => one.outerHTML.slice(0, 120))];
})()
"""
CONTRAST = """
(() => {
  const light = (rgb) => {
    const part = rgb.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, box = text.parentElement;
    if (!text.data.trim() || !box.getClientRects().length || box.closest("option, script")) continue;
    const [a, b] = [light(numbers(getComputedStyle(box).color).slice(0, 3)), light(behind(box))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(text.data.trim().slice(0, 40));
  }
  return faint;
})()
"""
HASTE = "const slow = setTimeout; window.setTimeout = (call, wait) => slow(call, wait / 100);"


def event_of(mesh: Any, number: int) -> str:
    """The event that report ``number`` of the fixture became."""
    title = {97: "script", 98: "长长长"}.get(number, "")
    found = mesh.get("/api/v1/events", limit=200)["events"]
    return next(str(one["id"]) for one in found if title in one["title"] and one["handoffs_total"])


def settled(browser: Any, script: str, seconds: float = 20) -> Any:
    """What ``script`` says once it says something."""
    until = time.monotonic() + seconds
    while not (found := browser.ask(script)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", [*PAGES, "event", "long", "operation"])
def test_nothing_runs_out_of_sight(browser: Any, mesh: Any, tmp_path: Path, path: str, width: int) -> None:
    """No page is wider than the window, its text stands out from the ground, it has headings, nothing complains."""
    path = {"event": "/events/{0}", "long": "/events/{98}"}.get(path, path)
    if path == "operation":
        path = f"/operations/{mesh.get('/api/v1/operations')['operations'][0]['id']}"
    if "{" in path:
        path = f"/events/{event_of(mesh, int(path[9:-1]))}"
    browser.open(mesh.url + path, width)
    assert browser.ask(SIGHT.replace("WIDTH", str(width))) == [0]
    assert browser.ask("document.scrollingElement.scrollWidth") <= width
    assert browser.ask(CONTRAST) == []
    assert browser.ask("document.querySelectorAll('h1').length") == 1
    assert browser.ask("[...document.querySelectorAll('h1, h2')].every((one) => one.textContent.trim())")
    assert [said for said in browser.said if "404" not in said] == []
    png = browser.picture(tmp_path / "page.png").read_bytes()
    (drawn,) = struct.unpack(">I", png[16:20])
    assert width - 20 <= drawn <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_to_press_is_big_enough(browser: Any, mesh: Any, width: int) -> None:
    """Links of the menu, buttons and choices are at least 24 pixels high and wide (WCAG 2.2, 2.5.8)."""
    browser.open(mesh.url + "/events", width)
    small = """[...document.querySelectorAll("nav a, button, select")].map((one) => one.getBoundingClientRect())
        .filter((box) => box.width < 24 || box.height < 24).length"""
    assert browser.ask(small) == 0


def test_a_title_with_a_script_in_it_does_nothing(browser: Any, mesh: Any) -> None:
    """What a resident wrote as markup is shown as words; nothing of it runs or is loaded."""
    event = event_of(mesh, 97)
    for path in ("/", "/events", f"/events/{event}"):
        browser.open(mesh.url + path, 1440)
        assert "taken" not in browser.ask("document.title.replace(/<.*>/, '')")
        assert browser.ask("document.querySelectorAll('main script, main img').length") == 0
        assert "<script>" in browser.ask("document.querySelector('main').innerText")
        assert browser.said == []


def test_figures_are_renewed_without_loading_the_page_again(browser: Any, mesh: Any) -> None:
    """While the box is ticked the live parts follow the mesh; unticked they stand still."""
    hasty = browser.call("Page.addScriptToEvaluateOnNewDocument", source=HASTE)["identifier"]
    try:
        browser.open(mesh.url + "/", 1440)
        browser.ask("window.mark = 'kept'")
        assert settled(browser, "Number(document.body.dataset.rounds) >= 1")
        count = "document.querySelector('.tiles li:nth-child(2) strong').textContent"
        before = int(browser.ask(count))
        mesh.post("/api/v1/reports", {"source": "renewed", "external_id": str(before), "title": "又一件事"})
        assert settled(browser, f"Number({count}) > {before}")
        assert browser.ask("window.mark") == "kept"
        browser.ask("document.getElementById('refresh').click()")
        time.sleep(0.5)
        rounds = browser.ask("document.body.dataset.rounds")
        time.sleep(1)
        assert browser.ask("document.body.dataset.rounds") == rounds
        assert browser.said == []
    finally:
        browser.ask("sessionStorage.clear()")
        browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=hasty)


def test_the_keyboard_gets_everywhere(browser: Any, mesh: Any) -> None:
    """The first stop of the Tab key skips to the content, the next are the menu's links, each with a visible mark."""
    browser.open(mesh.url + "/", 1440)
    stops = []
    for _ in range(4):
        for kind in ("keyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        stops.append(browser.ask("document.activeElement.getAttribute('href')"))
        assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert stops == ["#main", "/", "/", "/events"]
