"""docs/howto/department.md and time.md say the truth: their JSON is the contract's, its program works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time as wall
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govcore.i18n import reason
from govcore.messages import CATALOGUE, Catalogue
from govcore.messages.commands import ANSWERS, COMMANDS
from govcore.messages.handoff import HANDOFFS
from govmesh.broker.rabbit import RabbitBroker
from govmesh.testing.servers import PrivateRabbit

ROOT = Path(__file__).parents[4]
PAGE = "\n".join((ROOT / "docs/howto" / name).read_text(encoding="utf-8") for name in ("department.md", "time.md"))
GOLDEN = ROOT / "tests" / "contracts" / "golden"
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.S)]
[PROGRAM] = re.findall(r"```python title=department.py\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["type"] for example in EXAMPLES])
def test_the_examples_are_the_contracts(example: dict[str, Any]) -> None:
    """Each example is the golden one, less optional members of the envelope, and is understood by the mesh."""
    golden = json.loads((GOLDEN / f"{example['type']}.json").read_text(encoding="utf-8"))
    assert example["data"] == golden["data"]
    assert all(golden[name] == value for name, value in example.items() if name != "source")
    catalogue = Catalogue.of((*COMMANDS, *ANSWERS, *HANDOFFS))
    assert catalogue.decode(json.dumps(example).encode()).type == example["type"]


def test_every_command_of_a_department_is_shown() -> None:
    """All seven answers, the receipt, an offer and a refusal."""
    shown = {example["type"] for example in EXAMPLES}
    ours = {command.type for command in COMMANDS if command.type.startswith(("handoff.", "message."))}
    assert shown == {*ours, "handoff.offered.v1", "command.refused.v1"}


def test_every_type_and_code_named_is_there() -> None:
    """Message types and reason codes named on the page are the catalogue's."""
    assert set(re.findall(r"`(\w+\.\w+\.v\d)`", PAGE)) <= set(CATALOGUE.types)
    for code in set(re.findall(r"`((?:HANDOFF|MSG)_[A-Z_]+)`", PAGE)):
        assert reason(code, "en") != code and reason(code, "zh_CN") != code, code


@pytest.mark.broker
@pytest.mark.slow
def test_the_program_works(private_rabbit: PrivateRabbit, make_desk: Any, tmp_path: Path) -> None:
    """The page's department, as it stands, with a department's rights: accepts, finishes, sends every receipt."""
    broker = RabbitBroker(private_rabbit.url)
    desk = make_desk(broker, ["xuexiao"], lambda: datetime.now(UTC))
    private_rabbit.add_user(
        "dept.xuexiao",
        "pw",
        write=r"^dispatch\.commands$",
        read=r"^dept\.xuexiao$",
        topics={"dispatch.commands": (r"^dept\.xuexiao\..+$", "^$")},
    )
    file = tmp_path / "department.py"
    file.write_text(PROGRAM, encoding="utf-8")
    told = {"DEPT": "xuexiao", "PASSWORD": "pw", "HOST": f"127.0.0.1:{private_rabbit.port}", "VHOST": "govmesh"}
    program = subprocess.Popen([sys.executable, str(file)], env={**os.environ, **told})
    try:
        desk.offer("xuexiao", "H-howto")
        until = wall.monotonic() + 20
        while len(desk.receipts) < 3 and wall.monotonic() < until:
            desk.work(0.2)
    finally:
        program.kill()
        program.wait()
    assert desk.tasks["H-howto"].state == "done"
    assert {id for ids in desk.receipts for id in ids} == {message.id for message in desk.said}
    broker.close()
