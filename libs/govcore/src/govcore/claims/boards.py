"""Boards of led projects: shown every month, ranked every quarter, reviewed every year (月晾晒、季比拼、年述评).

What is ranked is projects, and the units that lead them, by progress on their own plan; never a resident, nor how many
projects were raised, nor by whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from govcore.claims.project import LEVELS, Project
from govcore.errors import Refusal
from govcore.stats.names import Named, word
from govcore.stats.sheets import Percent, Sheet, Value

BoardKind = Literal["month", "quarter", "year"]
KINDS: tuple[BoardKind, ...] = ("month", "quarter", "year")
FORMULAS: dict[BoardKind, tuple[str, ...]] = {"month": (), "quarter": ("progress",), "year": ("on_time",)}


class Row(BaseModel):
    """One project, one unit, or one level of a board.

    ``done`` of ``of`` is the share the board's formula names (None where there was nothing to do yet); ``rank`` is the
    same for equal shares.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    rank: int | None = None
    code: str
    zh: str
    en: str
    leader: str = ""
    state: str = ""
    led: int = 0
    reached: int = 0
    solved: int = 0
    problems: int = 0
    done: int = 0
    of: int = 0
    share: float | None = None


class Board(BaseModel):
    """A board: its period (``end`` not counted itself), its formula in words, its tables by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    kind: BoardKind
    label: str
    start: datetime
    end: datetime
    zone: str
    formulas: tuple[Named, ...]
    tables: dict[str, tuple[Row, ...]]


def board(
    projects: Iterable[Project], kind: str, day: date, *, zone: ZoneInfo, unit: Callable[[str], str], now: datetime
) -> Board:
    """The board of the month, quarter or year with ``day`` in it, as it stood at its end, or stands ``now``.

    ``unit`` names a division.  Raises ``PROJECT_BAD_BOARD`` and ``PROJECT_BOARD_FUTURE``.
    """
    known, label, first, after = _period(kind, day)
    start, end = (datetime.combine(one, time(), zone) for one in (first, after))
    if start > now:
        raise Refusal("PROJECT_BOARD_FUTURE", field="date", value=label)
    seen = min(end, now + timedelta(microseconds=1))
    led = [one for one in projects if one.decided_at is not None and one.decided_at < seen]
    alive = [one for one in led if one.ended_at is None or one.ended_at >= start]
    tables = {"month": _month, "quarter": _quarter, "year": _year}[known](alive, start, seen, unit)
    return Board(
        kind=known,
        label=label,
        start=start,
        end=end,
        zone=zone.key,
        formulas=tuple(word_of("formula", code) for code in FORMULAS[known]),
        tables=tables,
    )


def sheets(made: Board) -> tuple[Sheet, ...]:
    """The board's tables as sheets, the formulas on the last."""
    found = [_sheet(made, name, rows) for name, rows in made.tables.items()]
    legend = tuple((one.zh, one.en) for one in made.formulas)
    heads = (word_of("head", "formula"), word_of("head", "formula_en"))
    return (*found, Sheet(word_of("head", "legend"), heads, legend)) if legend else tuple(found)


def word_of(area: str, code: str) -> Named:
    """A word of the boards in both languages."""
    return word(f"board.{area}", code)


def _period(kind: str, day: date) -> tuple[BoardKind, str, date, date]:
    known = next((one for one in KINDS if one == kind), None)
    if known is None or not 1900 <= day.year <= 9000:
        raise Refusal("PROJECT_BAD_BOARD", field="kind", value=kind[:40])
    months = {"month": 1, "quarter": 3, "year": 12}[known]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = (first + timedelta(days=31 * months)).replace(day=1)
    quarter = f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    return known, {"month": f"{first:%Y-%m}", "quarter": quarter, "year": str(day.year)}[known], first, after


def _month(
    projects: Sequence[Project], start: datetime, seen: datetime, unit: Callable[[str], str]
) -> dict[str, tuple[Row, ...]]:
    """Every project that is led: what it reached in the month, and how far it is on the whole."""
    rows = [
        _row(
            one,
            unit,
            reached=sum(_in(each.reached_at, start, seen) for each in one.milestones),
            solved=int(_in(one.solved_at, start, seen)),
            problems=one.problems if _in(one.solved_at, start, seen) else 0,
            done=_reached(one, seen),
            of=len(one.milestones),
            share=_share(_reached(one, seen), len(one.milestones)),
        )
        for one in projects
    ]
    return {"projects": tuple(sorted(rows, key=lambda row: (-row.reached, row.code)))}


def _quarter(
    projects: Sequence[Project], start: datetime, seen: datetime, unit: Callable[[str], str]
) -> dict[str, tuple[Row, ...]]:
    """Projects, and the units that lead them, by progress on plan: milestones reached of those due by now."""
    rows, units = [], dict[str, list[tuple[int, int]]]()
    for one in projects:
        by_now = [each for each in one.milestones if each.due_at < seen]
        due, done = len(by_now), sum(_in(each.reached_at, start=None, end=seen) for each in by_now)
        rows.append(_row(one, unit, done=done, of=due, share=_share(done, due)))
        units.setdefault(str(one.leader), []).append((done, due))
    by_unit = []
    for leader, parts in units.items():
        done, due = (sum(column) for column in zip(*parts, strict=True))
        name = unit(leader.partition(":")[2])
        by_unit.append(
            Row(
                code=leader, zh=name, en=name, leader=leader, led=len(parts), done=done, of=due, share=_share(done, due)
            )
        )
    return {"projects": _ranked(rows), "units": _ranked(by_unit)}


def _year(
    projects: Sequence[Project], start: datetime, seen: datetime, unit: Callable[[str], str]
) -> dict[str, tuple[Row, ...]]:
    """By level and altogether: projects led, those solved, problems solved, and how many of the solved on time."""
    rows = []
    for level in (*LEVELS, "all"):
        own = [one for one in projects if level in (one.level, "all")]
        solved = [one for one in own if _in(one.solved_at, start, seen)]
        on_time = sum(bool(one.on_time) for one in solved)
        named = word_of("level", level)
        rows.append(
            Row(
                code=level,
                zh=named.zh,
                en=named.en,
                led=len(own),
                solved=len(solved),
                problems=sum(one.problems for one in solved),
                done=on_time,
                of=len(solved),
                share=_share(on_time, len(solved)),
            )
        )
    return {"levels": tuple(rows)}


def _ranked(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Highest share first, equal shares with the same rank; what had nothing to do by now has none and stands last."""
    ordered = sorted(rows, key=lambda row: (row.share is None, -(row.share or 0), row.code))
    found: list[Row] = []
    for at, row in enumerate(ordered, 1):
        same = bool(found) and found[-1].share == row.share
        rank = None if row.share is None else found[-1].rank if same else at
        found.append(row.model_copy(update={"rank": rank}))
    return tuple(found)


def _row(one: Project, unit: Callable[[str], str], share: float | None, **numbers: int) -> Row:
    leader = unit(str(one.leader).partition(":")[2])
    row = Row(code=one.id, zh=one.title, en=one.title, leader=leader, state=one.state, share=share)
    return row.model_copy(update=numbers)


def _reached(one: Project, by: datetime) -> int:
    return sum(_in(each.reached_at, start=None, end=by) for each in one.milestones)


def _in(at: datetime | None, start: datetime | None, end: datetime) -> bool:
    return at is not None and (start is None or start <= at) and at < end


def _share(done: int, of: int) -> float | None:
    return done / of if of else None


_COLUMNS: dict[str, tuple[str, ...]] = {
    "month": ("code", "name", "leader", "state", "reached", "solved", "problems", "done", "of", "share"),
    "quarter": ("rank", "code", "name", "leader", "done", "of", "share"),
    "year": ("name", "led", "solved", "problems", "done", "of", "share"),
}


def _sheet(made: Board, name: str, rows: Sequence[Row]) -> Sheet:
    columns = _COLUMNS[made.kind]
    own = ("done", "of", "share")
    heads = tuple(word_of(f"head.{made.kind}" if one in own else "head", one) for one in columns)
    return Sheet(word_of("table", f"{made.kind}.{name}"), heads, tuple(_cells(row, columns) for row in rows))


def _cells(row: Row, columns: Sequence[str]) -> tuple[Value, ...]:
    shown: dict[str, Value] = {
        "name": row.zh if row.zh == row.en else f"{row.zh} {row.en}",
        "share": Percent(row.share),
    }
    return tuple(shown[one] if one in shown else getattr(row, one) for one in columns)
