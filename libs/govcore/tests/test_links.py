"""Linked partners: only what may be shared with them goes to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from govcore.links import PARTS, WITHHELD, Part, addressed, shared
from govcore.messages import CommandRefused, HandOffDone, HandOffOffered, OperationCalled, Payload
from govcore.packs import check_pack, load_pack

EVERY = frozenset(get_args(Part))


def payload_example(type_: type[Payload]) -> Any:
    extra: Any = type_.model_config["json_schema_extra"]
    return type_.model_validate(extra["example"])


def payloads(of: type[Payload] = Payload) -> Iterator[type[Payload]]:
    for one in of.__subclasses__():
        yield from payloads(one)
        if one.__module__.startswith("govcore.messages") and getattr(one, "type", None):
            yield one


def test_a_part_that_is_not_shared_is_not_there() -> None:
    """An offer without text, grid and words; what is needed to take it is all there."""
    offer = payload_example(HandOffOffered)
    seen = shared(offer, frozenset({"title", "address"}))
    assert (seen.title, seen.address) == (offer.title, offer.address)
    assert (seen.text, seen.point, seen.grid, seen.duty_post) == ("", None, None, None)
    assert seen.model_dump(include={"handoff_id", "generation", "due_at", "class_code", "place"}) == offer.model_dump(
        include={"handoff_id", "generation", "due_at", "class_code", "place"}
    )


def test_words_that_must_be_there_are_a_dash() -> None:
    """A payload whose words cannot be absent is still one that its own type reads."""
    for type_ in (HandOffDone, OperationCalled):
        seen = shared(payload_example(type_), frozenset())
        assert type_.model_validate_json(seen.model_dump_json()) == seen
    assert shared(payload_example(OperationCalled), frozenset()).why == WITHHELD


@pytest.mark.parametrize("share", [frozenset(), frozenset({"text"}), EVERY])
def test_every_payload_survives(share: frozenset[str]) -> None:
    """Whatever is withheld, every message can still be read by its type; with everything shared it is the same."""
    for type_ in payloads():
        data = payload_example(type_)
        seen = shared(data, share)
        assert type_.model_validate_json(seen.model_dump_json(exclude_defaults=True)), type_
        assert seen is data or share != EVERY


def test_whoever_sent_a_command_reads_the_whole_refusal() -> None:
    """It is about the partner's own command."""
    no = payload_example(CommandRefused)
    assert shared(no, frozenset()) is no


def test_only_partners_are_cut_short() -> None:
    """A department that is no partner, and a queue that is no department's, get the message itself."""
    offer = payload_example(HandOffOffered)
    show = addressed({"fayuan": frozenset({"title"})}, "dept.")
    assert show("dept.chengguan", offer) is offer and show("dispatch", offer) is offer
    assert show("dept.fayuan", offer).text == ""


def test_no_words_are_forgotten() -> None:
    """Every field that holds what somebody wrote belongs to a part, so that a new one cannot slip through."""
    known = {name for names in PARTS.values() for name in names}
    for type_ in payloads():
        for name, field in type_.model_fields.items():
            limit = [getattr(one, "max_length", None) for one in field.metadata]
            free = field.annotation is str and (not field.metadata or 4000 in limit)
            assert not free or name in known or name in FREE, (type_, name)


FREE = {"place", "holder", "state", "command", "notice_id"}
"""Texts that are paths, codes and numbers."""


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ([("a", ["gongan"]), ("a", ["zhujian"])], "PACK_CODE_TWICE"),
        ([("a", ["gongan"]), ("b", ["gongan"])], "PACK_CODE_TWICE"),
        ([("a", ["mars"])], "PACK_DEPARTMENT_UNKNOWN"),
    ],
)
def test_a_wrong_link_is_a_finding_with_its_line(tmp_path: Path, links: Any, code: str) -> None:
    """Named twice, in two kinds, or not there."""
    import shutil

    import yaml

    folder = tmp_path / "pack"
    shutil.copytree(load_pack("yanliang").folder, folder)
    both = {"zh": "甲", "en": "a"}
    said = [{"code": one, "name": both, "departments": of, "share": [], "source": "test"} for one, of in links]
    (folder / "links.yaml").write_text(yaml.safe_dump({"links": said}), encoding="utf-8")
    (wrong,) = check_pack(folder)
    assert (wrong.code, (wrong.file or "").rpartition("/")[2]) == (code, "links.yaml")
    assert wrong.line
