"""What leaves for a department is signed: believed by it as it was said, else refused, and never in silence."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from govcore.errors import Refusal
from govcore.i18n import reason
from govmesh.broker import Outgoing, topology
from govmesh.broker.memory import MemoryBroker
from govmesh.department import DepartmentClient
from govmesh.department.inside import BrokerWire
from govmesh.department.journal import read
from govmesh.department.trust import KEY, SIGNATURE, Trusted, key_id
from govmesh.settings import Settings
from govmesh.signing import Signer

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/howto/signatures.md").read_text(encoding="utf-8")
QUEUE = "dept.chengguan"


def signer(home: Path) -> Signer:
    found = Signer.at(Settings(home=home, profile="embedded"))
    assert found is not None
    return found


class Signed:
    """A desk whose offers are signed as the test says, and a department that believes what is in ``keys``."""

    def __init__(self, desk: Any, start: Any, time: Any, memory: MemoryBroker, home: Path) -> None:
        self.desk, self.time, self.memory, self.home = desk, time, memory, home
        self.keys, self.log, self.warned = home / "keys", home / "log.jsonl", list[str]()
        self.keys.mkdir()
        self.first, self.second = signer(home / "first"), signer(home / "second")
        self.behaviour = start()._behaviour
        self.believe(self.first)
        self.start()

    def believe(self, *signers: Signer) -> None:
        for file in self.keys.iterdir():
            file.unlink()
        for one in signers:
            (self.keys / f"{one.key}.pem").write_bytes(one.public)

    def start(self) -> None:
        self.client = DepartmentClient(
            "chengguan",
            BrokerWire(self.memory, "chengguan"),
            self.log,
            self.behaviour,
            self.time,
            trusted=Trusted(self.keys),
            warn=self.warned.append,
        )

    def offer(self, handoff: str, headers: Callable[[bytes], Any], change: bytes = b"") -> None:
        """Offer a task; whoever stands between changes the body after it was signed."""
        sent: list[bytes] = []
        self.desk.raw = lambda _dept, body, _id="raw": sent.append(body)
        self.desk.offer("chengguan", handoff)
        body = sent[-1]
        out = Outgoing(handoff, "", QUEUE, body + change, "handoff.offered.v1", headers(body))
        assert self.memory.publisher().publish([out], 5.0).confirmed

    def turns(self) -> None:
        for _ in range(3):
            self.client._look_at = 0.0
            self.client.turn(0.0)
            self.desk.work()

    def got(self, kind: str = "got") -> list[Any]:
        return [entry for entry in read(self.log) if entry["kind"] == kind]


@pytest.fixture
def signed(desk: Any, start: Any, time: Any, memory: MemoryBroker, tmp_path: Path) -> Signed:
    return Signed(desk, start, time, memory, tmp_path)


def test_what_the_mesh_has_signed_is_believed(signed: Signed) -> None:
    """It is receipted and answered like any other."""
    signed.offer("H-1", signed.first.headers)
    signed.turns()
    assert [entry["handoff"] for entry in signed.got()] == ["H-1"]
    assert (len(signed.desk.receipts), signed.client.tasks.refused, signed.warned) == (1, 0, [])


@pytest.mark.parametrize(
    ("headers", "change", "why"),
    [
        (lambda _signed, _body: {}, b"", "no signature"),
        (lambda signed, body: {KEY: signed.first.key}, b"", "no signature"),
        (lambda signed, body: signed.first.headers(body), b" ", "wrong signature"),
        (lambda signed, body: {**signed.first.headers(body), SIGNATURE: "=x="}, b"", "wrong signature"),
        (lambda signed, body: {**signed.second.headers(body), KEY: signed.first.key}, b"", "wrong signature"),
        (lambda signed, body: signed.second.headers(body), b"", "unknown key"),
    ],
)
def test_anything_else_is_refused_and_seen(signed: Signed, headers: Any, change: bytes, why: str) -> None:
    """Logged with its body and the reason, told on the department's own screen, not obeyed; no receipt goes out, so
    that the mesh sees it as undelivered."""
    signed.offer("H-1", lambda body: headers(signed, body), change)
    signed.turns()
    (entry,) = signed.got("refused")
    assert entry["why"].startswith(why) and entry["body"]
    assert len(signed.warned) == 1 and why in signed.warned[0]
    assert (signed.got(), signed.desk.receipts, signed.client.tasks.planned) == ([], [], {})


@pytest.mark.parametrize("killed", [False, True])
def test_keys_change_and_nothing_is_lost(signed: Signed, killed: bool) -> None:
    """The mesh signs with its new key too early: once the department has the key it hears what it had refused, also
    when it was killed meanwhile; what the old key had signed is believed as long as that is there."""
    signed.offer("H-1", signed.second.headers)
    signed.turns()
    assert signed.got() == [] and len(signed.got("refused")) == 1
    if killed:
        signed.start()
        signed.turns()
    signed.believe(signed.first, signed.second)
    signed.turns()
    signed.offer("H-2", signed.first.headers)
    signed.turns()
    assert [entry["handoff"] for entry in signed.got()] == ["H-1", "H-2"]
    assert len(signed.desk.receipts) == 2 and signed.client.tasks.unknown == []
    signed.believe(signed.second)
    signed.offer("H-3", signed.first.headers)
    signed.turns()
    assert [entry["why"][:11] for entry in signed.got("refused")] == ["unknown key"] * 2


def test_half_a_key_file_ends_nothing(signed: Signed) -> None:
    """While a file is being replaced, what was believed is believed still, and it is told."""
    (signed.keys / "new.pem").write_bytes(signed.second.public[:40])
    signed.offer("H-1", signed.first.headers)
    signed.turns()
    assert [entry["handoff"] for entry in signed.got()] == ["H-1"]
    assert "new.pem" in signed.warned[0]


def test_what_is_passed_on_keeps_its_signature(memory: MemoryBroker, tmp_path: Path) -> None:
    """What lay unread at a department that is no more: its successor believes it as it was; nothing is signed anew."""
    topology.declare(memory, ["old", "new"], {"dispatch": {}})
    ours = signer(tmp_path)
    bodies = [
        Outgoing("m-1", "", "dept.old", b"{}", "t", ours.headers(b"{}")),
        Outgoing("m-2", "", "dept.old", b"[]", "t"),
    ]
    memory.publisher().publish(bodies, 5.0)
    assert topology.readdress(memory, "old", "new") == 2
    first, second = memory.source(["dept.new"], 10).take(10, 0.0, 1.0)
    (tmp_path / "mesh.pem").write_bytes(ours.public)
    Trusted(tmp_path / "mesh.pem").check(first.body, first.headers)
    assert not second.headers


def test_which_key_signs(tmp_path: Path) -> None:
    """Embedded: its own, made once, for its owner only; a cluster: the one it is given; none: nothing is signed."""
    own = Settings(home=tmp_path / "home", profile="embedded")
    first, again = Signer.at(own), Signer.at(own)
    assert first and again and first.key == again.key
    file = tmp_path / "home" / "signing.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    cluster: dict[str, Any] = {"home": tmp_path / "else", "profile": "cluster"}
    given = Signer.at(Settings(**cluster, signing_key_file=file))
    assert given is not None and given.key == first.key
    coded = Signer.at(Settings(**cluster, signing_key=base64.b64encode(bytes(range(32))).decode()))
    assert coded is not None and coded.key == key_id(
        Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    )
    with pytest.raises(Refusal, match="SIGNING_BAD_KEY"):
        Signer.at(Settings(**cluster, signing_key="AAAA"))
    assert Signer.at(Settings(**cluster)) is None
    assert Signer.at(Settings(**cluster, signing_key_file=file, signing="off")) is None
    assert not (tmp_path / "else").exists()


@pytest.mark.parametrize("what", ["none", "missing", "open", "noise", "public", "other"])
def test_a_wrong_key_ends_the_start(what: str, tmp_path: Path) -> None:
    """With the file and the reason, in both languages."""
    file = tmp_path / "key.pem"
    ours = signer(tmp_path / "home")
    if what == "other":
        subprocess.run(["openssl", "genpkey", "-algorithm", "x25519", "-out", str(file)], check=True)
    elif what not in ("none", "missing"):
        private = (tmp_path / "home" / "signing.pem").read_bytes()
        file.write_bytes({"open": private, "noise": b"x", "public": ours.public}[what])
    if file.exists():
        os.chmod(file, 0o644 if what == "open" else 0o600)
    settings = Settings(
        home=tmp_path, profile="cluster", signing="on", signing_key_file=None if what == "none" else file
    )
    with pytest.raises(Refusal) as refused:
        Signer.at(settings)
    assert refused.value.code == ("SIGNING_NO_KEY" if what == "none" else "SIGNING_BAD_KEY")
    assert refused.value.text("zh_CN") != refused.value.text("en") and reason(refused.value.code, "en")


def test_a_department_without_a_key_does_not_start(tmp_path: Path) -> None:
    """A folder with no key in it, or a file that is none: told in one line, and it ends."""
    (tmp_path / "bad.pem").write_text("x")
    (tmp_path / "none").mkdir()
    for keys in ("bad.pem", "none", "missing.pem"):
        call = [sys.executable, "-m", "govmesh.department", "chengguan", "--keys", str(tmp_path / keys)]
        done = subprocess.run(call, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and str(tmp_path) in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_page_says_how_to_verify_without_python(tmp_path: Path) -> None:
    """Its lines for openssl make a key the mesh takes, name it as the mesh does, tell a true signature from a false."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    blocks = dict(re.findall(r"```sh title=(\S+)\n(.*?)```", PAGE, re.S))

    def run(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-ec", blocks[name]], cwd=tmp_path, capture_output=True, text=True)

    assert run("make").returncode == 0
    ours = Signer.at(Settings(home=tmp_path, profile="cluster", signing_key_file=tmp_path / "signing.pem"))
    assert ours is not None and (tmp_path / "mesh.pem").read_bytes() == ours.public
    assert run("id").stdout.strip() == ours.key
    body = b'{"id": "M-000001"}'
    (tmp_path / "body.json").write_bytes(body)
    (tmp_path / "signature.txt").write_text(ours.headers(body)[SIGNATURE])
    assert run("verify").returncode == 0
    (tmp_path / "body.json").write_bytes(body + b" ")
    assert run("verify").returncode != 0
