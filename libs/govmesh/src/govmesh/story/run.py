"""Finds a story, gives it a mesh of its own, and tells it step by step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govcore.errors import Refusal
from govcore.packs import Both, Pack, Story, known_packs, load_pack
from govmesh.client import embedded
from govmesh.settings import Settings
from govmesh.story.look import Seen, figures
from govmesh.story.teller import Teller


@dataclass(frozen=True, slots=True)
class Told:
    """One step: what it was about, and what was seen."""

    number: int
    say: Both
    seen: tuple[Seen, ...]

    @property
    def good(self) -> bool:
        return all(one.good for one in self.seen)


def find_story(ident: str, pack: str | None) -> tuple[Pack, Story]:
    """The story ``ident`` of ``pack``, or of whichever pack has one of that name.  Raises ``STORY_UNKNOWN``."""
    known: list[str] = []
    for name in [pack] if pack else known_packs():
        found = load_pack(name)
        if ident in found.stories:
            return found, found.stories[ident]
        known += found.stories
    raise Refusal("STORY_UNKNOWN", field="story", value=ident, known=", ".join(sorted(known)))


def run_story(pack: Pack, story: Story, tell: Callable[[Told], None] = lambda _told: None) -> bool:
    """Tell it on an embedded mesh in a folder of its own; whether everything was as expected.

    The first thing that cannot be done ends it: what comes after would be about something else.
    """
    with tempfile.TemporaryDirectory(prefix="govmesh-story-") as folder:
        home = Path(folder)
        own = changed_pack(pack.folder, story.changes, home / "pack") if story.changes else pack.folder
        args = ("--pack", str(own), "--by-hand", "--start", story.starts.isoformat(), "--seed", "1")
        with embedded(Settings(home=home / "mesh"), *args) as client:
            teller, good = Teller(client, figures(pack)), True
            for number, step in enumerate(story.steps, 1):
                done = teller.do(step)
                failed = done is not None and not done.good
                seen = () if failed else tuple(teller.see(expect) for expect in step.expect)
                told = Told(number, step.say, (*((done,) if done else ()), *seen))
                tell(told)
                good = good and told.good
                if failed:
                    break
            return good


def changed_pack(folder: Path, changes: Mapping[str, Mapping[str, Any]], to: Path) -> Path:
    """A copy of the pack in ``folder`` whose YAML files say something else: ``changes`` by file, then by key."""
    import yaml

    from govcore.packs import read_plain

    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("__pycache__", *changes))
    for name, change in changes.items():
        said = _merged(read_plain(folder / name), change)
        (to / name).write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return to


def _merged(value: Any, change: Any) -> Any:
    if not (isinstance(value, dict) and isinstance(change, Mapping)):
        return change
    return {**value, **{key: _merged(value.get(key), each) for key, each in change.items()}}
