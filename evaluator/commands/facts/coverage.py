"""`thesis facts coverage`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.codes.messages import make
from evaluator.commands.common import library_of, open_rules
from evaluator.commands.facts.common import company_of
from evaluator.commands.options import as_of_option, format_option, library_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, show
from evaluator.session.places import known_tickers

if TYPE_CHECKING:
    from evaluator.schema.facts import CoverageRow, CoverageTotal, CoveredInput

_WORDS = {"missing": "-", "unknown": "unknown", "refused": "refused"}


@click.command("coverage")
@click.argument("rules")
@click.option("--for", "tickers", metavar="A,B,…", help="Tickers or facts files (default: all that are there).")
@as_of_option()
@library_option
@format_option()
def command(rules: str, tickers: str | None, as_of: dt.date | None, library: tuple[Path, ...], form: str) -> None:
    """Show which companies have facts for which inputs of RULES, and of when."""
    checked = open_rules(rules, library_of(library))
    if checked.program is None:
        fail(checked.diagnostics, FINDINGS)
    wanted = [t.strip() for t in tickers.split(",") if t.strip()] if tickers is not None else known_tickers()
    if not wanted:
        mend = "name tickers or files with --for"
        fail([make("C002", None, what="there are no companies to look at", mend=mend)], WRONG_USE)
    loaded = [company_of(ticker) for ticker in wanted]
    problems = [d for company, found, _ in loaded if company is None for d in found]
    if problems:
        there = all(company is not None or read for company, _, read in loaded)
        fail(problems, FINDINGS if there else WRONG_USE)
    show(d for _, found, _ in loaded for d in found)
    from evaluator.checkup.fact_tables import covered
    from evaluator.schema.facts import FactsCoverageOutput

    day = as_of or dt.date.today()
    totals, rows = covered(checked.program, [c for c, _, _ in loaded if c is not None], day)
    if form == "json":
        output = FactsCoverageOutput(rules=checked.program.name, as_of=day.isoformat(), companies=totals, inputs=rows)
        click.echo(output.model_dump_json(indent=2))
        return
    for line in _grid(totals, rows):
        click.echo(line)
    click.echo(f"The end of the newest period that is known on {day}; * optional, + no outcome rests on it", err=True)


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
