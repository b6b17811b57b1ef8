"""Posts and duty: who is on when, who stands in, where nobody is, and that the chain upward is the pack's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

GROUP = "530126003001001"
CHIEF = f"post-{GROUP}"
VILLAGE, STREET, COUNTY = "530126003001", "530126003", "530126"


def posts_of(own: Any, area: str = GROUP) -> list[str]:
    return [one["id"] for one in own.get(f"/api/v1/posts?area={area}")["posts"]]


def test_the_duty_chain_has_five_levels(own: Any) -> None:
    """From the head of ten households to the county's leader, one on duty on each, as the pack's rota has it."""
    levels = own.get(f"/api/v1/duty/chain?area={GROUP}")["levels"]
    assert [one["level"] for one in levels] == ["ten_households", "group", "village", "street", "county"]
    assert [one["area"] for one in levels] == [GROUP, GROUP, VILLAGE, STREET, COUNTY]
    assert [len(one["on"]) for one in levels] == [1] * 5
    tomorrow = own.get(f"/api/v1/duty/chain?area={GROUP}&at=2024-05-07")["levels"]
    assert tomorrow[0]["on"] != levels[0]["on"] and tomorrow[1]["on"] == levels[1]["on"]


def test_deputies_receive_on_their_day_in_turn(own: Any) -> None:
    """A month each, on the 15th within hours; on no other day."""
    village = next(
        one["area"]
        for one in own.get("/api/v1/posts?kind=deputy_county&limit=100")["posts"]
        if one["id"].endswith("-2")
    )
    asked = f"/api/v1/duty?area={village}&at="
    seen = []
    for month in ("05", "06", "07"):
        on = own.get(f"{asked}2024-{month}-15T10:00:00%2B08:00")["on"]
        seen += [one["post"] for one in on if one["kind"] == "deputy_county"]
    assert len(seen) == 3 and seen[0] != seen[1]
    assert not [one for one in own.get(f"{asked}2024-05-14")["on"] if one["kind"].startswith("deputy")]


def test_who_held_what_when(own: Any) -> None:
    """Appointed, moved, vacant: each moment has its own answer, and each is said once."""
    own.post(f"/api/v1/posts/{CHIEF}/assign", person="W-0001", since="2024-05-06T08:30:00+08:00")
    own.forward(timedelta(days=2))
    after = own.post(f"/api/v1/posts/{CHIEF}/assign", person="W-0002")
    assert after["holding"]["person"] == "W-0002"
    assert own.get(f"/api/v1/posts/{CHIEF}?at=2024-05-07")["person"] == "W-0001"
    assert own.get(f"/api/v1/posts/{CHIEF}")["person"] == "W-0002"
    held = own.get("/api/v1/duty/held?person=W-0001")["holdings"]
    assert [(one["post"], one["until"] is None) for one in held] == [(CHIEF, False)]
    said = [
        (one["data"]["how"], one["data"]["person"], one["data"].get("before")) for one in own.said("post.assigned.v1")
    ]
    assert said == [("holds", "W-0001", None), ("holds", "W-0002", "W-0001")]
    on = {one["post"]: one["person"] for one in own.get(f"/api/v1/duty?area={GROUP}")["on"]}
    assert on[CHIEF] == "W-0002"
    assert own.post(f"/api/v1/posts/{CHIEF}/assign", person="王小明")["error"]["code"] == "HTTP_BAD_BODY"
    assert own.post(f"/api/v1/posts/{CHIEF}/assign", person="W-0002")["error"]["code"] == "POST_ALREADY_HELD"
    early = own.post(f"/api/v1/posts/{CHIEF}/assign", person="W-0003", since="2024-05-01T08:00:00+08:00")
    assert early["error"]["code"] == "POST_HELD_LATER"


def test_a_substitute_stands_in_and_an_empty_grid_raises_one_alarm(own: Any) -> None:
    """With a substitute the grid stays covered; when the last one leaves, one alarm; when somebody is back, its end."""
    own.mesh.spec.upkeep(own.mesh)
    own.forward()
    assert own.get("/api/v1/duty/uncovered")["uncovered"] == []
    heads = [one for one in posts_of(own) if one != CHIEF]
    for post in heads:
        assert own.post(f"/api/v1/posts/{post}/assign", person=None)["status"] == 200
    own.forward()
    neighbour = "post-530126003001002"
    until = "2024-05-06T18:00:00+08:00"
    stood = own.post(f"/api/v1/posts/{CHIEF}/away", until=until, substitute=neighbour)
    assert stood["absence"]["substitute"] == neighbour
    own.forward()
    on = own.get(f"/api/v1/duty?area={GROUP}")["on"][0]
    assert (on["post"], on["why"], on["instead_of"]) == (neighbour, "substitute", CHIEF)
    assert own.said("duty.uncovered.v1") == []
    assert own.post(f"/api/v1/posts/{neighbour}/away", until="2024-05-06T12:00:00+08:00")["status"] == 200
    own.forward()
    (hole,) = own.get("/api/v1/duty/uncovered")["uncovered"]
    assert (hole["id"], hole["instead"]) == (GROUP, f"lead-{VILLAGE}")
    (finding,) = own.get("/ops/stalled")["findings"]
    assert (finding["kind"], finding["holder"]) == ("duty.uncovered", f"post:lead-{VILLAGE}")
    own.forward(timedelta(hours=4))
    assert own.get("/api/v1/duty/uncovered")["uncovered"] == []
    assert len(own.said("duty.uncovered.v1")) == len(own.said("duty.covered.v1")) == 1
    own.forward(timedelta(days=3))
    assert len(own.said("duty.uncovered.v1")) == 1


def test_a_split_leaves_a_hole_where_nobody_was_sent(own: Any) -> None:
    """Told on the day it holds, not before; a new post with somebody in it ends it."""
    own.mesh.spec.upkeep(own.mesh)
    into = [{"code": GROUP, "name": "老区"}, {"code": "530126003001101", "name": "新区"}]
    assert own.post(f"/api/v1/grids/{GROUP}/split", into=into, on="2024-05-08")["status"] == 200
    own.forward(timedelta(hours=1))
    assert own.said("duty.uncovered.v1") == []
    own.forward(timedelta(days=2))
    assert [one["data"]["area"] for one in own.said("duty.uncovered.v1")] == ["530126003001101"]
    opened = own.post("/api/v1/posts", post="post-new", kind="chief", area="530126003001101")
    assert opened["post"]["since"] == "2024-05-08"
    second = own.post("/api/v1/posts", post="post-new-2", kind="chief", area="530126003001101")
    assert second["error"]["code"] == "GRID_POSTS_SINGLE"
    own.forward()
    assert [one["data"]["area"] for one in own.said("duty.covered.v1")] == ["530126003001101"]


def test_the_load_of_every_worker_against_the_norm(own: Any) -> None:
    """All groups within it; a recount over it is a finding with its figure."""
    assert own.get("/api/v1/duty/load")["verdicts"] == {"within": 78}
    own.post(f"/api/v1/grids/{GROUP}/amend", households=400, on="2024-05-06")
    over = own.get(f"/api/v1/duty/load?division={VILLAGE}&verdict=over")
    assert [one["finding"]["code"] for one in over["grids"]] == ["GRID_LOAD_OVER"]
    assert over["grids"][0]["each"] == 50.0


def test_another_process_sees_what_changed(make: Any, database_url: str) -> None:
    """Two instances over one database answer the same."""
    one, other = make(database_url, "two_"), make(database_url, "two_")
    assert other.get(f"/api/v1/grids/{GROUP}")["households"] == 84
    one.post(f"/api/v1/grids/{GROUP}/amend", households=90)
    assert other.get(f"/api/v1/grids/{GROUP}")["households"] == 90
