"""What `thesis screen` prints as JSON: names judged by rules, ranked, and what stands apart.

In: nothing (made by `screening/`). Out: a model with a published schema. Must not know how anything was judged.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.commands import Output
from evaluator.schema.report import DISCLAIMER, SCHEMA_VERSION

HeadKind = Literal["verdict", "score", "pillar", "condition", "kill", "metric"]


class TakenColumn(Output):
    """A column of the table that is an input of the rules; `unit`: as what its figures were read; `how`: by which it was taken."""

    column: str
    input: str
    title: str
    unit: str
    how: str


class Lacking(Output):
    """An input, and how many of the names do not have it at the period that is read. `column`: null where the table has none."""

    input: str
    title: str
    column: str | None
    missing: int
    of: int
    share: float


class OutcomeCount(Output):
    """How many names a verdict says something of; `group`: of one sector (null: of all); `outcome`: null where it is not decided."""

    verdict: str
    group: str | None
    outcome: str | None
    tone: str | None
    count: int


class KillCount(Output):
    """Of how many names a kill is in a state (`has happened`, `watched`, `cannot be ruled out` and so on); `names`: the first of
    them, but for those of which it is only watched."""

    kill: str
    title: str
    state: str
    count: int
    names: list[str]


class ScreenHead(Output):
    """A column of the screen. `unit`: of a metric, `percent`, `multiple`, a currency and so on; '' for words."""

    name: str
    kind: HeadKind
    title: str
    unit: str


class ScreenCell(Output):
    """What a name is there: a text, its state, and of a figure the number or its bounds in base units."""

    column: str
    text: str
    state: str
    tone: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


class ScreenRow(Output):
    """A name. `rank`: its place in the order, 1 the first; null where it has none. `sorted_by`: the figure by which it was placed."""

    name: str
    company: str | None
    group: str | None
    as_of: dt.date | None
    rank: int | None
    sorted_by: float | None
    cells: list[ScreenCell]


class UndecidedName(Output):
    """A name of which a verdict is not decided: the outcomes that are left, and what is missing."""

    name: str
    verdict: str
    possible: list[str]
    missing: list[str]


class NearName(Output):
    """A name beside a threshold: by how much its figure is above it (below 0: under it), in the figure's unit."""

    name: str
    holds: bool | None
    margin: float
    text: str


class NearThreshold(Output):
    """A comparison of a condition, and the names whose figure is nearest to it on either side."""

    condition: str
    title: str
    written: str
    names: list[NearName]


class ScreenOutput(Output):
    """`thesis screen`: a universe of names judged by rules. `told`: what was taken for what, and what is in doubt; `out`: how many names
    `where` leaves out; `open`: names of which it is not decided; `unplaced`: names that the order cannot place."""

    schema_version: str = SCHEMA_VERSION
    rules: str
    title: str
    fingerprint: str
    as_of: dt.date
    source: str
    engine: str
    names: int
    what_if: str
    """What was set for all names, in a sentence; '' in the world as it is."""
    where: str | None
    order: str
    out: int
    open: list[str]
    open_count: int
    """How many names are open; `open` has the first of them. So with `unplaced` and `undecided`."""
    unplaced: list[str]
    unplaced_count: int
    told: list[str]
    taken: list[TakenColumn]
    unused: list[str]
    lacking: list[Lacking]
    outcomes: list[OutcomeCount]
    kills: list[KillCount]
    undecided: list[UndecidedName]
    undecided_count: int
    near: list[NearThreshold]
    heads: list[ScreenHead]
    found: int
    """How many names are left; `rows` has the first of them."""
    rows: list[ScreenRow]
    disclaimer: str = DISCLAIMER
