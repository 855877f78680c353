"""What `thesis portable` and `thesis compare` print as JSON: rules compared with other names, and names side by side.

In: nothing (made by `portable.py` and `side_by_side.py`). Out: models with published schemas. Must not know how
anything was calculated. A cell that is unknown says so in its text and its state, and is never written as false.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.commands import Output
from evaluator.schema.periods import ReadPeriod
from evaluator.schema.report import DISCLAIMER, SCHEMA_VERSION, Alert, Narrowing, Shown

Missing = Literal[
    "never", "later", "other periods", "older", "history", "stale", "no exchange rate", "said to be unknown", "none"
]
"""Why a figure cannot be read: no fact of it at all; known only after the as-of date; known for intervals of another
length alone; not for the period that is read; not far enough back; past its `stale after`; in a currency without a rate;
a source says that it is unknown. `none`: it can be read."""


# --- portable ----------------------------------------------------------------------------------------------


class InputNeed(Output):
    """An input that a judgement asks for, and whether the name's facts answer it."""

    name: str
    title: str
    declared: str
    """As the rules declare it: `money per quarter`."""
    required: bool
    by_default: bool
    """Whether the rules say what counts wherever it is unknown (`first_known(x, …)`): then it stands in no way."""
    missing: Missing
    detail: str
    """What is known instead, in words; '' where nothing is missing."""
    conditions: list[str]
    """Titles of the conditions that stay unknown for want of it."""
    notes: list[str]
    """What the facts say of themselves where they are used, such as another definition."""
    in_the_way: bool


class CurrencyNeed(Output):
    """A currency that is not the company's own, where it stands, and whether it can be converted."""

    currency: str
    where: list[str]
    rate: float | None
    """What one unit was worth in the company's currency, by the latest rate that was known; null where none was. What
    stands on both sides of a comparison needs none: only where one is missed is it in the way."""
    date: dt.date | None
    in_the_way: bool


class ThresholdNeed(Output):
    """A threshold that rests on nobody but the module: it has no source, or its source calls it an assumption."""

    name: str
    title: str
    value: Shown
    module: str
    says: str
    """What its source says; '' where it has none."""
    asked_by: list[str]
    """Titles of what is judged by it."""
    in_the_way: bool


class EventNeed(Output):
    """A kill or a catalyst that says something of one company alone."""

    name: str
    title: str
    kind: Literal["kill", "catalyst"]
    module: str
    says: list[str]
    """Its days (`by 2027-06-30`, `since 2026-05-14`), and what is compared with a figure that is written in it."""
    in_the_way: bool


class FrequencyNeed(Output):
    """Inputs that come more often in the rules than in the facts: quarters are asked for, and only halves are known."""

    asked: str
    given: list[str]
    inputs: list[str]
    in_the_way: bool


class MeantForNeed(Output):
    """What a thesis on one company changed for that company, where it is run on another."""

    ticker: str
    changes: list[str]
    in_the_way: bool


class Telling(Output):
    """A missing figure, and how many outcomes would be left on average if it were known."""

    name: str
    title: str
    narrowing: Narrowing


class VerdictNeed(Output):
    """A table that cannot be decided, and the figures that would tell most about it, the most telling first."""

    name: str
    title: str
    outcomes: list[str]
    decided: bool
    telling: list[Telling]
    in_the_way: bool


class MeaninglessNeed(Output):
    """A figure that means nothing of this company, with why, and what asks for it; no fact would change that."""

    name: str
    title: str
    why: list[str]
    asked_by: list[str]


class PortableOutput(Output):
    """`thesis portable --format json`: what stands between rules and a name. `portable` where nothing does."""

    schema_version: str = SCHEMA_VERSION
    rules: str
    title: str
    fingerprint: str
    ticker: str
    company: str
    currency: str
    fiscal_year_ends: str
    as_of: dt.date
    reads: list[ReadPeriod]
    portable: bool
    meant_for: MeantForNeed | None
    inputs: list[InputNeed]
    frequencies: list[FrequencyNeed]
    currencies: list[CurrencyNeed]
    thresholds: list[ThresholdNeed]
    events: list[EventNeed]
    means_nothing: list[MeaninglessNeed]
    verdicts: list[VerdictNeed]
    alerts: list[Alert]
    """What a reader of its verdicts must know first."""


# --- compare -------------------------------------------------------------------------------------------------

CellState = Literal[
    "true", "false", "unknown", "not applicable", "not meaningful", "bullish", "neutral", "bearish", "decided",
    "supported", "undermined", "contested", "open", "figure", "bounded", "not asked", "has happened",
    "already so when the thesis began", "has not happened", "watched", "met", "missed", "pending", "upcoming",
]  # fmt: skip
"""`not asked`: the rules of this name have no such row. `decided`: an outcome without a tone. `bounded`: a score that is
an interval, since some conditions are unknown. The last ones say what became of a kill or a catalyst, which is not what its
condition says today."""


RowKind = Literal["verdict", "score", "pillar", "condition", "kill", "catalyst", "metric", "threshold", "valuation"]


class Cell(Output):
    """What a row says of a name."""

    ticker: str
    state: CellState
    text: str
    words: list[str]
    """The outcomes or statuses that are possible; empty for figures and conditions."""
    low: float | None
    high: float | None
    because: str
    otherwise: str
    """How this name's rules ask, where that is not how the first name's do; '' where it is."""
    alert: bool = False
    """Whether it rests on what stands in the name's `alerts`."""


class Row(Output):
    """One verdict, pillar, condition, event, metric, score or threshold, across the names; a cell a name, in their order."""

    kind: RowKind
    name: str
    title: str
    side: Literal["bull", "bear"] | None
    weight: float | None
    critical: bool
    cells: list[Cell]


class ComparedName(Output):
    """A column: the name, its rules, what they read, and what would tell most about it."""

    ticker: str
    company: str
    currency: str
    fiscal_year_ends: str
    rules: str
    title: str
    fingerprint: str
    reads: list[ReadPeriod]
    facts: int
    """How many facts were known on the day."""
    facts_files: list[str]
    """The files that were read, in this order."""
    decided: int
    conditions: int
    """Of how many conditions that apply `decided` are true or false."""
    changes: list[str]
    """What its rules change in what their modules say."""
    missing: list[str]
    """Titles of the missing figures that would tell most, the most telling first."""
    alerts: list[Alert]
    """What a reader of its verdicts must know first."""


class CompareOutput(Output):
    """`thesis compare --format json`: names side by side, as of one day."""

    schema_version: str = SCHEMA_VERSION
    rules: str
    title: str
    as_of: dt.date
    sort: str
    order: str
    """How the names are sorted, in words, and which stand last because it is not decided of them."""
    names: list[ComparedName]
    rows: list[Row]
    disclaimer: str = DISCLAIMER
