"""`thesis test`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from evaluator.commands.common import FINDINGS, DayType, library_of, library_option, open_rules, show
from evaluator.outputs import ExampleOutput, TestedFile, TestOutput
from evaluator.testing import run_examples


@click.command("test")
@click.argument("rules", nargs=-1, required=True)
@click.option(
    "--as-of", type=DayType(), metavar="DATE", help="The day for params that change by date (default: today)."
)
@library_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(rules: tuple[str, ...], as_of: dt.date | None, library: tuple[Path, ...], form: str) -> None:
    """Run the examples of RULES: worlds where only what they give is known."""
    places = library_of(library)
    files: list[TestedFile] = []
    broken = 0
    for name in rules:
        checked = open_rules(name, places)
        if checked.program is None:
            show(checked.diagnostics)
            broken += 1
            continue
        examples = [r.output for r in run_examples(checked.program, as_of or dt.date.today())]
        passed = sum(e.passed for e in examples)
        files.append(
            TestedFile(
                file=checked.source.path,
                name=checked.program.name,
                passed=passed,
                failed=len(examples) - passed,
                examples=examples,
            )
        )
    if form == "json":
        click.echo(TestOutput(files=files).model_dump_json(indent=2))
    else:
        _print(files, broken)
    if broken or any(f.failed for f in files):
        sys.exit(FINDINGS)


def _print(files: list[TestedFile], broken: int) -> None:
    for file in files:
        click.echo(click.style(file.name, bold=True))
        if not file.examples:
            click.echo("  no examples")
        for example in file.examples:
            _print_example(example)
    passed, failed = sum(f.passed for f in files), sum(f.failed for f in files)
    not_run = f", {broken} file{'s' if broken > 1 else ''} with errors not run" if broken else ""
    click.echo(click.style(f"{passed} passed, {failed} failed{not_run}", fg="red" if failed or broken else "green"))


def _print_example(example: ExampleOutput) -> None:
    mark = click.style("ok  ", fg="green") if example.passed else click.style("FAIL", fg="red", bold=True)
    click.echo(f"  {mark} {example.title}")
    if example.passed:
        return
    click.echo(f"       given {', '.join(example.given) or 'nothing'}")
    for e in example.expectations:
        if e.holds != "true":
            click.echo(f"       {e.file}:{e.line}: expected {e.written}")
            click.echo(f"       but {e.instead}")
