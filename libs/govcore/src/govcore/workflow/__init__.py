"""Workflows 流程: states, transitions, roles, timers, fork and join as versioned data, and what is wrong with them.

``SHIPPED`` is the loop of GB/T 30428; a pack may bring others (:mod:`govcore.packs.workflows` reads the files).
What a table can and cannot say: :mod:`govcore.workflow.vocabulary`.
"""

from govcore.workflow.check import Finding, check, check_workflow
from govcore.workflow.schema import WorkflowData
from govcore.workflow.table import NOTHING, Lifecycle, Transition
from govcore.workflow.vocabulary import ROLES, roles_of
from govcore.workflow.workflow import ONLY_SHIPPED, SHIPPED, SHIPPED_FILE, Workflow, Workflows

__all__ = [
    "NOTHING",
    "ONLY_SHIPPED",
    "ROLES",
    "SHIPPED",
    "SHIPPED_FILE",
    "Finding",
    "Lifecycle",
    "Transition",
    "Workflow",
    "WorkflowData",
    "Workflows",
    "check",
    "check_workflow",
    "roles_of",
]
