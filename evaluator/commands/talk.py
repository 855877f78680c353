"""What every command says and leaves behind: diagnostics on stderr, exit status, files that are there whole.

In: diagnostics, bytes. Out: lines on stderr, files. Must not know rules or facts, so that it is imported at once.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import click

from dsl.text.diagnostics import Diagnostic, summary, to_text
from evaluator.codes.messages import make

FINDINGS, WRONG_USE = 1, 2
MAX_SHOWN = 50
STDIN, STDIN_NAME = "-", "<stdin>"

CONTROL = {n: 0x2400 + n for n in range(32) if chr(n) not in "\n\t"} | {127: 0x2421}
"""Control characters of a file shown as their pictures: a rule file must not steer the terminal."""


def fail(diagnostics: Iterable[Diagnostic], status: int) -> NoReturn:
    """Shows what was found and ends."""
    show(diagnostics)
    sys.exit(status)


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Diagnostics on stderr, coloured on a terminal; a long list is cut, and says so."""
    found = list(diagnostics)
    for diagnostic in found[:MAX_SHOWN]:
        head, _, rest = to_text(diagnostic).translate(CONTROL).partition("\n")
        colour = "red" if diagnostic.is_error else "yellow"
        word, _, sentence = head.partition(": ")
        click.echo(f"{click.style(word, fg=colour, bold=True)}: {sentence}", err=True)
        if rest:
            click.echo(rest, err=True)
        click.echo(err=True)
    if len(found) > MAX_SHOWN:
        click.echo(f"… and {len(found) - MAX_SHOWN} more", err=True)
    if found:
        click.echo(summary(found), err=True)


def replace_file(path: Path, data: bytes, mode: int) -> None:
    """Puts a file there whole, or leaves what stands there; a device or a pipe (`-o /dev/null`) is written to and stays
    what it is. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write(product: str | bytes, output: Path | None) -> None:
    """The product: to stdout, or to a file that is there whole or not at all."""
    if output is None:
        click.echo(product, nl=False)
        return
    folder = output.parent
    if os.path.isdir(output) or not os.path.isdir(folder):
        what = "this is a folder" if os.path.isdir(output) else f"there is no folder {folder}"
        fail([make("C002", None, at=str(output), what=what, mend="name a file in a folder that is there")], WRONG_USE)
    mask = os.umask(0)
    os.umask(mask)
    try:
        replace_file(output, product.encode("utf-8") if isinstance(product, str) else product, 0o666 & ~mask)
    except OSError as error:
        fail(
            [
                make(
                    "C002",
                    None,
                    at=str(output),
                    what=f"the file cannot be written: {(error.strerror or str(error)).lower()}",
                    mend="check the folder's rights and space",
                )
            ],
            WRONG_USE,
        )
    click.echo(f"written: {output}", err=True)


def unread_folders(folders: Sequence[str]) -> list[Diagnostic]:
    """That folders cannot be read."""
    what, mend = "this folder cannot be read", "check your rights to it"
    return [make("C002", None, at=folder, what=what, mend=mend) for folder in folders]


def no_rules_below(name: str) -> Diagnostic:
    """That a folder holds no rule file."""
    mend = "name a folder with files that end in .thesis"
    return make("C002", None, at=name, what="there are no rule files in this folder or below it", mend=mend)
