"""The parts that every result is made of: values as shown, reasons, comparisons.

In: nothing. Out: pydantic models, frozen. Must not know how anything was calculated.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["true", "false", "unknown", "not applicable", "not meaningful"]


class Model(BaseModel):
    """Every part of the result: frozen, no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


class Shown(Model):
    """A value: its text, and for figures the bounds in base units. `known` is false where nothing is known;
    `meaningful` is false for a figure that means nothing (n.m.), whatever becomes known."""

    text: str
    known: bool
    meaningful: bool = True
    unit: str
    low: float | None = None
    high: float | None = None
    words: list[str] | None = None


class Piece(Model):
    """A piece of a sentence: words, or a figure that was filled in, with what stands behind it."""

    text: str
    names: list[str] = Field(default_factory=list)
    """Of a figure the names that it is made of, as written in the sentence; empty for words."""
    written: str = ""
    """Of a figure the expression, as written."""


class Reason(Model):
    """Why something is unknown: which name is missing, for which period, in words."""

    name: str
    title: str
    period: str
    reason: str


class Check(Model):
    """One comparison inside a condition: the figure, what it is compared with, and how far apart they are."""

    text: str
    """As written: `cloud_growth >= strong_growth`."""
    names: list[str] = Field(default_factory=list)
    """The names in the figure, in the order in which they are written; one where it is a name."""
    parts: str = ""
    """Of a small ratio of two amounts both of them: `86m CNY on 243bn CNY`; else ''."""
    holds: State
    figure: str
    value: Shown
    period: str
    """The period read, '' where the figure has none."""
    operator: str
    """`<` and so on, `is`, `includes`, or '' where a whole condition must last."""
    lasting: str
    """`for 8 quarters` where it must hold that long, else ''."""
    held: int | None
    """In how many of the periods asked for it held; null where it need not last."""
    periods: int | None
    """How many periods were asked for."""
    threshold: str
    limit: Shown | None
    margin: Shown | None
    """Figure less threshold; for percents in pp. Null where the check is no comparison of figures."""
    slack: float | None
    """How far the check is from turning, as part of the threshold (or of the figure, where that is 0): above 0 it
    holds, below 0 it fails; null where unknown."""
    scale: list[float] | None
    """Where to draw: low and high of the figure, threshold, left and right end of the axis, in base units."""
