"""`thesis test`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from textwrap import wrap

import click

from dsl.check.checker import Checked
from dsl.link.library import Library
from evaluator.commands.common import library_of, open_rules
from evaluator.commands.options import NAME, as_of_option, format_option, library_option
from evaluator.commands.talk import FINDINGS, out, out_json, paint, show, write
from evaluator.commands.talk import say as talk
from evaluator.examples.coverage import coverage, percent
from evaluator.examples.running import run_linked
from evaluator.schema.commands import (
    CoverageOutput,
    ExampleOutput,
    SuggestionsOutput,
    TestedFile,
    TestOutput,
    diagnostic_output,
)


@click.command("test")
@click.argument("rules", type=NAME, nargs=-1, required=True)
@as_of_option("The day for params that change by date (default: today).")
@click.option("--coverage", "with_coverage", is_flag=True, help="Say what the examples do not reach.")
@click.option(
    "--min",
    "least",
    type=click.IntRange(0, 100),
    metavar="N",
    help="Fail where the examples of a file reach less than N percent (rounded down).",
)
@click.option("--suggest", "with_suggestions", is_flag=True, help="Print examples that would reach what is missing.")
@library_option
@format_option()
def command(
    rules: tuple[str, ...],
    as_of: dt.date | None,
    with_coverage: bool,
    least: int | None,
    with_suggestions: bool,
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Run the examples of RULES: worlds where only what they give is known.

    Reached is what an example that passed decides: each condition true and false, each `applies when` true and false,
    each row of each table as the one that fired.
    """
    places = library_of(library)
    day = as_of or dt.date.today()
    files: list[TestedFile] = []
    broken = 0
    for name in rules:
        checked = open_rules(name, places)
        if checked.program is None:
            show(checked.diagnostics)
            broken += 1
            continue
        files.append(_tested(checked, day, places, with_coverage or least is not None, with_suggestions))
    if form == "json":
        out_json(TestOutput(files=files))
    else:
        _print(files, broken, least, to_stderr=with_suggestions)
        for file in files:
            _print_suggestions(file)
    short = least is not None and any(f.coverage is not None and f.coverage.percent < least for f in files)
    if broken or short or any(f.failed for f in files):
        sys.exit(FINDINGS)


def _tested(checked: Checked, day: dt.date, places: Library, with_coverage: bool, with_suggestions: bool) -> TestedFile:
    program = checked.program
    assert program is not None, "rules with errors are not run"
    found = [d for d in checked.diagnostics if d.code == _SETS_NOTHING]
    show(found)
    runs = run_linked(program, day, places)
    passed = sum(r.passed for r in runs)
    covered = coverage(program, runs) if with_coverage or with_suggestions else None
    suggestions = None
    if with_suggestions and covered is not None:
        from evaluator.examples.suggest import suggest

        suggestions = suggest(checked, covered, day, places).output()
    return TestedFile(
        file=checked.source.path,
        name=program.name,
        passed=passed,
        failed=sum(r.failed for r in runs),
        changed=sum(r.output.changed for r in runs),
        examples=[r.output for r in runs],
        warnings=[diagnostic_output(d) for d in found],
        coverage=covered.output() if covered is not None else None,
        suggestions=suggestions,
    )


_SETS_NOTHING = "T123"
"""The warning about an example that could not fail; the others are for `thesis check`."""


def _print(files: list[TestedFile], broken: int, least: int | None, to_stderr: bool) -> None:
    """What held and what did not; on stderr where the examples that are suggested are the product."""

    say = talk if to_stderr else out

    for file in files:
        say(paint(file.name, bold=True))
        if not file.examples:
            say("  no examples")
        for example in file.examples:
            for line in _example(example, file.name):
                say(line)
        if file.coverage is not None:
            for line in _coverage(file.coverage, least):
                say(f"  {line}")
    passed, failed = sum(f.passed for f in files), sum(f.failed for f in files)
    not_run = f", {broken} file{'s' if broken > 1 else ''} with errors not run" if broken else ""
    changed = sum(f.changed for f in files)
    also = f", {changed} of a module changed by a thesis" if changed else ""
    say(paint(f"{passed} passed, {failed} failed{also}{not_run}", fg="red" if failed or broken else "green"))
    counted = [f.coverage for f in files if f.coverage is not None]
    if len(counted) > 1:
        covered, total = sum(c.covered for c in counted), sum(c.total for c in counted)
        say(f"covered {covered} of {total} ({percent(covered, total)}%) in {len(counted)} files")


def _example(example: ExampleOutput, own: str) -> list[str]:
    """One example; where a module brought it, which one. Of one that failed what it gave and what came instead."""
    mark = paint("FAIL", fg="red", bold=True)
    if example.passed or example.changed:
        mark = paint("ok  ", fg="green") if example.passed else paint("--  ", fg="yellow")
    brought = f" (of {example.origin})" if example.origin != own else ""
    lines = [f"  {mark} {example.title}{brought}"]
    if example.passed:
        return lines
    if example.changed:
        lines.append(f"       it holds in {example.origin}, and no longer with what {own} adds or changes: no failure")
    elif brought:
        lines.append(f"       the module {example.origin} fails its own example")
    lines.append(f"       given {', '.join(example.given) or 'nothing'}")
    for e in example.expectations:
        if e.holds != "true":
            lines += [f"       {e.file}:{e.line}: expected {e.written}", f"       but {e.instead}"]
    return lines


def _coverage(found: CoverageOutput, least: int | None) -> list[str]:
    if not found.total:
        return ["nothing to cover: there are no conditions and no tables"]
    short = least is not None and found.percent < least
    asked = f", and {least}% is asked for" if short else ""
    line = f"covered {found.covered} of {found.total} ({found.percent}%){asked}"
    lines = [paint(line, fg="red") if short else line]
    if found.missing:
        lines.append("not reached:")
        lines += [f"  {m.file}:{m.line}: {m.words}" for m in found.missing]
    return lines


def _print_suggestions(file: TestedFile) -> None:
    """Text that can be put behind the rules as it stands: what is no example is a comment."""
    if file.suggestions is None or file.coverage is None:
        return
    found: SuggestionsOutput = file.suggestions
    missing = len(file.coverage.missing)
    covers = sum(len(e.covers) for e in found.examples)
    if not missing:
        out(f"# {file.name}: nothing is missing")
        return
    many = "1 example covers" if len(found.examples) == 1 else f"{len(found.examples)} examples cover"
    out(f"# {file.name}: {many} {covers} of the {missing} that are missing; put them into {file.file}")
    for example in found.examples:
        out("")
        said = wrap("; ".join(example.covers), 108, initial_indent="# covers ", subsequent_indent="#   ")
        out("\n".join(said))
        write(example.text, None)
    for rest in found.not_found:
        why = wrap(rest.why, 108, initial_indent="#   ", subsequent_indent="#   ", break_long_words=False)
        out("\n".join([f"\n# {rest.file}:{rest.line}: {rest.words}", *why]))
