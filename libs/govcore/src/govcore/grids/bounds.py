"""What a boundary has been, import after import 边界沿革: from which day, in which system it was measured, which import
brought it.  Nothing is written over; an import that is undone leaves both behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from govcore.errors import Refusal
from govcore.grids.boundaries import Boundary
from govcore.grids.coordinates import Crs

How = Literal["imported", "undone"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Drawn(_Data):
    """One boundary of an import: ``wkb`` is its shape in WGS-84 (well-known binary, hex), converted from ``crs``;
    ``mended`` is the reason why the file's own polygon was invalid."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    crs: Crs
    wkb: Annotated[str, Field(pattern=r"^[0-9A-F]+$")]
    area_m2: Annotated[float, Field(gt=0)]
    mended: str | None = None

    @property
    def digest(self) -> str:
        """Of the shape, whatever corner it was begun at."""
        return sha256(bytes.fromhex(self.wkb)).hexdigest()

    @property
    def boundary(self) -> Boundary:
        """Needs ``govcore[geo]``."""
        import shapely

        return Boundary(self.code, self.code, shapely.from_wkb(bytes.fromhex(self.wkb)), self.crs)

    @classmethod
    def of(cls, boundary: Boundary, area_m2: float, mended: str | None = None) -> Drawn:
        """Needs ``govcore[geo]``."""
        import shapely

        wkb = shapely.to_wkb(shapely.normalize(boundary.shape), hex=True, output_dimension=2, byte_order=1)
        return cls(code=boundary.code, crs=boundary.crs, wkb=str(wkb), area_m2=round(area_m2, 1), mended=mended)


class BoundaryVersion(_Data):
    """From ``since`` on (a date of the place) the area had this boundary; None: the one of the pack, or none."""

    since: date
    drawn: Drawn | None
    batch: str
    how: How
    at: AwareDatetime


class BoundaryLife(_Data):
    """All boundaries that imports gave an area; ``id`` is its code, ``changed_at`` when the last one came."""

    id: str
    place: str
    versions: tuple[BoundaryVersion, ...]
    changed_at: AwareDatetime

    @property
    def version(self) -> int:
        """Grows with every change."""
        return len(self.versions)

    @property
    def live(self) -> tuple[BoundaryVersion, ...]:
        """Those of imports that were not undone, in the order in which they came."""
        void = {each.batch for each in self.versions if each.how == "undone"}
        return tuple(each for each in self.versions if each.batch not in void)

    @property
    def drawn(self) -> Drawn | None:
        """What was said last; None where no import says anything any more."""
        return self.live[-1].drawn if self.live else None

    def at(self, day: date) -> Drawn | None:
        """The boundary on a date, as it is known now; None where no import gives one."""
        begun = [each for each in self.live if each.since <= day]
        return begun[-1].drawn if begun else None


class Batch(_Data):
    """One import of boundaries; ``codes`` are those it changed."""

    id: str
    place: str = ""
    file: str
    digest: str
    since: date
    by: str
    at: AwareDatetime
    codes: tuple[str, ...]
    undone_at: AwareDatetime | None = None


def imported(
    drawn: Iterable[Drawn], known: Mapping[str, BoundaryLife], places: Mapping[str, str], batch: Batch
) -> list[BoundaryLife]:
    """The lives that an import changes; a boundary that is the same from that day on already is left alone.

    ``places``: of every area by code.  Raises ``GRID_BOUNDARY_TOO_EARLY`` where a later one is known: what has been
    said of days to come is undone first.
    """
    found = []
    for each in drawn:
        life = known.get(each.code)
        live = life.live if life is not None else ()
        if live and live[-1].since > batch.since:
            raise Refusal("GRID_BOUNDARY_TOO_EARLY", field="on", value=batch.since.isoformat(), grid=each.code)
        if live and live[-1].drawn is not None and live[-1].drawn.digest == each.digest:
            continue
        version = BoundaryVersion(since=batch.since, drawn=each, batch=batch.id, how="imported", at=batch.at)
        found.append(_continued(life, each.code, places[each.code], version))
    return found


def undone(batch: Batch, known: Mapping[str, BoundaryLife], at: Any) -> list[BoundaryLife]:
    """The lives as they are when an import is taken back: from its own day on what had been before.

    Raises ``GRID_BATCH_ALREADY_UNDONE``, and ``GRID_BATCH_BUILT_UPON`` where another import has changed one of its
    boundaries since.
    """
    if batch.undone_at is not None:
        raise Refusal("GRID_BATCH_ALREADY_UNDONE", field="batch", value=batch.id)
    found = []
    for code in batch.codes:
        life = known[code]
        *earlier, last = life.live
        if last.batch != batch.id:
            raise Refusal("GRID_BATCH_BUILT_UPON", field="batch", value=batch.id, grid=code, other=last.batch)
        before = earlier[-1].drawn if earlier else None
        version = BoundaryVersion(since=batch.since, drawn=before, batch=batch.id, how="undone", at=at)
        found.append(_continued(life, code, life.place, version))
    return found


def _continued(life: BoundaryLife | None, code: str, place: str, version: BoundaryVersion) -> BoundaryLife:
    versions = (*(life.versions if life is not None else ()), version)
    return BoundaryLife(id=code, place=place, versions=versions, changed_at=version.at)
