"""Evidence through the API, and named in an answer: kept cleaned, found by its key, refused where it is not there."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from werkzeug.test import Client

SECRET = b"N31 02 51 owner"


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")
    + chunk(b"eXIf", SECRET)
    + chunk(b"IDAT", zlib.compress(b"\x00\x7f"))
    + chunk(b"IEND", b"")
)


def put(dispatch: Any, data: bytes) -> Any:
    answer = Client(dispatch.api).post("/api/v1/evidence", data=data)
    return {"status": answer.status_code, **answer.get_json()}


def test_a_picture_is_kept_cleaned_and_found_by_its_key(dispatch: Any) -> None:
    """Twice the same is one; what comes out is the picture without what it told besides."""
    first, again = put(dispatch, PNG), put(dispatch, PNG)
    assert first["status"] == 200 and first["key"] == again["key"]
    assert (first["media_type"], first["removed"]) == ("image/png", len(SECRET) + 12)
    answer = Client(dispatch.api).get(f"/api/v1/evidence/{first['key']}")
    assert answer.status_code == 200 and answer.content_type == "image/png"
    assert SECRET not in answer.data and len(answer.data) == first["size"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "EVIDENCE_TYPE"),
        (b"%PDF-1.7", 422, "EVIDENCE_TYPE"),
        (PNG[:-4], 422, "EVIDENCE_BROKEN"),
        (b"\xff" * (10 * 1024 * 1024 + 1), 413, "EVIDENCE_TOO_LARGE"),
    ],
)
def test_what_may_not_be_kept_is_refused(dispatch: Any, data: bytes, status: int, code: str) -> None:
    """By kind, by state and by size, with a reason."""
    answer = put(dispatch, data)
    assert (answer["status"], answer["error"]["code"]) == (status, code)


@pytest.mark.parametrize("key", ["sha256:" + "0" * 64, "sha256:0", "x", "..%2F..%2Fvault.key"])
def test_an_unknown_key_is_not_found(dispatch: Any, key: str) -> None:
    """No file, and none outside the store."""
    answer = Client(dispatch.api).get(f"/api/v1/evidence/{key}")
    assert answer.status_code == 404 and answer.get_json()["error"]["code"] in ("EVIDENCE_UNKNOWN", "HTTP_NOT_FOUND")


def test_done_names_evidence_that_is_there(dispatch: Any) -> None:
    """An unknown digest is refused and the task stays open; a kept one and the department's own address pass."""
    event, handoff = dispatch.assigned()
    path = f"/api/v1/events/{event}/handoffs/{handoff['id']}"
    said = {"dept": "chengguan", "generation": 1}
    assert dispatch.post(f"{path}/accept", said)["status"] == 200
    for keys, code in ((["sha256:" + "0" * 64], "EVIDENCE_UNKNOWN"), (["photo"], "EVIDENCE_BAD_KEY")):
        refused = dispatch.post(f"{path}/done", {**said, "result": "已清运", "evidence": keys})
        assert refused["error"]["code"] == code and refused["error"]["field"] == "evidence"
    assert dispatch.get(f"/api/v1/handoffs/{handoff['id']}")["state"] == "accepted"
    keys = [put(dispatch, PNG)["key"], "https://chengguan.example/2026/1.jpg"]
    done = dispatch.post(f"{path}/done", {**said, "result": "已清运", "evidence": keys})
    assert (done["status"], done["state"], done["evidence"]) == (200, "done", keys)


def test_a_mesh_without_a_store_keeps_none(dispatch: Any) -> None:
    """Nothing is taken in, and the reason says so."""
    dispatch.mesh.storage = None
    assert put(dispatch, PNG)["error"]["code"] == "EVIDENCE_NO_STORE"
