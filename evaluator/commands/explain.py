"""`thesis explain`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import run_rules, settled
from evaluator.commands.options import NAME, company_options, format_option
from evaluator.commands.talk import out, out_json, paint
from evaluator.render.explanation import lines
from evaluator.session.service import explained

_COLOURS = {
    "true": "green",
    "bullish": "green",
    "false": "red",
    "bearish": "red",
    "unknown": "yellow",
    "not applicable": "yellow",
    "not meaningful": "yellow",
}


@click.command("explain")
@click.argument("rules", type=NAME)
@click.argument("name", type=NAME)
@company_options
@format_option()
def command(
    rules: str,
    name: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Show why NAME has its value: the tree from it down to the facts."""
    found = run_rules(rules, ticker, facts, as_of, settings, library)
    tree = settled(explained(found, name))
    if form == "json":
        out_json(tree)
        return
    for line in lines(tree, _painted):
        out(line)


def _painted(text: str, state: str | None) -> str:
    return paint(text, fg=_COLOURS.get(state) if state is not None else None, bold=True)
