"""`thesis lsp`."""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import redirect_stdout
from typing import BinaryIO, TextIO

import click

from evaluator.commands.talk import say


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout, as it always does; editors add this.")
def command(stdio: bool) -> None:
    """Serve an editor: findings, completion, values beside the names and more, in the language server protocol over stdin and
    stdout. An editor starts it: docs/editors.md says how."""
    from evaluator.servers.lsp.loop import serve

    if sys.stdin.isatty():
        say("thesis lsp talks to an editor, which starts it by itself: see docs/editors.md (Ctrl-D ends it)")
    stdin, stdout = _own(sys.stdin, "rb"), _own(sys.stdout, "wb")
    with redirect_stdout(sys.stderr):  # what is printed by accident is no message
        status = serve(stdin, stdout, dt.date.today)
    if status:
        say("the editor is gone, and did not end the session before (`shutdown`, then `exit`)")
    sys.exit(status)


def _own(stream: TextIO, mode: str) -> BinaryIO:
    """The bytes of a stream under another number: a thread may still wait for them when Python ends and closes its own."""
    try:
        return os.fdopen(os.dup(stream.fileno()), mode)  # type: ignore[return-value]
    except (OSError, ValueError):
        return stream.buffer
