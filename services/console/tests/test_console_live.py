"""console in a process of its own, as `govmesh up` starts it."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from govmesh.client import embedded
from govmesh.settings import Settings


@pytest.mark.slow
def test_the_pages_of_a_running_mesh(tmp_path: Path) -> None:
    """With grid and dispatch it serves the first page, an event with a script for a title, and gathered JSON."""
    with embedded(Settings(home=tmp_path), "--pack", "tongcheng", "--services", "grid,dispatch,console") as client:
        said = {"source": "live", "external_id": "1", "channel": "hotline", "title": "<script>alert(1)</script>"}
        event = client.post("/api/v1/reports", {**said, "division": "340881001007"})["event"]
        client.settle(60)
        first, page = (requests.get(client.url + path, timeout=30) for path in ("/", f"/events/{event}"))
        assert first.status_code == page.status_code == 200
        assert event in first.text and "总览" in first.text and "Overview" in first.text
        for text in (first.text, page.text):
            assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text
        assert "分拨台" in page.text and 'class="service">grid<' in page.text
        assert client.get("/api/v1/stalled")["away"] == []
        assert client.get("/healthz")["ok"] is True
        assert requests.get(client.url + "/assets/console.css", timeout=30).status_code == 200
