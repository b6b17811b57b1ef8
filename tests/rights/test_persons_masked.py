"""A viewer without a purpose gets no unmasked field of a person, through no API, message, export, error, log or trace.

Routes, commands and messages that are about persons are found by themselves: a new one fails here until it is walked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from govcore.messages import CATALOGUE
from govmesh.vault import open_sent

pytestmark = pytest.mark.slow
ABOUT = ("persons", "households", "care")
"""Words of a path that is about persons."""
NAMED = {"person_id", "household_id", "care_team_id"}
"""Fields of a message that is about persons."""
NOBODY = "dept:linye"
"""A department that none of the purposes names."""
FORM = {
    "name": "欧阳测密",
    "citizen_id": "34088119900101123X",
    "born": "1990-01-01",
    "phone": "13812345678",
    "address": "龙眠小区8栋2单元502室",
    "residence": "人户分离",
    "need": "慕容验隐",
}
VALUES = ("34088119900101123X", "1990-01-01", "人户分离", "left_behind_child", "诸葛未登", "weixin_cemi")
"""What else must not come out: a day of birth, a choice, the group of care, words of care."""
OPENLY = {"GET /svc/grid/api/v1/persons/form"}
"""The empty form: it names the choices there are."""


def _consents(*purposes: str) -> dict[str, Any]:
    return {one: {"given_by": "self", "separate": True, "proof": "sha256:" + "0" * 64} for one in purposes}


class Walk:
    """Every route is asked by somebody without a purpose first, then used by who has one."""

    def __init__(self, town: Any) -> None:
        self.town, self.edge = town, Client(town.rig.meshes["console"].edge)
        self.walked: set[str] = set()
        self.to_nobody: list[tuple[str, bytes]] = []

    def post(self, path: str, *, by: str, where: str = "", **said: Any) -> Any:
        """As nobody, whose answer is searched; then as ``by``."""
        self.walked.add(where or path)
        for who in (NOBODY, "", "desk:triage"):
            answer = self.edge.post(path, json={**said, "by": who})
            assert answer.status_code in (403, 422), (path, who, answer.json)
            self.to_nobody.append((f"POST {path} by {who}", answer.data))
        answer = self.edge.post(path, json={**said, "by": by})
        assert answer.status_code == 200, (path, answer.json)
        self.town.rest()
        return answer.json


def _walk(town: Any) -> tuple[Walk, str]:
    walk, at = Walk(town), {"division": "340881001007", "grid": "340881001007001"}
    home = walk.post("/api/v1/households", by="desk:person", address=FORM["address"], **at)["id"]
    everything = _consents("grid_service", "residence", "care", "allowance")
    person = walk.post("/api/v1/persons", by="desk:person", household_id=home, fields=FORM, consents=everything, **at)[
        "id"
    ]
    one = "/api/v1/persons/<person_id>"

    def about(verb: str, by: str, **said: Any) -> Any:
        return walk.post(f"/api/v1/persons/{person}/{verb}", by=by, where=f"{one}/{verb}", **said)

    found = about("read", "dept:gongan", purpose="residence", reason="核对登记")
    assert found["citizen_id"] == FORM["citizen_id"] and "need" not in found, "who has a purpose gets its fields"
    look = {"purpose": "residence", "phone": FORM["phone"]}
    assert walk.post("/api/v1/persons/find", by="dept:gongan", **look)["persons"][0]["id"] == person
    address = walk.post(
        f"/api/v1/households/{home}/read",
        by="dept:gongan",
        where="/api/v1/households/<household_id>/read",
        purpose="residence",
        reason="核对登记",
    )
    assert address == {"address": FORM["address"]}
    members = {role: f"post:{role}" for role in town.rig.pack.persons.care.roles}
    team = about("care", "desk:person", group="left_behind_child", members=members)["care_team"]
    care = {"where": "/api/v1/care/<care_team_id>/record", "words": "诸葛未登的微信weixin_cemi", "money_fen": 100}
    walk.post(f"/api/v1/care/{team}/record", by="post:doctor", **care)
    where = "/api/v1/care/<care_team_id>/read"
    assert walk.post(f"/api/v1/care/{team}/read", by="post:doctor", where=where, reason="走访前查看")["notes"]
    assert about("read", "post:doctor", purpose="care", reason="走访前查看")["need"] == FORM["need"]
    about("change", "dept:gongan", fields={"name": "慕容验隐", "phone": "18655556666"})
    conflict = town.rig.get(f"/api/v1/persons/{person}")["conflicts"][0]["id"]
    about("decide", "desk:person", conflict_id=conflict, take=False)
    about("correct", "desk:person", fields={"phone": "18655556666"}, proof="申请表一份")
    assert about("export", "desk:person", proof="本人到场")["fields"]["need"] == FORM["need"]
    about("withdraw", "desk:person", purposes=["grid_service"], proof="撤回申请一份")
    walk.post(f"/api/v1/care/{team}/end", by="desk:person", where="/api/v1/care/<care_team_id>/end")
    said = {"fields": {"name": "欧阳测密", "born": "2018-05-05"}, **at}
    guardian = {"grid_service": {"given_by": "guardian", "separate": True, "proof": "监护人同意书"}}
    other = walk.edge.post("/api/v1/persons", json={**said, "consents": guardian, "by": "desk:person"}).json["id"]
    gone = {"reason": "已迁出", "proof": "申请表一份"}
    walk.post(f"/api/v1/persons/{other}/erase", by="desk:person", where=f"{one}/erase", **gone)
    return walk, person


def _wrongly(walk: Walk, person: str) -> None:
    """What cannot be is refused, and no refusal quotes it: not even from a key, a path or a query."""
    for path in ("/api/v1/persons", f"/api/v1/persons/{person}/change", "/api/v1/persons/find", "/api/v1/households"):
        for said in (
            {"by": "desk:person", "fields": {"欧阳测密": "1"}, "consents": {"13812345678": {"x": 1}}},
            {"by": "欧阳测密", "fields": {"name": ["欧阳测密"]}, "phone": "13812345678999"},
            {"by": "desk:person", "purpose": "欧阳测密", "citizen_id": "340881199001011235", "address": ["欧阳测密"]},
            {"by": "desk:person", "fields": {"citizen_id": "340881199001011235"}, "consents": {"residence": {}}},
            ["欧阳测密"],
        ):
            answer = walk.edge.post(path, json=said)
            assert answer.status_code >= 400, (path, said)
            walk.to_nobody.append((f"POST {path}", answer.data))


def _post_routes(town: Any) -> set[str]:
    return {
        route.path
        for mesh in town.rig.meshes.values()
        for route in mesh.spec.routes(mesh)
        if route.method != "GET" and set(ABOUT) & set(route.path.split("/"))
    }


def _messages() -> set[str]:
    return {name for name, payload in CATALOGUE.types.items() if NAMED & set(payload.model_fields)}


def test_who_has_no_purpose_gets_nothing(town: Any, search: Callable[[bytes], list[str]]) -> None:
    """Every route, message, export, error, log, span, table and file: what is unmasked reaches who may see it."""
    walk, person = _walk(town)
    _wrongly(walk, person)
    unwalked = _post_routes(town) - walk.walked
    assert not unwalked, f"{sorted(unwalked)} are about persons: walk them here, as nobody and as who may"
    with town.rig.meshes["grid"].database.read() as conn:
        said = {row[0] for row in conn.exec_driver_sql("SELECT DISTINCT type FROM outbox")}
        kinds = {row[0] for row in conn.exec_driver_sql("SELECT DISTINCT type FROM history")}
    assert not (unsaid := _messages() - said), f"{sorted(unsaid)} are about persons: have them said here"
    commands = {one.type for one in town.rig.meshes["grid"].spec.local if NAMED & set(one.model_fields)}
    assert not (unused := commands - kinds), f"{sorted(unused)} are about persons: walk them here"

    wrong, seen = {}, set()
    for where, raw in (*town.everything(), *walk.to_nobody):
        seen.add(where.split()[0])
        told = set(search(raw)) | {value for value in VALUES if value.encode() in raw}
        if told and where not in OPENLY:
            wrong[where] = told
    assert not wrong, "\n".join(f"{where}: {told}" for where, told in wrong.items())
    assert {"queue", "log", "span", "xlsx", "GET", "POST"} <= seen


def test_each_system_gets_its_fields_and_no_others(town: Any) -> None:
    """A message of its own in its own queue, which only its own key opens."""
    _, person = _walk(town)
    vault, rules = town.rig.meshes["grid"].vault, town.rig.pack.persons
    for system in rules.systems:
        queue = f"dept.{system.dept}"
        bodies = [json.loads(body) for body in town.received[system.dept]]
        ours = [one["data"] for one in bodies if one["type"] == "person.changed.v1"]
        assert ours and all(one["dept"] == system.dept for one in ours)
        for data in (one for one in ours if one.get("sealed")):
            inside = open_sent(vault.exchange_key(queue), queue, data["person_id"], data["sealed"])
            assert set(inside) == set(data["fields"]) <= set(system.fields)
    told = {dept for dept, bodies in town.received.items() if any(b"person.changed.v1" in body for body in bodies)}
    assert told == {one.dept for one in rules.systems}
    rows = town.rig.get(f"/api/v1/persons/{person}/ledger")["deliveries"]
    assert {row["system"] for row in rows} == told and all(row["sent_at"] for row in rows)
