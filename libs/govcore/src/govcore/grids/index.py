"""Shapes in a tree: which of them are around a point, which are near it; one is changed without reading the others.

What is changed lies in a small tree of its own beside the large one, until it is a hundredth of it; then one tree is
made of both, from what is in memory.  Needs the extra ``govcore[geo]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, radians
from typing import Any, NamedTuple

from govcore.grids.coordinates import Pair, distance_m

_M_A_DEGREE = 111_195.0
_FEW = 256
"""So many changes lie beside the large tree at least, before it is made anew."""


class Shaped(NamedTuple):
    """A shape (shapely, WGS-84) with its key; where several lie over each other the one of lowest ``rank`` answers."""

    key: str
    shape: Any
    rank: int = 0


class ShapeIndex:
    """Shapes by key.  Never changed: :meth:`changed` answers another one that shares what has stayed.

    Distances are in metres; the plane they are sought in is stretched for the middle of all, what is answered is
    measured on the sphere.
    """

    def __init__(self, shapes: Iterable[Shaped] = ()) -> None:
        import shapely

        given = list(shapes)
        low, high = shapely.total_bounds([each.shape for each in given])[[1, 3]].tolist() if given else (0.0, 0.0)
        self._east = _M_A_DEGREE * cos(radians((low + high) / 2))
        self._base = self._tree(given)
        self._more = self._tree([])
        self._gone: frozenset[str] = frozenset()

    def changed(self, put: Iterable[Shaped] = (), gone: Iterable[str] = ()) -> ShapeIndex:
        """The same with some shapes put in (in the place of those of the same key) and some taken out."""
        new = list(put)
        touched = {each.key for each in new} | set(gone)
        found = object.__new__(ShapeIndex)
        found._east = self._east
        more = self._more.without(touched, self._tree(new))
        if len(more.keys) <= max(_FEW, len(self._base.keys) // 100):
            found._base, found._more, found._gone = self._base, more, self._gone | touched
        else:
            found._base, found._more = self._base.without(self._gone | touched, more), self._tree([])
            found._gone = frozenset()
        return found

    def around(self, at: Pair) -> list[Seen]:
        """The shapes that the point lies in, or on the border of."""
        spot = self._spot(at)
        hits = ((part, part.tree.query(spot, predicate="intersects")) for part in self._parts())
        return [Seen(self._east, *hit, spot, at, True) for hit in self._standing(hits)]

    def near(self, at: Pair, metres: float) -> list[Seen]:
        """The shapes no further than about ``metres`` from the point, those around it among them."""
        spot = self._spot(at)
        hits = ((part, part.tree.query(spot, predicate="dwithin", distance=metres)) for part in self._parts())
        return [self._seen(*hit, spot, at) for hit in self._standing(hits)]

    def nearest(self, at: Pair, few: int = 1) -> list[Seen]:
        """The shapes nearest to the point, nearest first: ``few`` of them, fewer where there are no more."""
        import numpy as np
        import shapely

        spot, reach = self._spot(at), 1_000.0
        count = sum(len(part.keys) for part in self._parts())
        while True:
            hits = ((part, part.tree.query(spot, predicate="dwithin", distance=reach)) for part in self._parts())
            found = list(self._standing(hits))
            if len(found) >= min(few, count - len(self._gone)) or reach > 4e7:
                break
            reach *= 4
        far = shapely.distance(np.array([part.flat[number] for part, number in found], object), spot)
        best = [found[place] for place in np.argsort(far, kind="stable")[:few].tolist()]
        seen = [self._seen(part, number, spot, at) for part, number in best]
        return sorted(seen, key=lambda each: (each.metres, each.rank, each.key))

    def many(self, lons: Any, lats: Any, standing: Any = None) -> list[str | None]:
        """For each of many points (two arrays of degrees, WGS-84) the key of the shape that answers, None for none.

        ``standing(key)``: whether a shape counts; all of them without it.
        """
        import numpy as np
        import shapely

        x, y = np.asarray(lons, float) * self._east, np.asarray(lats, float) * _M_A_DEGREE
        # Neighbours are asked one after the other: what the tree looked at last is still at hand.
        order = np.lexsort((x, (y / 1_000).astype(int)))
        x, y = x[order], y[order]
        spots = shapely.points(x, y)
        points, ranks, sizes, keys = [], [], [], []
        for part in self._parts():
            point, number = part.tree.query(spots)
            inside = shapely.intersects_xy(part.flat[number], x[point], y[point])
            point, number = point[inside], number[inside]
            dropped = [
                at
                for at in np.unique(number).tolist()
                if (part is self._base and part.keys[at] in self._gone) or (standing and not standing(part.keys[at]))
            ]
            if dropped:
                left = ~np.isin(number, dropped)
                point, number = point[left], number[left]
            points.append(point)
            ranks.append(part.ranks[number])
            sizes.append(part.sizes[number])
            keys.append(part.names[number])
        point, key = np.concatenate(points), np.concatenate(keys)
        best = np.lexsort((np.concatenate(sizes), np.concatenate(ranks), point))
        first, where = np.unique(point[best], return_index=True)
        answer = np.full(len(x), None, object)
        answer[order[first]] = key[best][where]
        return list(answer.tolist())

    def _parts(self) -> tuple[_Tree, ...]:
        return (self._base, self._more) if self._more.keys else (self._base,)

    def _standing(self, hits: Iterable[tuple[_Tree, Any]]) -> Iterator[tuple[_Tree, int]]:
        for part, numbers in hits:
            for number in numbers.tolist():
                if part is self._more or part.keys[number] not in self._gone:
                    yield part, number

    def _seen(self, part: _Tree, number: int, spot: Any, at: Pair) -> Seen:
        return Seen(self._east, part, number, spot, at, bool(part.flat[number].intersects(spot)))

    def _spot(self, at: Pair) -> Any:
        from shapely import points

        return points([at[0] * self._east, at[1] * _M_A_DEGREE])

    def _tree(self, given: list[Shaped]) -> _Tree:
        import numpy as np
        import shapely

        flat = np.array([each.shape for each in given], object)
        if given:
            flat = shapely.transform(flat, lambda at: at * [self._east, _M_A_DEGREE])
        return _Tree([each.key for each in given], flat, np.array([each.rank for each in given], int))


class _Tree:
    """Some shapes by number, stretched to metres, ready to be asked."""

    __slots__ = ("flat", "keys", "lines", "names", "ranks", "sizes", "tree")

    def __init__(self, keys: list[str], flat: Any, ranks: Any) -> None:
        import numpy as np
        import shapely

        shapely.prepare(flat)
        self.keys, self.flat, self.ranks, self.tree = keys, flat, ranks, shapely.STRtree(flat)
        self.names, self.sizes = np.array(keys, object), shapely.area(flat)
        self.lines: list[Any] = [None] * len(keys)

    def without(self, keys: Iterable[str], more: _Tree) -> _Tree:
        """A tree of the others and those of another one."""
        import numpy as np

        dropped = set(keys)
        left = [at for at, key in enumerate(self.keys) if key not in dropped]
        return _Tree(
            [self.keys[at] for at in left] + more.keys,
            np.concatenate([self.flat[left], more.flat]),
            np.concatenate([self.ranks[left], more.ranks]),
        )


class Seen:
    """A shape seen from a point: its key and rank, whether the point is ``inside`` (or on the border)."""

    __slots__ = ("_at", "_border", "_east", "_number", "_part", "_spot", "inside", "key")

    def __init__(self, east: float, part: _Tree, number: int, spot: Any, at: Pair, inside: bool) -> None:
        self.key, self.inside = part.keys[number], inside
        self._east, self._part, self._number, self._spot, self._at = east, part, number, spot, at
        self._border: float | None = None

    @property
    def rank(self) -> int:
        return int(self._part.ranks[self._number])

    @property
    def size(self) -> float:
        """Its surface, about square metres."""
        return float(self._part.sizes[self._number])

    @property
    def border_m(self) -> float:
        """Metres from the point to the border, on the sphere."""
        if self._border is None:
            import shapely

            lines, number = self._part.lines, self._number
            if lines[number] is None:
                lines[number] = self._part.flat[number].boundary
            x, y = shapely.get_coordinates(shapely.shortest_line(lines[number], self._spot))[0].tolist()
            self._border = distance_m((x / self._east, y / _M_A_DEGREE), self._at)
        return self._border

    @property
    def metres(self) -> float:
        """Metres to the shape: 0 inside."""
        return 0.0 if self.inside else self.border_m
