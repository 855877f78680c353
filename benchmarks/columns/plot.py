"""A plot of lines over two axes by powers of ten, as SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluator.render.charts import Scale

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 320, 64, 150, 34, 44
COLOURS = ("#1f5fa8", "#b4561f", "#5d6b78", "#2f7d4f")


@dataclass(frozen=True)
class Line:
    """Points of one thing, under its name; `dashed` for what was not measured."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


def drawn(title: str, across: str, up: str, lines: Sequence[Line]) -> str:
    """The plot: `across` and `up` name the axes with their units."""
    logs = [(math.log10(x), math.log10(y)) for line in lines for x, y in line.points]
    xs, ys = _whole([x for x, _ in logs]), _whole([y for _, y in logs])
    x_at = Scale(xs[0], xs[-1], LEFT, WIDTH - RIGHT)
    y_at = Scale(ys[0], ys[-1], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        'font-family="Arial, sans-serif" font-size="12" fill="#333">',
        f"<title>{title}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="13" font-weight="bold">{title}</text>',
    ]  # fmt: skip
    for x in xs:
        parts.append(f'<line x1="{x_at(x)}" x2="{x_at(x)}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{x_at(x)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_power(x)}</text>')
    for y in ys:
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y_at(y)}" y2="{y_at(y)}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y_at(y) + 4}" text-anchor="end">{_power(y)}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
    parts.append(
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    return "\n".join([*parts, *_lines(lines, x_at, y_at), "</svg>"]) + "\n"


def _lines(lines: Sequence[Line], x_at: Callable[[float], float], y_at: Callable[[float], float]) -> list[str]:
    """The lines with their names at their right ends, none over another."""
    parts, lowest = [], -math.inf
    for line, colour in sorted(zip(lines, COLOURS, strict=False), key=lambda pair: -pair[0].points[-1][1]):
        at = [(x_at(math.log10(x)), y_at(math.log10(y))) for x, y in line.points]
        dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
        path = " ".join(f"{x},{y}" for x, y in at)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts += [] if line.dashed else [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in at]
        lowest = max(at[-1][1], lowest + 15)
        parts.append(f'<text x="{at[-1][0] + 8}" y="{round(lowest + 4, 1)}" fill="{colour}">{line.name}</text>')
    return parts


def _whole(logs: Sequence[float]) -> list[int]:
    return list(range(math.floor(min(logs) + 1e-9), math.ceil(max(logs) - 1e-9) + 1))


def _power(exponent: int) -> str:
    if 0 <= exponent <= 3:
        return f"{10**exponent:,}"
    return f"10{str(exponent).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
