"""The message of each type whose bytes are kept, so that no change of the contract goes unseen."""

from __future__ import annotations

from govcore.messages.base import Message, Payload
from govcore.messages.channels import FROM_GATEWAYS, speaker
from govcore.testing.builders import AT


def golden(payload: type[Payload]) -> Message[Payload]:
    """The example of ``payload`` in a fixed envelope."""
    extra = payload.model_config.get("json_schema_extra")
    example = extra.get("example") if isinstance(extra, dict) else None
    data = payload.model_validate(example)
    ids = (getattr(data, name, None) for name in ("handoff_id", "event_id", "petition_id"))
    return Message(
        id="M-000001",
        source=speaker(payload.type) or ("gateway.fire" if payload.type in FROM_GATEWAYS else "dept.chengguan"),
        subject=next(filter(None, ids), "-"),
        version=3,
        place="34.08.81.103.004",
        time=AT,
        trace="00-" + "1" * 32 + "-" + "2" * 16 + "-01",
        data=data,
        dept=getattr(data, "dept", None),
        cause="M-000000",
    )
