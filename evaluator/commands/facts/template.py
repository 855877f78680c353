"""`thesis facts template`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.commands.common import library_of, open_checked
from evaluator.commands.options import NAME, for_option, format_option, library_option, output_option
from evaluator.commands.talk import write
from evaluator.session.fact_files import facts_about
from evaluator.session.reading import load_facts
from evaluator.session.service import program_of

if TYPE_CHECKING:
    from dsl.program.program import Program


@click.command("template")
@click.argument("rules", type=NAME)
@for_option
@library_option
@format_option()
@output_option
def command(rules: str, ticker: str | None, library: tuple[Path, ...], form: str, output: Path | None) -> None:
    """Print a facts file with every input that RULES need, empty, with what each means; with -o X.xlsx a workbook."""
    checked = open_checked(rules, library_of(library))
    program = program_of(checked)
    from evaluator.checkup.template import needed, template_text
    from evaluator.render.as_json import render_json
    from evaluator.schema.facts import FactsTemplateOutput

    about = ticker or program.ticker
    inputs = needed(program, _asked(program, about, Path(checked.source.path)))
    if output is not None and output.suffix.lower() == ".xlsx" and form != "json":
        from evaluator.checkup.template_book import template_book

        write(template_book(program, inputs, about), output)
        return
    text = template_text(program, inputs, about)
    if form == "json":
        made = FactsTemplateOutput(rules=program.name, ticker=about, inputs=inputs, text=text)
        text = render_json(made)
    write(text, output)


def _asked(program: Program, ticker: str | None, rules: Path) -> frozenset[str] | None:
    """What is asked for of the company, by the facts about it that are there, such as its sector; None where there are none."""
    paths = facts_about(ticker, (), rules).read if ticker is not None else ()
    company = load_facts(*paths, ticker=ticker)[0] if paths else None
    if company is None:
        return None
    from evaluator.checkup.applicable import asked_of_company

    return asked_of_company(program, company, dt.date.today())
