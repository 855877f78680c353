"""Facts of free sign for any rules that ship: for each input figures of its kind, below 0 wherever its bounds allow it.

In: a program and a seed. Out: figures by input and period (the newest last), and the company that has them. The figures are
made up, and so is the company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from random import Random

from dsl.program import program as p
from dsl.types.units import Frequency, Kind
from evaluator.facts.model import Company
from tests.support.runs import company, fact

LAST = dt.date(2025, 12, 31)
AS_OF = dt.date(2026, 2, 28)
PUBLISHED = "2026-02-20"
PERIODS = {Frequency.QUARTER: 13, Frequency.YEAR: 21, Frequency.DAY: 70}
"""How many periods of a series are given: enough for each look back of the rules that ship."""
CURRENCY = "USD"

Figures = Mapping[str, tuple[object, ...]]
"""By input, a value for each period; of what is no series one value. None leaves a gap."""

_SCALE: dict[Kind, float] = {Kind.MONEY: 1e6, Kind.COUNT: 1e6, Kind.PERCENT: 0.01}


def free(declared: p.Input) -> bool:
    """Whether an input can be below 0."""
    return declared.type.is_figure and (declared.bounds is None or declared.bounds.admit(-1e-9))


def _number(declared: p.Input, drawn: Random) -> float:
    """In base units, within the bounds: of small whole ones, so that 0, equal figures and changes of sign are common."""
    scale, bounds = _SCALE.get(declared.type.kind, 1.0), declared.bounds
    while True:
        figure = drawn.randint(-120, 150) * scale
        if bounds is None or bounds.admit(figure):
            return figure


def _value(declared: p.Input, drawn: Random) -> object:
    kind = declared.type
    match kind.kind:
        case Kind.FLAG:
            return drawn.random() < 0.5
        case Kind.CHOICE:
            return drawn.choice(kind.options)
        case Kind.SET:
            return tuple(drawn.sample(kind.options, drawn.randint(0, len(kind.options))))
        case Kind.DATE:
            return LAST + dt.timedelta(days=drawn.randint(0, 900))
        case Kind.TEXT:
            return drawn.choice(("A", "B"))
        case _:
            return _number(declared, drawn)


def figures(program: p.Program, seed: int, gaps: bool = False) -> dict[str, tuple[object, ...]]:
    """A value for each period of each input, the same for the same seed; with `gaps`, some are missing."""
    drawn = Random(seed)
    found: dict[str, tuple[object, ...]] = {}
    for name, declared in program.inputs.items():
        count = PERIODS[declared.type.series] if declared.type.series is not None else 1
        missing = drawn.choice((0.0, 0.1, 1.0)) if gaps else 0.0
        found[name] = tuple(None if drawn.random() < missing else _value(declared, drawn) for _ in range(count))
    return found


def flipped(all_figures: Figures, name: str, periods: int | None) -> dict[str, tuple[object, ...]]:
    """The same with an input below 0 in its newest periods (None: in all)."""
    values = all_figures[name]
    first = 0 if periods is None else max(0, len(values) - periods)
    turned = tuple(-abs(x) if isinstance(x, float) and n >= first else x for n, x in enumerate(values))
    return {**all_figures, name: turned}


# --- as facts ---------------------------------------------------------------------------------------------------


def about(program: p.Program, all_figures: Figures) -> Company:
    """The company of these figures."""
    text = ""
    for name, values in all_figures.items():
        rows = list(_rows(program.inputs[name], values))
        text += f"  {name}:\n" + "".join(rows) if rows else ""
    if not text:
        text = "  {}\n"
    return company(text, currency=CURRENCY, ends="12-31")


def _rows(declared: p.Input, values: tuple[object, ...]) -> Iterator[str]:
    frequency = declared.type.series
    for back, value in enumerate(reversed(values)):
        if value is None:
            continue
        written = _written(declared, value)
        if frequency is None:
            yield fact("2026-02-20", written, PUBLISHED, key="date")
        elif frequency is Frequency.DAY:
            day = dt.date(2026, 2, 20) - dt.timedelta(days=back)
            yield fact(day.isoformat(), written, PUBLISHED, key="date")
        else:
            yield fact(_period(frequency, back), written, PUBLISHED)


def _period(frequency: Frequency, back: int) -> str:
    if frequency is Frequency.YEAR:
        return f"FY{LAST.year - back}"
    month = LAST.year * 12 + LAST.month - 3 * back
    return (dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).isoformat()


def _written(declared: p.Input, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return f"[{', '.join(value)}]"
        case float() if declared.type.kind is Kind.PERCENT:
            return f"{value * 100:.6f}%"
        case float() if declared.type.kind is Kind.MULTIPLE:
            return f"{value:.6f}x"
        case float():
            return f"{value:.6f}"
        case _:
            return str(value)
