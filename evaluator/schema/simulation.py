"""What many draws come to, as `thesis simulate` prints it as JSON.

In: nothing (made by `outlook/`). Out: models with published schemas. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.commands import Output
from evaluator.schema.parts import Shown
from evaluator.schema.report import DISCLAIMER, SCHEMA_VERSION, Alert


class Share(Output):
    """How often something came: a share from 0 to 1 with its standard error (null: too few draws to say), and as a text without
    digits beyond that."""

    share: float
    error: float | None
    text: str


class DrawnName(Output):
    """A name that is drawn. `distribution`: as it is written; `low`, `high`: 9 of 10 draws lie between; both null for words."""

    name: str
    title: str
    distribution: str
    today: Shown
    low: Shown | None
    high: Shown | None
    outside: float
    """How much of the distribution lies beyond the bounds of the input: that is not drawn, and the rest counts for it."""
    past: int
    """Of how many past figures it is drawn; 0 where of a distribution."""


class Outcome(Output):
    """What a judgement says in some draws: one outcome, or several where it is not decided in a draw."""

    outcomes: list[str]
    share: Share


class Step(Output):
    """The share of the likeliest outcome after so many draws."""

    draws: int
    share: Share


class Driver(Output):
    """How much of what a verdict says a name drives: `first` alone, `total` with all others (Sobol's indices, from 0 to 1). Names that
    are correlated count as one."""

    name: str
    """The name, or those that are correlated with each other, with commas."""
    names: list[str]
    title: str
    first: Share
    total: Share


class DrawnJudgement(Output):
    """A verdict or a kill: what it says in which share of the draws, the likeliest first."""

    name: str
    title: str
    role: Literal["verdict", "kill"]
    today: list[str]
    outcomes: list[Outcome]
    undecided: Share
    """In which share of the draws it is not decided."""
    steps: list[Step]
    """How the share of the likeliest outcome settles as draws are added."""
    drivers: list[Driver]
    """Which names drive a verdict, the strongest first; empty where nothing varies, or names are correlated."""


class DrawnState(Output):
    """A condition or a pillar: how often it is what."""

    name: str
    title: str
    role: Literal["bull", "bear", "pillar"]
    today: str
    shares: dict[str, Share]


class Quantile(Output):
    """The figure below which a part of the draws lies, rounded to its standard error (null: too few draws to say)."""

    part: float
    value: Shown
    error: float | None


class DrawnFigure(Output):
    """A figure over all draws. Mean and quantiles are of the draws in which it is one number; `nothing` is the share in which it
    means nothing, `open` that in which it is unknown or known only within bounds."""

    name: str
    title: str
    today: Shown
    mean: Quantile | None
    quantiles: list[Quantile]
    nothing: Share
    open: Share


class SimulateOutput(Output):
    """`thesis simulate`: what verdicts, kills, conditions and figures come to over many draws."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    company: str | None
    as_of: dt.date
    what_if: str
    alerts: list[Alert]
    """What a reader must know first of the judgements."""
    draws: int
    batches: int
    """Independent sequences, by whose spread the standard errors are told."""
    method: Literal["sobol", "random"]
    seed: int
    drawn: list[DrawnName]
    judgements: list[DrawnJudgement]
    pillars: list[DrawnState]
    conditions: list[DrawnState]
    score: DrawnFigure | None
    figures: list[DrawnFigure]
    notes: list[str]
    """What a reader must know of the draws: what was left out, cut off or done slowly."""
    disclaimer: str = DISCLAIMER


# --- one figure at a time ------------------------------------------------------------------------------------------


class SwitchAt(Output):
    """A value of a name at which a judgement turns. `inside`: between the two ends that are tried."""

    judgement: str
    title: str
    at: Shown
    outcomes: list[str]
    """What is judged past it."""
    inside: bool
    gives: Shown | None
    """What the figure comes to just past it; null where that is not between the two ends."""


class Bar(Output):
    """A name at two ends, all else as it is. `basis`: its ends are the 5% and 95% quantiles of its distribution, a part of today's
    figure more and less, or the other words or truth that it may be. `swing`: how far apart the two results are, in base units;
    null where one of them is no number."""

    name: str
    title: str
    basis: Literal["uncertain", "by", "words"]
    today: Shown
    low: Shown
    high: Shown
    at_low: Shown
    at_high: Shown
    swing: float | None
    swing_text: str
    switches: list[SwitchAt]


class Tornado(Output):
    """What each name does to one figure, the greatest swing first. Names that do nothing to it are left out."""

    name: str
    title: str
    today: Shown
    bars: list[Bar]
    still: list[str]
    """Names that were varied and do nothing to it."""


class LeftOut(Output):
    """A name that was not varied, and why."""

    name: str
    title: str
    why: str


class SensitivityOutput(Output):
    """`thesis sensitivity`: the score and figures with one name at a time at either end."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    company: str | None
    as_of: dt.date
    what_if: str
    alerts: list[Alert]
    by: float
    """The part of today's figure by which a name is changed of which the rules do not say how it is spread."""
    tornados: list[Tornado]
    aside: list[str]
    """Inputs on which nothing that is shown rests."""
    not_varied: list[LeftOut]
    notes: list[str]
    disclaimer: str = DISCLAIMER
