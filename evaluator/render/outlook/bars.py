"""Where bars stand: parts of an axis as px and as characters.

In: ends, marks and a line as parts of an axis, from 0 to 1. Out: rows of `blocks.Bars`. Must not know what they are about.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluator.render.outlook.blocks import FIELD, Beam

FULL, EMPTY, LINE, MARK = "█", "·", "│", "◆"
LEAST = 1.5
"""A bar is at least so wide, in px, so that it is seen."""


def px(part: float) -> float:
    """A part of the axis in px; what lies outside is at its end."""
    return round(min(max(part, 0.0), 1.0) * FIELD, 1)


def beam(
    title: str,
    said: str,
    ends: tuple[float, float] | None,
    look: str,
    width: int,
    *,
    error: tuple[float, float] | None = None,
    marks: Sequence[tuple[float, str]] = (),
    line: float | None = None,
    more: Sequence[str] = (),
) -> Beam:
    """A row: its bar from one part of the axis to another, `width` characters wide where it is not drawn. A share of 0 has none."""
    bar = None
    if ends is not None and not (ends[0] == ends[1] == 0):
        left, right = sorted((px(ends[0]), px(ends[1])))
        wide = max(right - left, LEAST)
        bar = (round(min(left, FIELD - wide), 1), round(wide, 1))
    at = [part for part, _ in marks]
    if ends is not None and ends[0] == 0 and line is None:
        characters = filled(ends[1], width, at)
    else:
        characters = between(ends, width, line, at)
    return Beam(
        title=title,
        said=said,
        bar=bar,
        look=look,
        characters=characters,
        error=(px(error[0]), px(error[1])) if error is not None else None,
        marks=tuple((px(at), words) for at, words in marks),
        more=tuple(more),
    )


def filled(part: float, width: int, marks: Sequence[float] = ()) -> str:
    """A bar of characters from the left end of the axis on, with marks over it."""
    full = round(min(max(part, 0.0), 1.0) * width)
    return _marked([FULL] * full + [EMPTY] * (width - full), marks, MARK)


def between(
    ends: tuple[float, float] | None, width: int, line: float | None = None, marks: Sequence[float] = ()
) -> str:
    """A bar of characters between two parts of the axis, with marks and a line over it."""
    cells = [EMPTY] * width
    if ends is None:
        return "".join(cells)
    low, high = sorted((_place(ends[0], width), _place(ends[1], width)))
    cells[low : high + 1] = [FULL] * (high - low + 1)
    return _marked(list(_marked(cells, marks, MARK)), [line] if line is not None else [], LINE)


def _place(part: float, width: int) -> int:
    return round(min(max(part, 0.0), 1.0) * (width - 1))


def _marked(cells: list[str], places: Sequence[float], sign: str) -> str:
    for part in places:
        cells[_place(part, len(cells))] = sign
    return "".join(cells)
