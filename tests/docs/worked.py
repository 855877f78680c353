"""The reference's tables of examples: what stands under `gives` is what the program gives.

In: a page of documentation with a rule file and a facts file that grow in it (`blocks.py`), and tables with a column
`gives`. Out: the same page with that column as the program fills it. The expression stands in the column before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program.program import AS_OF, Metric, Ref
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from dsl.types.units import FLAG
from evaluator.engine.evaluation import Evaluation
from evaluator.readers.load import read_company
from evaluator.report.checks import reasons, shown, shown_type
from evaluator.session.run import Run, run

GIVES = "gives"
_CELL = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """A row of a table: its line (from 0), its cells, which of them is filled, the expression that fills it."""

    line: int
    cells: tuple[str, ...]
    at: int
    expression: str


def rows(text: str) -> Iterator[Row]:
    """Every row of every table with a column `gives`, but those without an expression."""
    at = 0
    for number, line in enumerate(text.splitlines()):
        if not line.startswith("|"):
            at = 0
            continue
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if not at:
            at = cells.index(GIVES) if GIVES in cells else -1
        elif at > 0 and (found := _CELL.fullmatch(cells[at - 1])):
            yield Row(number, cells, at, found[1])


def filled(text: str, rules: str, facts: str, as_of: dt.date) -> str:
    """The text of a page with what each of its examples gives, by these rules and facts on that day."""
    wanted = list(rows(text))
    values = values_of([row.expression for row in wanted], rules, facts, as_of)
    lines = text.splitlines()
    for row, value in zip(wanted, values, strict=True):
        cells = [*row.cells[: row.at], value, *row.cells[row.at + 1 :]]
        lines[row.line] = f"| {' | '.join(cells)} |".replace("|  |", "| |")
    return "\n".join(lines) + "\n"


def values_of(expressions: list[str], rules: str, facts: str, as_of: dt.date) -> list[str]:
    """What each expression gives, as the program prints it; what is unknown with its reason."""
    formulas = {f"shown_{n}": text for n, text in enumerate(expressions) if not _declared(text)}
    added = "".join(f"\nmetric {name} = {text}" for name, text in formulas.items())
    checked = check_file(SourceFile("page.thesis", f"{rules}{added}\n"), Library(()))
    company, problems = read_company(SourceFile("EXMPL.yaml", facts))
    assert not checked.errors, "\n".join(to_text(d) for d in checked.errors)
    assert company is not None, "\n".join(to_text(d) for d in problems)
    ran = run(checked, company, as_of)
    assert isinstance(ran, Run), "\n".join(to_text(d) for d in ran.diagnostics)
    return [_printed(ran.evaluation, text if _declared(text) else f"shown_{n}") for n, text in enumerate(expressions)]


def _declared(text: str) -> bool:
    """Whether it is a declared name; the day on which is judged is none."""
    return text.isidentifier() and text != AS_OF


def _printed(evaluation: Evaluation, name: str) -> str:
    program = evaluation.program
    declared = program.declared(name)
    value = evaluation.of(name)
    written = declared.value if isinstance(declared, Metric) else None
    expr = written if isinstance(written, Ref) else Ref(declared.span, getattr(declared, "type", FLAG), name)
    text = shown(evaluation, value, shown_type(program, expr)).text
    if value.known:
        return text
    said = [
        ": ".join(x for x in (f"{_named(r.name)} {r.period}".strip(), r.reason) if x)
        for r in reasons(program, value.causes)
    ]
    more = f", and {len(said) - 1} more" if len(said) > 1 else ""
    return f"{text} ({said[0]}{more})"


def _named(name: str) -> str:
    """The name as the page knows it: the metric of an example has none there."""
    return "" if name.startswith("shown_") else name
