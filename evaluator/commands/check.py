"""`thesis check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dsl.check import Checked
from dsl.diagnostics import summary
from evaluator.commands.common import library_of, library_option, no_rules
from evaluator.commands.talk import FINDINGS, WRONG_USE, show
from evaluator.outputs import CheckedFile, CheckOutput, diagnostic_output
from evaluator.reading import Failed, all_diagnostics, check_rules
from evaluator.resources import find_rules


@click.command("check")
@click.argument("rules", nargs=-1, required=True)
@library_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(rules: tuple[str, ...], library: tuple[Path, ...], form: str) -> None:
    """Find the mistakes in RULES (files, or names from `thesis list`)."""
    places = library_of(library)
    found: list[tuple[str, Checked | Failed]] = []
    for name in rules:
        path = find_rules(name, places)
        if path is None:
            found.append((name, Failed((no_rules(name, places),))))
        else:
            found.append((str(path), check_rules(path, places)))
    if form == "json":
        click.echo(CheckOutput(files=[_file(name, result) for name, result in found]).model_dump_json(indent=2))
    else:
        diagnostics = all_diagnostics([result for _, result in found])
        show(diagnostics)
        for name, result in found:
            errors = [d for d in result.diagnostics if d.is_error]
            click.echo(f"{name}: {summary(errors) if errors else 'no errors'}")
    if any(isinstance(result, Failed) for _, result in found):
        sys.exit(WRONG_USE)
    if any(d.is_error for _, result in found for d in result.diagnostics):
        sys.exit(FINDINGS)


def _file(name: str, result: Checked | Failed) -> CheckedFile:
    program = result.program if isinstance(result, Checked) else None
    diagnostics = [diagnostic_output(d) for d in result.diagnostics]
    return CheckedFile(
        file=name, name=program.name if program else None, ok=program is not None, diagnostics=diagnostics
    )
