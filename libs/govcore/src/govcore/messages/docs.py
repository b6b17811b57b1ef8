"""JSON Schema for every message and one AsyncAPI 3 document of the whole mesh, made from the payload classes.

``python -m govcore.messages.docs -o docs/messages`` writes them; :func:`documents` only makes their texts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govcore.messages import CATALOGUE, CONTENT_TYPE
from govcore.messages.base import SPEC_VERSION, Payload
from govcore.messages.channels import FROM_GATEWAYS, SERVICES, TO_DEPARTMENTS, commanded, speaker

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMAT = "application/schema+json;version=draft-2020-12"
_TEXT: Mapping[str, Any] = {"type": "string"}
_TEXT_OR_NONE: Mapping[str, Any] = {"type": ["string", "null"]}


def schema(payload: type[Payload]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a whole message: the CloudEvents envelope with this payload as ``data``."""
    return {
        "$schema": _DIALECT,
        "title": payload.type,
        "description": _first_line(payload),
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
        "properties": {
            "specversion": {"const": SPEC_VERSION},
            "id": {**_TEXT, "minLength": 1, "description": "names this message; a repeat has the same"},
            "source": {**_TEXT, "description": "the service or department that says it"},
            "type": {"const": payload.type},
            "subject": {**_TEXT, "description": "the id of what it is about"},
            "time": {**_TEXT, "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "subjectversion": {"type": "integer", "minimum": 0, "description": "ignore what is older than you have"},
            "place": {**_TEXT, "description": "jurisdiction as a dotted path, one word a level"},
            "traceparent": {**_TEXT, "description": "W3C trace context"},
            "dept": {**_TEXT_OR_NONE, "description": "the department concerned"},
            "cause": {**_TEXT_OR_NONE, "description": "id of the message whose handling said this one"},
            "data": payload.model_json_schema(),
        },
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document: channels, what is said and taken there, and every message."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for service in SERVICES:
        said = [type for type in CATALOGUE.types if speaker(type) == service]
        taken = [type for type in CATALOGUE.types if service in commanded(type)]
        for kind, action, types in (("events", "send", said), ("commands", "receive", taken)):
            name = f"{service}.{kind}"
            channels[name] = {"address": name, "messages": _messages(types), "bindings": _exchange(name)}
            operations[f"{service}.{action}"] = _operation(action, name, types)
    addressed = [type for type in CATALOGUE.types if type in TO_DEPARTMENTS]
    channels["department"] = {
        "address": "dept.{code}",
        "description": "A department's own queue; it reads this one and writes to dispatch.commands, nothing else.",
        "parameters": {"code": {"description": "the department's code in the pack"}},
        "messages": _messages(addressed),
        "bindings": {
            "amqp": {"is": "queue", "queue": {"durable": True, "exclusive": False}, "bindingVersion": "0.3.0"}
        },
    }
    operations["department.send"] = _operation("send", "department", addressed)
    brought = [type for type in CATALOGUE.types if type in FROM_GATEWAYS]
    channels["alerts.in"] = {
        "address": "alerts.in",
        "description": "Gateways of devices publish here with keys gateway.{code}.{kind}, and do nothing else.",
        "messages": _messages(brought),
        "bindings": _exchange("alerts.in"),
    }
    operations["dispatch.take"] = _operation("receive", "alerts.in", brought)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "govmesh",
            "version": "1",
            "description": "Everything the mesh says and every command it takes. CloudEvents 1.0, structured JSON.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": {type: _message(payload) for type, payload in CATALOGUE.types.items()}},
    }


def documents() -> dict[str, str]:
    """File name to text: ``schemas/<type>.json``, ``asyncapi.json``, ``README.md``."""
    texts = {f"schemas/{type}.json": _json(schema(payload)) for type, payload in CATALOGUE.types.items()}
    return {**texts, "asyncapi.json": _json(asyncapi()), "README.md": _table()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the documents into a folder."""
    parser = argparse.ArgumentParser(prog="python -m govcore.messages.docs", description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder to write to")
    folder: Path = parser.parse_args(arguments).output
    for name, text in documents().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _message(payload: type[Payload]) -> dict[str, Any]:
    return {
        "name": payload.type,
        "title": payload.type,
        "summary": _first_line(payload),
        "contentType": CONTENT_TYPE,
        "payload": {"schemaFormat": _FORMAT, "schema": schema(payload)},
    }


def _messages(types: Sequence[str]) -> dict[str, Any]:
    return {type: {"$ref": f"#/components/messages/{type}"} for type in types}


def _operation(action: str, channel: str, types: Sequence[str]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{type}"} for type in types],
    }


def _exchange(name: str) -> dict[str, Any]:
    exchange = {"name": name, "type": "topic", "durable": True}
    return {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}}


def _table() -> str:
    lines = [
        "# Messages",
        "",
        "Made by `python -m govcore.messages.docs -o docs/messages`; do not edit. The whole contract is in",
        "[asyncapi.json](asyncapi.json).",
        "",
        "| type | said by | to departments | what it says |",
        "|---|---|---|---|",
    ]
    for type, payload in CATALOGUE.types.items():
        takers = ", ".join(commanded(type))
        other = "brought by a gateway of devices" if type in FROM_GATEWAYS else "answer to a command"
        who = speaker(type) or (f"command to {takers}" if takers else other)
        addressed = "yes" if type in TO_DEPARTMENTS else ""
        lines.append(f"| [{type}](schemas/{type}.json) | {who} | {addressed} | {_first_line(payload)} |")
    return "\n".join(lines) + "\n"


def _first_line(payload: type[Payload]) -> str:
    return (payload.__doc__ or "").strip().splitlines()[0]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    main()
