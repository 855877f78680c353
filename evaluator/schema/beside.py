"""A report with sections of other commands beside its own, as `thesis report --with` prints it as JSON.

In: nothing (made by `outlook/`). Out: models with published schemas. Must not know how anything was calculated.
"""

from __future__ import annotations

from pydantic import Field

from evaluator.schema.commands import Output
from evaluator.schema.history import HistoryOutput
from evaluator.schema.outlook import ChangesOutput, FlipOutput
from evaluator.schema.report import Report
from evaluator.schema.simulation import SensitivityOutput, SimulateOutput
from evaluator.schema.worlds import ScenariosOutput


class NotMade(Output):
    """Why a section that was asked for could not be made, and what mends it. The report is whole without it."""

    why: str
    mend: str


class BesideOutput(Output):
    """What each command that was asked for prints by itself; null where it was not."""

    flip: FlipOutput | None = None
    scenarios: ScenariosOutput | None = None
    simulate: SimulateOutput | NotMade | None = None
    sensitivity: SensitivityOutput | None = None
    changes: ChangesOutput | NotMade | None = None
    history: HistoryOutput | NotMade | None = None
    looks_back: dict[str, str] = Field(default_factory=dict)
    """Of `changes` and `history` since when they look back, in a sentence, where `--since` did not say it."""


class ReportBeside(Report):
    """`thesis report --with`: the report, and what stands beside it."""

    beside: BesideOutput
