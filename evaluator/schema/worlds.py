"""Worlds beside today's, as `thesis scenarios` prints them as JSON.

In: nothing (made by `outlook/`). Out: models with published schemas. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.commands import Output
from evaluator.schema.parts import Shown
from evaluator.schema.report import DISCLAIMER, SCHEMA_VERSION, Alert, Assumed, Figured, Tone


class Asked(Output):
    """A name of which it is said what it comes to. `tones`: of a verdict the tone of each outcome that has one."""

    name: str
    title: str
    role: Literal["verdict", "score", "pillar", "condition", "kill", "figure", "other"]
    tones: dict[str, Tone]


class World(Output):
    """Today's world, or a scenario: what it assumes, and what follows."""

    name: str
    """'' for today's world."""
    title: str
    base: str | None
    """The scenario on which it builds."""
    probability: float | None
    """Of today's world what no scenario has; null where not every scenario has one."""
    assumes: list[Assumed]
    verdicts: dict[str, list[str]]
    score: Shown | None
    pillars: dict[str, list[str]]
    conditions: dict[str, str]
    kills: dict[str, str]
    """Whether each has happened, or happens there: `true`, `false` or `unknown`."""
    figures: list[Figured]
    turned: list[str]
    """Conditions and kills that are otherwise than today, with what they become."""
    stays: list[str]
    """Metrics that a fact gives, and that this world changes only if it assumes them too."""


class Likely(Output):
    """A set of outcomes that stays possible in some worlds, with the probability of these worlds together."""

    outcomes: list[str]
    probability: float


class Weighted(Output):
    """A verdict, pillar, condition or kill over all worlds: the likeliest answer first."""

    of: Asked
    answers: list[Likely]


class Axis(Output):
    """A name that a grid varies, with its values, and what it is today."""

    name: str
    title: str
    today: Shown
    values: list[Shown]
    settings: list[str]
    """Each value as `--set` takes it."""


class Cell(Output):
    """What a name comes to in one world of a grid; of words the outcomes that are possible."""

    text: str
    known: bool
    low: float | None
    high: float | None
    outcomes: list[str] | None


class Grid(Output):
    """A name in all worlds of a grid: a list for each value of the first axis, with a cell for each value of the second (one
    cell, where there is no second)."""

    of: Asked
    today: Cell
    cells: list[list[Cell]]


class ScenariosOutput(Output):
    """`thesis scenarios`: the scenarios side by side with today, weighted by probability; and grids of worlds."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    company: str | None
    as_of: dt.date
    what_if: str
    alerts: list[Alert]
    names: list[Asked]
    """The verdicts, pillars, conditions and kills of the rules."""
    worlds: list[World]
    """Today's first, then the scenarios in the order of the rules."""
    unassigned: float | None
    """Probability that no scenario has, and that counts as today's world; null where not every scenario has one."""
    weighted: list[Weighted]
    """Empty where not every scenario has a probability."""
    weighted_score: Shown | None
    weighted_figures: list[Figured]
    axes: list[Axis]
    grids: list[Grid]
    notes: list[str]
    """What an axis does not bear on."""
    disclaimer: str = DISCLAIMER
