"""`thesis flip`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import run_rules, settled
from evaluator.commands.options import NAME, company_options, format_option, output_option
from evaluator.commands.talk import coloured, out, write
from evaluator.session.service import judgements_of


@click.command("flip")
@click.argument("rules", type=NAME)
@click.argument("names", type=NAME, nargs=-1, metavar="[VERDICT|KILL]...")
@company_options
@format_option("text", "json", "csv")
@output_option
def command(
    rules: str,
    names: tuple[str, ...],
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    form: str,
    output: Path | None,
) -> None:
    """Show what would change the verdicts and make the kills of RULES happen: for each input, threshold and reported
    metric the smallest change of it alone, and which change nothing whatever they are."""
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    asked = settled(judgements_of(run, names))
    from evaluator.outlook.flipped import flipped

    found = flipped(run, asked)
    if form == "json":
        from evaluator.render.as_json import render_json

        write(render_json(found), output)
        return
    from evaluator.render.outlook.flips import lines, to_csv

    if form == "csv":
        write(to_csv(found), output)
    elif output is not None:
        write("\n".join(lines(found)) + "\n", output)
    else:
        for line in lines(found, coloured):
            out(line)
