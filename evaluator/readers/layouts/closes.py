"""Closes that a vendor has adjusted for splits: taken only where the splits are said, and then as they were paid.

In: what a mapping and the settings say of splits. Out: the splits, or the finding that refuses such closes. Must not know
tables.

Most vendors divide every close before a split by its ratio, so that the file says today what nobody paid then; beside
earnings per share as they were filed such a close is wrong by the ratio, and nothing in the file shows it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import Span
from evaluator.codes.messages import make
from evaluator.readers.layouts.mapping import Layout, Split
from evaluator.readers.numerals import plain
from evaluator.readers.rows import Settings

_SPLIT = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d+(?:\.\d+)?) for (\d+(?:\.\d+)?)")


def splits_in(text: str) -> tuple[Split, ...] | None:
    """`none`, or `2022-07-18 20 for 1, 2024-06-10 10 for 1`; None where it is written otherwise, or holds a ratio of 0."""
    if text.strip() == "none":
        return ()
    found = []
    for part in text.split(","):
        match = _SPLIT.fullmatch(part.strip())
        try:
            found.append(
                Split.model_validate({"date": match[1], "ratio": float(match[2]) / float(match[3])})
            ) if match else None
        except (ValueError, ZeroDivisionError):
            return None
        if match is None:
            return None
    return tuple(found)


def split_of(settings: Settings, layout: Layout | None) -> tuple[Split, ...] | None:
    """The splits that are said: in an option or the head file, else in the mapping; None where nobody says them."""
    if settings.splits is not None:
        return splits_in(settings.splits)
    return layout.splits if layout is not None else None


def adjusted_for(settings: Settings, layout: Layout | None) -> tuple[Split, ...]:
    """The splits for which closes were adjusted that are known to be: those that are said for the file, else the company's."""
    said = split_of(settings, layout)
    of_head = (Split(date=day, ratio=ratio) for day, ratio in settings.head_splits)
    return said if said is not None else tuple(of_head)


def closes_problem(
    layout: Layout | None, settings: Settings, head: Span | None, last: dt.date | None = None
) -> Diagnostic | None:
    """That closes are adjusted for splits and nobody says which; None where all is well. `last` is the day of the newest
    close: whether the file was made before a split of a later day, or after it, nobody can tell from the head file."""
    if head is None or (layout is not None and layout.closes != "adjusted for splits"):
        return None
    if settings.splits is not None and splits_in(settings.splits) is None:
        what = f"`{settings.splits}` does not say how shares were split"
        return make("F060", head, what=what, mend="write `none`, or the day and the ratio: `2022-07-18 20 for 1`")
    if split_of(settings, layout) is not None:
        return None
    after = next((day for day, _ in settings.head_splits if last is not None and day > last), None)
    if settings.head_splits and after is None:
        return None
    vendor = (
        f"{layout.vendor} adjusts" if layout is not None and layout.vendor else "whoever made this file seems to adjust"
    )
    if after is not None:
        what = f"{vendor} old closes for later splits, and the split of {after} is later than the last close ({last})"
        mend = (
            "say for which splits this file was adjusted: `splits: none` under `files`, or `splits: 2022-07-18 20 for 1`; a file "
            "that was made after the split has the closes since then too"
        )
        return make("F060", head, what=what, mend=mend)
    what = f"{vendor} old closes for later splits, and nobody says which splits there were"
    mend = (
        "say it: `splits: none` where there were none since the first close, else `splits: 2022-07-18 20 for 1` (under `files`, "
        "or `--splits`), or the company's `splits` in the head file; closes are then brought back to what was paid"
    )
    return make("F060", head, what=what, mend=mend)


def on_its_day(value: str, day: dt.date | None, splits: Sequence[Split]) -> str:
    """A close as it was paid on its day: times the ratio of each split that came after it."""
    if not splits:
        return value
    factor = Decimal(1)
    for split in splits:
        if day is not None and split.date > day:
            factor *= Decimal(repr(split.ratio))
    match = re.match(r"-?[\d.]+", value)
    if factor == 1 or match is None:
        return value
    return f"{plain(Decimal(match[0]) * factor)}{value[match.end() :]}"
