"""Curves as SVG: panels side by side, each with axes from 0, ticks at round numbers, and a name at every curve.

Pure. Colours follow the reader's light or dark theme.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 300, 220
"""Of the area of one panel, in pixels."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 22, 44, 52


@dataclass(frozen=True, slots=True)
class Curve:
    """Points from left to right, none of them below 0."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: a title, what stands on the axes, and curves. Raises ValueError where there is no point."""

    title: str
    x_axis: str
    y_axis: str
    curves: tuple[Curve, ...]

    def __post_init__(self) -> None:
        if not any(curve.points for curve in self.curves):
            raise ValueError(f"nothing to draw of: {self.title}")


def drawn(panels: tuple[Panel, ...]) -> str:
    """The whole picture."""
    step = _LEFT + WIDTH + _RIGHT
    width, height = step * len(panels), _TOP + HEIGHT + _BOTTOM
    inside = "".join(
        f'<g transform="translate({step * place},0)">\n{_panel(one)}</g>\n' for place, one in enumerate(panels)
    )
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n{_STYLE}{inside}</svg>\n'


def ticks(highest: float, about: int = 5) -> tuple[float, ...]:
    """Round numbers from 0 to `highest` or just beyond."""
    rough = (highest or 1) / about
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return tuple(step * number for number in range(math.ceil(highest / step - 1e-9) + 1))


def _panel(panel: Panel) -> str:
    points = [point for curve in panel.curves for point in curve.points]
    x_ticks, y_ticks = (ticks(max(point[axis] for point in points)) for axis in (0, 1))

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + WIDTH * x / (x_ticks[-1] or 1), _TOP + HEIGHT * (1 - y / (y_ticks[-1] or 1))

    parts = [_text(_LEFT, 20, panel.title, "title"), _text(_LEFT, 36, panel.y_axis)]
    parts += [_text(_LEFT + WIDTH / 2, _TOP + HEIGHT + 42, panel.x_axis, "middle")]
    for tick in x_ticks:
        x, y = at(tick, 0)
        parts += [_line(x, y, x, y + 4), _text(x, y + 18, _number(tick), "middle")]
    for tick in y_ticks:
        x, y = at(0, tick)
        parts += [_line(x, y, x + WIDTH, y), _text(x - 8, y + 4, _number(tick), "end")]
    for place, curve in enumerate(panel.curves):
        parts.append(_curve([at(*point) for point in curve.points], place))
        parts.append(_text(_LEFT + 10, _TOP + 16 + 16 * place, curve.name, f"name c{place % 3}"))
    return "".join(f"  {part}\n" for part in parts)


def _curve(points: list[tuple[float, float]], place: int) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    return f'<g class="curve c{place % 3}"><polyline points="{path}"/>{dots}</g>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"


_STYLE = """\
<style>
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .title { font-weight: 600; font-size: 14px }
  .middle { text-anchor: middle }
  .end { text-anchor: end }
  line { stroke: #ddd }
  polyline { fill: none; stroke-width: 2 }
  .curve.c0 { stroke: #0b62c4; fill: #0b62c4 }
  .curve.c1 { stroke: #b3500a; fill: #b3500a }
  .curve.c2 { stroke: #1a7f37; fill: #1a7f37 }
  .name.c0 { fill: #0b62c4 }
  .name.c1 { fill: #b3500a }
  .name.c2 { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccc }
    line { stroke: #444 }
    .curve.c0 { stroke: #6cb0ff; fill: #6cb0ff }
    .curve.c1 { stroke: #f0a05a; fill: #f0a05a }
    .curve.c2 { stroke: #5fd07f; fill: #5fd07f }
    .name.c0 { fill: #6cb0ff }
    .name.c1 { fill: #f0a05a }
    .name.c2 { fill: #5fd07f }
  }
</style>
"""
