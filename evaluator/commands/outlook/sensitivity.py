"""`thesis sensitivity`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import click

from evaluator.commands.common import run_rules, settled
from evaluator.commands.options import NAME, PartParam, company_options, format_option, output_option
from evaluator.commands.talk import coloured, out, write
from evaluator.session.service import figures_of

_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")


class _Part(PartParam):
    """A percent of today's figure, above 0%: `10%`."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The part, or a usage error."""
        if isinstance(value, float):
            return value
        found = _PERCENT.fullmatch(str(value).strip())
        if found is None or not 0 < float(found[1]) <= 1000:
            self.fail(f"`{value}` is no percent above 0%; write it like 10%", param, ctx)
        return float(found[1]) / 100


@click.command("sensitivity")
@click.argument("rules", type=NAME)
@company_options
@click.option(
    "--by",
    type=_Part(),
    default="10%",
    show_default=True,
    metavar="PERCENT",
    help="How much less and more of today's figure.",
)
@click.option(
    "--of",
    "figures",
    type=NAME,
    multiple=True,
    metavar="NAME",
    help="A figure, in place of the score and the key figures.",
)
@format_option("text", "json", "svg")
@output_option
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    by: float,
    figures: tuple[str, ...],
    form: str,
    output: Path | None,
) -> None:
    """Show which input moves the score and the key figures of RULES most, one at a time (a tornado), and where a verdict turns
    on the way."""
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    wanted = settled(figures_of(run, figures))
    from evaluator.outlook.tornado import sensitive

    found = sensitive(run, by, wanted)
    if form == "json":
        from evaluator.render.as_json import render_json

        write(render_json(found), output)
        return
    from evaluator.render.outlook.tornado import lines, svg

    if form == "svg":
        write(svg(found), output)
    elif output is not None:
        write("\n".join(lines(found)) + "\n", output)
    else:
        for line in lines(found, coloured):
            out(line)
