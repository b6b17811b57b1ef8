"""Workflow files, ours and those of eGov DIGIT: read, checked, and every finding with file and line.

``workflow.yaml`` of a pack says what new events follow; older versions that running ones still follow stand in its
folder ``workflows``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govcore.errors import Refusal
from govcore.packs._digit import SERVICES, digit_tables
from govcore.packs._validate import validated
from govcore.packs._yaml import Document, KeyPath, marked, read_text
from govcore.workflow import SHIPPED, Finding, Lifecycle, Workflow, WorkflowData, check_workflow


@dataclass(slots=True)
class WorkflowFile:
    """What a file turned out to be; ``errors`` must be put right, ``warnings`` somebody should look at.

    ``format`` is ``govmesh``, ``digit`` or, where it could not be told, empty.
    """

    file: str
    format: str = ""
    tables: list[Lifecycle] = field(default_factory=list)
    workflow: Workflow | None = None
    errors: list[Refusal] = field(default_factory=list)
    warnings: list[Refusal] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """``{file, format, ok, tables, errors, warnings}``: what the command line answers."""
        return {
            "file": self.file,
            "format": self.format,
            "ok": not self.errors,
            "tables": [figures(table) for table in self.tables],
            "errors": [one.as_dict() for one in self.errors],
            "warnings": [one.as_dict() for one in self.warnings],
        }


def figures(table: Lifecycle) -> dict[str, Any]:
    """``{name, version, states, transitions, ends, timers}`` of a table, counted."""
    return {
        "name": table.name,
        "version": table.version,
        "states": len(table.states | table.phases.keys()),
        "transitions": len(table.transitions),
        "ends": len(table.ends),
        "timers": sum(map(len, table.timers.values())),
    }


def read_workflow(path: Path, *, roles: frozenset[str] = frozenset()) -> WorkflowFile:
    """The workflows of a file, YAML or JSON, with everything that is wrong with them, from top to bottom.

    ``roles``: for a file of DIGIT those that somebody holds; none: every role it names is taken to be held.
    Codes: those of :func:`govcore.workflow.check_workflow`, ``PACK_…`` for what cannot be read, ``WORKFLOW_JSON``,
    ``WORKFLOW_NO_TABLE``, and for DIGIT ``LIFECYCLE_UNKNOWN_NEXT``, ``LIFECYCLE_BAD_SLA``.
    """
    found = WorkflowFile(str(path))
    document = _document(path, found.errors)
    if document is None:
        return found
    if isinstance(document.value, dict) and SERVICES in document.value:
        found.format = "digit"
        digit_tables(document, roles, found.tables, found.errors, found.warnings)
    elif isinstance(document.value, dict) and ("event" in document.value or "handoff" in document.value):
        found.format = "govmesh"
        _own(document, found)
    else:
        found.errors.append(document.refuse("WORKFLOW_NO_TABLE", ()))
    for findings in (found.errors, found.warnings):
        findings.sort(key=lambda one: one.line or 0)
    return found


def read_pack_workflows(folder: Path, findings: list[Refusal]) -> tuple[Workflow | None, list[Workflow]]:
    """The workflow of a pack (None: the shipped one) and the older ones it still lists."""
    known = {SHIPPED.key}
    current: Workflow | None = None
    older: list[Workflow] = []
    head, rest = folder / "workflow.yaml", folder / "workflows"
    for file in (*([head] if head.exists() else []), *sorted(rest.glob("*.yaml") if rest.is_dir() else ())):
        read = read_workflow(file)
        findings += read.errors
        if read.errors or read.workflow is None:
            continue
        if read.workflow.key in known:
            findings.append(
                Refusal("PACK_CODE_TWICE", file=str(file), line=1, field="version", value=read.workflow.key)
            )
        known.add(read.workflow.key)
        if file == head:
            current = read.workflow
        else:
            older.append(read.workflow)
    return current, older


def _own(document: Document, found: WorkflowFile) -> None:
    data = validated(WorkflowData, document, found.errors, document.value)
    if data is None:
        return
    found.workflow = workflow = Workflow.of(data)
    found.tables += [workflow.event, workflow.handoff]
    both = zip(found.tables, check_workflow(workflow.event, workflow.handoff), strict=True)
    for table, findings in both:
        for one in findings:
            (found.errors if one.error else found.warnings).append(
                document.refuse(one.code, _path(table.name, one), one.what)
            )


def _path(table: str, finding: Finding) -> KeyPath:
    if finding.line is not None:
        return table, "transitions", finding.line
    return (table, "states", finding.state) if finding.state else (table,)


def _document(path: Path, findings: list[Refusal]) -> Document | None:
    text = read_text(path, findings)
    if text is None:
        return None
    if path.suffix != ".json":
        return marked(text, path, findings)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        findings.append(Refusal("WORKFLOW_JSON", file=str(path), line=error.lineno, field=path.name, why=error.msg))
        return None
    # Every JSON text is YAML but for tabs between its tokens, and inside a string JSON allows none.
    lines = marked(text.replace("\t", " "), path, findings)
    return Document(str(path), value, lines.lines if lines is not None else {})
