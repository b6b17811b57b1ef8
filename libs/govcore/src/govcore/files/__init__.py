"""Files people have (xlsx, csv, csv.gz, json) as reports: read row by row, understood by a mapping."""

from govcore.files.mapper import located, map_row
from govcore.files.mapping import Mapping, check_columns, choose_mapping
from govcore.files.rows import Cell, Limits, Row
from govcore.files.shelf import load_mapping, mapping_for, open_mapped, shipped_mappings
from govcore.files.table import KINDS, Table, open_table, read_rows

__all__ = [
    "KINDS",
    "Cell",
    "Limits",
    "Mapping",
    "Row",
    "Table",
    "check_columns",
    "choose_mapping",
    "load_mapping",
    "located",
    "map_row",
    "mapping_for",
    "open_mapped",
    "open_table",
    "read_rows",
    "shipped_mappings",
]
