"""What a workbook is made of: lines of figures, tests, conditions.

In: nothing (made by `build.py`). Out: records. Must not know programs, facts or the syntax of a spreadsheet.
"""

from __future__ import annotations

from dsl.text.record import record
from evaluator.ledger.trees import Logic, Tree
from evaluator.schema.report import Check, ConditionResult


@record
class Line:
    """A figure with its bounds in base units (None: no bound is known). `formula`: how it follows from other lines; None for what
    is given. `how`: where it is from, in words."""

    key: str
    group: str
    title: str
    name: str
    text: str
    low: float | None
    high: float | None
    unit: str
    period: str
    how: str
    formula: Tree | None = None
    rests_on: tuple[str, ...] = ()
    """Of a figure that thesis calculated and no formula here does: the lines whose change would change it."""

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high


@record
class Side:
    """One side of a comparison, with the formulas of its two ends where they follow from lines."""

    low: float | None
    high: float | None
    unit: str
    low_formula: Tree | None = None
    high_formula: Tree | None = None
    rests_on: tuple[str, ...] = ()
    """Of ends without formulas: the lines whose change would change them."""


@record
class Test:
    """A check of a condition. `figure` and `limit` are of a comparison alone; `operator`: <, <=, >, >=, or '' where it follows
    from no comparison of figures of today; `opposite`: it is asked whether that does not hold."""

    __test__ = False

    check: Check
    figure: Side | None = None
    limit: Side | None = None
    operator: str = ""
    opposite: bool = False
    rests_on: tuple[str, ...] = ()
    """Of one without an operator: the lines whose change may change whether it holds."""


@record
class Scored:
    """A condition with its tests. `applies`, `when`: how its state follows from them; `when` None: it does not."""

    condition: ConditionResult
    tests: tuple[Test, ...]
    applies: Logic | None = None
    when: Logic | None = None
    rests_on: tuple[str, ...] = ()
    """Of one whose state follows from no tests: the lines whose change may change it."""


@record
class Ledger:
    """The lines, each after those that it follows from within its group; and the conditions."""

    lines: tuple[Line, ...]
    scored: tuple[Scored, ...]
