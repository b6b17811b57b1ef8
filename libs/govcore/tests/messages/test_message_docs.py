"""JSON Schema and AsyncAPI made from the payload classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from govcore.messages import CATALOGUE, Payload
from govcore.messages.channels import FROM_GATEWAYS, SERVICES, TO_DEPARTMENTS, commanded, speaker
from govcore.messages.docs import asyncapi, documents, main, schema
from govcore.testing import golden


@pytest.mark.parametrize("payload", list(CATALOGUE.types.values()), ids=lambda payload: payload.type)
def test_every_schema_is_one_and_takes_its_message(payload: type[Payload]) -> None:
    """The schema is valid JSON Schema 2020-12, takes the golden message, and not one of a wrong type."""
    made = schema(payload)
    Draft202012Validator.check_schema(made)
    assert "$defs" not in made["properties"]["data"], "references inside the envelope would point nowhere"
    message = json.loads(golden(payload).encode())
    Draft202012Validator(made).validate(message)
    assert list(Draft202012Validator(made).iter_errors({**message, "type": "other.thing.v1"}))
    assert list(Draft202012Validator(made).iter_errors({**message, "data": {}}))


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    """AsyncAPI 3: version, info, channels and operations are there and no $ref is broken."""
    document = asyncapi()
    assert document["asyncapi"] == "3.0.0" and document["info"]["title"] and document["info"]["version"]
    references = list(_references(document))
    assert len(references) > 2 * len(CATALOGUE.types)
    for reference in references:
        at: Any = document
        for word in reference.removeprefix("#/").split("/"):
            at = at[word]
        assert at
    for operation in document["operations"].values():
        assert operation["action"] in ("send", "receive")
        inside = operation["channel"]["$ref"] + "/messages/"
        assert all(message["$ref"].startswith(inside) for message in operation["messages"])


def test_every_type_travels_somewhere() -> None:
    """A message is said by one service, taken as a command, brought by a gateway, or answers a department's command."""
    for type in CATALOGUE.types:
        ways = [speaker(type) is not None, bool(commanded(type)), type in FROM_GATEWAYS, type == "command.refused.v1"]
        assert ways.count(True) == 1, type
        assert speaker(type) in (*SERVICES, None)
    assert set(CATALOGUE.types) >= TO_DEPARTMENTS


@pytest.mark.slow
def test_the_documents_are_written_and_the_same_each_time(tmp_path: Path) -> None:
    """Written twice, the documents are equal byte by byte, one schema a type."""
    main(["-o", str(tmp_path)])
    written = {
        file.relative_to(tmp_path).as_posix(): file.read_text("utf-8") for file in tmp_path.rglob("*") if file.is_file()
    }
    assert written == documents() == documents()
    assert len(written) == len(CATALOGUE.types) + 2


def _references(value: Any) -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
