"""Registers 台账 out of the spreadsheets towns really keep: the head is found, cells are repaired, changes are planned.

Nothing here writes: a sheet is read by its form, compared with what is known, and the answer is what would change.
"""

from govcore.registers.form import Field, Form, load_form, shipped_forms
from govcore.registers.plan import Change, Plan, plan
from govcore.registers.read import Entry, Repair, Sheet, read_sheet

__all__ = [
    "Change",
    "Entry",
    "Field",
    "Form",
    "Plan",
    "Repair",
    "Sheet",
    "load_form",
    "plan",
    "read_sheet",
    "shipped_forms",
]
