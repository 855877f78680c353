"""Where the marks of the small charts stand: pixels for the SVG macros, which only draw.

In: parts of a report. Out: frozen records of coordinates, rounded to a tenth. Must not know colours or markup.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from dsl.text.record import record
from evaluator.render.text import TONE_LOOKS, TONE_MARKS, either, kind_shares, look
from evaluator.schema.report import Check, ConditionResult, Report, Shown

_NARROW = "iljtfrI.,:;'|!()[] -"
_WIDE = "mwMW%@—…"
NARROWEST = 0.3
"""The width of an `i`, as a part of the size of the letters."""


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """About how wide Arial sets a text, in px."""
    ems = {"n": NARROWEST, "w": 0.86, "u": 0.68, "": 0.54}
    total = 0.0
    for c in text:
        if unicodedata.east_asian_width(c) in "WF":
            total += 1.0
        else:
            total += ems["n" if c in _NARROW else "w" if c in _WIDE else "u" if c.isupper() else ""]
    return total * size


@record
class Scale:
    """A linear map from values to px."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, held within the map's ends."""
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + min(1.0, max(0.0, part)) * (self.end - self.start), 1)


# --- a check against its threshold --------------------------------------------------------------------------------


@record
class Strip:
    """An axis, the side of it where the check holds, the threshold and the figure: a dot, or a bar of its bounds."""

    width: int
    zone: tuple[float, float]
    threshold: float
    low: float
    high: float
    exact: bool
    open_left: bool
    open_right: bool


def strip(check: Check, width: int = 168) -> Strip | None:
    """The strip of a check; None where there is nothing to draw."""
    if check.scale is None or not check.value.known:
        return None
    low, high, threshold, left, right = check.scale
    if not right > left:
        return None
    x = Scale(left, right, 6, width - 6)
    at = x(threshold)
    zone = (6.0, at) if "<" in check.operator else (at, width - 6.0) if ">" in check.operator else (at, at)
    open_left, open_right = check.value.low is None, check.value.high is None
    ends = (6.0 if open_left else x(low)), (width - 6.0 if open_right else x(high))
    exact = not (open_left or open_right) and ends[1] - ends[0] < 1.5
    return Strip(width, zone, at, *ends, exact, open_left, open_right)


# --- scores and weights -----------------------------------------------------------------------------------------------


@record
class Gauge:
    """The score's interval on an axis from −100% to +100%."""

    width: int
    ticks: tuple[tuple[float, str], ...]
    low: float
    high: float
    exact: bool


def gauge(score: Shown, width: int = 340) -> Gauge:
    """Where the score stands."""
    x = Scale(-1, 1, 22, width - 22)
    low, high = x(-1 if score.low is None else score.low), x(1 if score.high is None else score.high)
    texts = ((-1.0, "−100%"), (-0.5, "−50%"), (0.0, "0"), (0.5, "+50%"), (1.0, "+100%"))
    return Gauge(width, tuple((x(value), text) for value, text in texts), low, high, high - low < 1.5)


@record
class Block:
    """One condition's weight in a bar."""

    x: float
    width: float
    side: str
    state: str
    look: str
    title: str


@record
class Balance:
    """Bears to the left of the middle, bulls to the right."""

    width: int
    middle: float
    blocks: tuple[Block, ...]


def balance(conditions: Iterable[ConditionResult], heaviest: float, width: int = 300) -> Balance:
    """The weights of conditions as blocks; `heaviest`: the greatest weight on one side, over all bars."""
    middle, blocks = width / 2, []
    unit = (middle - 4) / heaviest if heaviest else 0
    order = {"true": 0, "unknown": 1, "false": 2}
    for side in ("bear", "bull"):
        reach = 1.0
        mine = [c for c in conditions if c.side == side and c.state in order]
        for c in sorted(mine, key=lambda c: (order[c.state], -c.weight)):
            size = round(max(c.weight * unit - 2, 1), 1)
            x = round(middle + reach if side == "bull" else middle - reach - size, 1)
            blocks.append(Block(x, size, side, c.state, look(c), f"{c.title}: {c.state}, weight {c.weight:g}"))
            reach += size + 2
    return Balance(width, middle, tuple(blocks))


def heaviest(groups: Iterable[Iterable[ConditionResult]]) -> float:
    """The greatest weight that stands on one side of any group."""
    sums = [
        sum(c.weight for c in group if c.side == side and c.state not in ("not applicable", "not meaningful"))
        for group in map(list, groups)
        for side in ("bull", "bear")
    ]
    return max(sums, default=0.0)


def shares(parts: Mapping[str, float], width: float = 340) -> list[tuple[str, float, float]]:
    """A stacked bar: kind, x and width of each part."""
    x, found = 0.0, []
    for kind, _, share in kind_shares(parts):
        found.append((kind, round(x, 1), round(max(share * width - 1.5, 0.5), 1)))
        x += share * width
    return found


# --- scenarios side by side ---------------------------------------------------------------------------------------------


@record
class Heat:
    """What a verdict or the score is in one world: its words, how it looks, its mark."""

    text: str
    look: str
    mark: str


@record
class HeatRow:
    """A world: today's, or a scenario's."""

    title: str
    probability: float | None
    cells: tuple[Heat, ...]


def heat_strip(report: Report) -> tuple[HeatRow, ...]:
    """Today's world and each scenario's: every verdict by its tone, and the score by its sign."""
    tones = {(v.name, row.outcome): row.tone for v in report.verdicts for row in v.rows}

    def outcome(verdict: str, outcomes: list[str]) -> Heat:
        found = {tones.get((verdict, one)) for one in outcomes}
        tone = next(iter(found)) if len(found) == 1 else None
        return Heat(
            either(outcomes) if len(outcomes) < 3 else f"{len(outcomes)} outcomes", TONE_LOOKS[tone], TONE_MARKS[tone]
        )

    def row(title: str, probability: float | None, outcomes: Mapping[str, list[str]], score: Shown | None) -> HeatRow:
        cells = (outcome(v.name, outcomes.get(v.name, [])) for v in report.verdicts)
        return HeatRow(title, probability, (*cells, _scored(score)))

    today = row("Today", None, {v.name: v.outcomes for v in report.verdicts}, report.score)
    return today, *(row(s.title, s.probability, s.outcomes, s.score) for s in report.scenarios)


def _scored(score: Shown | None) -> Heat:
    if score is None:
        return Heat("none", "flat", "–")
    low, high = -1.0 if score.low is None else score.low, 1.0 if score.high is None else score.high
    tone = "bullish" if low > 0 else "bearish" if high < 0 else "neutral" if low == high else None
    return Heat(score.text, TONE_LOOKS[tone], TONE_MARKS[tone])


CHARTS: dict[str, Callable[..., Any]] = {
    "strip": strip, "gauge": gauge, "balance": balance, "heaviest": heaviest, "share_bar": shares,
    "heat_strip": heat_strip,
}  # fmt: skip
