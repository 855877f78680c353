"""What a committee reads first: the call, the answer to the key question, what speaks for and against, what would prove it wrong;
and what is open: missing figures, and what decides.

In: nothing (made by `report/memo/` and `report/unknowns.py`). Out: pydantic models, frozen. Must not know how it is shown.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from evaluator.schema.parts import Check, Model, Reason, Shown

Speaks = Literal["for", "against", "neither", "open"]
Direction = Literal["towards", "away", "level", "past"]


class Call(Model):
    """What the rules come to: of the verdicts that the thesis declares (where it declares none, of those of the one module that
    has some) and that no other reads the one that reads the most others; of equals the last written."""

    verdict: str
    title: str
    outcomes: list[str]
    decided: bool
    applies: bool
    text: str
    """The outcome, or in how many ways it may still come out; with its title where it is one of several that read no other."""


class Answer(Model):
    """The key question's answer: of the same verdicts those without a horizon that read no other one, the first written; where
    there is none, the call; none where no question is asked. The conditions that it reads, by what they say today."""

    verdict: str
    title: str
    outcomes: list[str]
    decided: bool
    because: str
    holding: list[str]
    """Conditions that are true."""
    failing: list[str]
    """Conditions that are false."""
    unknown: list[str]
    missing: list[str]
    """The titles of the figures for want of which these are unknown."""


class Bullet(Model):
    """A line that leads with a figure."""

    lead: str
    """The figure: `38%`."""
    text: str
    """What it is a figure of, beside what it is compared with."""
    judgement: str
    """The title of the condition that rests on it; '' where none does."""
    says: str
    """`holds`, `does not hold`; '' where there is no condition."""
    speaks: Speaks
    names: list[str]
    """The names behind the figure."""


class WrongIf(Model):
    """What would prove it wrong: a kill of which today's figures do not say whether it holds, the nearest of the others that
    have not happened, and the threshold under the call that is nearest."""

    kind: Literal["undecided", "kill", "threshold"]
    name: str
    title: str
    by: dt.date | None
    checks: list[Check]
    """What would have to turn."""
    distance: float | None
    """How many usual moves of a quarter the furthest of these is from its threshold; null where that cannot be said."""


class Risk(Model):
    """A bear that is false today, and near: within two usual moves of a quarter."""

    name: str
    title: str
    checks: list[Check]
    """What would have to turn."""
    distance: float
    """In usual moves of a quarter."""


class Trend(Model):
    """Where the figure of a kill has moved: towards its threshold, away from it, neither, or past it."""

    name: str
    """The kill."""
    figure: str
    direction: Direction
    values: list[str]
    """The last figures, the oldest first."""
    periods: list[str]


class Question(Model):
    """A question for the company's management, and why it is asked."""

    kind: Literal["unknown", "contradiction", "restatement"]
    name: str
    title: str
    text: str
    why: str


class Front(Model):
    """The first page, and what a committee asks next."""

    call: Call | None = None
    answer: Answer | None = None
    bullets: list[Bullet] = Field(default_factory=list)
    wrong_if: list[WrongIf] = Field(default_factory=list)
    risks: list[Risk] = Field(default_factory=list)
    trends: list[Trend] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)


# --- what is open ---------------------------------------------------------------------------------------------


class Narrowing(Model):
    """What knowing a figure would do to one verdict: how many outcomes are possible now, and then on average."""

    verdict: str
    title: str
    now: int
    then: float
    outcomes: list[list[str]]
    """The sets of outcomes that would be left, each once."""


class UnknownResult(Model):
    """A figure that is missing, stale or too wide, what hangs on it, and how much it would narrow the verdicts."""

    name: str
    title: str
    required: bool
    wanted: list[Reason]
    not_read: list[str]
    """Names that the facts give and these rules do not read, of which one may be meant."""
    conditions: list[str]
    weight: float
    """Weight of the unknown conditions that hang on it."""
    pillars: list[str]
    verdicts: list[Narrowing]
    gain: float
    """Outcomes that would fall away, over all verdicts, on average."""
    score_gain: float
    """How much narrower the score's interval would be, on average, from 0 to 2."""


class Range(Model):
    """A part of what a name may be, and what is left of a judgement where it lies there."""

    where: str
    """`below 25%`, `25% or more`, or a word."""
    low: Shown | None
    """null where the part has no lower end, and of a word."""
    high: Shown | None
    outcomes: list[str]


class Deciding(Model):
    """A name that is not known and could change a judgement that is not decided."""

    name: str
    title: str
    due: dt.date | None
    """When its next figure is due; null where nothing is known of that."""
    due_text: str
    """`due 28 August 2026 (Results)`, `due about 28 August 2026`, `overdue since about 28 August 2026`; '' where nothing is known."""
    gain: float
    """How many outcomes fall away on average once it is known, each of its parts as likely as the next."""
    certain: bool
    """Whether it is proven that it can change the judgement."""
    ranges: list[Range]


class Settlement(Model):
    """What decides a judgement that is not decided today."""

    judgement: str
    title: str
    today: list[str]
    """What it may be, as the report says it."""
    left: list[str]
    """What of that can come about."""
    exact: bool
    """Whether each combination of what names may be was decided; else what is left is an upper bound."""
    sentence: str
    """`Only AI share decides, due about 28 August 2026.`"""
    deciding: list[Deciding]
    """The most telling first."""
    idle: list[str]
    """Names that are not known, and no value of which would change the judgement."""
    besides: list[str]
    """Names of which more is missing than the figure that is read: with all figures known that are read it is still not
    decided."""
