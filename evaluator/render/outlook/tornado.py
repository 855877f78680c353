"""Bars of what each name does to a figure: as lines of text, as a table, as blocks of a page, and as an SVG.

In: a `SensitivityOutput`. Out: lines, CSV, blocks, a drawing. Must not know how lines are shown: who shows them paints names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape

from evaluator.render.explanation import Paint, plain
from evaluator.render.languages.speaking import any_of, noted, say
from evaluator.render.outlook.bars import beam, between, px
from evaluator.render.outlook.blocks import Bars, Beam, Block, Heading, Items, Words
from evaluator.render.outlook.heads import head_as_of
from evaluator.render.text import safe_cell
from evaluator.render.wide import padded
from evaluator.schema.parts import Shown
from evaluator.schema.simulation import Bar, SensitivityOutput, SwitchAt, Tornado

_WIDTH = 32
_TITLE = 34
_BASIS = {"uncertain": noted("5% to 95% of its distribution"), "by": "", "words": noted("another word")}


def lines(found: SensitivityOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: for each figure what moves it most."""
    yield from head_as_of(found, paint)
    yield _how(found)
    for tornado in found.tornados:
        yield ""
        yield say("%(title)s: %(today)s today", title=paint(tornado.title, None), today=tornado.today.text)
        if not tornado.bars:
            yield say("  nothing that was varied changes it")
        for bar in tornado.bars:
            yield from _bar(tornado, bar)
        if tornado.still:
            yield say("  changes nothing: %(names)s", names=", ".join(tornado.still))
    if found.aside:
        yield ""
        yield say("Inputs on which none of it rests: %(names)s", names=", ".join(found.aside))
    if found.not_varied:
        yield ""
        yield say("Not varied:")
        yield from (f"  {each.title}: {each.why}" for each in found.not_varied)
    if found.notes:
        yield ""
        yield from found.notes


def _how(found: SensitivityOutput) -> str:
    return say(
        "One figure at a time: %(count)s% less and more, or 5% and 95% of its distribution where it is uncertain",
        count=f"{found.by * 100:.4g}",
    )


def _ends(tornado: Tornado) -> tuple[float, float] | None:
    """The least and the most that the figure comes to."""
    values = [x.low for bar in tornado.bars if bar.swing is not None for x in (bar.at_low, bar.at_high)]
    known = [v for v in (*values, tornado.today.low) if v is not None]
    return (min(known), max(known)) if len(known) > 1 and min(known) < max(known) else None


def _results(bar: Bar) -> str:
    """What comes out at either end, and how far apart that is."""
    apart = say(" (%(swing_text)s apart)", swing_text=bar.swing_text) if bar.swing is not None else ""
    return say("%(at_low)s and %(at_high)s%(apart)s", at_low=bar.at_low.text, at_high=bar.at_high.text, apart=apart)


def _bar(tornado: Tornado, bar: Bar) -> Iterator[str]:
    drawn = between(_span(tornado, bar), _WIDTH, _part(tornado, tornado.today.low))
    title = padded(bar.title, _TITLE)
    yield f"  {title} {drawn}  {_results(bar)}"
    yield f"  {'':<{_TITLE}} {_tried(bar)}"
    yield from (f"  {'':<{_TITLE}} {_turns(switch)}" for switch in _inside(bar))


def _tried(bar: Bar) -> str:
    """At which ends a name was tried, and why there."""
    basis = f", {say(_BASIS[bar.basis])}" if _BASIS[bar.basis] else ""
    return say(
        "at %(low)s and %(high)s, %(today)s today%(basis)s",
        low=bar.low.text,
        high=bar.high.text,
        today=bar.today.text,
        basis=basis,
    )


def _turns(switch: SwitchAt) -> str:
    return say(
        "%(title)s turns past %(at)s: %(names)s",
        title=switch.title,
        at=switch.at.text,
        names=any_of(switch.outcomes),
    )


def _inside(bar: Bar) -> list[SwitchAt]:
    """Where judgements turn between the two ends."""
    return [switch for switch in bar.switches if switch.inside]


def _part(tornado: Tornado, value: float | None) -> float | None:
    """Where a figure stands on the axis of all bars, from 0 to 1; None for what is no number, and where there is no axis."""
    ends = _ends(tornado)
    return None if ends is None or value is None else (value - ends[0]) / (ends[1] - ends[0])


def _span(tornado: Tornado, bar: Bar) -> tuple[float, float] | None:
    """From where to where a bar goes on the axis; None where one of its ends is no number."""
    low, high = _part(tornado, bar.at_low.low), _part(tornado, bar.at_high.low)
    return None if bar.swing is None or low is None or high is None else (min(low, high), max(low, high))


# --- a table ---------------------------------------------------------------------------------------------------------

COLUMNS = (
    "figure", "figure_title", "name", "title", "basis", "today", "low", "high", "unit", "low_text", "high_text", "figure_today",
    "at_low", "at_high", "figure_unit", "swing", "turns",
)  # fmt: skip


def rows(found: SensitivityOutput) -> Iterator[tuple[str | float | None, ...]]:
    """A row for each bar of each figure: where its name was tried, what the figure comes to there, and which judgements turn on the
    way; figures in base units, null where they are no single number."""
    for tornado in found.tornados:
        for bar in tornado.bars:
            tried = [_number(value) for value in (bar.today, bar.low, bar.high)]
            comes_to = [_number(value) for value in (tornado.today, bar.at_low, bar.at_high)]
            yield (
                tornado.name, tornado.title, bar.name, bar.title, bar.basis, *tried, bar.today.unit, bar.low.text, bar.high.text,
                *comes_to, tornado.today.unit, bar.swing, "; ".join(_turns(switch) for switch in _inside(bar)),
            )  # fmt: skip


def _number(value: Shown) -> float | None:
    return value.low if value.low == value.high else None


def to_csv(found: SensitivityOutput) -> str:
    """The rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(found):
        writer.writerow([safe_cell(each) if isinstance(each, str) else each for each in row])
    return out.getvalue()


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks(found: SensitivityOutput) -> Iterator[Block]:
    """The same as the page, to be drawn."""
    yield Words(
        say("%(how)s. The line in the bars is today; a diamond is where a judgement turns.", how=_how(found)), "quiet"
    )
    for tornado in found.tornados:
        yield Heading(say("%(title)s: %(today)s today", title=tornado.title, today=tornado.today.text))
        if tornado.bars:
            line = _part(tornado, tornado.today.low)
            made = tuple(_beam(tornado, bar) for bar in tornado.bars)
            yield Bars(
                (say("Figure"), say("%(title)s comes to", title=tornado.title)),
                made,
                line=px(line) if line is not None else None,
            )
        else:
            yield Words(say("Nothing that was varied changes it."))
        if tornado.still:
            yield Words(say("Changes nothing: %(names)s.", names=", ".join(tornado.still)), "quiet")
    if found.aside:
        yield Words(say("Inputs on which none of it rests: %(names)s.", names=", ".join(found.aside)), "quiet")
    if found.not_varied:
        yield Heading(say("Not varied"))
        yield Items(tuple(f"{each.title}: {each.why}" for each in found.not_varied))
    if found.notes:
        yield Heading(say("To know"))
        yield Items(tuple(found.notes))


def _beam(tornado: Tornado, bar: Bar) -> Beam:
    """A bar; brown where a judgement turns inside it."""
    turning = _inside(bar)
    return beam(
        bar.title,
        _results(bar),
        _span(tornado, bar),
        "warn" if turning else "accent",
        _WIDTH,
        marks=_marks(tornado, bar),
        line=_part(tornado, tornado.today.low),
        more=[_tried(bar), *(_turns(switch) for switch in turning)],
    )


def _marks(tornado: Tornado, bar: Bar) -> list[tuple[float, str]]:
    """Where on the axis judgements turn, each place once with what turns there. What turns at a figure beyond the ends of the bar
    (between them a figure may go further than at them) is said, and not marked."""
    ends = _span(tornado, bar)
    places: dict[float, list[str]] = {}
    for switch in _inside(bar):
        at = _part(tornado, _number(switch.gives)) if switch.gives is not None else None
        if at is not None and ends is not None and ends[0] <= at <= ends[1]:
            places.setdefault(at, []).append(_turns(switch))
    return [(at, "; ".join(words)) for at, words in places.items()]


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
    heading = escape(say("%(title)s: %(today)s today", title=tornado.title, today=tornado.today.text))
    parts = [f'<text x="8" y="{top + 24}" font-weight="bold">{heading}</text>']
    bottom = top + _HEAD + _ROW * len(tornado.bars)

    def place(part: float) -> float:
        return round(_LEFT + part * _BARS, 1)

    for at, bar in enumerate(tornado.bars):
        y = top + _HEAD + _ROW * at
        parts.append(f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(bar.title[:44])}</text>')
        result = _results(bar)
        parts.append(f'<text x="{_LEFT + _BARS + 12}" y="{y + 4}">{escape(result)}</text>')
        span = _span(tornado, bar)
        if span is None:
            continue
        low, high = place(span[0]), place(span[1])
        said = escape(f"{bar.title} {_tried(bar)}: {result}")
        colour = "#b45309" if _inside(bar) else "#2563eb"
        parts.append(
            f'<rect x="{low}" y="{y - 8}" width="{max(round(high - low, 1), 1)}" height="16" fill="{colour}">'
            f"<title>{said}</title></rect>"
        )
        for part, words in _marks(tornado, bar):
            x = place(part)
            parts.append(
                f'<path d="M{x} {y - 9} L{x + 6:.1f} {y} L{x} {y + 9} L{x - 6:.1f} {y}Z" fill="#fff" stroke="#b45309">'
                f"<title>{escape(words)}</title></path>"
            )
    today = _part(tornado, tornado.today.low)
    if today is not None:
        x = place(today)
        parts.append(f'<line x1="{x}" y1="{top + _HEAD - 14}" x2="{x}" y2="{bottom - 10}" stroke="#111"/>')
    return "\n".join(parts), bottom - top + 8
