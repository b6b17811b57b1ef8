"""The memory adapter keeps the contract, and is honest about what it cannot do."""

from __future__ import annotations

import importlib.util
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Consumer, Queue

from govmesh.broker import Broker, Outgoing, QueueSpec, open_broker
from govmesh.broker.memory import MemoryBroker

spec = importlib.util.spec_from_file_location("broker_contract", Path(__file__).with_name("contract.py"))
assert spec and spec.loader
contract = sys.modules.setdefault("broker_contract", importlib.util.module_from_spec(spec))
spec.loader.exec_module(contract)


class TestMemory(contract.BrokerContract):
    @pytest.fixture
    def broker(self) -> Iterator[Broker]:
        broker = open_broker(f"memory://guest@{secrets.token_hex(4)}")
        yield broker
        broker.close()
        broker.forget()
