"""What decides a judgement that is not decided, as reports and `thesis flip` say it.

In: nothing (made by `report/unknowns.py`). Out: `Settlement`. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt

from evaluator.schema.parts import Model, Shown


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
