"""Grids split and merge: said once, nothing lost, and what was asked about last year is answered as of last year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from govcore.packs import Pack

GROUP, NEXT = "530126003001001", "530126003001002"
NEW = "530126003001101"


def split(own: Any, **more: Any) -> Any:
    into = [
        {"code": GROUP, "name": "板桥第1组", "households": 44, "posts": [f"post-{GROUP}", f"post-{GROUP}-1"]},
        {"code": NEW, "name": "板桥第1组新区", "households": 40, "posts": [f"post-{GROUP}-2"]},
    ]
    return own.post(f"/api/v1/grids/{GROUP}/split", **{"into": into, "on": "2024-06-01", "key": "K1", **more})


def test_a_split_is_said_once_and_every_day_has_its_grids(own: Any) -> None:
    """Before the day the old grid, from the day on the two; the same command again changes nothing."""
    before = own.get(f"/api/v1/grids/{GROUP}")
    done, again = split(own), split(own)
    assert done["status"] == 200 and again["id"] == done["id"] and done["kind"] == "split"
    assert [one["data"]["change_id"] for one in own.said("grid.changed.v1")] == [done["id"]]
    then = own.get(f"/api/v1/grids/{GROUP}?at=2024-05-31")
    assert {k: then[k] for k in ("name", "households")} == {k: before[k] for k in ("name", "households")}
    assert own.get(f"/api/v1/grids/{GROUP}?at=2024-06-01")["name"] == "板桥第1组"
    assert own.get(f"/api/v1/grids/{NEW}?at=2024-05-31")["error"]["code"] == "GRID_NOT_IN_FORCE"
    village = "/api/v1/grids?division=530126003001&at="
    assert own.get(f"{village}2024-06-01")["total"] == own.get(f"{village}2024-05-31")["total"] + 1
    located = own.get(f"/api/v1/locate?grid={NEW}&at=2024-06-02")
    assert (located["grid"], located["duty_post"]) == (NEW, f"post-{NEW}-{done['id'].lower()}-1")
    assert own.get(f"/api/v1/locate?grid={GROUP}&at=2023-06-02")["grid_name"] == before["name"]


def test_a_merge_gives_back_what_was_split(own: Any) -> None:
    """Under its old code; posts of a kind of which a grid has one go on where they are sent."""
    split(own)
    merged = own.post(
        "/api/v1/grids/merge",
        grids=[GROUP, NEW],
        into={"code": GROUP, "name": "板桥社区第1村民小组", "posts": [f"post-{GROUP}"]},
        on="2024-07-01",
    )
    assert merged["status"] == 200 and merged["after"][0]["households"] == 84
    for day, name in (
        ("2024-05-31", "板桥社区第1村民小组"),
        ("2024-06-01", "板桥第1组"),
        ("2024-07-01", "板桥社区第1村民小组"),
    ):
        assert own.get(f"/api/v1/grids/{GROUP}?at={day}")["name"] == name
    history = own.get(f"/api/v1/grids/{GROUP}/history")
    assert [one["kind"] for one in history["changes"]] == ["split", "merged"] and len(history["spells"]) == 3
    assert len(own.said("grid.changed.v1")) == 2


NOES: list[tuple[str, Any, str]] = [
    (f"/api/v1/grids/{GROUP}/split", {"into": [{"code": NEW, "name": "一"}]}, "GRID_SPLIT_TOO_FEW"),
    ("/api/v1/grids/530126003001999/split", {"into": []}, "GRID_UNKNOWN_GRID"),
    (
        f"/api/v1/grids/{GROUP}/split",
        {"into": [{"code": NEW, "name": "一"}, {"code": "530126003201101", "name": "二"}]},
        "GRID_NOT_IN_DIVISION",
    ),
    (
        f"/api/v1/grids/{GROUP}/split",
        {"into": [{"code": NEW, "name": "一"}, {"code": NEXT, "name": "二"}]},
        "GRID_DUPLICATE_CODE",
    ),
    (
        f"/api/v1/grids/{GROUP}/split",
        {"into": [{"code": NEW, "name": "一"}, {"code": "53012600300110A", "name": "二"}]},
        "GRID_BAD_GRID_CODE",
    ),
    (
        f"/api/v1/grids/{GROUP}/split",
        {"into": [{"code": NEW, "name": "一"}, {"code": GROUP, "name": "二", "posts": [f"post-{NEXT}"]}]},
        "GRID_POST_ELSEWHERE",
    ),
    (
        "/api/v1/grids/merge",
        {"grids": [GROUP, "530126003201001"], "into": {"code": NEW, "name": "一"}},
        "GRID_MERGE_UNLIKE",
    ),
    (
        "/api/v1/grids/merge",
        {
            "grids": [GROUP, NEXT],
            "into": {"code": NEW, "name": "一", "posts": [f"post-{GROUP}", f"post-{NEXT}"]},
        },
        "GRID_POSTS_SINGLE",
    ),
    (f"/api/v1/grids/{GROUP}/amend", {"name": "板桥社区第1村民小组"}, "GRID_NOTHING_CHANGED"),
]


def test_what_cannot_be_is_refused_and_nothing_is_done(own: Any) -> None:
    """A reason code, and no grid, post or message more than before."""
    tables = ("grids", "posts", "grid_changes", "outbox")
    before = [own.rows(f"SELECT count(*) FROM {table}") for table in tables]
    for path, said, code in NOES:
        no = own.post(path, **said)
        assert no["error"]["code"] == code and "{" not in no["error"]["zh"] + no["error"]["en"]
    assert [own.rows(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_what_people_changed_outlasts_a_new_version_of_the_pack(
    make: Callable[..., Any], database_url: str, shilin: Pack
) -> None:
    """Seeded again, split grids stay split; a grid the pack has no more is ended, not forgotten."""
    split(make(database_url, "again_"))
    fewer = {code: one for code, one in shilin.grids.items() if code != NEXT}
    posts = {ident: one for ident, one in shilin.posts.items() if one.grid != NEXT}
    again = make(database_url, "again_", replace(shilin, grids=fewer, posts=posts))
    assert again.get(f"/api/v1/grids/{NEW}?at=2024-06-01")["name"] == "板桥第1组新区"
    assert again.get(f"/api/v1/grids/{NEXT}?at=2024-05-05")["status"] == 200
    again.clock.forward(timedelta(days=1))
    assert again.get(f"/api/v1/grids/{NEXT}")["error"]["code"] == "GRID_NOT_IN_FORCE"
