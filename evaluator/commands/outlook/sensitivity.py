"""`thesis sensitivity`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from evaluator.commands.common import run_rules, settled, show_outlook
from evaluator.commands.forms import form_of
from evaluator.commands.looks import speech, spoken, told_in
from evaluator.commands.options import (
    LOOKS,
    NAME,
    PartParam,
    company_options,
    language_option,
    output_option,
    page_option,
)
from evaluator.commands.talk import write
from evaluator.session.service import figures_of


class _Part(PartParam):
    """A percent of today's figure, above 0%: `10%`."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The part, or a usage error."""
        if isinstance(value, float):
            return value
        from evaluator.outlook.tornado import part_of

        found = part_of(str(value))
        if found is None:
            self.fail(f"`{value}` is no percent above 0%; write it like 10%", param, ctx)
        return found


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
@language_option
@page_option(*LOOKS, "svg", otherwise="text")
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
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Show which input moves the score and the key figures of RULES most, one at a time (a tornado), and where a verdict turns
    on the way."""
    chosen = form_of(form, output, (*LOOKS, "svg"), "text")
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    wanted = settled(figures_of(run, figures))
    from evaluator.outlook.tornado import sensitive

    found = sensitive(run, by, wanted)
    if chosen == "svg":
        from evaluator.render.outlook.tornado import svg

        with speech(language):
            drawn = svg(spoken(found, told_in(language, run.program)))
        write(drawn, output)
        return
    show_outlook("sensitivity", found, chosen, output, told_in(language, run.program))
