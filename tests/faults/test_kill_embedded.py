"""kill -9 and SIGTERM of the embedded mesh while reports come in, desks work and departments answer."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govcore.packs import Pack, load_pack
from govmesh.spec import find_specs
from govmesh.testing.people import SOURCE, People
from govmesh.testing.processes import Busy, Embedded, counts_of, import_beside
from govmesh.testing.truth import Books, Truth, look

SEED = 20240506
BEGIN = datetime(2024, 5, 6, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PACE = 2000.0
"""Mesh seconds a real second: a working day in a quarter of a minute."""
MOST_SECONDS_TO_STOP = 10.0
COLUMNS = ("external_id", "reported_at", "channel", "title", "text", "class_code", "division")
MAPPING = f"""
name: composed
source: {SOURCE}
pack: tongcheng
zone: Asia/Shanghai
recognise: [external_id, reported_at, channel, title, text, class_code, division]
fields:
  external_id: {{column: external_id}}
  reported_at: {{column: reported_at, formats: iso}}
  channel: {{column: channel}}
  title: {{columns: title}}
  text: {{columns: text}}
  class: {{column: class_code, as: code}}
  place: {{column: division}}
"""


@pytest.fixture(scope="module")
def tongcheng() -> Pack:
    return load_pack("tongcheng")


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Embedded]:
    made = Embedded(tmp_path / "home", BEGIN, PACE, SEED)
    yield made
    made.close()


def composed_file(folder: Path, pack: Pack, many: int, seed: int) -> tuple[Path, Path, set[str]]:
    """A csv of composed reports, its mapping, and their numbers."""
    people, numbers = People(pack, None, seed), set()  # type: ignore[arg-type]
    file, mapping = folder / "composed.csv", folder / "composed.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="", extrasaction="ignore")
        writer.writeheader()
        for _ in range(many):
            said = people.composed()
            said |= {"external_id": f"F{said['external_id']}", "reported_at": BEGIN.isoformat()}
            numbers.add(said["external_id"])
            writer.writerow(said)
    return file, mapping, numbers


def until(what: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in this time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def books_of(mesh: Embedded) -> Books:
    return Books(find_specs(), f"sqlite:///{mesh.home}")


def receipted(books: Books) -> bool:
    """Whether the departments have said of everything that they got it."""
    sql = "SELECT count(*) FROM outbox WHERE exchange = '' AND receipt_at IS NULL"
    return not any(books.one(name, sql) for name in books.specs)


def killed_and_told(mesh: Embedded, pack: Pack, kills: int, reports: int, gap: tuple[float, float]) -> Truth:
    """kill -9 at so many seeded moments (and after every fourth once more, while it starts) with an import running.

    Answers what the books say once everything has settled and the mesh was asked to stop.
    """
    chance = random.Random(SEED)
    file, mapping, numbers = composed_file(mesh.home.parent, pack, reports // 2, SEED + 1)
    mesh.start()
    people = People(pack, mesh.client, SEED, at_once=20)
    busy, importing = Busy(people, reports - len(numbers), at_once=reports // 100), import_beside(mesh, file, mapping)
    busy.start()
    assert until(lambda: importing.poll() is not None or (mesh.home / "imports").exists(), 30), "no import begins"
    for number in range(kills):
        time.sleep(chance.uniform(*(gap if number else (0.0, 0.8))))
        mesh.kill()
        mesh.start(wait=False)
        if number % 4 == 2:
            time.sleep(chance.uniform(0.2, 4.0))
            mesh.kill()
            mesh.start(wait=False)
        mesh.ready()
    assert until(lambda: bool(busy.failed) or not busy.left, 300), f"{busy.left} reports left"
    busy.end()
    people.report(0)
    found, waited = counts_of(importing, 300)
    assert (found["read"], found["rejected"]) == (len(numbers), 0), found
    assert found["accepted"] + found["attached"] == len(numbers), found
    mesh.client.settle(120)
    holding = mesh.client.get("/api/v1/holders/check")
    assert holding["one_holder"], holding
    books = books_of(mesh)
    until(lambda: receipted(books), 30)
    mesh.client.settle(120)
    status, _ = mesh.terminate(MOST_SECONDS_TO_STOP)
    truth = look(books, pack, people.sent | numbers, mesh.logs)
    books.close()
    assert len(people.sent) == reports - len(numbers)
    assert truth.figures["reports"] == reports, "a report is there that nobody was told of"
    truth.figures["still held"] = holding["held"]
    truth.figures["times the import waited"] = waited
    truth.figures["kills"] = mesh.starts - 1
    assert status == 0, mesh.last_words()
    return truth


@pytest.mark.slow
def test_killed_four_times_while_reports_come_in(mesh: Embedded, tongcheng: Pack, capsys: Any) -> None:
    """Every report there once, every task one holder, every point once, nothing parked; the departments agree."""
    truth = killed_and_told(mesh, tongcheng, kills=3, reports=400, gap=(0.5, 3.0))
    with capsys.disabled():
        print(f"\n{truth}")
    assert not truth.wrong, "\n".join(truth.wrong)


@pytest.mark.faults
def test_killed_twenty_times_while_reports_come_in(mesh: Embedded, tongcheng: Pack, capsys: Any) -> None:
    """The same, at twenty moments (four of them while it starts) and with two thousand reports."""
    truth = killed_and_told(mesh, tongcheng, kills=16, reports=2000, gap=(0.3, 6.0))
    with capsys.disabled():
        print(f"\n{truth}")
    assert not truth.wrong, "\n".join(truth.wrong)


@pytest.mark.slow
def test_stops_in_time_under_load_and_goes_on(mesh: Embedded, tongcheng: Pack, capsys: Any) -> None:
    """SIGTERM with requests and batches in hand: status 0 within ten seconds, and the next start has it all."""
    mesh.start()
    people = People(tongcheng, mesh.client, SEED, at_once=10)
    busy = Busy(people, many=10_000, at_once=20, pause=0.0)
    busy.start()
    assert until(lambda: bool(busy.failed) or len(people.sent) >= 60, 30), busy.failed
    status, took = mesh.terminate(MOST_SECONDS_TO_STOP)
    assert status == 0, mesh.last_words()
    mesh.start()
    busy.end()
    people.report(0)
    mesh.client.settle(120)
    books = books_of(mesh)
    until(lambda: receipted(books), 30)
    assert mesh.client.get("/api/v1/holders/check")["one_holder"]
    mesh.terminate(MOST_SECONDS_TO_STOP)
    truth = look(books, tongcheng, people.sent, mesh.logs)
    books.close()
    with capsys.disabled():
        print(f"\nstopped after {took:.1f} s under load: {truth}")
    assert not truth.wrong, "\n".join(truth.wrong)
