"""`thesis explain`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import library_of, open_checked, run_checked, settled
from evaluator.commands.options import NAME, company_options, format_option
from evaluator.commands.talk import coloured, out, out_json, show
from evaluator.render.explanation import lines
from evaluator.session.service import answered, questions


@click.command("explain")
@click.argument("rules", type=NAME)
@click.argument("names", type=NAME, nargs=-1, required=True, metavar="NAME...")
@company_options
@format_option()
def command(
    rules: str,
    names: tuple[str, ...],
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Show why each NAME has its value: the tree from it down to the facts. A NAME may be an expression over the names of
    the rules: `thesis explain alibaba "ttm(capex) / ttm(revenue)"`."""
    places = library_of(library)
    asked = settled(questions(open_checked(rules, places), names))
    found = run_checked(asked.checked, places, ticker, facts, as_of, settings)
    show(asked.notes)
    trees = [settled(answered(found, question, asked.names[question])) for question in names]
    if form == "json":
        from evaluator.schema.report import ExplainOutput

        out_json(ExplainOutput(explained=trees))
        return
    for number, tree in enumerate(trees):
        if number:
            out("")
        said = {alert.text for before in trees[:number] for alert in before.alerts}
        left = [alert for alert in tree.alerts if alert.text not in said]
        again = {"what_if": "", "alerts": left} if number else {}
        for line in lines(tree.model_copy(update=again), coloured):
            out(line)
