"""The first lines of a page of text: what a reader is told first, then of what, for whom and of which days the page is.

In: what was found. Out: lines. Must not know what stands below them.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.render.explanation import Paint, above
from evaluator.render.languages.speaking import say
from evaluator.schema.history import HistoryOutput
from evaluator.schema.outlook import ChangesOutput, FlipOutput
from evaluator.schema.simulation import SensitivityOutput, SimulateOutput
from evaluator.schema.worlds import ScenariosOutput


def head_as_of(found: FlipOutput | ScenariosOutput | SimulateOutput | SensitivityOutput, paint: Paint) -> Iterator[str]:
    """What a reader is told first, then of what, for whom and as of which day the page is."""
    yield from above(found.what_if, found.alerts, paint)
    yield say(
        "%(title)s (%(name)s)%(about)s, as of %(as_of)s",
        title=paint(found.title, None),
        name=found.name,
        about=_about(found.company),
        as_of=found.as_of,
    )


def head_of_days(found: ChangesOutput | HistoryOutput, paint: Paint) -> str:
    """Of what, for whom and from which day to which a page is."""
    return say(
        "%(title)s (%(name)s)%(about)s, from %(begin)s to %(end)s",
        title=paint(found.title, None),
        name=found.name,
        about=_about(found.company),
        begin=found.begin,
        end=found.end,
    )


def _about(company: str | None) -> str:
    return say(" for %(company)s", company=company) if company is not None else ""
