"""`thesis simulate`."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import click

from evaluator.codes.messages import make
from evaluator.commands.common import run_rules, settled
from evaluator.commands.options import NAME, company_options, format_option, output_option
from evaluator.commands.talk import WRONG_USE, coloured, fail, out, progress, say, write
from evaluator.session.service import figures_of, no_draws

DRAWS, SLOW_DRAWS = 1 << 16, 1 << 10
"""How many draws are made where nobody says: many, or where they are evaluated one by one few."""
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
@format_option()
@output_option
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
    form: str,
    output: Path | None,
) -> None:
    """Draw the uncertain figures of RULES many times: how often each verdict, kill and condition comes, which figure drives the
    verdicts, and how sure all of that is."""
    settled(no_draws())
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    wanted = settled(figures_of(run, figures))
    from evaluator.outlook.simulated import Asked, NotDrawn, prepared, seconds, simulated

    asked = Asked(draws or DRAWS, seed, method, wanted, max(1, min(os.cpu_count() or 1, 8)))
    try:
        drawn = prepared(run, asked)
    except NotDrawn as why:
        fail([make("C002", None, what=why.why, mend=why.mend)], WRONG_USE)
    if draws is None and drawn.slow:
        asked = Asked(SLOW_DRAWS, seed, method, wanted)
    long = seconds(drawn, asked)
    if long > LONG:
        slow = ", since something in these rules cannot be done for many draws at once" if drawn.slow else ""
        say(f"{asked.draws:,} draws will take about {_time(long)}{slow}")
    with progress("drawing") as told:
        found = simulated(run, asked, drawn, told)
    if form == "json":
        from evaluator.render.as_json import render_json

        write(render_json(found), output)
        return
    from evaluator.render.outlook.simulation import lines

    if output is not None:
        write("\n".join(lines(found)) + "\n", output)
    else:
        for line in lines(found, coloured):
            out(line)


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
