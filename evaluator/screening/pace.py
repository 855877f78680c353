"""How many names of a screen are judged one by one, how long that takes, and from how many on it is not begun unasked.

In: a number of names, what asks for it. Out: a sentence told before it starts; raises TooManyNamesError. Must not know how names are
judged, and reads no clock: the rate is one that was measured (docs/scale.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dsl.text.diagnostics import Diagnostic
from evaluator.codes.messages import make

A_SECOND = 200
"""So many names a second does the reference evaluator judge on one core, as measured."""
SAID, REFUSED = 20_000, 200_000
"""Above so many names it is said before it starts; above so many it is refused, unless the reference evaluator is asked for."""
_LISTED = 4
MEND = (
    'screen fewer names, take out what asks for it, or wait for it: --engine rows (in Python `engine="rows"`) judges '
    "however many there are"
)


class TooManyNamesError(Exception):
    """More names than are judged one by one unasked; `finding` says what asks for it and how long it would take."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def nobody(said: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Pace:
    """What is done about many names. `wanted`: whether the reference evaluator was asked for by name; `tell`: who is told a sentence
    before it starts; `source`: the universe, as messages name it."""

    source: str
    wanted: bool = False
    tell: Callable[[str], None] = nobody

    def silent(self, count: int) -> bool:
        """Whether so many names are few."""
        return count <= SAID

    def before(self, count: int, why: Sequence[str], of: str = "names") -> None:
        """Says that so many names are about to be judged one by one; nothing of a few. `why`: what asks for it. Raises
        TooManyNamesError."""
        if self.silent(count):
            return
        listed = "; ".join(why[:_LISTED]) + (f"; and {len(why) - _LISTED} more" if len(why) > _LISTED else "")
        time = duration(count / A_SECOND)
        what = f"{count:,} {of} are judged one by one, at about {A_SECOND} a second: {time}. What asks for it: {listed}"
        if count > REFUSED and not self.wanted:
            raise TooManyNamesError(make("C002", None, at=self.source, what=what, mend=MEND))
        self.tell(what)


def duration(seconds: float) -> str:
    """About how long that is, in words."""
    for length, one, limit in ((1.0, "second", 90.0), (60.0, "minute", 5_400.0), (3_600.0, "hour", 172_800.0)):
        if seconds < limit:
            count = max(1, round(seconds / length))
            return f"about {count} {one}{'s' if count > 1 else ''}"
    return f"about {round(seconds / 86_400.0)} days"
