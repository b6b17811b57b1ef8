"""Persons in grid's own tables: deleted for good, kept no longer than their purpose, receipted, found, taken along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gov_grid.bootstrap import SPEC
from govcore.errors import Refusal
from govcore.messages import MessagesReceived
from govcore.packs import load_pack
from govmesh.broker.memory import MemoryBroker
from govmesh.broker.port import Outgoing
from govmesh.testing.alone import Alone
from govmesh.vault import open_sent

AT = {"division": "340881001007", "grid": "340881001007001", "by": "desk:person"}
IDS = ("34088119900101123X", "340881198505051230", "11010519491231002X", "810000199001011230")
"""Numbers that check, one for each test, so that none needs another's persons."""


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    home: Path = tmp_path_factory.mktemp("grid")
    start = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    made = Alone(SPEC, f"sqlite:///{home}", home, load_pack("tongcheng"), start)
    yield made
    made.close()


def post(grid: Alone, path: str, status: int = 200, /, **said: Any) -> Any:
    answer = grid.api.post(f"/api/v1/{path}", json=said)
    assert answer.status_code == status, answer.json
    return answer.json


def register(grid: Alone, number: str, *purposes: str, **fields: str) -> str:
    consents = {one: {"separate": True, "proof": "同意书"} for one in purposes}
    said = {"fields": {"name": "王小明", "citizen_id": number, **fields}, "consents": consents}
    return str(post(grid, "persons", **AT, **said)["id"])


def test_deletion_leaves_a_proof_and_nothing_to_read(grid: Alone) -> None:
    """The key goes, the record that is left in an archive opens no more, and the number may come again."""
    person = register(grid, IDS[0], "allowance", phone="13812345678")
    found = (grid.rows(f"SELECT doc FROM {table} WHERE id = '{person}'") for table in ("persons", "person_keys"))
    ((before,),), ((key,),) = found
    sealed, wrapped = json.loads(before)["sealed"], json.loads(key)["wrapped"]
    assert grid.mesh.vault.open(wrapped, person, sealed)["now"]["phone"] == "+8613812345678"
    gone = post(grid, f"persons/{person}/erase", by="desk:person", reason="已迁出", proof="申请书")
    assert gone["state"] == "erased" and len(gone["erasure"]["key_digest"]) == 64 and gone["fields"] == {}
    here = f"WHERE id = '{person}'"
    (row,) = grid.rows(f"SELECT doc, id_index, phone_index FROM persons {here}")
    left = repr((row, grid.rows(f"SELECT doc FROM person_keys {here}")))
    assert wrapped not in left and sealed not in left and row[1] is None and row[2] is None
    again = post(grid, f"persons/{person}/read", 403, by="dept:minzheng", purpose="allowance", reason="看看")
    assert again["error"]["code"] == "PERSON_NOT_ALLOWED"
    assert register(grid, IDS[0], "allowance") != person


def test_the_same_number_from_another_source_is_one_person(grid: Alone) -> None:
    """Entered twice it is not there twice; what differs is a conflict, shown masked."""
    first = register(grid, IDS[1], "residence")
    said = {
        "fields": {"name": "王晓明", "citizen_id": IDS[1]},
        "consents": {"residence": {}},
        **AT,
        "by": "dept:gongan",
    }
    found = post(grid, "persons", **said)
    assert found["id"] == first and found["new"] is False
    assert [(one["field"], one["value"]) for one in found["conflicts"]] == [("name", "王**")]
    listed = grid.api.get("/api/v1/persons?conflicts=1").json["persons"]
    assert [one["id"] for one in listed] == [first]
    bulk = post(grid, "persons", persons=[said, {**said, "fields": {"name": "王五", "citizen_id": "1"}}, []])["results"]
    assert [one["outcome"] for one in bulk] == ["known", "rejected", "rejected"]
    look = {"purpose": "residence", "citizen_id": IDS[1]}
    assert [one["id"] for one in post(grid, "persons/find", by="dept:gongan", **look)["persons"]] == [first]
    assert post(grid, "persons/find", 403, by="dept:linye", **look)["error"]["code"] == "PERSON_NOT_ALLOWED"
    taken = post(grid, f"persons/{first}/export", by="desk:person", proof="本人到场")
    assert taken["fields"]["citizen_id"] == IDS[1] and list(taken["said_otherwise"].values()) == ["王晓明"]
    assert [one["kind"] for one in taken["readings"]] == ["found", "exported"]


def test_a_receipt_marks_the_ledger_and_only_the_addressee_opens_it(grid: Alone) -> None:
    """Sent, received; another key, another person or another addressee opens nothing."""
    person = register(grid, IDS[2], "residence")
    (row,) = grid.api.get(f"/api/v1/persons/{person}/ledger").json["deliveries"][:1]
    queue = f"dept.{row['system']}"
    body = grid.rows(f"SELECT body FROM outbox WHERE id = '{row['id']}'")[0][0]
    data, key = json.loads(body)["data"], grid.mesh.vault.exchange_key(queue)
    assert set(open_sent(key, queue, person, data["sealed"])) == set(row["fields"])
    for wrong in ((key, "dept.linye", person), (key, queue, "N-2"), (bytes(32), queue, person)):
        with pytest.raises(Refusal):
            open_sent(*wrong, data["sealed"])
    ident = row["id"].partition("@")[0]
    receipt = grid.message(MessagesReceived(ids=[ident]), row["system"]).encode()
    to = Outgoing("r-1", "dispatch.commands", f"{queue}.received", receipt, "")
    assert MemoryBroker(grid.broker.namespace, queue).publisher().publish([to], 1.0).confirmed
    grid.work()
    (row,) = grid.api.get(f"/api/v1/persons/{person}/ledger").json["deliveries"][:1]
    assert row["receipt_at"]


def test_time_ends_what_it_was_kept_for(grid: Alone) -> None:
    """First the purpose whose days are over, with the fields nobody else needs; with the last one the record."""
    first = register(grid, IDS[3], "allowance")
    person = register(grid, IDS[3], "grid_service", born="1990-01-01", address="文昌路1号")
    assert first == person, "the same person, for one more purpose"
    grid.clock.forward(timedelta(days=731))
    grid.mesh.tick()
    less = grid.api.get(f"/api/v1/persons/{person}").json
    assert set(less["purposes"]) == {"allowance"} and "address" not in less["fields"]
    grid.clock.forward(timedelta(days=400))
    grid.mesh.tick()
    gone = grid.api.get(f"/api/v1/persons/{person}").json
    assert gone["state"] == "erased" and gone["erasure"]["by"] == "clock"
