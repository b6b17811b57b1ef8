"""Several processes of a service start at once on an empty database: one makes and fills the tables, all go on."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from govcore.packs import load_pack
from govmesh.broker.memory import MemoryBroker
from govmesh.clock import SystemClock
from govmesh.mesh import Mesh
from govmesh.settings import Settings
from govmesh.spec import find_specs
from govmesh.testing.alone import build

MANY = 3


@pytest.mark.broker
@pytest.mark.slow
def test_all_instances_of_all_services_start_at_once(tmp_path: Path, own_pg_url: str) -> None:
    """Three of each prepare at the same moment; the registry is there once."""
    pack, settings, broker = load_pack("tongcheng"), Settings(home=tmp_path), MemoryBroker("together")
    meshes = [
        build(spec, pack, settings, broker, own_pg_url, SystemClock(), number)
        for number in range(MANY)
        for spec in find_specs()
    ]
    random.Random(1).shuffle(meshes)
    try:
        with ThreadPoolExecutor(len(meshes)) as pool:
            list(pool.map(Mesh.prepare, meshes))
        [grid, *_] = [mesh for mesh in meshes if mesh.spec.name == "grid"]
        with grid.database.read() as conn:
            assert conn.execute(sa.text("SELECT count(*) FROM grids")).scalar_one() == len(pack.grids)
    finally:
        for mesh in meshes:
            mesh.close()
