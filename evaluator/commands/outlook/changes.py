"""`thesis changes`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import day_of, library_of, open_checked, run_checked, settled
from evaluator.commands.options import (
    NAME,
    DayType,
    facts_option,
    for_option,
    format_option,
    library_option,
    set_option,
)
from evaluator.commands.talk import coloured, out, out_json
from evaluator.session.service import in_order, names_elsewhere


@click.command("changes")
@click.argument("rules", type=NAME)
@for_option
@facts_option
@click.option("--from", "begin", type=DayType(), required=True, metavar="DATE", help="The earlier day.")
@click.option("--to", "end", type=DayType(), metavar="DATE", help="The later day (default: today).")
@set_option("Put a value in place of a fact, threshold or formula, on both days.")
@library_option
@format_option()
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    begin: dt.date,
    end: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Show what turned between two days, and why: new results, prices, restatements, dated thresholds, exchange rates, or time
    alone. The parts add up to the change of the score."""
    last_day = day_of(end, "--to")
    settled(in_order(begin, last_day))
    places = library_of(library)
    checked = open_checked(rules, places)
    elsewhere = names_elsewhere(places)
    first, last = (run_checked(checked, places, ticker, facts, day, settings, elsewhere) for day in (begin, last_day))
    from evaluator.outlook.changed import changed

    found = changed(first, last)
    if form == "json":
        out_json(found)
        return
    from evaluator.render.outlook.changes import lines

    for line in lines(found, coloured):
        out(line)
