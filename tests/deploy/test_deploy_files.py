"""What stands in deploy/ is whole, fits together, and is what the programs make and take."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from govcore.packs import load_pack
from govmesh.broker import topology
from govmesh.broker.provision import for_pack, users
from govmesh.settings import DEFAULT_PORTS, Settings
from govmesh.spec import find_specs

pytestmark = pytest.mark.slow

DEPLOY = Path(__file__).parents[2] / "deploy"
DEFINITIONS = DEPLOY / "rabbitmq" / "definitions.tongcheng.json"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KINDS = "vhosts", "users", "permissions", "topic_permissions", "exchanges", "queues", "bindings"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``deploy/prepare.py`` writes for the pack."""
    folder = tmp_path_factory.mktemp("prepared") / "secrets"
    command = [sys.executable, str(DEPLOY / "prepare.py"), "tongcheng", "--into", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


def all_services() -> None:
    missing = set(topology.SERVICES) - {spec.name for spec in find_specs()}
    if missing:
        pytest.skip(f"services not installed here: {', '.join(sorted(missing))}")


def test_the_definitions_are_what_the_generator_makes() -> None:
    """The checked-in definitions are those of the pack and the services as they are now."""
    all_services()
    made = json.loads(json.dumps(for_pack("tongcheng")))
    again = "python -m govmesh.broker.provision tongcheng --out deploy/rabbitmq/definitions.tongcheng.json"
    assert json.loads(DEFINITIONS.read_text(encoding="utf-8")) == made, f"make them again: {again}"


def test_the_definitions_hold_no_password() -> None:
    """Nobody can log in with what is checked in."""
    told = json.loads(DEFINITIONS.read_text(encoding="utf-8"))
    assert {user["password_hash"] for user in told["users"]} == {""}


def test_each_department_of_the_pack_has_queue_user_and_rights() -> None:
    """A queue, a user, a permission and a topic permission for each of the 23."""
    told = json.loads(DEFINITIONS.read_text(encoding="utf-8"))
    for code in load_pack("tongcheng").departments:
        name = topology.department(code)
        assert name in users(told) and name in {queue["name"] for queue in told["queues"]}
        assert [each["read"] for each in told["permissions"] if each["user"] == name] == [rf"^(dept\.{code})$"]
        assert [each["exchange"] for each in told["topic_permissions"] if each["user"] == name] == ["dispatch.commands"]


def test_compose_has_the_whole_mesh() -> None:
    """Broker, database, five services and one HTTP edge; only the edge is reachable from outside."""
    services = COMPOSE["services"]
    assert {"rabbitmq", "postgres", *topology.SERVICES} <= set(services)
    assert [name for name, one in services.items() if "ports" in one] == ["console"]
    for name in topology.SERVICES:
        assert services[name]["command"] == ["python", "-m", "govmesh.serve", name]
        assert services[name]["depends_on"].keys() == {"rabbitmq", "postgres"}
    upstreams = json.loads(services["console"]["environment"]["GOVMESH_UPSTREAMS"])
    assert upstreams == {name: f"http://{name}:{port}" for name, port in DEFAULT_PORTS.items() if name != "console"}
    assert services["console"]["ports"] == [f"127.0.0.1:{DEFAULT_PORTS['console']}:{DEFAULT_PORTS['console']}"]


def test_every_file_compose_names_is_there(prepared: Path) -> None:
    """Mounted files are in deploy/ or made by prepare.py; so are the environment files; volumes are declared."""
    all_services()
    made = {f"secrets/{file.name}" for file in prepared.iterdir()}
    for one in COMPOSE["services"].values():
        for file in one.get("env_file", []):
            assert file.replace("${DEPARTMENT:-gongan}", "gongan") in made, file
        for volume in one.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).exists() or source[2:] in made, source
            else:
                assert source in COMPOSE["volumes"], source
    for build in (one["build"] for one in COMPOSE["services"].values() if "build" in one):
        assert (DEPLOY / build["context"] / build["dockerfile"]).exists()


def test_docker_takes_the_compose_file(prepared: Path) -> None:
    """Docker's own check, where its compose is to be had."""
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed")
    folder = prepared.parent
    for file in ("compose.yaml", "rabbitmq"):
        source = DEPLOY / file
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / file)
    command = [docker, "compose", "-f", str(folder / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_prepared_environment_is_what_the_settings_read(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name in the environment files is a setting, and a service started with them knows its broker."""
    wanted = {f"GOVMESH_{name.upper()}" for name in Settings.model_fields}
    for file in (prepared / "govmesh.env", prepared / "dispatch.env"):
        for line in file.read_text().splitlines():
            name, value = line.split("=", 1)
            assert name in wanted or name == "PORT", name
            monkeypatch.setenv(name, value)
    settings = Settings()
    password = json.loads((prepared / "passwords.json").read_text())["dispatch"]
    assert settings.amqp_url == f"amqp://dispatch:{password}@rabbitmq:5672/govmesh"
    assert (settings.profile, settings.pack) == ("cluster", "tongcheng")


def test_secrets_are_for_their_owner_and_stay_when_made_again(prepared: Path) -> None:
    """Nobody else reads them; running prepare.py again changes no password and no key."""
    for file in prepared.iterdir():
        if file.name not in ("definitions.json", "mesh.pem"):
            assert file.stat().st_mode & 0o077 == 0, file.name
    before = {file.name: file.read_text() for file in prepared.iterdir() if file.name != "definitions.json"}
    command = [sys.executable, str(DEPLOY / "prepare.py"), "tongcheng", "--into", str(prepared)]
    assert subprocess.run(command, timeout=120).returncode == 0
    assert before == {file.name: file.read_text() for file in prepared.iterdir() if file.name != "definitions.json"}


def test_secrets_are_never_committed() -> None:
    """What prepare.py makes is kept out of the repository and out of the image."""
    assert "secrets/" in (DEPLOY / ".gitignore").read_text().split()
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert kept[0] == "*" and not [line for line in kept if line.startswith("!deploy")]


@pytest.mark.parametrize("unit", sorted(file.name for file in (DEPLOY / "systemd").iterdir()))
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    """systemd's own check finds nothing, with the interpreter of this machine put in."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed")
    for file in (DEPLOY / "systemd").iterdir():
        text = file.read_text(encoding="utf-8").replace("/opt/govmesh/bin/python", sys.executable)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
        for instance in topology.SERVICES if file.name == "govmesh@.service" else ("gongan",):
            if "@" in file.name:
                (tmp_path / file.name.replace("@", f"@{instance}")).write_text(text, encoding="utf-8")
    name = unit.replace("@", "@dispatch" if unit == "govmesh@.service" else "@gongan") if "@" in unit else unit
    command = [verify, "verify", "--man=no", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr


def test_the_units_start_modules_that_are_there() -> None:
    """Every ``python -m`` in units and compose names a module that can be run; the target wants all services."""
    texts = [file.read_text(encoding="utf-8") for file in (DEPLOY / "systemd").iterdir()]
    modules = {module for text in texts for module in re.findall(r"^ExecStart=.*-m ([\w.]+)", text, re.M)}
    modules |= {one["command"][2] for one in COMPOSE["services"].values() if "command" in one}
    for module in modules:
        found = importlib.util.find_spec(module)
        assert found is not None, module
        if found.submodule_search_locations is not None:
            assert importlib.util.find_spec(f"{module}.__main__"), module
    target = (DEPLOY / "systemd" / "govmesh.target").read_text(encoding="utf-8")
    assert set(re.findall(r"govmesh@(\w+)\.service", target)) == set(topology.SERVICES)


def test_the_image_installs_the_lock_as_pip_wants_it() -> None:
    """pip refuses local folders under --require-hashes: first the lock, then the workspace without dependencies."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert text.index("--require-hashes -r requirements.lock") < text.index("--no-deps --no-build-isolation")
