"""`thesis report --watch`: the report in a page that is kept up to date.

In: what `thesis report` was asked. Out: nothing on stdout; talk on stderr, until the run is stopped by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.commands.common import library_of, settled
from evaluator.commands.options import PIPED, STDIN
from evaluator.commands.talk import BUG, place_of, say
from evaluator.session import service

if TYPE_CHECKING:
    from evaluator.servers.watch.loop import Turn


def watch(
    rules: str,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    library: Sequence[Path],
    templates: Path | None,
    style: Path | None,
    language: str,
) -> None:
    """Serves the report until the run is stopped. Wrong use ends the run at once; what is wrong in files stands in the page."""
    if rules == STDIN or PIPED in facts:
        raise click.UsageError("--watch is for files: - is standard input, which is read once")
    if ticker is not None and not ticker.strip():
        raise click.UsageError("--for names no company; write --for TICKER")
    settled(service.unclear_settings(settings))
    places = library_of(library)
    from evaluator.servers.watch.loop import Watcher
    from evaluator.servers.watch.making import Asked, Maker
    from evaluator.servers.watch.serving import Board, Server

    day = dt.date.today if as_of is None else lambda: as_of
    asked = Asked(rules, ticker, tuple(facts), day, tuple(settings), places, templates, style, language)
    board = Board()
    watcher = Watcher(Maker(asked).make, board, _fault)
    first = watcher.made()
    server = Server(board)
    server.begin()
    try:
        if as_of is None:
            say("as of today, whichever day that is; name another day with --as-of")
        say(f"the report is at {server.address} and follows each save; stop with Ctrl-C")
        _say(first)
        watcher.forever(_say)
    except KeyboardInterrupt as stop:
        if type(stop) is not KeyboardInterrupt:  # a signal, which has an exit status
            raise
        say("stopped")
    finally:
        server.end()


def _say(turn: Turn) -> None:
    """A line on what a save came to."""
    took = f"{turn.seconds * 1000:.0f} ms"
    if turn.made is None:
        say(f"not made: a fault in thesis itself; the page says which ({took})")
    elif turn.made.page is None:
        errors = sum(d.is_error for d in turn.made.findings)
        say(f"not made: {errors} error{'' if errors == 1 else 's'}, shown in the page ({took})")
    elif turn.new:
        say(f"made anew ({took})")


def _fault(error: Exception) -> str:
    return f"error: {BUG}\n  {place_of(error)}"
