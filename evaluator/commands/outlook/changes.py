"""`thesis changes`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import any_day, day_of, library_of, open_checked, settled, show_outlook
from evaluator.commands.looks import told_of
from evaluator.commands.options import (
    NAME,
    STDIN,
    DayType,
    facts_option,
    for_option,
    library_option,
    look_option,
    rules_as_of_option,
    set_option,
)
from evaluator.session.service import in_order, names_elsewhere


@click.command("changes")
@click.argument("rules", type=NAME)
@for_option
@facts_option
@click.option("--from", "begin", type=DayType(), required=True, metavar="DATE", help="The earlier day.")
@click.option("--to", "end", type=DayType(), metavar="DATE", help="The later day (default: today).")
@set_option("Put a value in place of a fact, threshold or formula, on both days.")
@rules_as_of_option("The rules of the earlier day are those of a commit.")
@click.option("--rules-before", type=NAME, metavar="RULES", help="The rules of the earlier day are these.")
@library_option
@look_option
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    begin: dt.date,
    end: dt.date | None,
    settings: tuple[str, ...],
    rules_as_of: str | None,
    rules_before: str | None,
    library: tuple[Path, ...],
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Show what turned between two days, and why: new results, prices, restatements, contradictions, dated thresholds, exchange
    rates, an edit of the rules, or time alone. The parts add up to the change of the score."""
    if rules_as_of is not None and rules_before is not None:
        raise click.UsageError(
            "--rules-as-of and --rules-before both say which rules were those of the earlier day: write one"
        )
    if rules == STDIN and rules_as_of is not None:
        raise click.UsageError("rules that are piped in are in no commit: name the file")
    last_day = day_of(end, "--to")
    if begin != last_day or (rules_as_of is None and rules_before is None):
        settled(in_order(begin, last_day))  # of one day it says what an edit of the rules alone turns
    places = library_of(library)
    checked = open_checked(rules, places)
    days = any_day(checked, places, ticker, facts, settings, names_elsewhere(places))
    from evaluator.outlook.earlier import of_commit, of_file, turned

    before = None
    if rules_as_of is not None:
        from evaluator.session.committed import at_commit

        before = settled(of_commit(settled(at_commit(rules, places, rules_as_of)), days, settings))
    elif rules_before is not None:
        before = settled(of_file(open_checked(rules_before, places), days, settings))
    show_outlook("changes", settled(turned(days, begin, last_day, before)), form, output, told_of(language, checked))
