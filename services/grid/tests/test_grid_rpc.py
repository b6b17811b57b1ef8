"""Questions by nameko RPC over a real broker: the API's answers, refusals too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nameko.standalone.rpc import ClusterRpcProxy

from govmesh.testing.cluster import Instance
from govmesh.testing.processes import free_port

pytestmark = [pytest.mark.broker, pytest.mark.slow]


def test_rpc_answers_as_the_api_does(tmp_path: Path, amqp_url: str, pg_url: str) -> None:
    """A stock nameko client asks a service process that was told to answer; without being told it has no such queue."""
    env = {
        **os.environ,
        "GOVMESH_AMQP_URL": amqp_url,
        "GOVMESH_DATABASE_URL": pg_url,
        "GOVMESH_SCHEMA_PREFIX": "rpc_",
        "GOVMESH_HOME": str(tmp_path),
        "GOVMESH_PACK": "tongcheng",
        "GOVMESH_RPC": "true",
        "PYTHONWARNINGS": "ignore",
    }
    service = Instance("grid", 0, free_port(), env, tmp_path)
    service.start()
    try:
        service.wait_ready()
        with ClusterRpcProxy({"AMQP_URI": amqp_url}, timeout=30) as rpc:
            found = rpc.grid_queries.locate(code="340881001004001")
            assert (found["grid"], found["sure"]) == ("340881001004001", "certain")
            named = rpc.grid_queries.divisions(q="龙腾", within="340881")["divisions"]
            assert named[0]["code"] == "340881001"
            assert rpc.grid_queries.division("340881001")["in_force"] is True
            assert "340881001004" in [one["code"] for one in rpc.grid_queries.children("340881001")["divisions"]]
            assert rpc.grid_queries.locate(code="340881998")["error"]["code"] == "GRID_UNKNOWN_CODE"
    finally:
        service.kill()
