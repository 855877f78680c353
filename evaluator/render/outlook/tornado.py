"""Bars of what each name does to a figure: as lines of text, and as an SVG.

In: a `SensitivityOutput`. Out: lines, a drawing. Must not know how lines are shown: who shows them paints names.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from evaluator.render.explanation import Paint, above, plain
from evaluator.schema.simulation import Bar, SensitivityOutput, Tornado

_WIDTH = 32
_TITLE = 34
_BASIS = {"uncertain": "5% to 95% of its distribution", "by": "", "words": "another word"}


def lines(found: SensitivityOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: for each figure what moves it most."""
    about = f" for {found.company}" if found.company is not None else ""
    yield from above(found.what_if, found.alerts, paint)
    yield f"{paint(found.title, None)} ({found.name}){about}, as of {found.as_of}"
    yield f"One figure at a time: {found.by * 100:.4g}% less and more, or 5% and 95% of its distribution where it is uncertain"
    for tornado in found.tornados:
        yield ""
        yield f"{paint(tornado.title, None)}: {tornado.today.text} today"
        if not tornado.bars:
            yield "  nothing that was varied changes it"
        for bar in tornado.bars:
            yield from _bar(tornado, bar)
        if tornado.still:
            yield f"  changes nothing: {', '.join(tornado.still)}"
    if found.aside:
        yield ""
        yield f"Inputs on which none of it rests: {', '.join(found.aside)}"
    if found.not_varied:
        yield ""
        yield "Not varied:"
        yield from (f"  {each.title}: {each.why}" for each in found.not_varied)
    if found.notes:
        yield ""
        yield from found.notes


def _ends(tornado: Tornado) -> tuple[float, float] | None:
    """The least and the most that the figure comes to."""
    values = [x.low for bar in tornado.bars if bar.swing is not None for x in (bar.at_low, bar.at_high)]
    known = [v for v in (*values, tornado.today.low) if v is not None]
    return (min(known), max(known)) if len(known) > 1 and min(known) < max(known) else None


def _results(bar: Bar) -> str:
    """What comes out at either end, and how far apart that is."""
    apart = f" ({bar.swing_text} apart)" if bar.swing is not None else ""
    return f"{bar.at_low.text} and {bar.at_high.text}{apart}"


def _bar(tornado: Tornado, bar: Bar) -> Iterator[str]:
    ends = _ends(tornado)
    drawn = "·" * _WIDTH
    if ends is not None and bar.swing is not None and bar.at_low.low is not None and bar.at_high.low is not None:
        low, high = sorted((bar.at_low.low, bar.at_high.low))

        def place(x: float) -> int:
            return round((x - ends[0]) / (ends[1] - ends[0]) * (_WIDTH - 1))

        cells = ["█" if place(low) <= at <= place(high) else "·" for at in range(_WIDTH)]
        if tornado.today.low is not None:
            cells[place(tornado.today.low)] = "│"
        drawn = "".join(cells)
    title = bar.title if len(bar.title) <= _TITLE else bar.title[: _TITLE - 1] + "…"
    yield f"  {title:<{_TITLE}} {drawn}  {_results(bar)}"
    switches = [f"{s.title} turns past {s.at.text}: {' or '.join(s.outcomes)}" for s in bar.switches if s.inside]
    basis = f", {_BASIS[bar.basis]}" if _BASIS[bar.basis] else ""
    yield f"  {'':<{_TITLE}} at {bar.low.text} and {bar.high.text}, {bar.today.text} today{basis}"
    yield from (f"  {'':<{_TITLE}} {switch}" for switch in switches)


# --- the drawing ----------------------------------------------------------------------------------------------

_ROW, _LEFT, _RIGHT, _BARS, _HEAD = 24, 260, 220, 360, 44


def svg(found: SensitivityOutput) -> str:
    """Every tornado under the other, as one SVG."""
    parts, top = [], 0
    for tornado in found.tornados:
        drawn, height = _drawn(tornado, top)
        parts.append(drawn)
        top += height
    width = _LEFT + _BARS + _RIGHT
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}"'
    return f'{head} font-family="Arial, sans-serif" font-size="12">\n' + "\n".join(parts) + "\n</svg>\n"


def _drawn(tornado: Tornado, top: int) -> tuple[str, int]:
    ends = _ends(tornado)
    heading = escape(f"{tornado.title}: {tornado.today.text} today")
    parts = [f'<text x="8" y="{top + 24}" font-weight="bold">{heading}</text>']
    bottom = top + _HEAD + _ROW * len(tornado.bars)

    def place(x: float) -> float:
        assert ends is not None
        return round(_LEFT + (x - ends[0]) / (ends[1] - ends[0]) * _BARS, 1)

    for at, bar in enumerate(tornado.bars):
        y = top + _HEAD + _ROW * at
        parts.append(f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(bar.title[:44])}</text>')
        result = _results(bar)
        parts.append(f'<text x="{_LEFT + _BARS + 12}" y="{y + 4}">{escape(result)}</text>')
        if ends is None or bar.swing is None or bar.at_low.low is None or bar.at_high.low is None:
            continue
        low, high = sorted((place(bar.at_low.low), place(bar.at_high.low)))
        said = escape(f"{bar.title} at {bar.low.text} and {bar.high.text}: {result}")
        turning = any(s.inside for s in bar.switches)
        colour = "#b45309" if turning else "#2563eb"
        parts.append(
            f'<rect x="{low}" y="{y - 8}" width="{max(round(high - low, 1), 1)}" height="16" fill="{colour}">'
            f"<title>{said}</title></rect>"
        )
    if ends is not None and tornado.today.low is not None:
        x = place(tornado.today.low)
        parts.append(f'<line x1="{x}" y1="{top + _HEAD - 14}" x2="{x}" y2="{bottom - 10}" stroke="#111"/>')
    return "\n".join(parts), bottom - top + 8
