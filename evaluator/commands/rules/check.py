"""`thesis check`: the mistakes of rule files, and the page of a code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text.diagnostics import summary
from dsl.text.source import MAX_BYTES
from dsl.workspace.workspace import Memory, Snapshot
from evaluator.codes.messages import make
from evaluator.commands.common import from_here, library_of, no_rules
from evaluator.commands.options import NAME, STDIN, all_option, format_option, library_option
from evaluator.commands.talk import (
    FINDINGS,
    STDIN_NAME,
    WRONG_USE,
    against,
    fail,
    out,
    out_json,
    piped_in,
    rewrite,
    say,
    show,
    unified,
    write,
)
from evaluator.session.mending import FixedFile, Target, mend
from evaluator.session.places import find_rules, rule_files
from evaluator.session.reading import Failed, all_diagnostics, check_rules, check_text

if TYPE_CHECKING:
    from evaluator.schema.commands import CheckedFile

ALL = "all"

Results = Sequence[tuple[str, Checked | Failed]]


@click.command("check")
@click.argument("rules", type=NAME, nargs=-1)
@library_option
@click.option(
    "--fix", is_flag=True, help="Apply every correction that can only be meant in one way, and write the files."
)
@click.option("--diff", is_flag=True, help="With --fix: write nothing; print what would change.")
@all_option
@format_option("text", "json", "github")
@click.option(
    "--explain",
    "code",
    is_flag=False,
    flag_value=ALL,
    metavar="[CODE]",
    help="Explain a code such as T060, with a wrong and a right example; without one, list all codes.",
)
def command(
    rules: tuple[str, ...],
    library: tuple[Path, ...],
    fix: bool,
    diff: bool,
    all_of_it: bool,
    form: str,
    code: str | None,
) -> None:
    """Find the mistakes in RULES: files, folders, names from `thesis list`, or - for what is typed or piped in."""
    if code is not None:
        _explain(code, rules, form)
        return
    if not rules:
        raise click.UsageError("name what to check: files, folders, names from `thesis list`, or - for a pipe")
    if rules.count(STDIN) > 1:
        raise click.UsageError("- stands for what is piped in and can be read only once")
    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would change: write both")
    if fix and form == "github":
        raise click.UsageError("--fix prints text or json; annotations are for what was found in files")
    if fix and STDIN in rules and len(rules) > 1:
        raise click.UsageError("with --fix, - stands alone: its text is printed as it should be")
    places = library_of(library)
    if fix:
        fixes = mend(
            [target for name in rules for target in _targets(name, places, all_of_it)],
            places,
            None if diff else rewrite,
        )
        found: Results = [(each.name, each.result) for each in fixes]
        _SHOW_FIXED[form](fixes, diff)
    else:
        once = Snapshot(places, Memory(pieces=0))  # files that use one module read it once
        found = [(t.name, _checked(t, once)) for name in rules for t in _targets(name, once.library, all_of_it)]
        _SHOW[form](found)
    if any(isinstance(result, Failed) for _, result in found):
        sys.exit(WRONG_USE)
    if any(d.is_error for _, result in found for d in result.diagnostics):
        sys.exit(FINDINGS)


def _targets(name: str, places: Library, all_of_it: bool) -> Iterator[Target]:
    """One argument: a file or name is one file, a folder one for each rule file below it."""
    if name == STDIN:
        yield Target(STDIN_NAME, text=piped_in(MAX_BYTES + 1))
        return
    path = Path(name) if name.endswith(("/", os.sep)) else find_rules(name, places)
    folder = path or Path(name)
    if os.path.isdir(folder):
        below = rule_files(folder, all_of_it)
        yield from (Target(str(file), file) for file in below.files)
        if found := against(name, below):
            yield Target(name, failed=tuple(found))
    elif path is None:
        yield Target(name, failed=(no_rules(name, places),))
    else:
        yield Target(str(path), path)


def _checked(target: Target, once: Snapshot) -> Checked | Failed:
    if target.failed:
        return Failed(target.failed)
    if target.path is None:
        return check_text(target.name, BytesIO(target.text), once.library, once.parse)
    return check_rules(target.path, once.library, parse=once.parse)


# --- what was found, in each form ---------------------------------------------------------------------


def _text(found: Results) -> None:
    diagnostics = all_diagnostics([result for _, result in found])
    show(diagnostics)
    if diagnostics:
        say(f"`thesis check --explain {diagnostics[0].code}` says more")
    own = {result.source.path for _, result in found if isinstance(result, Checked)}
    fixes = [fix for d in diagnostics if (fix := d.sure_fix) is not None]
    sure = sum(all(edit.span.source.path in own for edit in fix.edits) for fix in fixes)
    if sure:
        say(f"`thesis check --fix` mends {sure} of these")
    _summaries(found, err=False)


def _summaries(found: Results, err: bool) -> None:
    tell = say if err else out
    for name, result in found:
        errors = [d for d in result.diagnostics if d.is_error]
        tell(f"{name}: {summary(errors) if errors else 'no errors' + _rules(result)}")
        for module, path in [] if errors else _modules(result):
            tell(f"  {module}: {path}")


def _text_fixed(found: Sequence[FixedFile], diff: bool) -> None:
    """The texts that should be, as a diff or for a pipe, on stdout, and all talk on stderr; else as after a check."""
    piped = any(each.name == STDIN_NAME for each in found)
    for each in found:
        if diff:
            write(unified(each.name, each.before, each.after), None)
        elif each.written:
            say(f"mended: {each.name} ({_times(each.mended)})")
    if piped and not diff:
        write(found[0].after, None)
    show(all_diagnostics([each.result for each in found]))
    _summaries([(each.name, each.result) for each in found], err=diff or piped)


def _times(count: int) -> str:
    return f"{count} mistake{'s' if count != 1 else ''}"


def _github(found: Results) -> None:
    from evaluator.codes.annotations import annotation

    diagnostics = all_diagnostics([result for _, result in found])
    for diagnostic in diagnostics:
        out(annotation(diagnostic, os.getcwd()))
    if diagnostics:
        say(summary(diagnostics))


def _json(found: Results) -> None:
    from evaluator.schema.commands import CheckOutput

    out_json(CheckOutput(files=[_file(name, result) for name, result in found]))


def _json_fixed(found: Sequence[FixedFile], diff: bool) -> None:
    from evaluator.schema.commands import CheckOutput

    files = [
        _file(each.name, each.result).model_copy(
            update={
                "mended": each.mended,
                "written": each.written,
                "diff": unified(each.name, each.before, each.after) if diff else None,
                "text": each.after if each.name == STDIN_NAME else None,
            }
        )
        for each in found
    ]
    out_json(CheckOutput(files=files))


def _rules(result: Checked | Failed) -> str:
    """Which rules these are: the first digits of the hash of what they mean."""
    return f", rules {result.fingerprint()[:12]}" if isinstance(result, Checked) else ""


def _modules(result: Checked | Failed) -> list[tuple[str, str]]:
    """The modules that were taken, each with its file."""
    taken = result.linked.modules if isinstance(result, Checked) else []
    return [(m.name, from_here(Path(m.source.path))) for m in taken]


def _file(name: str, result: Checked | Failed) -> CheckedFile:
    from evaluator.schema.commands import CheckedFile, TakenModule, diagnostic_output

    program = result.program if isinstance(result, Checked) else None
    diagnostics = [diagnostic_output(d) for d in result.diagnostics]
    return CheckedFile(
        file=name,
        name=program.name if program else None,
        ok=program is not None,
        fingerprint=result.fingerprint() if isinstance(result, Checked) and program else None,
        modules=[TakenModule(name=name, path=path) for name, path in _modules(result)],
        diagnostics=diagnostics,
        mended=0,
        written=False,
        diff=None,
        text=None,
    )


_SHOW_FIXED: dict[str, Callable[[Sequence[FixedFile], bool], None]] = {"text": _text_fixed, "json": _json_fixed}
_SHOW: dict[str, Callable[[Results], None]] = {"text": _text, "github": _github, "json": _json}


# --- the page of a code -------------------------------------------------------------------------------


def _explain(typed: str, rules: Sequence[str], form: str) -> None:
    if rules:
        raise click.UsageError("--explain explains one code and checks nothing: leave RULES out")
    if form == "github":
        raise click.UsageError("--explain prints text or json; annotations are for what was found in files")
    from evaluator.codes import pages_of_codes as codes

    every = typed.strip().lower() == ALL
    code = codes.find(typed)
    if code is None and not every:
        near = codes.nearest(typed)
        meant = f"did you mean {', '.join(near)}? " if near else ""
        mend = f"{meant}`thesis check --explain` lists all codes"
        fail([make("C002", None, what=f"there is no code `{typed}`", mend=mend)], WRONG_USE)
    wanted = list(codes.MESSAGES) if code is None else [code]
    if form == "json":
        from evaluator.schema.commands import CodesOutput, code_output

        pages = [code_output(codes.page(code), codes.severity(code)) for code in wanted]
        out_json(CodesOutput(codes=pages))
    elif every:
        out(_overview(), nl=False)
    else:
        from dsl.text.page import to_text

        out(to_text(codes.page(wanted[0]), codes.severity(wanted[0])), nl=False)


def _overview() -> str:
    from evaluator.codes import pages_of_codes as codes

    lines: list[str] = []
    for letter, title in codes.FAMILIES.items():
        lines += ["", title] if lines else [title]
        for code in (c for c in codes.MESSAGES if c[0] == letter):
            mark = "" if codes.severity(code) == "error" else " (warning)"
            lines.append(f"  {code}  {codes.sentence(code)}{mark}")
    return "\n".join(lines) + "\n"
