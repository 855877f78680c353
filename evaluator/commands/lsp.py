"""`thesis lsp`."""

from __future__ import annotations

import datetime as dt
import os
import sys

import click


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout (which it always does).")
def command(stdio: bool) -> None:
    """Serve an editor in the language server protocol over stdin and stdout: see docs/editors.md."""
    from evaluator.servers.lsp.loop import serve

    own_in, own_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by accident is no message
    sys.exit(serve(own_in, own_out, dt.date.today))
