"""Runs held side by side, or what stands in the way: what `thesis compare` and a notebook share.

In: the rules that all names are held to, runs, how to sort. Out: `CompareOutput`, or `Failed`. Must not know how the
runs came about, nor what the grid looks like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsl.program.program import Program
from dsl.text.messages import did_you_mean
from evaluator.across.side_by_side import GIVEN, Subject, side_by_side, sort_keys, units
from evaluator.codes.messages import make
from evaluator.schema.names import CompareOutput
from evaluator.session.reading import Failed
from evaluator.session.run import Run

ONCE = "name each company once"


def compare(rules: Program, runs: Sequence[Run], sort: str = GIVEN) -> CompareOutput | Failed:
    """The grid of runs that all are as of one day.

    In: the program that names without their own rules are held to; a run for each name; `given`, `score`, `ticker`
    or the name of a verdict or a metric. Failed (wrong use): no name, a name twice, another way to sort, a metric in several
    currencies.
    """
    tickers = Counter(run.company.ticker for run in runs if run.company is not None)
    twice = [make("C020", None, what=f"{t} is named twice", mend=ONCE) for t, times in tickers.items() if times > 1]
    if twice or not tickers:
        return Failed(tuple(twice) or (make("C020", None, what="no company is named", mend=ONCE),), wrong_use=True)
    subjects = [Subject(run, run.report(), run.program.name == rules.name) for run in runs]
    keys = sort_keys(subjects)
    if sort not in keys:
        mend = did_you_mean(sort, keys, f"sort by {', '.join(keys)}")
        return Failed((make("C021", None, key=sort, mend=mend),), wrong_use=True)
    kept = units(subjects, sort)
    if len(set(kept.values())) > 1:
        said = ", ".join(f"{unit} for {ticker}" for ticker, unit in kept.items())
        what, mend = (
            f"`{sort}` is in {said}: amounts of several currencies have no order",
            "sort by a ratio, such as a margin",
        )
        return Failed((make("C020", None, what=what, mend=mend),), wrong_use=True)
    return side_by_side(rules.name, rules.title, subjects, sort)
