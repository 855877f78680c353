"""`thesis seek`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from evaluator.codes.messages import make
from evaluator.commands.common import library_of, open_checked, run_checked, settled, show_outlook
from evaluator.commands.looks import told_in
from evaluator.commands.options import NAME, company_options, look_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, show
from evaluator.session.service import goal_of, has_name, questions


@click.command("seek")
@click.argument("rules", type=NAME)
@click.argument("goal", type=NAME, metavar='"EXPRESSION = VALUE"')
@click.argument("by", type=NAME, nargs=-1, required=True, metavar="by NAME")
@company_options
@look_option
def command(
    rules: str,
    goal: str,
    by: tuple[str, ...],
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Find which figure of NAME, all else as it is, gives an expression over the names of RULES the value that you want:
    `thesis seek alibaba "cloud_revenue * 4 = 200bn CNY" by cloud_revenue`. Exit status 1 where none does."""
    if len(by) not in (1, 2) or (len(by) == 2 and by[0].lower() != "by"):
        raise click.UsageError('write it as: thesis seek RULES "EXPRESSION = VALUE" by NAME')
    left, right = settled(goal_of(goal))
    places = library_of(library)
    reached = f"({left}) >= ({right})"
    asked = settled(questions(open_checked(rules, places), [f"({left})", f"({right})", reached]))
    run = run_checked(asked.checked, places, ticker, facts, as_of, settings)
    show(asked.notes)
    settled(has_name(run, by[-1]))
    from evaluator.outlook.sought import Goal, NotSought, sought

    names = asked.names
    found = sought(run, Goal(f"{left} = {right}", names[f"({left})"], names[f"({right})"], names[reached]), by[-1])
    if isinstance(found, NotSought):
        fail([make("C002", None, what=found.why, mend=found.mend)], WRONG_USE)
    show_outlook("seek", found, form, output, told_in(language, run.program))
    if not found.reached:
        sys.exit(FINDINGS)
