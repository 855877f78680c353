"""What every command says and leaves behind: diagnostics on stderr, exit status, files that are there whole; and the
last words of a run that met a mistake of ours.

In: diagnostics, bytes, an exception. Out: lines on stderr, files. Must not know rules or facts, so that it is imported
at once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from dsl.text.diagnostics import Diagnostic, summary, to_text
from evaluator.codes.messages import make
from evaluator.codes.pictures import CONTROL as CONTROL
from evaluator.session.places import MAX_FILES, MAX_FOLDERS, Below
from evaluator.session.writing import put
from evaluator.session.writing import replace_file as replace_file
from evaluator.session.writing import rewrite as rewrite

FINDINGS, WRONG_USE = 1, 2
MAX_SHOWN = 50
STDIN, STDIN_NAME = "-", "<stdin>"


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


def unified(name: str, before: str, after: str) -> str:
    """What would change in a file, as a unified diff. Lines are those that editors see, and no others that Unicode knows."""
    from difflib import unified_diff

    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    lines = unified_diff(old, new, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write(product: str | bytes, output: Path | None) -> None:
    """The product: to stdout, or to a file that is there whole or not at all."""
    if output is None:
        click.echo(product, nl=False)
        return
    problem = put(product, output)
    if problem is not None:
        fail([problem], WRONG_USE)
    click.echo(f"written: {output}", err=True)


def unread_folders(folders: Sequence[str]) -> list[Diagnostic]:
    """That folders cannot be read."""
    what, mend = "this folder cannot be read", "check your rights to it"
    return [make("C002", None, at=folder, what=what, mend=mend) for folder in folders]


def against(name: str, below: Below) -> list[Diagnostic]:
    """What stands against taking a folder for looked through: folders that cannot be read, too many, no rules in it. Says
    which file systems were left out."""
    if below.elsewhere:
        what = f"left out, since they are other file systems (--all looks there too): {', '.join(below.elsewhere)}"
        click.echo(what.translate(CONTROL), err=True)
    found = unread_folders(below.unread)
    if below.stopped:
        what = f"it was not looked through to its end: that ends at {MAX_FOLDERS:,} folders or {MAX_FILES:,} rule files"
        found.append(make("C002", None, at=name, what=what, mend="name a folder in it, or write --all"))
    return found or ([] if below.files else [no_rules_below(name)])


def no_rules_below(name: str) -> Diagnostic:
    """That a folder holds no rule file."""
    mend = "name a folder with files that end in .thesis"
    return make("C002", None, at=name, what="there are no rule files in this folder or below it", mend=mend)


# --- the last words of a run --------------------------------------------------------------------------

BUG = "thesis has made a mistake that is none of yours: please report it, with the command, its files and the next line"
_OURS = ("dsl", "evaluator")
_ROOM = 160


def last_words(error: BaseException, debug: bool) -> int:
    """Says what ended a run that should have gone on, and gives its exit status. With `debug` the traceback is shown.

    What the operating system refused (a full disk), and memory that is not there, are no mistakes of ours.
    """
    if debug:
        import traceback

        _say("".join(traceback.format_exception(error)).rstrip("\n"))
    if isinstance(error, MemoryError):
        _say(
            "error: there is not enough memory for this run",
            "  mend: ask for fewer names or facts at once, or free some",
        )
    elif isinstance(error, OSError):
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        where = f" ({error.filename})" if error.filename else ""
        _say(f"error: the operating system refused what the run needed: {reason}{where}")
    else:
        _say(f"error: {BUG}", f"  {_kind(error)} at {_place(error)}")
    if not debug:
        _say("`thesis --debug …` shows the traceback")
    let_go()
    return WRONG_USE


def _say(*lines: str) -> None:
    """Lines on stderr, if there is one that takes them."""
    with suppress(OSError, ValueError):
        for line in lines:
            click.echo(line.translate(CONTROL), err=True)


def _kind(error: BaseException) -> str:
    """`KeyError: 'stdev'`, on one line and not long."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # an exception that cannot even be shown
        words = ""
    name = type(error).__name__
    return f"{name}: {words if len(words) <= _ROOM else words[: _ROOM - 1] + '…'}" if words else name


def _place(error: BaseException) -> str:
    """`evaluator/proofs/encoding/each.py:88`: the innermost place in our own code, else the innermost of all."""
    root = Path(__file__).parent.parent.parent
    place, ours, trace = "an unknown place", False, error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        own = path.is_relative_to(root) and path.relative_to(root).parts[0] in _OURS
        if own or not ours:
            place = f"{path.relative_to(root).as_posix() if own else path.name}:{trace.tb_lineno}"
        ours, trace = ours or own, trace.tb_next
    return place


def let_go() -> None:
    """Streams that take nothing any more are put on the null device, so that Python does not complain at its end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            try:
                stream.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
