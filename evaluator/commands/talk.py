"""What every command says and leaves behind: products on stdout, talk on stderr, exit status, files that are there whole;
and the last words of a run that met a mistake of ours.

In: diagnostics, texts, bytes, an exception. Out: lines on stdout and stderr, files. Must not know rules or facts, so that
it is imported at once.

Commands write by `out`, `out_json`, `say` and `write` alone (a test holds this): what a text from outside would do to a
terminal is made visible in this one place.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from dsl.text.diagnostics import Diagnostic, summary, to_text
from dsl.text.hidden import escaped, shown
from evaluator.codes.messages import make
from evaluator.session.places import MAX_FILES, MAX_FOLDERS, Below
from evaluator.session.writing import put, put_made
from evaluator.session.writing import replace_file as replace_file
from evaluator.session.writing import rewrite as rewrite

if TYPE_CHECKING:
    from pydantic import BaseModel

FINDINGS, WRONG_USE = 1, 2
MAX_SHOWN = 50
STDIN_NAME = "<stdin>"


_PAINT = f"\ue000{os.urandom(8).hex()}"
"""Stands for the escape of our own colours until a text has been made visible: no file can guess it."""


def paint(text: str, **look: Any) -> str:
    """A text with colours (`fg`, `bold`: as click has them), for `out` and `say`; a stream that is no terminal gets none."""
    return click.style(shown(text), **look).replace("\x1b", _PAINT)


def _visible(text: str) -> str:
    return shown(text).replace(_PAINT, "\x1b")


def out(text: str = "", nl: bool = True) -> None:
    """A part of the product, as lines on stdout. Raises OSError where stdout is closed or takes nothing."""
    _to_stdout(_visible(text), nl)


_COLOURS = {
    "true": "green",
    "bullish": "green",
    "false": "red",
    "bearish": "red",
    "unknown": "yellow",
    "not applicable": "yellow",
    "not meaningful": "yellow",
}


def coloured(text: str, state: str | None) -> str:
    """A name (no state) or a value in the colour of its state, on a terminal."""
    return paint(text, fg=_COLOURS.get(state) if state is not None else None, bold=True)


def out_json(model: BaseModel) -> None:
    """The product as JSON on stdout, the same data whatever characters it holds."""
    try:
        made = model.model_dump_json(indent=2)
    except ValueError:  # half a character, as in the name of a file that is no text
        import json

        made = json.dumps(model.model_dump(mode="python"), indent=2, default=str)
    _to_stdout(escaped(made))


def say(text: str = "", nl: bool = True) -> None:
    """Talk, on stderr, if there is one."""
    click.echo(_visible(text), err=True, nl=nl)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while something long is done, told how much of how much is done; nothing where that is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:
        yield lambda done, of: bar.update(max(0, _STEPS * done // max(of, 1) - bar.pos))


_STEPS = 1000


def _to_stdout(product: str | bytes, nl: bool = True) -> None:
    if sys.stdout is None:  # it was closed before the run began; click would drop the product without a word
        raise OSError(errno.EBADF, "standard output is closed, and the product goes there")
    click.echo(product, nl=nl)


def piped_in(most: int) -> bytes:
    """What is piped in, at most so many bytes. Ends the run where standard input is closed."""
    if sys.stdin is None:
        mend = "pipe a text in, or name a file"
        fail([make("C002", None, what="- stands for standard input, and that is closed", mend=mend)], WRONG_USE)
    return sys.stdin.buffer.read(most)


def fail(diagnostics: Iterable[Diagnostic], status: int) -> NoReturn:
    """Shows what was found and ends."""
    show(diagnostics)
    sys.exit(status)


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Diagnostics on stderr, coloured on a terminal; a long list is cut, and says so."""
    found = list(diagnostics)
    for diagnostic in found[:MAX_SHOWN]:
        say(painted(diagnostic))
        say()
    if len(found) > MAX_SHOWN:
        say(f"… and {len(found) - MAX_SHOWN} more")
    if found:
        say(summary(found))


def painted(diagnostic: Diagnostic) -> str:
    """A finding as text, its first word in the colour of how bad it is."""
    word, sign, rest = to_text(diagnostic).partition(": ")
    return paint(word, fg="red" if diagnostic.is_error else "yellow", bold=True) + sign + rest


def unified(name: str, before: str, after: str) -> str:
    """What would change in a file, as a unified diff. Lines are those that editors see, and no others that Unicode knows."""
    from difflib import unified_diff

    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    lines = unified_diff(old, new, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write(product: str | bytes, output: Path | None) -> None:
    """The product: to stdout, or to a file that is there whole or not at all."""
    if output is None:
        screen = isinstance(product, str) and sys.stdout is not None and sys.stdout.isatty()
        _to_stdout(shown(str(product)) if screen else product, nl=False)
        return
    problem = put(product, output)
    if problem is not None:
        fail([problem], WRONG_USE)
    say(f"written: {output}")


def write_made(made: Callable[[Path], None], output: Path) -> None:
    """A product that is too large for memory: `made` writes it, and the file is there whole or not at all."""
    problem = put_made(made, output)
    if problem is not None:
        fail([problem], WRONG_USE)
    say(f"written: {output}")


def unread_folders(folders: Sequence[str]) -> list[Diagnostic]:
    """That folders cannot be read."""
    what, mend = "this folder cannot be read", "check your rights to it"
    return [make("C002", None, at=folder, what=what, mend=mend) for folder in folders]


def against(name: str, below: Below) -> list[Diagnostic]:
    """What stands against taking a folder for looked through: folders that cannot be read, too many, no rules in it. Says
    which file systems were left out."""
    if below.elsewhere:
        what = f"left out, since they are other file systems (--all looks there too): {', '.join(below.elsewhere)}"
        say(what)
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

BUG = "this is a fault in thesis, not in your files: please report it, with the command, its files and the next line"
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
        _say(f"error: {BUG}", f"  {place_of(error)}")
    if not debug:
        _say("`thesis --debug …` shows the traceback")
    let_go()
    return WRONG_USE


def place_of(error: BaseException) -> str:
    """`KeyError: 'stdev' at evaluator/proofs/encoding/each.py:88`: what a mistake of ours is, and where."""
    return f"{_kind(error)} at {_place(error)}"


def _say(*lines: str) -> None:
    """Lines on stderr, if there is one that takes them."""
    with suppress(OSError, ValueError):
        for line in lines:
            say(line)


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


def left_in_english() -> None:
    """One line on stderr where texts of a product stand in English, since its language does not have them."""
    from evaluator.render.languages.catalogue import missed

    found = missed()
    if found:
        one = " ".join(found[0][1].split())
        first = one if len(one) <= _ROOM else f"{one[: _ROOM - 1]}…"
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        _say(f"note: left in English, since --language {found[0][0]} has no words for it: {first!r}{more}")


def let_go() -> None:
    """Streams that take nothing any more are put on the null device, so that Python does not complain at its end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            try:
                stream.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
