"""`thesis simulate`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.codes.messages import make
from evaluator.commands.common import run_rules, settled, show_outlook
from evaluator.commands.looks import told_in
from evaluator.commands.options import NAME, company_options, look_option
from evaluator.commands.talk import WRONG_USE, fail, progress, say
from evaluator.session.service import figures_of, no_draws

LONG = 5.0
"""What takes longer, in seconds, is told beforehand."""


@click.command("simulate")
@click.argument("rules", type=NAME)
@company_options
@click.option("--draws", type=click.IntRange(min=1), metavar="N", help="How many draws (default: 65,536).")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="S",
    help="The same seed gives the same result.",
)
@click.option(
    "--method", type=click.Choice(("sobol", "random")), default="sobol", show_default=True,
    help="Scrambled Sobol sequences, or random numbers.",
)  # fmt: skip
@click.option("--of", "figures", type=NAME, multiple=True, metavar="NAME", help="Show the quantiles of this figure.")
@look_option
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    draws: int | None,
    seed: int,
    method: str,
    figures: tuple[str, ...],
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Draw the uncertain figures of RULES many times: how often each verdict, kill and condition comes, which figure drives the
    verdicts, and how sure all of that is."""
    settled(no_draws())
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    wanted = settled(figures_of(run, figures))
    from evaluator.outlook.simulated import NotDrawn, seconds, simulated, sized

    try:
        asked, drawn = sized(run, draws, seed, method, wanted)
    except NotDrawn as why:
        fail([make("C002", None, what=why.why, mend=why.mend)], WRONG_USE)
    long = seconds(drawn, asked)
    if long > LONG:
        slow = ", since something in these rules cannot be done for many draws at once" if drawn.slow else ""
        say(f"{asked.draws:,} draws will take about {_time(long)}{slow}")
    with progress("drawing") as told:
        found = simulated(run, asked, drawn, told)
    show_outlook("simulate", found, form, output, told_in(language, run.program))


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
