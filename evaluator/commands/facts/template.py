"""`thesis facts template`."""

from __future__ import annotations

from pathlib import Path

import click

from evaluator.commands.common import library_of, open_checked
from evaluator.commands.options import NAME, for_option, format_option, library_option, output_option
from evaluator.commands.talk import write
from evaluator.session.service import program_of


@click.command("template")
@click.argument("rules", type=NAME)
@for_option
@library_option
@format_option()
@output_option
def command(rules: str, ticker: str | None, library: tuple[Path, ...], form: str, output: Path | None) -> None:
    """Print a facts file with every input that RULES need, empty, with what each means; with -o X.xlsx a workbook."""
    program = program_of(open_checked(rules, library_of(library)))
    from evaluator.checkup.template import needed, template_text
    from evaluator.render.as_json import render_json
    from evaluator.schema.facts import FactsTemplateOutput

    about = ticker or program.ticker
    inputs = needed(program)
    if output is not None and output.suffix.lower() == ".xlsx" and form != "json":
        from evaluator.checkup.template_book import template_book

        write(template_book(program, inputs, about), output)
        return
    text = template_text(program, inputs, about)
    if form == "json":
        made = FactsTemplateOutput(rules=program.name, ticker=about, inputs=inputs, text=text)
        text = render_json(made)
    write(text, output)
