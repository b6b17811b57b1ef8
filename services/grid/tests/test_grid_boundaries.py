from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client

shapely = pytest.importorskip("shapely", reason="the extra govcore[geo] is not installed: shapely")

from gov_grid.handlers.places import Places as Handler  # noqa: E402
from gov_grid.lookup import Lookup, lookup_of  # noqa: E402
from gov_grid.store import boundaries as store  # noqa: E402

WEST, SOUTH, STEP = 116.93, 31.02, 0.002
VILLAGE = "340881001001"
TYPE = "boundary.changed.v1"


def drawn(*columns: int, wide: float = 1.0, codes: list[str] | None = None) -> bytes:
    """A row of square grids of one village, counted from the west."""
    features = []
    for number, column in enumerate(columns):
        x = WEST + column * STEP
        ring = [[x, SOUTH], [x + wide * STEP, SOUTH], [x + wide * STEP, SOUTH + STEP], [x, SOUTH + STEP], [x, SOUTH]]
        code = codes[number] if codes else f"{VILLAGE}{column + 1:03}"
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def send(grid: Any, raw: bytes, **params: str) -> dict[str, Any]:
    answer = Client(grid.api).post("/api/v1/boundaries", data=raw, query_string={"file": "f.geojson", **params})
    return {"status": answer.status_code, **(answer.get_json() or {})}


def undo(grid: Any, batch: str) -> dict[str, Any]:
    return dict(grid.send(f"/api/v1/boundaries/batches/{batch}/undo", ""))


def where(grid: Any, column: float) -> str | None:
    """The grid in the middle of a column."""
    found = grid.get("/api/v1/locate", lon=WEST + (column + 0.5) * STEP, lat=SOUTH + STEP / 2)
    return found.get("grid")


def test_an_import_is_tried_applied_repeated_changed_and_taken_back(grid: Any) -> None:
    """A dry run changes nothing; an import counts at once, without a restart; the same again is the same import and
    says nothing; a changed boundary is said alone; undone, all is as it was."""
    said = len(grid.said(TYPE))
    tried = send(grid, drawn(0, 1), dry="1")
    assert (tried["status"], tried["batch"], tried["new"], tried["overlaps"]) == (200, None, 2, 0)
    assert where(grid, 0) is None and len(grid.said(TYPE)) == said

    first = send(grid, drawn(0, 1), crs="cgcs2000", by="desk:survey")
    assert first["batch"]["changed"] == 2 and first["crs"] == ["cgcs2000"]
    assert where(grid, 0) == f"{VILLAGE}001" and where(grid, 1) == f"{VILLAGE}002"
    news = [json.loads(body) for body in grid.said(TYPE)[said:]]
    assert sorted(one["subject"] for one in news) == [f"{VILLAGE}001", f"{VILLAGE}002"]
    assert {(one["data"]["crs"], one["data"]["how"], one["data"]["boundary"]) for one in news} == {
        ("cgcs2000", "imported", 1)
    }

    again = send(grid, drawn(0, 1), crs="cgcs2000")
    assert (again["same"], again["batch"]["id"]) == (2, first["batch"]["id"])
    wider = send(grid, drawn(0)[:-2] + b"," + drawn(1, wide=2.0)[len(b'{"type": "FeatureCollection", "features": [') :])
    assert (wider["same"], wider["changed"], wider["batch"]["changed"]) == (1, 1, 1)
    assert where(grid, 2) == f"{VILLAGE}002" and len(grid.said(TYPE)) == said + 3

    early = undo(grid, first["batch"]["id"])
    assert early["status"] == 422 and early["error"]["code"] == "GRID_BATCH_BUILT_UPON"
    assert undo(grid, wider["batch"]["id"])["batch"]["undone_at"]
    assert where(grid, 2) is None and where(grid, 1) == f"{VILLAGE}002"
    assert undo(grid, first["batch"]["id"])["batch"]["undone_at"]
    assert where(grid, 0) is None and where(grid, 1) is None
    twice = undo(grid, first["batch"]["id"])
    assert (twice["status"], twice["error"]["code"]) == (409, "GRID_BATCH_ALREADY_UNDONE")
    assert [json.loads(body)["data"]["boundary"] for body in grid.said(TYPE)[said:]] == [1, 1, 2, 3, 2, 4]
    shown = grid.get(f"/api/v1/boundaries/{VILLAGE}002")
    assert [one["how"] for one in shown["versions"]] == ["imported", "imported", "undone", "undone"]


def test_a_boundary_counts_from_its_day(grid: Any) -> None:
    """Imported for a day to come it does not count before it, and what happened before that day lies where it lay."""
    lookup, now = lookup_of(grid.mesh), grid.mesh.clock.now()
    day = (now + timedelta(days=30)).date().isoformat()
    batch = send(grid, drawn(5), on=day)["batch"]
    assert batch["since"] == day and where(grid, 5) is None
    spot = (WEST + 5.5 * STEP, SOUTH + STEP / 2)
    later = lookup.on(now + timedelta(days=31)).find(point=spot, at=now + timedelta(days=31))
    assert later.located.grid is not None and later.located.grid.code == f"{VILLAGE}006"
    assert lookup.on(now).find(point=spot, at=now).located.grid is None
    refused = send(grid, drawn(5, wide=1.5))
    assert refused["error"]["code"] == "GRID_BOUNDARY_TOO_EARLY"
    undo(grid, batch["id"])


def test_one_bad_boundary_and_nothing_is_imported(grid: Any) -> None:
    """Unknown codes and invalid polygons refuse the whole file, each with its reason; mended it is imported."""
    said = len(grid.said(TYPE))
    unknown = send(grid, drawn(7, 8, codes=[f"{VILLAGE}008", f"{VILLAGE}999"]))
    assert (unknown["status"], unknown["error"]["code"]) == (422, "GRID_IMPORT_REFUSED")
    assert [(no["code"], no["value"]) for no in unknown["error"]["report"]["refused"]] == [
        ("GRID_UNKNOWN_GRID", f"{VILLAGE}999")
    ]
    long = send(grid, drawn(7, codes=["x" * 200]), dry="1")
    assert [no["value"] for no in long["refused"]] == ["x" * 80] and long["polygons"] == 1
    bow = json.loads(drawn(7))
    ring = bow["features"][0]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    invalid = send(grid, json.dumps(bow).encode())
    (no,) = invalid["error"]["report"]["refused"]
    assert no["code"] == "GRID_INVALID_POLYGON" and where(grid, 7) is None and len(grid.said(TYPE)) == said
    mended = send(grid, json.dumps(bow).encode(), mend="1")
    assert mended["mended"] == [{"id": f"{VILLAGE}008", "reason": "Self-intersection"}]
    undo(grid, mended["batch"]["id"])


def test_another_process_learns_by_what_changed(grid: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one that asks the same tables takes an import up from the rows of the last minute, reading no other."""
    other = Lookup(grid.mesh)
    long_ago = send(grid, drawn(0, 1, 2))["batch"]
    grid.mesh.clock.forward(timedelta(hours=1))
    now = grid.mesh.clock.now()
    first = send(grid, drawn(3, 4))["batch"]
    other.refresh()
    grid.mesh.clock.forward(timedelta(hours=1))
    second = send(grid, drawn(6))["batch"]
    read: list[int] = []
    plain = store.changed_since

    def counted(conn: Any, moment: Any) -> Any:
        found = plain(conn, moment)
        read.append(len(found))
        return found

    monkeypatch.setattr(store, "changed_since", counted)
    other.refresh()
    with grid.mesh.database.read() as conn:
        assert read == [3] and len(plain(conn, None)) > 3
    spot = (WEST + 6.5 * STEP, SOUTH + STEP / 2)
    found = other.on(now).find(point=spot, at=now).located
    assert found.grid is not None and found.grid.code == f"{VILLAGE}007"
    assert Handler(other).handlers()
    for batch in (second, first, long_ago):
        undo(grid, batch["id"])


def test_what_is_no_boundary_file_is_refused(grid: Any) -> None:
    """Broken bodies of any kind get a reason code, never an error without one."""
    chance = random.Random(4)
    for raw in (b"", b"{}", b"PK\x03\x04" + chance.randbytes(200), chance.randbytes(300)):
        found = send(grid, raw)
        assert found["status"] == 422 and found["error"]["code"] in ("GRID_BAD_GEOJSON", "GRID_BAD_SHAPEFILE")
    assert send(grid, drawn(0), crs="mars")["error"]["code"] == "GRID_BAD_CRS"
    assert send(grid, drawn(0), on="soon")["error"]["code"] == "HTTP_BAD_REQUEST"
    assert undo(grid, "B-none")["status"] == 404
