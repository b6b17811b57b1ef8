"""Reads the files of a pack into a draft, has it checked, and makes a :class:`Pack` of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govcore.calendar.notices import Notice, read_notice_file
from govcore.errors import Refusal
from govcore.events.routing_rules import Rule
from govcore.packs._check_closing import check_closing
from govcore.packs._check_grids import check_grids
from govcore.packs._check_links import check_links
from govcore.packs._check_orders import check_orders
from govcore.packs._check_persons import check_persons
from govcore.packs._check_places import check_places
from govcore.packs._check_work import check_work
from govcore.packs._csv import Table, read_table
from govcore.packs._draft import Draft
from govcore.packs._rulebook import load_rulebook
from govcore.packs._validate import validated, validated_list
from govcore.packs._yaml import Document, KeyPath, read_yaml
from govcore.packs.alerts import AlertRules
from govcore.packs.closing import NOTHING_SAID, Closing
from govcore.packs.demo import Count, DemoSpec
from govcore.packs.find import HEAD, find_pack
from govcore.packs.former import Former
from govcore.packs.gridding import GridRules
from govcore.packs.links import Links
from govcore.packs.model import Pack
from govcore.packs.notices import NoticeRules
from govcore.packs.records import ClassItem, Division, Grid, Leader, Post
from govcore.packs.schema import Channel, Department, Header, Weighed
from govcore.packs.services import read_services
from govcore.packs.stories import read_stories
from govcore.packs.terms import Terms
from govcore.packs.workflows import read_pack_workflows
from govcore.persons.form import NO_PERSONS, PersonRules
from govcore.workflow import SHIPPED, Workflows


def load_pack(name_or_dir: str | Path, *, routing: Path | None = None) -> Pack:
    """The pack of a name (``tongcheng``) or a folder; ``routing``: with the rules of this file instead of its own.

    Raises the first finding of :func:`check_pack`, with ``more`` saying how many others there are, or ``PACK_UNKNOWN``.
    """
    draft = _read(find_pack(name_or_dir), routing)
    findings = _checked(draft)
    if findings:
        findings[0].params["more"] = len(findings) - 1
        raise findings[0]
    return _made(draft)


def check_pack(name_or_dir: str | Path, *, routing: Path | None = None) -> list[Refusal]:
    """Everything that is wrong with a pack, file by file from top to bottom; empty if nothing is.

    ``routing``: as for :func:`load_pack`.
    """
    try:
        folder = find_pack(name_or_dir)
    except Refusal as refusal:
        return [refusal]
    return _checked(_read(folder, routing))


def _checked(draft: Draft) -> list[Refusal]:
    check_places(draft)
    check_grids(draft)
    check_work(draft)
    check_closing(draft)
    check_links(draft)
    check_orders(draft)
    check_persons(draft)
    return sorted(draft.findings, key=lambda one: (one.code != "PACK_FILE_MISSING", one.file or "", one.line or 0))


def _read(folder: Path, routing: Path | None = None) -> Draft:
    findings: list[Refusal] = []
    draft = Draft(folder=folder, findings=findings)
    draft.head = read_yaml(folder / HEAD, findings)
    if draft.head is not None:
        draft.header = validated(Header, draft.head, findings, draft.head.value)
    draft.department_file = read_yaml(folder / "departments.yaml", findings)
    draft.departments = validated_list(
        Department, draft.department_file, "departments", findings, beside=frozenset({"shared", "former"})
    )
    if draft.department_file is not None and "former" in (draft.department_file.value or {}):
        beside = frozenset({"shared", "departments"})
        draft.former = validated_list(Former, draft.department_file, "former", findings, beside=beside)
    draft.channel_file = read_yaml(folder / "channels.yaml", findings)
    draft.channels = validated_list(Channel, draft.channel_file, "channels", findings)
    draft.rule_file = read_yaml(routing or folder / "routing.yaml", findings)
    draft.rules = validated_list(Rule, draft.rule_file, "rules", findings)
    draft.terms_file = read_yaml(folder / "terms.yaml", findings)
    if draft.terms_file is not None:
        draft.terms = validated(Terms, draft.terms_file, findings, draft.terms_file.value)
    if (folder / "closing.yaml").exists() and (closing := read_yaml(folder / "closing.yaml", findings)) is not None:
        draft.closing_file = closing
        draft.closing = validated(Closing, closing, findings, closing.value)
    if (folder / "grids.yaml").exists() and (grids := read_yaml(folder / "grids.yaml", findings)) is not None:
        draft.grids_file = grids
        draft.grid_rules = validated(GridRules, grids, findings, grids.value)
    if (folder / "points.yaml").exists():
        draft.points = load_rulebook(folder / "points.yaml", findings)
    if (folder / "links.yaml").exists() and (links := read_yaml(folder / "links.yaml", findings)) is not None:
        draft.links_file = links
        draft.links = validated(Links, links, findings, links.value)
    if (folder / "words.yaml").exists() and (words := read_yaml(folder / "words.yaml", findings)) is not None:
        draft.words_file = words
        draft.words = validated(Weighed, words, findings, words.value)
    if (folder / "alerts.yaml").exists() and (alerts := read_yaml(folder / "alerts.yaml", findings)) is not None:
        draft.alerts_file = alerts
        draft.alerts = validated(AlertRules, alerts, findings, alerts.value)
    if (folder / "notices.yaml").exists() and (told := read_yaml(folder / "notices.yaml", findings)) is not None:
        draft.notice_file = told
        draft.notice_rules = validated(NoticeRules, told, findings, told.value)
    if (folder / "persons.yaml").exists() and (kept := read_yaml(folder / "persons.yaml", findings)) is not None:
        draft.person_file = kept
        draft.person_rules = validated(PersonRules, kept, findings, kept.value)
    if (folder / "demo.yaml").exists() and (demo := read_yaml(folder / "demo.yaml", findings)) is not None:
        draft.demo_file = demo
        draft.demo = validated(DemoSpec, demo, findings, demo.value)
    if draft.demo is not None:
        draft.count_table = read_table(folder / draft.demo.counts, ("class", "department", "n"), findings)
    _read_tables(draft)
    _read_notices(draft)
    draft.services = read_services(draft)
    known = draft.department_codes() if draft.department_file is not None else None
    draft.stories = read_stories(folder, known, findings)
    draft.workflow, draft.older_workflows = read_pack_workflows(folder, findings)
    return draft


def _read_tables(draft: Draft) -> None:
    folder, findings = draft.folder, draft.findings
    draft.division_table = read_table(folder / "divisions.csv", ("code", "name", "parent", "kind"), findings)
    draft.class_table = read_table(
        folder / "classes.csv",
        ("code", "level", "name", "parent", "origin"),
        findings,
        optional=("name_en", "gb_code"),
    )
    draft.grid_table = read_table(
        folder / "grids.csv",
        ("code", "name", "village", "kind", "origin"),
        findings,
        optional=("parent", "households"),
        required=False,
    )
    draft.post_table = read_table(folder / "posts.csv", ("id", "grid", "kind", "time"), findings, required=False)
    columns = ("id", "area", "department", "title", "title_en", "origin")
    draft.leader_table = read_table(folder / "leaders.csv", columns, findings, required=False)
    draft.alias_table = read_table(folder / "aliases.csv", ("kind", "name", "code"), findings, required=False)


def _read_notices(draft: Draft) -> None:
    """The holidays files that the head names: the pack's, and those of divisions with days of their own."""
    if draft.head is None or draft.header is None:
        return
    spec = draft.header.calendar
    draft.notices = _notices(draft, draft.head, spec.file, ("calendar", "file"))
    for at, local in enumerate(spec.divisions):
        path: KeyPath = ("calendar", "divisions", at, "file")
        draft.local_notices[local.division] = _notices(draft, draft.head, local.file, path)


def _notices(draft: Draft, head: Document, name: str | None, path: KeyPath) -> tuple[Notice, ...]:
    if name is None:
        return ()
    try:
        return read_notice_file(draft.folder / name)
    except Refusal as refusal:
        missing = refusal.code == "CALENDAR_NO_FILE"
        draft.findings.append(head.refuse("PACK_FILE_MISSING", path, name) if missing else refusal)
    return ()


def _made(draft: Draft) -> Pack:
    """The pack of a draft in which nothing was found wrong."""
    assert draft.header is not None and draft.terms is not None
    assert draft.division_table is not None and draft.class_table is not None
    place = draft.header.code.place
    counts, mappings = draft.count_table, draft.folder / "mappings"
    aliases: dict[str, dict[str, str]] = {}
    for _, (kind, name, code) in draft.alias_table.rows if draft.alias_table else ():
        aliases.setdefault(kind, {})[name] = code
    return Pack(
        folder=draft.folder,
        header=draft.header,
        departments=_by_code([one for _, one in draft.departments]),
        former=_by_code([one for _, one in draft.former]),
        channels=_by_code([one for _, one in draft.channels]),
        divisions={
            cells[0]: Division(cells[0], cells[1], cells[2], cells[3], place(cells[0]))
            for _, cells in draft.division_table.rows
        },
        classes={
            code: ClassItem(code, int(level), name, name_en or name, parent, origin, gb_code)
            for _, (code, level, name, parent, origin, name_en, gb_code) in draft.class_table.rows
        },
        rules=tuple(rule for _, rule in draft.rules),
        terms=draft.terms,
        closing=draft.closing or NOTHING_SAID,
        links=draft.links.links if draft.links else (),
        points=draft.points,
        words=draft.words,
        aliases=aliases,
        grids={cells[0]: Grid(*cells) for cells in (*_cells(draft.grid_table), *draft.spread_grids)},
        posts={cells[0]: Post(*cells) for cells in (*_cells(draft.post_table), *draft.spread_posts)},
        leaders={cells[0]: Leader(*cells) for _, cells in draft.leader_table.rows} if draft.leader_table else {},
        demo=draft.demo,
        demo_counts=tuple(Count(one, dept, int(n)) for _, (one, dept, n) in counts.rows) if counts else (),
        notices=draft.notices,
        local_notices=draft.local_notices,
        stories=draft.stories,
        services=draft.services,
        alerts=draft.alerts or AlertRules(),
        persons=draft.person_rules or NO_PERSONS,
        grid_rules=draft.grid_rules or GridRules(),
        notice_rules=draft.notice_rules or NoticeRules(),
        workflows=Workflows(draft.workflow or SHIPPED, (SHIPPED, *draft.older_workflows)),
        mappings=tuple(sorted(mappings.glob("*.yaml"))) if mappings.is_dir() else (),
    )


def _cells(table: Table | None) -> list[Sequence[str]]:
    return [cells for _, cells in table.rows] if table else []


def _by_code(entries: list[Any]) -> Mapping[str, Any]:
    return {entry.code: entry for entry in entries}
