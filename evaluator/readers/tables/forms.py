"""A table in whichever form it has, with what stands above its head.

In: a `Table`. Out: a `Reading`. Must not know formats of files, nor rules.

Above the head there may be a title, and pairs such as `currency` and `CNY` that hold for the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dsl.text.diagnostics import Diagnostic
from evaluator.codes.messages import make
from evaluator.readers.numerals import Style
from evaluator.readers.rows import DEFAULTS, HEAD, Cell, Reading, Settings
from evaluator.readers.tables import prices, tidy, wide
from evaluator.readers.tables.cells import Ground, Slot, Table, form_of, head_row

FORMS: dict[str, Callable[[Ground, int], None]] = {"tidy": tidy.read, "wide": wide.read, "prices": prices.read}
_ABOVE = (*HEAD, *DEFAULTS, "decimal")


def read(table: Table, settings: Settings) -> Reading:
    """A table in whichever form it has."""
    at = head_row(table)
    if at is None:
        return Reading(table.path, problems=(_no_head(table),))
    ground = Ground(table, settings, Style(settings.decimal, table.semicolons), dict(settings.defaults))
    for row in table.rows[:at]:
        _above(ground, row)
    form = form_of(table.rows[at])
    assert form is not None
    FORMS[form](ground, at)
    rows, problems = tuple(ground.rows), tuple(ground.problems)
    return Reading(table.path, ground.head, table.start if ground.head else None, ground.weak, rows, problems=problems)


def _above(ground: Ground, row: Sequence[Slot]) -> None:
    """A title, or a pair that holds for the whole table."""
    filled = [slot for slot in row if not slot.blank]
    if len(filled) < 2:
        return
    key, given = filled[0].word, filled[1]
    if len(filled) > 2 or key not in _ABOVE:
        mend = f"above the head of a table stand titles and pairs of {', '.join(_ABOVE)}"
        what = f"the row that begins with `{filled[0].text.strip()}` stands above its head and means nothing"
        ground.problems.append(make("F040", filled[0].span, what=what, mend=mend))
    elif key == "decimal":
        if given.word not in ("point", "comma"):
            what, mend = f"{given.text} is no way to write decimals", "write point or comma"
            ground.problems.append(make("F040", given.span, what=what, mend=mend))
        ground.style = Style(given.word, ground.style.semicolons)
    else:
        cell = Cell(given.text.strip(), given.span, filled[0].span)
        if key == "currency":  # of this table's money; the company's where no file says that
            ground.weak.setdefault(key, str(cell.text))
        elif key in HEAD:
            ground.head[key] = cell
        if key in DEFAULTS:
            ground.defaults[key] = cell


def _no_head(table: Table) -> Diagnostic:
    if all(slot.blank for row in table.rows for slot in row):
        return make(
            "F002",
            None,
            at=table.path,
            mend="write a head, `metric, period, value, published, kind, source`, and rows below it",
        )
    mend = "begin with a row that has `metric` and `value` (a row for each figure), `period` and periods across, or `date` and `close`"
    return make("F040", table.start, what="no row looks like its head", mend=mend)
