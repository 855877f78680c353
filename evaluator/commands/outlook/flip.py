"""`thesis flip`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import run_rules, settled, show_outlook
from evaluator.commands.looks import told_in
from evaluator.commands.options import NAME, company_options, look_option
from evaluator.session.service import judgements_of


@click.command("flip")
@click.argument("rules", type=NAME)
@click.argument("names", type=NAME, nargs=-1, metavar="[VERDICT|KILL]...")
@company_options
@look_option
def command(
    rules: str,
    names: tuple[str, ...],
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Show what would change the verdicts and make the kills of RULES happen: for each input, threshold and reported
    metric the smallest change of it alone, and which change nothing whatever they are."""
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    asked = settled(judgements_of(run, names))
    from evaluator.outlook.flipped import flipped

    show_outlook("flip", flipped(run, asked), form, output, told_in(language, run.program))
