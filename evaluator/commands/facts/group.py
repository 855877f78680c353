"""`thesis facts`: a group of commands, each imported when it is called."""

from __future__ import annotations

import click

from evaluator.commands.options import LazyGroup

COMMANDS = {
    "check": "Find contradictions, slips, gaps and what is old in facts files.",
    "show": "Show the facts about a company, known since when and from where.",
    "coverage": "Show which companies have facts for which inputs of rules.",
    "import": "Take facts over from tables, workbooks and filings into a facts file.",
    "template": "Print a facts file with every input that rules need, empty.",
    "fetch": "Download what a company has filed with the SEC.",
}
"""Each command with its line in `--help`."""


_MODULES = {name: f"facts.{name}" for name in COMMANDS} | {"import": "facts.importing"}


class _Facts(LazyGroup):
    lines = COMMANDS
    modules = _MODULES


@click.group("facts", cls=_Facts)
def command() -> None:
    """Facts files: how they are made, and what is in them."""
