"""Every payload of the catalogue: its example, its limits, and what it never says."""

from __future__ import annotations

import json
import typing
from typing import Any

import pytest
from pydantic import ValidationError

from govcore.errors import Refusal
from govcore.messages import (
    CATALOGUE,
    COMMANDS,
    AcceptHandOff,
    FinishHandOff,
    HandOffFacts,
    MessagesReceived,
    OrderIssued,
    Payload,
    ReturnHandOff,
)
from govcore.testing import AT, golden

ALL = list(CATALOGUE.types.values())
IDENTITY = ("reporter", "phone", "mobile", "id_card", "citizen", "email", "user", "name_of", "petitioner")


def _example(payload: type[Payload]) -> dict[str, Any]:
    extra = payload.model_config.get("json_schema_extra")
    assert isinstance(extra, dict)
    example = extra["example"]
    assert isinstance(example, dict)
    return dict(example)


@pytest.mark.parametrize("payload", ALL, ids=lambda payload: payload.type)
def test_every_example_is_valid(payload: type[Payload]) -> None:
    """Each payload carries an example, and the example is one."""
    said = payload.model_validate(_example(payload))
    assert payload.model_validate_json(said.model_dump_json()) == said


@pytest.mark.parametrize("payload", ALL, ids=lambda payload: payload.type)
def test_every_message_comes_back_as_it_was(payload: type[Payload]) -> None:
    """Encoded and decoded by the catalogue, a message is the same."""
    message = golden(payload)
    assert CATALOGUE.decode(message.encode()) == message


@pytest.mark.parametrize("payload", ALL, ids=lambda payload: payload.type)
def test_no_message_has_a_field_for_who_reported(payload: type[Payload]) -> None:
    """Identity has no place in any payload."""
    assert not [name for name in payload.model_fields if any(word in name for word in IDENTITY)]


@pytest.mark.parametrize("payload", ALL, ids=lambda payload: payload.type)
def test_what_may_be_none_may_be_left_out(payload: type[Payload]) -> None:
    """Messages leave out what is none, so every field that allows none has it as its default."""
    for name, field in payload.model_fields.items():
        if type(None) in typing.get_args(field.annotation):
            assert not field.is_required() and field.default is None, name


def test_types_are_entity_verb_version() -> None:
    """Type names have three words, so that they make routing keys."""
    for type in CATALOGUE.types:
        entity, verb, version = type.split(".")
        assert entity.isalpha() and verb.isalpha() and version == "v1"


def test_a_message_about_a_task_says_whose_it_is_and_since_which_offer() -> None:
    """Hand-off messages stand alone: department, generation, holder, times and place in each."""
    needed = {"handoff_id", "event_id", "dept", "generation", "holder", "offered_at", "due_at", "place", "class_code"}
    for payload in ALL:
        if payload.type.startswith("handoff.") and payload not in COMMANDS:
            assert issubclass(payload, HandOffFacts)
            assert needed <= payload.model_fields.keys()


@pytest.mark.parametrize("missing", ["reason", "proposed"])
def test_a_return_names_reason_and_proposed_owner(missing: str) -> None:
    """A return without a reason or without a proposed owner is no return."""
    with pytest.raises(ValidationError):
        ReturnHandOff.model_validate({k: v for k, v in _example(ReturnHandOff).items() if k != missing})


@pytest.mark.parametrize(
    ("payload", "field", "value"),
    [
        (AcceptHandOff, "generation", 0),
        (AcceptHandOff, "answered_at", "2026-03-02T09:10:00"),
        (AcceptHandOff, "by", "gongan"),
        (FinishHandOff, "result", ""),
        (FinishHandOff, "result", "字" * 4001),
        (FinishHandOff, "evidence", ["x"] * 51),
        (ReturnHandOff, "proposed", "市监局"),
        (ReturnHandOff, "proposed", "a.b"),
        (MessagesReceived, "ids", []),
        (MessagesReceived, "ids", ["M"] * 1001),
        (OrderIssued, "place", "34.08.81.103.004.7"),
        (OrderIssued, "to", "somebody"),
    ],
)
def test_what_is_out_of_bounds_is_refused(payload: type[Payload], field: str, value: object) -> None:
    """Too much, too little, naive times and unknown fields do not come in, and the answer names the field."""
    envelope = json.loads(golden(payload).encode())
    envelope["data"][field] = value
    with pytest.raises(Refusal) as refused:
        CATALOGUE.decode(json.dumps(envelope).encode())
    assert refused.value.code == "MSG_BAD_DATA"
    assert refused.value.field is not None and refused.value.field.startswith(f"data.{field}")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\x00", "MSG_NOT_JSON"),
        (b"not json", "MSG_NOT_JSON"),
        (b"[]", "MSG_BAD_ENVELOPE"),
        (b"{}", "MSG_BAD_ENVELOPE"),
        (golden(AcceptHandOff).encode().replace(b'"1.0"', b'"0.3"'), "MSG_BAD_ENVELOPE"),
        (golden(AcceptHandOff).encode().replace(b"handoff.accept.v1", b"handoff.accept.v9"), "MSG_UNKNOWN_TYPE"),
        (golden(AcceptHandOff).encode().replace(b'"generation":1', b'"generation":"x"'), "MSG_BAD_DATA"),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_languages(raw: bytes, code: str) -> None:
    """No JSON, no envelope, an unknown type or wrong data: one code each, explained in Chinese and English."""
    with pytest.raises(Refusal) as refused:
        CATALOGUE.decode(raw)
    assert refused.value.code == code
    assert code not in (refused.value.text("zh_CN"), refused.value.text("en"))


def test_a_command_is_frozen() -> None:
    """What was said cannot be changed afterwards."""
    command = AcceptHandOff(handoff_id="H-1", generation=1, answered_at=AT)
    with pytest.raises(ValidationError):
        command.generation = 2  # type: ignore[misc]
