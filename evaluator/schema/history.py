"""What was judged on each day of a stretch of time, as `thesis history` prints it as JSON.

In: nothing (made by `outlook/`). Out: models with published schemas. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.commands import Output
from evaluator.schema.parts import Shown
from evaluator.schema.report import DISCLAIMER, SCHEMA_VERSION

Role = Literal["verdict", "kill", "catalyst", "pillar", "condition"]


class HistoryTurn(Output):
    """Something that is judged otherwise than on the point before."""

    name: str
    title: str
    role: Role
    before: str
    after: str
    facts: list[str]
    """Of a condition the facts on which it rests that became known on this day: figure, period and source."""


class HistoryPoint(Output):
    """What was judged on a day, by what was known on it: what `thesis report --as-of DAY --format json` says of that day."""

    day: dt.date
    why: Literal["first", "facts", "time"]
    """The first day that is looked at; a day on which something became known; a day on which something turned though nothing
    became known (it grew stale, a deadline passed, another threshold came into force)."""
    known: list[str]
    """What became known: the name and its period, each once; the first of them where there are many."""
    known_count: int
    verdicts: dict[str, list[str]]
    """Each verdict's outcomes: several where it is not decided."""
    score: Shown | None
    pillars: dict[str, list[str]]
    conditions: dict[str, str]
    kills: dict[str, str]
    catalysts: dict[str, str]
    turned: list[HistoryTurn]


class Named(Output):
    """A judgement, pillar or condition of the rules. `tones`: of a verdict the tone of each outcome that has one; `side`: of
    a condition."""

    name: str
    title: str
    role: Role
    side: Literal["bull", "bear"] | None
    tones: dict[str, str]


class Track(Output):
    """The points of one state of the rules."""

    rules: str
    """`today's rules`, or `the rules of` a commit."""
    commit: str | None
    """The commit from which they were read, null for the rules as they are now."""
    fingerprint: str
    """The hash of what the rules mean (SHA-256)."""
    names: list[Named]
    points: list[HistoryPoint]


class HistoryOutput(Output):
    """`thesis history`: what was judged on each day, by what was known on it."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    company: str | None
    begin: dt.date
    """The first day that is looked at: the one asked for, or that of the first fact, where that is later."""
    end: dt.date
    asked_from: dt.date
    what_if: str
    """What was set by hand on every day, in a sentence; '' in the world as it is."""
    tracks: list[Track]
    """Today's rules; and, where they were asked for, the rules of a commit."""
    notes: list[str]
    """What a reader must know of the rules of a commit: modules that are not in the repository are as they are today."""
    disclaimer: str = DISCLAIMER
