"""Many local commands at a time, in hops of the usual size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from govcore.errors import Refusal
from govcore.messages import Payload
from govmesh.mesh import Mesh


def obey_all(mesh: Mesh, payloads: Sequence[Payload]) -> Iterator[Any]:
    """The result of each, in order.  Raises the first refusal, or ``MESH_HANDLER_FAILED``; those before it are done."""
    batch = mesh.settings.batch
    for start in range(0, len(payloads), batch):
        for item in mesh.submit(payloads[start : start + batch]):
            if item.refusal is not None:
                raise item.refusal
            if item.error is not None:
                raise Refusal("MESH_HANDLER_FAILED", value=item.error)
            yield item.result
