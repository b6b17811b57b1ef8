"""A cell of ten megabytes: its row is refused, its neighbours are read, and memory stays where it was."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.files import Limits, read_rows

TEN_MB = 10 * 2**20
PROSE = 'Er sagte: "路灯, 不亮";\n又说，再说。'

READ = """
import sys
from govcore.files import read_rows
for row in read_rows(sys.argv[1]):
    print(row.number, row.refusal and row.refusal.code, row.refusal and row.refusal.field)
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def read_apart(path: Path) -> tuple[list[str], int]:
    """What a process of its own finds, and the most memory it held, in MiB (ru_maxrss would count its parent's)."""
    run = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    *found, mib = run.stdout.splitlines()
    print(f"{path.name}: {path.stat().st_size // 2**20} MiB read in {mib} MiB")
    return found, int(mib)


def write_csv(path: Path, cell: str) -> None:
    quoted = cell.replace('"', '""')
    path.write_text(f'id,text,c\n1,好,x\n2,"{quoted}",y\n3,好,z\n', encoding="utf-8")


def write_json(path: Path, cell: str) -> None:
    rows = [{"id": 1, "text": "好"}, {"id": 2, "text": cell}, {"id": 3, "text": "好"}]
    path.write_text(json.dumps({"requests": rows}, ensure_ascii=False), encoding="utf-8")


def write_lines(path: Path, cell: str) -> None:
    rows = [{"id": 1, "text": "好"}, {"id": 2, "text": cell}, {"id": 3, "text": "好"}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


def write_xlsx(path: Path, cell: str) -> None:
    from xml.sax.saxutils import escape

    from openpyxl import Workbook

    book = Workbook()
    for row in (["id", "text", "c"], [1, "好", "x"], [2, "@@", "y"], [3, "好", "z"]):
        book.active.append(row)
    small = path.with_suffix(".small")
    book.save(small)
    with zipfile.ZipFile(small) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as large:
        for part in good.infolist():
            large.writestr(part.filename, good.read(part).replace(b"@@", escape(cell).encode()))


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["a" * TEN_MB, (PROSE * (TEN_MB // len(PROSE.encode())))], ids=["run", "prose"])
@pytest.mark.parametrize(
    ("name", "write", "first"),
    [("a.csv", write_csv, 2), ("a.json", write_json, 1), ("a.jsonl", write_lines, 1), ("a.xlsx", write_xlsx, 2)],
)
def test_ten_megabyte_cell_refuses_its_row_only(
    tmp_path: Path, name: str, write: Callable[[Path, str], None], first: int, cell: str
) -> None:
    """The column is named, both neighbours are there, and less than 120 MiB are held."""
    write(tmp_path / name, cell)
    found, mib = read_apart(tmp_path / name)
    assert found == [f"{first} None None", f"{first + 1} ROW_CELL_TOO_LARGE text", f"{first + 2} None None"]
    assert mib < 120


def test_limit_of_a_cell_is_data(tmp_path: Path) -> None:
    """A smaller limit refuses sooner; the cell itself is not carried on."""
    write_csv(tmp_path / "a.csv", "x" * 50)
    rows = list(read_rows(tmp_path / "a.csv", Limits(cell_chars=49)))
    assert [row.refusal.code if row.refusal else None for row in rows] == [None, "ROW_CELL_TOO_LARGE", None]
    assert rows[1].values == {"id": "2", "text": None, "c": "y"}


def test_row_of_many_cells_can_be_too_large_as_a_whole(tmp_path: Path) -> None:
    """No cell above the limit, but the row is: it is refused, not cut short in silence."""
    cells = ",".join("x" * 90 for _ in range(20))
    head = ",".join(f"c{n}" for n in range(20))
    (tmp_path / "a.csv").write_text(f"{head}\n{cells}\n{head}\n")
    first, second = read_rows(tmp_path / "a.csv", Limits(cell_chars=100, row_chars=1000))
    assert first.refusal and first.refusal.code == "ROW_TOO_LARGE" and second.refusal is None
