"""The service's book keeps the contract of every book, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest

from gov_points import store
from gov_points.book import WorkBook
from govcore.messages import Message, PetitionRegistered
from govcore.points import Account, Entry, Ledger, Used
from govcore.points.contract import MORNING, LedgerContract
from govmesh.flush import flush
from govmesh.mesh import Mesh
from govmesh.work import Work


class Book:
    """Each step in a unit of work of its own, as the hop would do it."""

    def __init__(self, mesh: Mesh, message: Message[Any]) -> None:
        self._mesh, self._message = mesh, message

    @contextmanager
    def _work(self) -> Iterator[WorkBook]:
        with self._mesh.database.write() as conn:
            batch = self._mesh.hop._open(conn)
            work = Work(batch, self._message, None)
            yield WorkBook(work)
            batch.merge(work)
            flush(batch)

    def has(self, entry_id: str) -> bool:
        with self._work() as book:
            return book.has(entry_id)

    def used(self, account: Account, rule: str, day: date) -> Used:
        with self._work() as book:
            return book.used(account, rule, day)

    def earned(self, event_id: str) -> Sequence[Entry]:
        with self._work() as book:
            return book.earned(event_id)

    def taken_back(self, event_id: str) -> datetime | None:
        with self._work() as book:
            return book.taken_back(event_id)

    def post(self, entries: Iterable[Entry]) -> list[Entry]:
        with self._work() as book:
            return [entry for entry, _ in book.post(entries)]

    def take_back(self, event_id: str, at: datetime) -> None:
        with self._work() as book:
            book.take_back(event_id, at)

    def balance(self, account: Account, at: datetime | None = None) -> int:
        with self._mesh.database.read() as conn:
            return store.balance(conn, account, at)

    def entries(self, account: Account) -> Sequence[Entry]:
        with self._mesh.database.read() as conn:
            return store.entries_of_account(conn, account, limit=100)


class TestStoredLedger(LedgerContract):
    """One line a backend."""

    @pytest.fixture(autouse=True)
    def _fresh(self, points: Any) -> None:
        example = PetitionRegistered.model_config["json_schema_extra"]["example"]  # type: ignore[index,call-overload]
        about_no_event = PetitionRegistered.model_validate(example)
        self._book = Book(points.mesh, Message("m-1", "/petition", "P-1", 1, "34.08.81", MORNING, "", about_no_event))

    def make(self) -> Ledger:
        return self._book
