"""`thesis facts coverage`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.codes.messages import make
from evaluator.commands.common import library_of, open_checked
from evaluator.commands.options import NAME, as_of_option, facts_option, format_option, library_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, out, out_json, say, show
from evaluator.session.reading import Failed
from evaluator.session.service import program_of
from evaluator.session.whose_facts import asked, everyone

if TYPE_CHECKING:
    from evaluator.schema.facts import CoverageRow, CoverageTotal, CoveredInput

_WORDS = {"missing": "-", "does not apply": "n/a", "unknown": "unknown", "refused": "refused"}


@click.command("coverage")
@click.argument("rules", type=NAME)
@click.option("--for", "tickers", metavar="A,B,…", help="Tickers or facts files (default: all that are there).")
@facts_option
@as_of_option()
@library_option
@format_option()
def command(
    rules: str,
    tickers: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Show which companies have facts for which inputs of RULES, and of when."""
    checked = open_checked(rules, library_of(library))
    program, beside = program_of(checked), Path(checked.source.path)
    named = [t.strip() for t in tickers.split(",") if t.strip()] if tickers is not None else everyone(facts, beside)
    if not named:
        mend = "name tickers or files with --for"
        fail([make("C002", None, what="there are no companies to look at", mend=mend)], WRONG_USE)
    found = [each.company(beside) for each in asked(named, None, facts)]
    failed = [f for f in found if isinstance(f, Failed)]
    if failed:
        fail((d for f in failed for d in f.diagnostics), WRONG_USE if any(f.wrong_use for f in failed) else FINDINGS)
    abouts = [about for about in found if not isinstance(about, Failed)]
    show(note for about in abouts for note in about.notes)
    from evaluator.checkup.fact_tables import covered
    from evaluator.schema.facts import FactsCoverageOutput

    day = as_of or dt.date.today()
    totals, rows = covered(program, [about.company for about in abouts], day)
    if form == "json":
        output = FactsCoverageOutput(rules=program.name, as_of=day.isoformat(), companies=totals, inputs=rows)
        out_json(output)
        return
    for line in _grid(totals, rows):
        out(line)
    say(f"The end of the newest period that is known on {day}; * optional, + no outcome rests on it")


def _grid(totals: Sequence[CoverageTotal], rows: Sequence[CoverageRow]) -> list[str]:
    table = [["", *(t.ticker for t in totals)]]
    for row in rows:
        mark = "+" if not row.judged else "*" if row.optional else ""
        table.append([row.name + mark, *(_cell(c) for c in row.companies)])
    table.append(["known of needed", *(f"{t.known} of {t.needed}" for t in totals)])
    widths = [max(len(line[at]) for line in table) for at in range(len(table[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]


def _cell(c: CoveredInput) -> str:
    if c.state in _WORDS:
        return _WORDS[c.state] + (f" ({c.end})" if c.end else "")
    return f"{c.end}{' stale' if c.state == 'stale' else ''}"
