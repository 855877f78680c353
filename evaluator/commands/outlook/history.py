"""`thesis history`."""

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
from evaluator.commands.talk import progress
from evaluator.session.service import names_elsewhere


@click.command("history")
@click.argument("rules", type=NAME)
@for_option
@facts_option
@click.option("--from", "begin", type=DayType(), required=True, metavar="DATE", help="The first day.")
@click.option("--to", "end", type=DayType(), metavar="DATE", help="The last day (default: today).")
@rules_as_of_option("Judge each day by the rules of a commit as well.")
@set_option("Put a value in place of a fact, threshold or formula, on every day.")
@library_option
@look_option
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    begin: dt.date,
    end: dt.date | None,
    rules_as_of: str | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Show what RULES judged on each day on which something became known, by what was known on it; and on which days time
    alone turned something. With --rules-as-of beside what the rules of that commit judge of the same days."""
    if rules == STDIN and rules_as_of is not None:
        raise click.UsageError("rules that are piped in are in no commit: name the file")
    last = day_of(end, "--to")
    places = library_of(library)
    checked = open_checked(rules, places)
    elsewhere = names_elsewhere(places)
    days = any_day(checked, places, ticker, facts, settings, elsewhere)
    from evaluator.outlook.timeline import history

    before = None
    if rules_as_of is not None:
        from evaluator.outlook.earlier import of_commit
        from evaluator.session.committed import at_commit

        before = settled(of_commit(settled(at_commit(rules, places, rules_as_of)), days, settings))
    with progress("history") as tick:
        found = history(days, begin, last, before, tick)
    show_outlook("history", settled(found), form, output, told_of(language, checked))
