"""Looks at files, makes the page again when one was saved, and puts it up.

In: a maker, a board. Out: nothing. Must not know rules, facts or browsers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dsl.text.diagnostics import to_text
from dsl.text.hidden import shown
from dsl.text.record import record
from evaluator.servers.watch.making import Made
from evaluator.servers.watch.serving import Board
from evaluator.servers.watch.stamps import Stamp, as_read, stamps

PAUSE = 0.025
"""Seconds between two looks. A file counts as saved when two looks in a row see the same: an editor empties a file before it
fills it, and many save several at once."""
_MOST_WAITS = 40
"""A file that changes on and on, such as a log, is not waited for longer than this many looks."""


@record
class Turn:
    """What one making came to: how long it took, in seconds, and what was said."""

    seconds: float
    made: Made | None
    new: bool
    """Whether anything is another than before."""


class Watcher:
    """Keeps a board up to date. `fault` says what an exception of ours is, for the page."""

    def __init__(self, make: Callable[[], Made], board: Board, fault: Callable[[Exception], str]) -> None:
        self._make, self._board, self._fault = make, board, fault
        self._stamps: Mapping[Path, Stamp] = {}

    def made(self) -> Turn:
        """Makes the page and puts it up."""
        began, day = time.perf_counter(), time.time_ns()
        before = stamps(self._stamps)
        try:
            made = self._make()
        except Exception as error:  # the watch goes on, whatever a file brings about
            new = self._board.put(None, (self._fault(error),))
            self._stamps = before
            return Turn(time.perf_counter() - began, None, new)
        findings = tuple(shown(to_text(d)) for d in made.findings)
        new = self._board.put(made.page, findings)
        # What is watched from now on, as it was before it was read: a save meanwhile is seen at the next look.
        self._stamps = {path: before.get(path, now) for path, now in as_read(made.paths, day).items()}
        return Turn(time.perf_counter() - began, made, new)

    def look(self) -> Turn | None:
        """Makes the page if something was saved since it was made. Waits until nothing changes any more."""
        now = stamps(self._stamps)
        if now == self._stamps:
            return None
        for _ in range(_MOST_WAITS):
            time.sleep(PAUSE)
            then, now = now, stamps(self._stamps)
            if then == now:
                break
        return self.made()

    def forever(self, say: Callable[[Turn], None]) -> None:
        """Looks again and again. Ends by an exception alone, such as KeyboardInterrupt."""
        while True:
            time.sleep(PAUSE)
            turn = self.look()
            if turn is not None:
                say(turn)
