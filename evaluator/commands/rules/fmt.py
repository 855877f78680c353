"""`thesis fmt`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.text import messages
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import MAX_BYTES, SourceFile, UnreadableFileError, read_bytes
from evaluator.commands.options import NAME, STDIN, all_option, format_option
from evaluator.commands.talk import (
    FINDINGS,
    STDIN_NAME,
    WRONG_USE,
    against,
    out,
    out_json,
    piped_in,
    rewrite,
    say,
    show,
    unified,
    write,
)
from evaluator.session.places import rule_files

if TYPE_CHECKING:
    from evaluator.schema.commands import FmtOutput

_NO_FINDINGS = frozenset({"T001", "T018", "C002"})
"""Codes of what is no mistake in a rule file: the run could not do what was asked."""


@record
class _File:
    """One file's way through: what it held, what it should hold (None where that cannot be said), what was done."""

    name: str
    before: bytes
    text: str | None = None
    """What it held, as text."""
    laid_out: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    written: bool = False

    @property
    def changed(self) -> bool:
        """Whether its bytes are not canonical."""
        return self.laid_out is not None and self.laid_out.encode("utf-8") != self.before


@click.command("fmt")
@click.argument("files", type=NAME, nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name the files that would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@all_option
@format_option()
def command(files: tuple[str, ...], check: bool, diff: bool, all_of_it: bool, form: str) -> None:
    """Format rule files in the one standard layout, keeping every comment and the meaning.

    FILE is a file, a folder (every *.thesis file below it) or - (standard input; the product goes to standard output).
    A file with mistakes is left as it is, and its mistakes are shown.
    """
    if STDIN in files and len(files) > 1:
        raise click.UsageError("- is standard input, and stands alone")
    found: list[_File] = []
    with _no_collection():
        for path, shown in _named(files, found, all_of_it):
            file = _laid_out(path, shown)
            found.append(file if check or diff or path is None or not file.changed else _put(file, path))
    if form == "json":
        out_json(_output(found, diff, STDIN in files))
    else:
        show(d for file in found for d in file.diagnostics if d.is_error)
        _tell(found, check, diff)
    if any(d.code in _NO_FINDINGS for file in found for d in file.diagnostics):
        sys.exit(WRONG_USE)
    if any(file.laid_out is None or (check and file.changed) for file in found):
        sys.exit(FINDINGS)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python looks for circles of dead objects again and again; trees have none, and in a long file it takes a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _named(files: Sequence[str], found: list[_File], all_of_it: bool) -> list[tuple[Path | None, str]]:
    """Each file once, with the name to show; None is standard input. Folders that say nothing go to `found`."""
    once: dict[str, tuple[Path | None, str]] = {}
    for name in files:
        if name == STDIN:
            return [(None, STDIN_NAME)]
        paths = [Path(name)]
        if os.path.isdir(name):
            below = rule_files(Path(name), all_of_it)
            paths = below.files
            if stands_against := against(name, below):
                found.append(_File(name, b"", diagnostics=tuple(stands_against)))
        for path in paths:
            once.setdefault(os.path.realpath(path), (path, str(path)))
    return list(once.values())


def _laid_out(path: Path | None, shown: str) -> _File:
    """A file read, and laid out where it can be."""
    from dsl.layout.format import format_source  # lark takes its time: wrong use is reported without it

    before = b""
    try:
        if path is None:
            before = piped_in(MAX_BYTES + 1)
            source = SourceFile.of_bytes(shown, before)
        else:
            before, size = read_bytes(path, shown, MAX_BYTES)
            source = SourceFile.of_bytes(shown, before, size)
    except UnreadableFileError as error:
        unreadable = messages.make("T001", None, path=error.path, reason=error.reason, mend=error.hint)
        return _File(shown, before, diagnostics=(unreadable,))
    done = format_source(source)
    return _File(shown, before, source.text, done.text, done.diagnostics)


def _put(file: _File, path: Path) -> _File:
    """The file replaced by its canonical text."""
    assert file.laid_out is not None
    refused = rewrite(path, file.name, file.before, file.laid_out.encode("utf-8"))
    if refused is not None:
        return replace(file, diagnostics=(*file.diagnostics, refused))
    return replace(file, written=True)


def _tell(found: Sequence[_File], check: bool, diff: bool) -> None:
    """Texts as text: the product on stdout, what was done on stderr."""
    for file in found:
        if file.laid_out is None:
            say(f"{file.name}: left as it is")
        elif diff:
            write(_diff(file), None)
        elif check and file.changed:
            out(f"{file.name}: not in the standard layout")
        elif file.name == STDIN_NAME and not check:
            write(file.laid_out, None)
        elif file.written:
            say(f"formatted: {file.name}")
    if diff and check:
        for file in found:
            if file.changed:
                say(f"{file.name}: not in the standard layout")


def _diff(file: _File) -> str:
    """What would change, as a unified diff; newlines and byte-order marks are named in words."""
    if not file.changed or file.laid_out is None or file.text is None:
        return ""
    if file.text == file.laid_out:
        return f"{file.name}: only its newlines or its byte-order mark would change\n"
    return unified(file.name, file.text, file.laid_out)


def _output(found: Sequence[_File], diff: bool, stdin: bool) -> FmtOutput:
    from evaluator.schema.commands import FmtOutput, FormattedFile, diagnostic_output

    return FmtOutput(
        files=[
            FormattedFile(
                file=file.name,
                layout="refused" if file.laid_out is None else "changed" if file.changed else "canonical",
                written=file.written,
                diff=_diff(file) if diff else None,
                text=file.laid_out if stdin else None,
                diagnostics=[diagnostic_output(d) for d in file.diagnostics],
            )
            for file in found
        ]
    )
