"""What would change a judgement, as `thesis flip` prints it as JSON.

In: nothing (made by `outlook/`). Out: models with published schemas. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.commands import Output
from evaluator.schema.front import Settlement
from evaluator.schema.parts import Check, Shown
from evaluator.schema.report import DISCLAIMER, SCHEMA_VERSION, Alert


class Judgement(Output):
    """A verdict or a kill, and what it says today: several outcomes where it is not decided."""

    name: str
    title: str
    role: Literal["verdict", "kill"]
    outcomes: list[str]


class Change(Output):
    """The smallest change of one name alone, in one direction, that changes a judgement."""

    name: str
    title: str
    role: Literal["input", "param", "metric"]
    judgement: str
    today: Shown
    past: Shown | None
    """Where it turns; null for a word or a truth, which has nothing in between."""
    at: Shown
    """A figure of few digits past the turn, or the word or truth, that gives these outcomes."""
    setting: str
    """The same as `--set` takes it: `cloud_growth=35.4%`."""
    direction: Literal["up", "down", "other"]
    change: Shown | None
    """From today to the turn, in the unit of the figure; for percents in pp."""
    relative: float | None
    """The same as part of today's figure, without sign; null where that is 0, or there is no figure."""
    outcomes: list[str]
    """What is judged past the turn."""
    nearest: bool
    """Whether no smaller change in this direction changes it: proven, by bounds."""
    seen: list[float] | None
    """The least and the greatest that the figure has been, in base units."""
    beyond: bool
    """Whether the turn lies outside of that."""


class JointMove(Output):
    """One figure of a joint change."""

    name: str
    title: str
    today: Shown
    past: Shown
    """Where it is when the judgement turns."""
    change: Shown
    """From today to there, in the unit of the figure; for percents in pp."""
    setting: str
    """A figure of few digits past the turn, as `--set` takes it."""


class JointChange(Output):
    """Figures that change a judgement together, where none alone is as near."""

    judgement: str
    moves: list[JointMove]
    size: float
    """No figure moves by more than this part of itself (0.04: by 4%)."""
    size_text: str
    outcomes: list[str]
    """What is judged with all settings."""
    nearest: bool
    """Whether no smaller change of these figures does it: proven, by bounds."""


class Firm(Output):
    """A name that a judgement asks for, and of which no change alone changes it."""

    name: str
    title: str
    judgement: str
    proven: bool
    """For every figure that it may be; else up to `low` and `high`."""
    by: Literal["bounds", "solver"] | None
    """What proves it: that no figure between bounds comes out otherwise, or, where that shows nothing, the solver."""
    low: Shown | None
    high: Shown | None


class NotVaried(Output):
    """A name that was not varied, and why. `whatever`: what is decided today is decided whatever it is, within its bounds if it
    has any."""

    name: str
    title: str
    why: str
    whatever: bool


class Fragile(Output):
    """A condition that is near its threshold."""

    name: str
    title: str
    check: Check


class FlipOutput(Output):
    """`thesis flip`: the changes, the smallest first."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    company: str | None
    as_of: dt.date
    what_if: str
    """What was set by hand, in a sentence; '' in the world as it is."""
    alerts: list[Alert]
    """What a reader must know first of the judgements asked for."""
    judgements: list[Judgement]
    changes: list[Change]
    together: list[JointChange]
    """Of two or three figures, where none alone does it as near, the smallest first."""
    firm: list[Firm]
    undecided: list[str]
    """Judgements that are not decided today."""
    settlements: list[Settlement]
    """What decides these, in the same order."""
    not_varied: list[NotVaried]
    aside: list[str]
    """Inputs on which none of the judgements rests."""
    fragile: list[Fragile]
    """Comparisons within 5% of their threshold, the nearest first."""
    disclaimer: str = DISCLAIMER


# --- goal seek -----------------------------------------------------------------------------------------------


class Reached(Output):
    """A figure at which a goal is reached. `exact`: it is met there; else the value jumps past it, from one side to the
    other."""

    at: Shown
    setting: str
    """The same as `--set` takes it."""
    direction: Literal["up", "down"]
    change: Shown
    gives: Shown
    """What the sought expression comes to there."""
    exact: bool
    nearest: bool
    """Whether no smaller change in this direction reaches it: proven, by bounds."""
    beyond: bool
    """Whether the figure has never been there."""


class SeekOutput(Output):
    """`thesis seek`: which figure of one name gives an expression some value, the nearest first."""

    schema_version: str = SCHEMA_VERSION
    name: str
    company: str | None
    as_of: dt.date
    what_if: str
    alerts: list[Alert]
    """What a reader must know first of the expression."""
    goal: str
    by: str
    title: str
    today: Shown
    """What the expression comes to today."""
    by_today: Shown
    reached: list[Reached]
    never: bool
    """Whether no figure that the name may be reaches it: proven."""
    disclaimer: str = DISCLAIMER


# --- what changed ------------------------------------------------------------------------------------------

CAUSES = ("time", "thresholds", "results", "prices", "restatements", "contradictions", "rates", "edits")


class TurnedShare(Output):
    """How much of what turned a cause is: the Shapley value of whether it comes out as it is now (1) or not (0)."""

    cause: str
    share: float
    """All of them, with those that are 0 and left out, add up to 1; below 0 where a cause worked against it."""
    error: float | None
    """The standard error, where there are more causes than can be told apart exactly."""
    of: list[str]
    """Titles of the names of which new facts are this cause, of those that it rests on."""


class Turned(Output):
    """A judgement, pillar or condition that says something else than before."""

    name: str
    title: str
    role: Literal["verdict", "kill", "catalyst", "pillar", "condition"]
    before: str
    after: str
    causes: list[str]
    """The fewest causes that turn it together, on top of the passing of time; `time` where that alone does; empty where it
    takes all of them."""
    shares: list[TurnedShare]
    """How much of it each cause is, the largest first; those that are nothing of it are left out, but for edits of the rules."""
    facts: list[str]
    """Of a condition the facts on which it rests now and that were not known then, the newest first: figure, period, day and
    source."""
    back: list[Change]
    """Of a verdict that was and is decided the smallest changes of one figure alone that bring back what it said, the nearest
    first."""


class Part(Output):
    """What one cause did to the score."""

    cause: str
    """`edits NAME` for an edit of a declaration, where edits are told apart; `edits` for all of them together."""
    by: float
    error: float | None
    """The standard error, where there are more causes than can be told apart exactly."""
    text: str
    """`−4pp`."""
    share: float | None
    """The same as part of the whole change; null where the score is the same as before."""
    count: int
    """How many facts, rates, thresholds or edits there are of it."""


class Edit(Output):
    """A difference in meaning between the rules of the first day and those of the last: the part of a declaration (null: all of
    it), what stood, what stands."""

    group: str
    action: str
    keyword: str
    name: str
    part: str | None
    was: str | None
    now: str | None
    note: str | None


class Moved(Output):
    """An input or metric whose value is another now."""

    name: str
    title: str
    before: Shown
    after: Shown


class ChangesOutput(Output):
    """`thesis changes`: what turned between two days, and why."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    company: str | None
    begin: dt.date
    end: dt.date
    what_if: str
    alerts: list[Alert]
    """What a reader must know first, as of the last day."""
    verdicts: list[Judgement]
    """As they stand on the last day."""
    turned: list[Turned]
    score_before: Shown | None
    score_after: Shown | None
    parts: list[Part]
    """What each cause did to the score, in the order of its size; they add up to the whole change. Empty where there is no
    score. Of a score with bounds its middle is taken."""
    moved: list[Moved]
    rules_before: str | None
    """Whose rules were those of the first day, where they are not the same as the last day's: of a commit or a file."""
    edits: list[Edit]
    """What was edited since, but for words."""
    disclaimer: str = DISCLAIMER
