"""A coverage check as one SVG picture: the ground as it is divided, and on it what nobody or two have."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians, sqrt
from typing import Any

from govcore.grids.coverage import Coverage, What

COLOURS: dict[What, str] = {"overlap": "#c0392b", "gap": "#1f6fb2", "outside": "#b8860b"}
WORDS: dict[What, str] = {"overlap": "重叠 overlap", "gap": "空白 gap", "outside": "越界 outside"}
_INVALID = "#7d3c98"
_LAND, _LINE, _PAPER, _INK = "#eef3ee", "#7c8f80", "#ffffff", "#22302a"
_TOP, _BOTTOM, _SIDE = 56, 44, 24
_FONT = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def picture(found: Coverage, title: str = "", *, width: int = 960) -> str:
    """SVG, ``width`` pixels wide, north up.  Small findings get a ring around them, or nobody would see them.

    Needs ``govcore[geo]`` (shapely, drawsvg).
    """
    import drawsvg
    import shapely

    every = [each.shape for each in found.boundaries] or [shapely.box(0, 0, 1, 1)]
    west, south, east, north = shapely.total_bounds(every).tolist()
    stretch = cos(radians((south + north) / 2))
    scale = (width - 2 * _SIDE) / max((east - west) * stretch, (north - south) / 1.6, 1e-9)
    height = _TOP + _BOTTOM + (north - south) * scale
    left = (width - (east - west) * stretch * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * stretch * scale, _TOP + (north - lat) * scale

    def surface(shape: Any, **how: Any) -> Any:
        path = drawsvg.Path(fill_rule="evenodd", **how)
        for part in shapely.get_parts(shapely.simplify(shape, (east - west) / width / 4)):
            for ring in (part.exterior, *part.interiors):
                (x, y), *more = (at(*corner[:2]) for corner in ring.coords)
                path.M(round(x, 1), round(y, 1))
                for x, y in more:
                    path.L(round(x, 1), round(y, 1))
                path.Z()
        return path

    drawing = drawsvg.Drawing(width, round(height), font_family=_FONT)
    drawing.append(drawsvg.Rectangle(0, 0, width, round(height), fill=_PAPER))
    if title:
        drawing.append(drawsvg.Text(title, 20, _SIDE, 34, fill=_INK))
    for each in sorted(found.boundaries, key=lambda each: -each.shape.area):
        line = 0.5 if len(found.boundaries) > 200 else 1
        drawn = surface(each.shape, fill=_LAND, fill_opacity=0.6, stroke=_LINE, stroke_width=line)
        drawn.append_title(f"{each.code} {each.name}")
        drawing.append(drawn)
    for finding in found.findings:
        colour = COLOURS[finding.what]
        drawn = surface(finding.shape, fill=colour, fill_opacity=0.75, stroke=colour, stroke_width=0.8)
        drawn.append_title(f"{WORDS[finding.what]} {' '.join(finding.codes)} {finding.area_m2:,.1f} m²")
        drawing.append(drawn)
        if sqrt(finding.shape.area) * scale < 12:
            drawing.append(drawsvg.Circle(*at(*finding.at), 9, fill="none", stroke=colour, stroke_width=1.6))
    for no in found.invalid:
        if (lon := no.params.get("lon")) is not None:
            x, y = at(lon, no.params["lat"])
            drawing.append(drawsvg.Lines(x - 6, y - 6, x + 6, y + 6, stroke=_INVALID, stroke_width=2, fill="none"))
            drawing.append(drawsvg.Lines(x - 6, y + 6, x + 6, y - 6, stroke=_INVALID, stroke_width=2, fill="none"))
    _legend(drawsvg, drawing, found, width, height)
    return str(drawing.as_svg())


def _legend(drawsvg: Any, drawing: Any, found: Coverage, width: float, height: float) -> None:
    x = float(_SIDE)
    for colour, words in _counts(found):
        drawing.append(drawsvg.Rectangle(x, height - 30, 12, 12, fill=colour, stroke=_LINE, stroke_width=0.5))
        drawing.append(drawsvg.Text(words, 13, x + 18, height - 19, fill=_INK))
        x += 18 + 8.2 * len(words) + 30


def _counts(found: Coverage) -> Iterable[tuple[str, str]]:
    yield _LAND, f"边界 boundaries {found.polygons}"
    for what, words in WORDS.items():
        yield COLOURS[what], f"{words} {len(found.of(what))}"
    yield _INVALID, f"无效 invalid {len(found.invalid)}"
