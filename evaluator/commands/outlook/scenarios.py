"""`thesis scenarios`."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import click

from evaluator.commands.common import run_rules, settled, show_outlook
from evaluator.commands.looks import told_in
from evaluator.commands.options import NAME, company_options, look_option
from evaluator.commands.talk import progress, say
from evaluator.session.service import in_words, shown_names

LONG = 2.0
"""Above so many seconds it is said beforehand how long a grid will take."""


def _seconds(what: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


@click.command("scenarios")
@click.argument("rules", type=NAME)
@click.option(
    "--show", type=NAME, multiple=True, metavar="NAME", help="Show what this name comes to, in place of what differs."
)
@click.option(
    "--grid",
    "grid",
    type=NAME,
    multiple=True,
    metavar="NAME=FIRST..LAST:COUNT",
    help="Look at a grid of worlds; two make a table. Also NAME=VALUE,VALUE.",
)
@company_options
@look_option
def command(
    rules: str,
    show: tuple[str, ...],
    grid: tuple[str, ...],
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Show the scenarios of RULES beside today: verdicts, score, pillars, kills and figures, and all of it weighted by probability.
    With --grid what a verdict or a figure comes to over a range of values of one name, or of two."""
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    settled(shown_names(run, show))
    from evaluator.outlook.grids import Plan, planned
    from evaluator.outlook.worlds import scenarios

    plan: Plan | None = None
    if grid:
        plan = settled(planned(run, grid, show, _seconds))
        at = [0] * len(plan.axes)
        whole = _seconds(lambda: plan.world(*at)) * plan.count if plan is not None else 0.0
        if whole > LONG:
            say(f"a grid of {plan.count:,} worlds: about {in_words(whole)}")
    with progress("worlds") as tick:
        if plan is not None:
            plan.tick = tick
        found = scenarios(run, [n for n in show if n != "score"], plan)
    show_outlook("scenarios", found, form, output, told_in(language, run.program))
