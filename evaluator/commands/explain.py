"""`thesis explain`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from evaluator.commands.common import run_rules, settled
from evaluator.commands.options import company_options, format_option
from evaluator.schema.report import NodeExplanation
from evaluator.session.service import explained

_COLOURS = {
    "true": "green",
    "bullish": "green",
    "false": "red",
    "bearish": "red",
    "unknown": "yellow",
    "not applicable": "yellow",
}


@click.command("explain")
@click.argument("rules")
@click.argument("name")
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
        click.echo(tree.model_dump_json(indent=2))
        return
    for line in _lines(tree, "", ""):
        click.echo(line)


def _lines(node: NodeExplanation, first: str, rest: str) -> list[str]:
    value = click.style(node.value.text, fg=_COLOURS.get(node.state), bold=True)
    above = "  (explained above)" if node.shown_above else ""
    lines = [f"{first}{click.style(node.name, bold=True)} = {value}   {node.title}{above}"]
    if node.shown_above:
        return lines
    inner = rest + ("│  " if node.needs else "   ")
    lines += [f"{inner}{line}" for line in node.written.splitlines()]
    for check in node.checks:
        if check.limit is not None:
            distance = f", {check.margin.text} from it" if check.margin else ""
            question = " ".join(w for w in (check.value.text, check.operator, check.limit.text, check.lasting) if w)
            lines.append(f"{inner}{check.figure}: {question}? {check.holds}{distance}")
    if node.because:
        lines.append(f"{inner}because: {node.because}")
    lines += [
        f"{inner}lacks: {f'{r.title or r.name} {r.period}'.strip()}: {r.reason}"
        for r in node.reasons
        if node.state == "unknown"
    ]
    lines += [f"{inner}fact: {f.period}: {f.value} ({f.kind}, published {f.published}; {f.source})" for f in node.facts]
    for at, child in enumerate(node.needs):
        last = at == len(node.needs) - 1
        lines += _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
    return lines
